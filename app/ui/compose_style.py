"""The few rules of style that the New page needs beyond the theme; constants only."""

_ROWS = ".st-key-compose-rows"
_CHOSEN = ".st-key-compose-chosen"
_LINE = "color-mix(in srgb, currentColor 14%, transparent)"
_SHEET = "color-mix(in srgb, currentColor 5%, transparent)"

STYLE = f"""
<style>
/* Found objectives stand under each other as rows: the code in a column of its own, the wording beside it. */
{_ROWS} [role="radiogroup"] {{ display: flex; flex-direction: column; gap: 0; }}
{_ROWS} button {{ width: 100%; max-width: 100%; height: auto; justify-content: flex-start; text-align: left;
  padding: .5rem; border: 0; border-radius: 0; background: transparent; border-bottom: 1px solid {_LINE}; }}
{_ROWS} button * {{ white-space: normal; overflow: visible; text-overflow: clip; }}
{_ROWS} button > *, {_ROWS} button [data-testid="stMarkdownContainer"] {{ width: 100%; max-width: 100%;
  justify-content: flex-start; text-align: left; overflow-wrap: anywhere; }}
{_ROWS} button:focus-visible {{ border-radius: .3rem; }}
{_ROWS} button p {{ display: grid; grid-template-columns: 5.25rem minmax(0, 1fr); gap: 0 .5rem; line-height: 1.45; }}
{_ROWS} button p > strong {{ font-variant-numeric: tabular-nums; overflow-wrap: normal; }}
{_ROWS} button p > :not(strong) {{ grid-column: 2; }}
/* Chosen objectives are quiet sheets with their way out at the right. */
[class*="st-key-compose-chip-"] {{ background: {_SHEET}; border-radius: .6rem; padding: .35rem .5rem .35rem .8rem; }}
[class*="st-key-compose-chip-"] p {{ line-height: 1.45; overflow-wrap: anywhere; }}
[class*="st-key-compose-chip-"] > :first-child {{ min-width: 0; flex: 1 1 0; }}
.st-key-compose-topics button {{ height: auto; max-width: 100%; text-align: left; }}
.st-key-compose-topics button * {{ white-space: normal; }}
/* Streamlit's own hints in boxes are English in every language. */
.st-key-compose-form [data-testid="InputInstructions"] {{ display: none; }}
/* The accent alone is too dim for small words on a dark ground. */
.st-key-compose_kind button[data-selected] :is(p, span, div), .st-key-compose_kind button[data-selected],
.st-key-compose_minutes button[data-selected] :is(p, span, div), .st-key-compose_minutes button[data-selected] {{
  color: inherit !important; font-weight: 600; }}
.st-key-compose_unfinished button p {{ text-align: left; }}
</style>
"""
