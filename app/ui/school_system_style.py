"""The few rules of style that the page of the system's state needs beyond the theme; constants only."""

STYLE = """
<style>
[class*="st-key-system-row-"] { padding: .25rem 0 .5rem;
  border-bottom: 1px solid color-mix(in srgb, currentColor 14%, transparent); }
[class*="st-key-system-row-"] p { overflow-wrap: anywhere; }
</style>
"""
