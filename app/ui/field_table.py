"""Fields as a quiet table: a label and a text in each row, drawn as markdown so that no grid is loaded."""

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
@media (max-width: 640px) {
  [class*="st-key-fields-"] td, [class*="st-key-fields-"] td:first-child { display: block; width: auto; padding-right: 0; }
  [class*="st-key-fields-"] td:first-child { border-bottom: 0; padding-bottom: 0; font-size: .875rem; }
}
</style>
"""

Rows = Sequence[tuple[str, str]]


def fields(rows: Rows, *, name: str) -> None:
    """Draw rows of (label, text).

    Args:
        rows: markdown that is safe already; line breaks become spaces.
        name: tells this table from the others on the page.
    """
    lines = ["| | |", "| --- | --- |"]
    lines += [f"| {' '.join(label.split())} | {' '.join(text.split())} |" for label, text in rows]
    with st.container(key=f"fields-{name}"):
        st.html(STYLE)
        st.markdown("\n".join(lines))
