"""The few rules of style that the Models page needs beyond the theme; constants only."""

STYLE = """
<style>
[class*="st-key-models-row-"] { padding: .25rem 0 .75rem;
  border-bottom: 1px solid color-mix(in srgb, currentColor 14%, transparent); }
[class*="st-key-models-order-"] button { padding: .15rem .35rem; min-height: 2rem; }
</style>
"""
