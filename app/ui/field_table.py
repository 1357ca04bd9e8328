"""Fields as a quiet table: a label and a text in each row, drawn as markdown so that no grid is loaded."""

import re
from collections.abc import Sequence

import streamlit as st

STYLE = """
<style>
[class*="st-key-fields-"] table { width: 100%; border: 0; }
[class*="st-key-fields-"] thead { display: none; }
[class*="st-key-fields-"] td { border: 0; padding: .4rem 1rem .4rem 0; vertical-align: top; overflow-wrap: anywhere;
  border-bottom: 1px solid color-mix(in srgb, currentColor 12%, transparent); }
[class*="st-key-fields-"] tr:last-child td { border-bottom: 0; }
[class*="st-key-fields-"] td:first-child { width: 34%; opacity: .75; overflow-wrap: normal; }
[class*="st-key-fields-"] code { overflow-wrap: anywhere; white-space: normal; }
[class*="st-key-table-"] { overflow-x: auto; }
[class*="st-key-table-"] table { width: 100%; border: 0; }
[class*="st-key-table-"] th, [class*="st-key-table-"] td { border: 0; padding: .4rem 1rem .4rem 0; vertical-align: top;
  border-bottom: 1px solid color-mix(in srgb, currentColor 12%, transparent); }
[class*="st-key-table-"] th { font-weight: 400; opacity: .75; font-size: .875rem; text-align: left; }
@media (max-width: 640px) {
  [class*="st-key-fields-"] :is(table, tbody, tr) { display: block; }
  [class*="st-key-fields-"] td, [class*="st-key-fields-"] td:first-child { display: block; width: auto; padding-right: 0; }
  [class*="st-key-fields-"] td:first-child { border-bottom: 0; padding-bottom: 0; font-size: .875rem; }
}
</style>
"""

Rows = Sequence[tuple[str, str]]
BEFORE_NUMBER = re.compile(r"(?<=[^\W\d_])-(?=\d)")
NO_BREAK_HYPHEN = "\N{NON-BREAKING HYPHEN}"


def fields(rows: Rows, *, name: str) -> None:
    """Draw rows of (label, text); a label is never broken between a word and its number, as in SHA-256.

    Args:
        rows: markdown that is safe already; line breaks become spaces.
        name: tells this table from the others on the page.
    """
    told = [(BEFORE_NUMBER.sub(NO_BREAK_HYPHEN, label), text) for label, text in rows]
    lines = ["| | |", "| --- | --- |", *map(_line, told)]
    with st.container(key=f"fields-{name}"):
        st.html(STYLE)
        st.markdown("\n".join(lines))


def table(heads: Sequence[str], rows: Sequence[Sequence[str]], *, name: str) -> None:
    """Draw rows of safe markdown under headings; a wide one scrolls by itself."""
    lines = [_line(heads), _line(["---"] * len(heads)), *map(_line, rows)]
    with st.container(key=f"table-{name}"):
        st.html(STYLE)
        st.markdown("\n".join(lines))


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(' '.join(cell.split()) for cell in cells)} |"
