"""The few rules of style that the page of forms needs beyond the theme; constants only."""

STYLE = """
<style>
[class*="st-key-forms-row-"] { padding: .25rem 0 .5rem;
  border-bottom: 1px solid color-mix(in srgb, currentColor 14%, transparent); }
[class*="st-key-forms-row-"] p { overflow-wrap: anywhere; }
[class*="st-key-forms-row-"] button, [class*="st-key-forms-changed"] button { min-height: 2rem; padding: .15rem .35rem; }
[class*="st-key-forms-open-"] button em { position: absolute; width: 1px; height: 1px; overflow: hidden;
  clip-path: inset(50%); white-space: nowrap; }
[class*="st-key-forms-page"] [data-testid="InputInstructions"] { display: none; }
.st-key-forms-months [data-testid="stHorizontalBlock"] { align-items: center; gap: .5rem; }
.st-key-forms-months [data-testid="stVerticalBlock"] { gap: .5rem; }
</style>
"""
"""Streamlit's own hint in a box is English in every language, so it is not shown."""
