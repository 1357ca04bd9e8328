"""The link that leads a keyboard past the menu, in the language of the page: Streamlit words it in English alone.

Constants only; the words are those of the catalogues (a test compares them). Style cannot take a text out of a link and
leave it a link: the English words stay behind, without size, so a reader of screens says them after the page's own.
"""

WORDS = {"kk": "Негізгі мазмұнға өту", "ru": "Перейти к содержанию", "en": "Skip to main content"}

_LINK = '[data-testid="stSkipToContent"]'
_KK, _RU = "html:has(.st-key-words-kk)", "html:has(.st-key-words-ru)"

STYLE = f"""
<style>
:is({_KK}, {_RU}) {_LINK} {{ font-size: 0 !important; }}
:is({_KK}, {_RU}) {_LINK}::before {{ font-size: .875rem; }}
{_KK} {_LINK}::before {{ content: "{WORDS["kk"]} "; }}
{_RU} {_LINK}::before {{ content: "{WORDS["ru"]} "; }}
</style>
"""
