"""The few rules of style that the list of documents needs beyond the theme; constants only."""

_LINE = "color-mix(in srgb, currentColor 14%, transparent)"

STYLE = f"""
<style>
/* A row: what it is at the left, what can be done with it at the right. */
[class*="st-key-library-row-"] {{ padding: .5rem 0; border-bottom: 1px solid {_LINE}; }}
[class*="st-key-library-row-"] > :first-child {{ min-width: 0; flex: 1 1 14rem; }}
[class*="st-key-library-row-"] :is(p, button, button div) {{ overflow-wrap: anywhere; }}
[class*="st-key-library-row-"] p {{ line-height: 1.45; }}
[class*="st-key-library-open-"] button {{ justify-content: flex-start; text-align: left; height: auto; padding: 0; }}
[class*="st-key-library-open-"] button * {{ white-space: normal; text-align: left; justify-content: flex-start; }}
[class*="st-key-library-open-"] button p {{ font-weight: 600; }}
:is(.st-key-library-bar, [data-testid="stDialog"]) [data-testid="InputInstructions"] {{ display: none; }}
</style>
"""
