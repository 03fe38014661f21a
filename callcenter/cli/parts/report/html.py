"""One HTML file that opens anywhere and prints well: no script, nothing from outside."""

from collections.abc import Iterable, Sequence
from html import escape

from callcenter.cli.parts.report.charts import FONTS

_STYLE = f"""
:root {{ color-scheme: light; }}
body {{ font: 14px/1.5 {FONTS}; color: #1c1c1c; }}
body {{ margin: 2rem auto; max-width: 70rem; padding: 0 1rem; }}
h1 {{ font-size: 1.5rem; margin: 0 0 .2rem; }}
h2 {{ font-size: 1.1rem; margin: 1.6rem 0 .4rem; }}
p.sub {{ color: #555; margin: 0 0 1rem; }}
table {{ border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }}
th, td {{ padding: .25rem .5rem; border-bottom: 1px solid #ddd; text-align: right; }}
th:first-child, td:first-child {{ text-align: left; white-space: nowrap; }}
thead th {{ border-bottom: 2px solid #1f5f8b; vertical-align: bottom; }}
tr.bad td {{ background: #fdecea; color: #8c1d18; }}
tfoot td {{ font-weight: bold; border-top: 2px solid #1f5f8b; }}
figure {{ margin: 1rem 0; break-inside: avoid; }}
figure svg {{ width: 100%; height: auto; }}
ul.notes {{ color: #444; font-size: 12px; padding-left: 1.2rem; }}
@media print {{
  body {{ margin: 0; max-width: none; font-size: 10pt; }}
  h2 {{ break-after: avoid; }}
  thead {{ display: table-header-group; }}
  tfoot {{ display: table-row-group; }}
  tr {{ break-inside: avoid; }}
  @page {{ size: A4; margin: 15mm; }}
}}
"""


def page(title: str, subtitle: str, parts: Iterable[str], language: str = "zh") -> str:
    """The whole file; `parts` are HTML made by the functions below."""
    return (
        f'<!doctype html>\n<html lang="{escape(language)}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        f'<h1>{escape(title)}</h1>\n<p class="sub">{escape(subtitle)}</p>\n'
        + "\n".join(parts)
        + "\n</body>\n</html>\n"
    )


def heading(text: str) -> str:
    """A heading between parts."""
    return f"<h2>{escape(text)}</h2>"


def figure(svg: str) -> str:
    """A chart."""
    return f"<figure>{svg}</figure>"


def notes(lines: Iterable[str]) -> str:
    """Formulas and remarks under a table."""
    return '<ul class="notes">' + "".join(f"<li>{escape(each)}</li>" for each in lines) + "</ul>"


def table(
    headings: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    bad: frozenset[int] = frozenset(),
    total: Sequence[str] = (),
    total_bad: bool = False,
) -> str:
    """A table; `bad` are positions of rows that break a threshold, `total` is its last line."""
    lines = ["<table><thead><tr>", *(f"<th>{escape(each)}</th>" for each in headings)]
    lines.append("</tr></thead><tbody>")
    for n, row in enumerate(rows):
        mark = ' class="bad"' if n in bad else ""
        lines.append(f"<tr{mark}>{_cells(row)}</tr>")
    lines.append("</tbody>")
    if total:
        mark = ' class="bad"' if total_bad else ""
        lines.append(f"<tfoot><tr{mark}>{_cells(total)}</tr></tfoot>")
    return "".join([*lines, "</table>"])


def _cells(row: Iterable[str]) -> str:
    return "".join(f"<td>{escape(each)}</td>" for each in row)
