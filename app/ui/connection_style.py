"""What a browser says while the server does not answer: Streamlit words it in English for programmers, so style words it anew.

Constants only; the words are those of the catalogues (a test compares them).
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

_DIALOG = (
    'body:has([data-testid="stApp"]:not([data-test-connection-state="CONNECTED"])) '
    '[data-testid="stDialog"]:not(:has([data-testid="stVerticalBlock"])) [role="dialog"]'
)
"""Streamlit's own dialog while it is not connected; one of ours has blocks in it."""
_TITLE, _TEXT = f"{_DIALOG} > h2", f"{_DIALOG} > h2 + div"
_RU, _EN = "html:has(.st-key-words-ru)", "html:has(.st-key-words-en)"

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
</style>
"""
