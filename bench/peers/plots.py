"""Growth as drawings: one small SVG an axis; equal measurements give equal bytes."""

from pathlib import Path

import matplotlib

matplotlib.use("svg")

from matplotlib import pyplot, rcParams
from matplotlib.ticker import FuncFormatter, NullLocator

from bench.peers.growth import Series

# No dates, no random names, text as text: small files that differ only where the measurements do.
rcParams.update({"svg.hashsalt": "huice", "svg.fonttype": "none", "font.family": "sans-serif", "font.size": 9})
COLOURS = ("#1b6ca8", "#53a2d8", "#d1495b", "#8d6a9f", "#3a7d44", "#c98a1b")
MARKS = ("o", "s", "^", "D", "v", "P")


def draw(series: Series, folder: Path) -> Path:
    """Nanoseconds a pair along the axis, with a bar from the best to the worst round; the file written."""
    figure, plot = pyplot.subplots(figsize=(6.4, 3.6), layout="constrained")
    places = list(range(len(series.axis.steps)))
    for name, colour, mark in zip(series.seconds, COLOURS, MARKS, strict=False):
        middle, least, most = (list(values) for values in zip(*series.per_pair(name), strict=True))
        spread = [
            [m - a for m, a in zip(middle, least, strict=True)],
            [b - m for m, b in zip(middle, most, strict=True)],
        ]
        plot.errorbar(
            places, middle, spread, color=colour, marker=mark, markersize=4, linewidth=1.2, capsize=2, label=name
        )
    plot.set_yscale("log")
    plot.set_xticks(places, [f"{step:,g}" if step < 1_000 else f"{step:,.0f}" for step in series.axis.steps])
    plot.xaxis.set_minor_locator(NullLocator())
    plot.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    plot.set_xlabel(series.axis.title)
    plot.set_ylabel("nanoseconds a pair")
    plot.grid(True, axis="y", linewidth=0.4, alpha=0.6)
    for side in ("top", "right"):
        plot.spines[side].set_visible(False)
    figure.legend(loc="outside upper center", ncols=2, frameon=False, fontsize=8)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"growth-in-{series.axis.name}.svg"
    figure.savefig(path, metadata={"Date": None, "Creator": None})
    pyplot.close(figure)
    return path
