"""Charts as SVG text, which stands in a page by itself: no script, no picture file."""

import re
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO
from typing import Any

FONTS = "'Noto Sans CJK SC','Microsoft YaHei','PingFang SC','WenQuanYi Micro Hei',sans-serif"
COLOURS = ("#1f5f8b", "#d9822b", "#3c8d5a", "#9a4f96", "#7a7a7a")
_BREACH = "#b3261e"
_LABELS = 16
"""More labels than this are thinned out on the axis."""


@dataclass(frozen=True, slots=True)
class Series:
    """One line or row of bars; None is a gap."""

    name: str
    values: Sequence[float | None]
    low: Sequence[float | None] = ()
    """Lower and upper edge of a band around it, such as a confidence interval."""
    high: Sequence[float | None] = ()


def line_chart(
    title: str,
    labels: Sequence[str],
    series: Sequence[Series],
    unit: str = "",
    limit: float | None = None,
) -> str:
    """Lines over labels; `limit` is drawn across, as a threshold."""
    figure, axes = _figure(title, unit)
    places = range(len(labels))
    for each, colour in zip(series, _colours(series), strict=True):
        axes.plot(places, _gaps(each.values), color=colour, label=each.name, marker=".", lw=1.4)
        if each.low and each.high:
            axes.fill_between(
                places, _gaps(each.low), _gaps(each.high), color=colour, alpha=0.15, lw=0
            )
    if limit is not None:
        axes.axhline(limit, color=_BREACH, lw=1, ls="--")
    return _drawn(figure, axes, labels, series)


def bar_chart(title: str, labels: Sequence[str], series: Sequence[Series], unit: str = "") -> str:
    """Bars over labels; several series stand upon each other."""
    figure, axes = _figure(title, unit)
    floor = [0.0] * len(labels)
    for each, colour in zip(series, _colours(series), strict=True):
        values = [value or 0.0 for value in each.values]
        axes.bar(range(len(labels)), values, bottom=floor, color=colour, label=each.name, width=0.8)
        floor = [under + value for under, value in zip(floor, values, strict=True)]
    return _drawn(figure, axes, labels, series)


def _colours(series: Sequence[Series]) -> list[str]:
    return [COLOURS[n % len(COLOURS)] for n in range(len(series))]


def _gaps(values: Sequence[float | None]) -> list[float]:
    return [float("nan") if value is None else value for value in values]


def _figure(title: str, unit: str) -> tuple[Any, Any]:
    # Half a second to import: only who draws pays it. Figure, not pyplot, which keeps every figure.
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 3), layout="constrained")
    axes = figure.add_subplot()
    axes.set_title(title, loc="left", fontsize=11)
    axes.set_ylabel(unit)
    axes.grid(axis="y", color="#dddddd", lw=0.6)
    axes.set_axisbelow(True)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    return figure, axes


def _drawn(figure: Any, axes: Any, labels: Sequence[str], series: Sequence[Series]) -> str:
    import matplotlib as mpl

    step = max(1, -(-len(labels) // _LABELS))
    axes.set_xticks(range(0, len(labels), step), labels[::step], fontsize=8)
    axes.tick_params(axis="y", labelsize=8)
    if len(series) > 1:
        above = {"loc": "lower right", "bbox_to_anchor": (1, 1)}  # never over the lines
        axes.legend(fontsize=8, frameon=False, ncols=len(series), **above)
    out = StringIO()
    # Text stays text: it is searched and read aloud, and the reader's machine has Chinese letters.
    # A fixed salt and no date: the same figures give the same bytes.
    settings: Any = {"svg.fonttype": "none", "svg.hashsalt": "callcenter"}
    with mpl.rc_context(settings), warnings.catch_warnings():
        # It measures with its own font, which has no Chinese; the reader's has.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        figure.savefig(
            out, format="svg", metadata=dict.fromkeys(("Date", "Creator", "Format", "Type"))
        )
    svg = out.getvalue()
    return re.sub(
        r"font-family: [^;\"]*|font: (\d+px) [^;\"]*", _own_font, svg[svg.index("<svg") :]
    )


def _own_font(found: re.Match[str]) -> str:
    size = found.group(1)
    return f"font: {size} {FONTS}" if size else f"font-family: {FONTS}"
