"""The few rules of style that the Curriculum page needs beyond the theme; constants only."""

STYLE = """
<style>
/* A row is one button: the code in a column of its own, the wording beside it. */
[class*="st-key-curriculum-rows-"] button { padding: .55rem .5rem; border-radius: 0;
  border-bottom: 1px solid color-mix(in srgb, currentColor 14%, transparent); }
[class*="st-key-curriculum-rows-"] button:focus-visible { border-radius: .3rem; }
[class*="st-key-curriculum-rows-"] button > *, [class*="st-key-curriculum-rows-"] button [data-testid="stMarkdownContainer"],
.st-key-curriculum-tiles button > *, .st-key-curriculum-tiles button [data-testid="stMarkdownContainer"] {
  width: 100%; justify-content: flex-start; text-align: left; }
[class*="st-key-curriculum-rows-"] button p { display: grid; grid-template-columns: 4.75rem minmax(0, 1fr); gap: 0 .5rem;
  text-align: left; line-height: 1.45; }
[class*="st-key-curriculum-rows-"] button p > strong { font-variant-numeric: tabular-nums; }
[class*="st-key-curriculum-rows-"] button p > :not(strong) { grid-column: 2; }
/* Streamlit's own hint in the search box is English in every language. */
.st-key-curriculum-bar [data-testid="InputInstructions"] { display: none; }
.st-key-curriculum-tiles button { padding: .75rem 1rem; }
.st-key-curriculum-tiles button p { text-align: left; line-height: 1.5; }
</style>
"""
