"""What Streamlit words in English alone, worded anew by style: a lost connection, and the link that leads a keyboard past the menu.

Constants only; the words are those of the catalogues (a test compares them). Style cannot take a text out of a link and
leave it a link: the English words stay behind, without size, so a reader of screens says them after the page's own.
"""

LOST = {"kk": "Байланыс үзілді", "ru": "Нет связи", "en": "No connection"}
DETAIL = {
    "kk": "Сақталған мәтін жоғалған жоқ. Байланыс қалпына келгенде бет өзі ашылады. "
    "Бір минуттан кейін ашылмаса, бетті қайта жүктеңіз.",
    "ru": "Сохранённый текст не потерян. Как только связь вернётся, страница откроется сама. "
    "Если этого не случится за минуту, обновите её.",
    "en": "What was saved is not lost. The page opens by itself as soon as the connection is back. "
    "If it has not within a minute, reload it.",
}

SKIP = {"kk": "Негізгі мазмұнға өту", "ru": "Перейти к содержанию", "en": "Skip to main content"}

_DIALOG = (
    'body:has([data-testid="stApp"]:not([data-test-connection-state="CONNECTED"])) '
    '[data-testid="stDialog"]:not(:has([data-testid="stVerticalBlock"])) [role="dialog"]'
)
"""Streamlit's own dialog while it is not connected; one of ours has blocks in it."""
_TITLE, _TEXT = f"{_DIALOG} > h2", f"{_DIALOG} > h2 + div"
_LINK = '[data-testid="stSkipToContent"]'
_KK, _RU, _EN = "html:has(.st-key-words-kk)", "html:has(.st-key-words-ru)", "html:has(.st-key-words-en)"

STYLE = f"""
<style>
{_TITLE} {{ font-size: 0 !important; }}
{_TEXT} > * {{ display: none !important; }}
{_TITLE}::after {{ content: "{LOST["kk"]}"; font-size: 1.25rem; }}
{_TEXT}::after {{ content: "{DETAIL["kk"]}"; line-height: 1.5; }}
{_RU} {_TITLE}::after {{ content: "{LOST["ru"]}"; }}
{_RU} {_TEXT}::after {{ content: "{DETAIL["ru"]}"; }}
{_EN} {_TITLE}::after {{ content: "{LOST["en"]}"; }}
{_EN} {_TEXT}::after {{ content: "{DETAIL["en"]}"; }}
:is({_KK}, {_RU}) {_LINK} {{ font-size: 0 !important; }}
:is({_KK}, {_RU}) {_LINK}::before {{ font-size: .875rem; }}
{_KK} {_LINK}::before {{ content: "{SKIP["kk"]} "; }}
{_RU} {_LINK}::before {{ content: "{SKIP["ru"]} "; }}
</style>
"""
