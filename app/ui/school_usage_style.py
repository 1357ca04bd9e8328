"""The few rules of style that the page of limits and usage needs beyond the theme; constants only."""

STYLE = """
<style>
[class*="st-key-table-usage-"] table thead { display: none; }
[class*="st-key-table-usage-"] table td { white-space: nowrap; border: 0; padding: .1rem .75rem .1rem 0; vertical-align: middle; }
[class*="st-key-table-usage-"] table td:first-child { min-width: min(14rem, 30vw); white-space: normal; }
.st-key-table-usage-day table td:first-child { min-width: 3.2rem; white-space: nowrap; }
[class*="st-key-table-usage-"] table td:nth-child(2) { letter-spacing: -.05em; line-height: 1; }
[class*="st-key-table-usage-"] table td:last-child { width: 100%; font-variant-numeric: tabular-nums; }
@media (max-width: 640px) {
  [class*="st-key-table-usage-"] table td { padding-right: .5rem; }
  [class*="st-key-table-usage-"] table td:first-child { overflow-wrap: anywhere; font-size: .9rem; }
  [class*="st-key-table-usage-"]:not(.st-key-table-usage-day) table td:first-child { min-width: 40vw; max-width: 40vw; }
  [class*="st-key-table-usage-"] table td:nth-child(2) { font-size: .44rem; }
}
.st-key-usage_limits [data-testid="InputInstructions"] { display: none; }
</style>
"""
"""Streamlit's own hint in a box is English in every language, so it is not shown."""
