"""The few rules of style that the Documents page needs beyond the theme; constants only."""

STYLE = """
<style>
[class*="st-key-documents-row-"] { padding: .25rem 0 .75rem;
  border-bottom: 1px solid color-mix(in srgb, currentColor 14%, transparent); }
[class*="st-key-documents-held-"] { border-left: 3px solid color-mix(in srgb, currentColor 25%, transparent);
  padding-left: .75rem; }
[class*="st-key-documents-row-"] p, [class*="st-key-documents-upload-"] p { overflow-wrap: anywhere; }
</style>
"""
