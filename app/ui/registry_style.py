"""The few rules of style that the registry page needs beyond the theme; constants only."""

STYLE = """
<style>
[class*="st-key-registry-row-"], .st-key-registry-head {
  border-bottom: 1px solid color-mix(in srgb, currentColor 14%, transparent); padding-bottom: .6rem; }
[class*="st-key-registry-row-"] button { padding: 0; min-height: 0; text-align: left; justify-content: flex-start; }
[class*="st-key-registry-row-"] button p { text-align: left; }
[class*="st-key-registry-row-"] [data-testid="stVerticalBlock"] { gap: .25rem; }
[class*="st-key-registry-row-"] .stMarkdownBadge { white-space: normal; }
.st-key-registry-about p { line-height: 1.5; }
@media (max-width: 640px) {
  .st-key-registry-head { display: none; }
  .st-key-table-scores :is(td, th) { padding-right: .5rem; font-size: .8125rem; }
  .st-key-table-scores td:nth-child(n + 4) { overflow-wrap: anywhere; }
  [class*="st-key-registry-row-"] [data-testid="stHorizontalBlock"] { gap: .4rem; }
}
</style>
"""
