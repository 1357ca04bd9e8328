"""The few rules of style that the workspace needs beyond the theme; constants only, never a person's text."""

PANEL = "work-panel"
"""Key of the panel at the right."""
PAPER = "work-paper"
"""Key of the document at the left."""

_LINE = "color-mix(in srgb, currentColor 14%, transparent)"
_SHEET = "color-mix(in srgb, currentColor 4%, transparent)"
_FIELD = '[class*="st-key-work-field-"]'
_ROW = '[class*="st-key-work-field-header-"]'
_STAGE = '[class*="st-key-work-field-"][class*="-stage"]'
_LIST = '[data-testid="stMarkdownContainer"] > ul'
_HIGH = "calc(100dvh - 9.5rem)"

STYLE = f"""
<style>
/* The sums and what can be done with the whole stay in sight. */
[data-testid="stLayoutWrapper"]:has(> .st-key-work-bar) {{ position: sticky; top: 0; z-index: 90;
  background: light-dark(#fbfbf9, #11181a); }}
.st-key-work-bar {{ padding: .5rem 0; border-bottom: 1px solid {_LINE}; }}
.st-key-work-bar p {{ font-variant-numeric: tabular-nums; line-height: 1.5; }}
/* The panel scrolls beside the document; on a phone it follows it. */
[data-testid="stLayoutWrapper"]:has(> .st-key-{PANEL}) {{ position: sticky; top: 6.5rem; max-height: {_HIGH}; }}
.st-key-{PANEL} {{ max-height: {_HIGH}; overflow-y: auto; padding: 0 .25rem .5rem 1rem; border-left: 1px solid {_LINE}; }}
.st-key-{PANEL} :is(p, li) {{ font-size: .9rem; line-height: 1.5; overflow-wrap: anywhere; }}
.st-key-{PANEL} :is(h3, h4) {{ font-size: .95rem; padding: .25rem 0; }}
/* A field: a quiet sheet, its buttons small and calm under it. */
{_FIELD} {{ padding: .5rem 0 .6rem; border-bottom: 1px solid {_LINE}; scroll-margin-top: 7rem; }}
{_FIELD} :is(p, li, td) {{ line-height: 1.5; overflow-wrap: anywhere; }}
{_FIELD} [data-testid="stMarkdownContainer"] {{ margin-bottom: 0; }}
{_FIELD} [data-testid="stMarkdownContainer"] > p {{ margin-bottom: .4rem; }}
{_FIELD} [data-testid="stMarkdownContainer"] > :last-child {{ margin-bottom: 0; }}
{_FIELD} :is(h2, h4) {{ font-size: 1rem; padding: 0 0 .4rem; }}
{_FIELD} h2 {{ font-size: 1.1rem; padding-top: .5rem; }}
{_FIELD} ul {{ margin-bottom: .25rem; list-style: disc; }}
{_FIELD} li li {{ margin-left: .15rem; }}
[class*="st-key-work-acts-"] {{ opacity: .78; }}
[class*="st-key-work-acts-"]:is(:hover, :focus-within) {{ opacity: 1; }}
[class*="st-key-work-acts-"] button {{ min-height: 1.75rem; padding: 0 .5rem 0 0; }}
[class*="st-key-work-acts-"] button p {{ font-size: .8rem; }}
/* The head of the form: labels at the left, values at the right. */
{_ROW} {_LIST} {{ display: grid; grid-template-columns: minmax(7rem, 11rem) minmax(0, 1fr); gap: .1rem 1rem;
  list-style: none; padding: 0; margin: 0; }}
{_ROW} {_LIST} > li {{ margin: 0; padding: 0; }}
{_ROW} {_LIST} > li:first-child {{ opacity: .8; }}
{_ROW} {_LIST} > li:first-child strong {{ font-weight: 500; }}
{_ROW} {_LIST} > li > ul {{ margin: 0; padding-left: 1.1rem; }}
{_ROW} {_LIST} > li p {{ margin-bottom: .25rem; }}
/* A row with one button has it at its right end, as a sign alone; its name is still read out. */
{_ROW} {{ position: relative; }}
[data-testid="stLayoutWrapper"]:has(> [class*="st-key-work-act-"]) {{ position: absolute; right: 0; top: .35rem; width: auto; }}
[class*="st-key-work-act-"] {{ opacity: .7; }}
[class*="st-key-work-act-"]:is(:hover, :focus-within) {{ opacity: 1; }}
[class*="st-key-work-act-"] button {{ min-height: 1.75rem; padding: 0 .4rem; }}
[class*="st-key-work-act-"] button [data-testid="stMarkdownContainer"] {{ position: absolute; width: 1px; height: 1px;
  overflow: hidden; clip-path: inset(50%); white-space: nowrap; }}
{_ROW}:has([class*="st-key-work-act-"]) {_LIST} {{ padding-right: 2.25rem; }}
/* A stage: its four columns beside each other where there is room, under each other on a phone. */
{_STAGE} {_LIST} {{ display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 14rem), 1fr)); gap: .5rem;
  list-style: none; padding: 0; margin: 0; }}
{_STAGE} {_LIST} > li {{ margin: 0; padding: .5rem .7rem; background: {_SHEET}; border-radius: .5rem; }}
{_STAGE} {_LIST} > li > ul {{ padding-left: .8rem; margin: .25rem 0 0; }}
{_STAGE} {_LIST} li li {{ font-size: .9375rem; line-height: 1.45; }}
{_STAGE} {_LIST} > li > strong {{ font-size: .875rem; opacity: .85; }}
{_FIELD} table {{ width: 100%; table-layout: fixed; }}
{_FIELD} :is(td, th) {{ overflow-wrap: anywhere; hyphens: auto; padding: .35rem .5rem; text-align: left; vertical-align: top; }}
{_FIELD} th:nth-child(4):last-child {{ width: 46%; }}
.st-key-work-title h1 {{ font-size: 1.35rem; padding: 0 0 .5rem; }}
.st-key-work-title [data-testid="stMarkdownContainer"] {{ margin-bottom: 0; }}
.st-key-{PAPER} [data-testid="stHeading"] h2 {{ font-size: 1.1rem; padding: 1rem 0 .75rem; }}
/* Streamlit's own hints in boxes and links beside headings are English in every language. */
[data-testid="stMain"] [data-testid="stHeaderActionElements"] {{ display: none; }}
:is(.st-key-{PAPER}, .st-key-{PANEL}, [data-testid="stDialog"]) [data-testid="InputInstructions"] {{ display: none; }}
/* The accent alone is too dim for small words on a dark ground. */
.st-key-work_tab button {{ padding: .25rem; min-width: 0; flex: 1 1 auto; }}
.st-key-work_tab button p {{ font-size: .75rem; }}
.st-key-work_tab button[data-selected] :is(p, span, div), .st-key-work_tab button[data-selected] {{
  color: inherit !important; font-weight: 600; }}
/* There Streamlit's own head is not transparent: what stays in sight stays below it. */
@media (max-width: 768px) {{
  [data-testid="stLayoutWrapper"]:has(> .st-key-work-bar) {{ top: 3.75rem; }}
  .st-key-work-bar {{ padding: .25rem 0 .5rem; }}
  {_FIELD} {{ scroll-margin-top: 11rem; }}
}}
@media (max-width: 640px) {{
  [data-testid="stLayoutWrapper"]:has(> .st-key-{PANEL}) {{ position: static; max-height: none; }}
  .st-key-{PANEL} {{ max-height: none; border-left: 0; border-top: 1px solid {_LINE}; padding: .75rem 0 0; }}
  {_ROW} {_LIST} {{ grid-template-columns: minmax(0, 1fr); }}
  .st-key-work-title h1 {{ font-size: 1.1rem; }}
  .st-key-work-bar p {{ font-size: .875rem; }}
  .st-key-work-actions button {{ padding: .25rem .6rem; }}
  .st-key-work-actions button [data-testid="stMarkdownContainer"] {{ position: absolute; width: 1px; height: 1px;
    overflow: hidden; clip-path: inset(50%); white-space: nowrap; }}
  {_FIELD} :is(td, th) {{ font-size: .8125rem; }}
}}
</style>
"""
