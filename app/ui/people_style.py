"""The few rules of style that the page of people needs beyond the theme; constants only."""

STYLE = """
<style>
[class*="st-key-people-row-"] { padding: .25rem 0 .5rem;
  border-bottom: 1px solid color-mix(in srgb, currentColor 14%, transparent); }
[class*="st-key-people-row-"] p, .st-key-people-code p { overflow-wrap: anywhere; }
.st-key-people-code code { font-size: 1.15rem; letter-spacing: .04em; overflow-wrap: anywhere; white-space: pre-wrap; }
[class*="st-key-people-"] [data-testid="InputInstructions"], [data-testid="stForm"] [data-testid="InputInstructions"] { display: none; }
</style>
"""
"""Streamlit's own hint in a box is English in every language, so it is not shown."""
