"""A report as one page: sections of lines, tables and charts; the same report gives the same bytes."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from api.html.charts import bars, histogram
from api.html.markup import Markup, element, joined
from api.usecases.view import Bars, Grid, Histogram, Item, Line, Section
from api.usecases.writing import replacing
from api.wording import say
from dsl.text.diagnostics import Language

TONGUES = {"zh": "zh-CN", "en": "en"}
POLICY = "default-src 'none'; style-src 'unsafe-inline'"  # nothing is fetched, no script runs
STYLE = """
:root { color-scheme: light; }
body { font: 16px/1.6 system-ui, "Noto Sans CJK SC", "Microsoft YaHei", sans-serif; color: #1b1f24; background: #fff;
  max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.25rem; margin-top: 2.5rem; border-bottom: 1px solid #c9d1d9; }
p { margin: .2rem 0; overflow-wrap: anywhere; unicode-bidi: isolate; }
.depth-1 { padding-left: 1.5rem; } .depth-2 { padding-left: 3rem; }
.bold { font-weight: 600; } .dim { color: #57606a; } .good { color: #116329; } .bad { color: #a40e26; }
.new { color: #0a4a7a; } .doubtful { color: #7d4e00; }
table { border-collapse: collapse; margin: .8rem 0; font-size: .9rem; }
caption { text-align: left; font-weight: 600; padding: .3rem 0; }
th, td { border: 1px solid #d0d7de; padding: .2rem .6rem; text-align: left; vertical-align: top;
  overflow-wrap: anywhere; unicode-bidi: isolate; }
thead th { background: #f2f5f8; } .number { text-align: right; font-variant-numeric: tabular-nums; }
.scroll { overflow-x: auto; } figure { margin: 1rem 0; } figcaption { font-weight: 600; }
svg { width: 100%; height: auto; font-size: 12px; } svg text { fill: #1b1f24; unicode-bidi: isolate; }
.all { fill: #c9d6e2; } .match { fill: #1f6fb2; } .less { fill: #b35900; } .more { fill: #1f6fb2; }
line { stroke-width: 1.5; } .axis { stroke: #57606a; } line.old { stroke: #57606a; stroke-dasharray: 5 4; }
line.new { stroke: #a40e26; }
@media print { details > * { display: block; } }
"""


def write_page(out: Path, title: str, sections: Sequence[Section], foot: str, language: Language) -> None:
    """Write a page; the file is whole or not there."""
    with replacing(out) as stream:
        stream.write(page(title, sections, foot, language).encode())


def page(title: str, sections: Sequence[Section], foot: str, language: Language) -> str:
    """The page: HTML that reads as XML too."""
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=POLICY),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("title", title),
        element("style", Markup(STYLE)),
    )
    names = [f"section-{place}" for place in range(1, len(sections) + 1)]
    links = [element("li", element("a", s.title, href=f"#{name}")) for s, name in zip(sections, names, strict=True)]
    contents = element("nav", element("ul", joined(links)), aria_label=say("impact_contents", language))
    body = [_section(s, name, language) for s, name in zip(sections, names, strict=True)]
    main = element("main", element("h1", title), contents, joined(body, "\n"))
    whole = element(
        "html", head, "\n", element("body", main, element("footer", element("p", foot, class_="dim"))),
        xmlns="http://www.w3.org/1999/xhtml", lang=TONGUES[language],
    )  # fmt: skip
    return f"<!DOCTYPE html>\n{whole}\n"


def _section(section: Section, name: str, language: Language) -> Markup:
    heading = element("h2", section.title, id=f"{name}-heading")
    drawn = joined(_items(section.items, name, language), "\n")
    return element("section", heading, drawn, id=name, aria_labelledby=f"{name}-heading")


def _items(items: Sequence[Item], name: str, language: Language) -> Iterator[Markup]:
    for place, item in enumerate(items, 1):
        match item:
            case Line():
                kinds = [*([f"depth-{item.depth}"] if item.depth else []), *([item.tone] if item.tone else [])]
                yield element("p", item.text, **({"class_": " ".join(kinds)} if kinds else {}))
            case Grid():
                yield _table(item)
            case Bars():
                rows = tuple((r.label, f"{r.less:,}", f"{r.more:,}") for r in item.rows)
                table = Grid("", (say("impact_group", language), item.less, item.more), rows)
                yield _figure(item.title, bars(item, f"{name}-{place}"), table, language)
            case Histogram():
                numbers = zip(item.ranges, item.counts, item.matches, strict=True)
                table = Grid(
                    "",
                    (say("impact_bin", language), item.all_told, item.matches_told),
                    tuple((words, f"{count:,}", f"{match:,}") for words, count, match in numbers),
                )
                yield _figure(item.title, histogram(item, f"{name}-{place}"), table, language)


def _figure(title: str, chart: Markup, table: Grid, language: Language) -> Markup:
    beside = element("details", element("summary", say("impact_table", language)), _table(table))
    return element("figure", element("figcaption", title), chart, beside)


def _table(grid: Grid) -> Markup:
    caption = [element("caption", grid.title)] if grid.title else []
    heads = [
        element("th", head, scope="col", **({"class_": "number"} if place >= grid.numbers else {}))
        for place, head in enumerate(grid.headers)
    ]
    rows = [element("tr", joined(_cells(row, grid.numbers))) for row in grid.rows]
    head, body = element("thead", element("tr", joined(heads))), element("tbody", joined(rows, "\n"))
    return element("div", element("table", *caption, head, body), class_="scroll")


def _cells(row: Sequence[str], numbers: int) -> Iterator[Markup]:
    yield element("th", row[0], scope="row")
    for place, cell in enumerate(row[1:], 1):
        yield element("td", cell, **({"class_": "number"} if place >= numbers else {}))
