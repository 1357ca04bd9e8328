"""The few rules of style that the page of safety checks needs beyond the theme; constants only."""

STYLE = """
<style>
[class*="st-key-safety-row-"] { padding: .35rem 0 .9rem;
  border-bottom: 1px solid color-mix(in srgb, currentColor 14%, transparent); }
[class*="st-key-safety-seen-"] { padding: .3rem 0 .5rem;
  border-bottom: 1px solid color-mix(in srgb, currentColor 14%, transparent); }
.st-key-safety-strictness [data-testid="stSliderThumbValue"] { color: light-dark(#0f6e68, #5cc4ba); }
.st-key-safety-strictness table td { font-variant-numeric: tabular-nums; }
@media (max-width: 640px) {
  .st-key-safety-strictness table td, .st-key-safety-strictness table th { font-size: .8rem; padding: .25rem .35rem; }
}
.st-key-safety-change [data-testid="InputInstructions"],
.st-key-safety-try [data-testid="InputInstructions"] { display: none; }
</style>
"""
"""Streamlit's own hint in a box is English in every language, so it is not shown."""
