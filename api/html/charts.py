"""Charts as inline SVG: named for readers that do not see them, with the same numbers in a table below."""

from collections.abc import Sequence

from api.html.markup import Markup, element, joined
from api.usecases.view import Bars, Histogram, Mark

WIDTH, ROW, BAR, LABEL, ENDS = 760, 22, 14, 170, 46
TALL, BELOW, ABOVE = 180, 54, 40


def bars(chart: Bars, name: str) -> Markup:
    """Two bars a row from a common middle: to the left who falls out, to the right who comes in."""
    most = max((max(r.less, r.more) for r in chart.rows), default=0) or 1
    half = (WIDTH - LABEL - 2 * ENDS) / 2
    middle = LABEL + ENDS + half
    drawn = [
        _label(middle - 6, 14, chart.less, "end"),
        _label(middle + 6, 14, chart.more, "start"),
    ]
    for place, row in enumerate(chart.rows):
        top = 24 + place * ROW
        less, more = half * row.less / most, half * row.more / most
        drawn.append(_label(0, top + 12, _short(row.label, 14), "start"))
        drawn.append(_rect(middle - less, top, less, BAR, "less"))
        drawn.append(_rect(middle, top, more, BAR, "more"))
        if row.less:
            drawn.append(_label(middle - less - 4, top + 12, f"{row.less:,}", "end"))
        if row.more:
            drawn.append(_label(middle + more + 4, top + 12, f"{row.more:,}", "start"))
    height = 28 + ROW * len(chart.rows)
    drawn.append(_line(middle, 18, middle, height - 4, "axis"))
    return _svg(chart.title, name, height, drawn)


def histogram(chart: Histogram, name: str) -> Markup:
    """A column a range: all in it, and in front of them those that match; the thresholds as lines."""
    most = max(chart.counts, default=0) or 1
    step = WIDTH / max(len(chart.counts), 1)
    floor = ABOVE + TALL
    drawn = []
    for place, (count, match) in enumerate(zip(chart.counts, chart.matches, strict=True)):
        left = place * step
        for number, kind in ((count, "all"), (match, "match")):
            tall = TALL * number / most
            drawn.append(_rect(left + 1, floor - tall, step - 2, tall, kind))
        if count and step >= 24:
            drawn.append(_label(left + step / 2, floor - TALL * count / most - 3, f"{count:,}", "middle"))
    every = max(1, -(-len(chart.ranges) // 8))
    for place in range(0, len(chart.ranges), every):
        drawn.append(_label(place * step + 2, floor + 16, _short(chart.ranges[place], 13), "start"))
    drawn += _marks(chart.marks, floor)
    drawn.append(_line(0, floor, WIDTH, floor, "axis"))
    drawn.append(_rect(0, floor + 30, 12, 12, "all"))
    drawn.append(_label(18, floor + 41, chart.all_told, "start"))
    drawn.append(_rect(200, floor + 30, 12, 12, "match"))
    drawn.append(_label(218, floor + 41, chart.matches_told, "start"))
    return _svg(chart.title, name, floor + BELOW, drawn)


def _marks(marks: Sequence[Mark], floor: float) -> list[Markup]:
    """The thresholds, each with its words on a line of its own."""
    found = []
    for place, mark in enumerate(marks):
        x = WIDTH * mark.at
        found.append(_line(x, 14 + 14 * place, x, floor, "old" if mark.old else "new"))
        anchor = "end" if mark.at > 0.7 else "start"
        found.append(_label(x - 4 if anchor == "end" else x + 4, 12 + 14 * place, mark.text, anchor))
    return found


def _svg(title: str, name: str, height: float, drawn: Sequence[Markup]) -> Markup:
    named = element("title", title, id=f"{name}-title")
    return element(
        "svg", named, joined(drawn), xmlns="http://www.w3.org/2000/svg", role="img", view_box=f"0 0 {WIDTH} {height:g}",
        aria_labelledby=f"{name}-title",
    )  # fmt: skip


def _rect(x: float, y: float, width: float, height: float, kind: str) -> Markup:
    return element("rect", x=f"{x:.2f}", y=f"{y:.2f}", width=f"{width:.2f}", height=f"{height:.2f}", class_=kind)


def _line(x1: float, y1: float, x2: float, y2: float, kind: str) -> Markup:
    return element("line", x1=f"{x1:.2f}", y1=f"{y1:.2f}", x2=f"{x2:.2f}", y2=f"{y2:.2f}", class_=kind)


def _label(x: float, y: float, words: str, anchor: str) -> Markup:
    return element("text", words, x=f"{x:.2f}", y=f"{y:.2f}", text_anchor=anchor)


def _short(words: str, most: int) -> str:
    return words if len(words) <= most else words[: most - 1] + "…"
