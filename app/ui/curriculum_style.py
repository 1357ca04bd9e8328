"""The few rules of style that the Curriculum page needs beyond the theme; constants only."""

_ROWS = '[class*="st-key-curriculum-rows-"]'
_TILES = '[class*="st-key-curriculum-tiles-"]'
_LINE = "color-mix(in srgb, currentColor 14%, transparent)"

STYLE = f"""
<style>
/* One element a list: its choices stand under each other as rows, or side by side as tiles. */
{_ROWS} [role="radiogroup"] {{ display: flex; flex-direction: column; gap: 0; }}
{_TILES} [role="radiogroup"] {{ display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 230px), 1fr)); gap: .6rem; }}
:is({_ROWS}, {_TILES}) button {{ width: 100%; max-width: 100%; height: auto; justify-content: flex-start; text-align: left; }}
:is({_ROWS}, {_TILES}) button * {{ white-space: normal; overflow: visible; text-overflow: clip; }}
:is({_ROWS}, {_TILES}) button > *, :is({_ROWS}, {_TILES}) button [data-testid="stMarkdownContainer"] {{ width: 100%;
  max-width: 100%; justify-content: flex-start; text-align: left; overflow-wrap: anywhere; }}
/* A row: the code in a column of its own, the wording beside it. */
{_ROWS} button {{ padding: .55rem .5rem; border: 0; border-radius: 0; background: transparent;
  border-bottom: 1px solid {_LINE}; }}
{_ROWS} button:focus-visible {{ border-radius: .3rem; }}
{_ROWS} button p {{ display: grid; grid-template-columns: 5.25rem minmax(0, 1fr); gap: 0 .5rem; line-height: 1.45; }}
{_ROWS} button p > strong {{ font-variant-numeric: tabular-nums; overflow-wrap: normal; }}
{_ROWS} button p > :not(strong) {{ grid-column: 2; }}
{_TILES} button {{ padding: .7rem .9rem; border-radius: .6rem; align-items: flex-start; }}
{_TILES} button p {{ line-height: 1.5; }}
/* Three languages side by side, also on a phone: long words break. */
[class*="st-key-table-terms-"] table {{ table-layout: fixed; }}
[class*="st-key-table-terms-"] td {{ overflow-wrap: anywhere; hyphens: auto; }}
@media (max-width: 640px) {{
  [class*="st-key-table-terms-"] :is(td, th) {{ padding-right: .6rem; }}
  [class*="st-key-table-terms-"] td {{ font-size: .875rem; }}
}}
/* The accent alone is too dim for small words on a dark ground. */
:is(.st-key-curriculum_view, .st-key-curriculum_level) button[data-selected] :is(p, span, div) {{ color: inherit !important; }}
:is(.st-key-curriculum_view, .st-key-curriculum_level) button[data-selected] {{ color: inherit !important; font-weight: 600; }}
/* Streamlit's own hint in the search box and its link beside a heading are English in every language. */
[data-testid="stMain"] [data-testid="stHeaderActionElements"] {{ display: none; }}
.st-key-curriculum-bar [data-testid="InputInstructions"] {{ display: none; }}
</style>
"""
