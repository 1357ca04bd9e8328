"""The few rules of style that the public page of a school needs beyond the theme; constants only."""

STYLE = """
<style>
[class*="st-key-uses-row-"] { padding: .25rem 0 .75rem;
  border-bottom: 1px solid color-mix(in srgb, currentColor 14%, transparent); }
[class*="st-key-uses-row-"] p { overflow-wrap: anywhere; }
</style>
"""
