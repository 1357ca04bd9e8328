"""A receipt on paper: what the public page says of it, its proof letter by letter, and a code that leads to the page."""

from html import escape
from urllib.parse import quote

from app.audit.witness import paper
from app.i18n import Translator
from app.ui.receipt_check import Checked

BEGIN, END = '<pre id="proof">', "</pre>"


def address_of(public_url: str, code: str) -> str:
    """Where anybody may check a code."""
    return f"{public_url}/receipt?code={quote(code)}"


def to_html(checked: Checked, *, address: str, model: str, t: Translator) -> bytes:
    """The page; nothing of the person, the school or the text stands on it.

    Args:
        model: the model's name, or the words that none was called.
    """
    signed = t.time(checked.head_at) if checked.head_at is not None else t("receipt.unknown")
    rows = [
        ("receipt.field.code", f"<code>{escape(checked.code)}</code>"),
        ("receipt.field.recorded", t.time(checked.recorded_at) if checked.recorded_at else "—"),
        ("receipt.field.what", escape(t(f"receipt.what.{checked.what}"))),
        *([("receipt.field.model", escape(model))] if checked.what == "answer" else []),
        ("receipt.field.index", str(checked.index)),
        ("receipt.field.head", escape(t("receipt.head", size=t.number(checked.head_size), signed=signed))),
    ]
    body = (
        f'<div class="sheet"><div class="code">{paper.code(address)}</div>'
        f"<dl>{''.join(f'<dt>{escape(t(key))}</dt><dd>{text}</dd>' for key, text in rows)}"
        f"<dt>{escape(t('receipt.sheet.address'))}</dt><dd><code>{escape(address)}</code></dd></dl></div>"
        f"{BEGIN}{escape(checked.proof)}{END}<p>{escape(t('receipt.sheet.note'))}</p>"
    )
    return paper.page(title="receipt.sheet.title", body=body, language=t.language).encode()
