"""The newest head on paper, for a school without a line: its code scanned or typed is an anchor like any other."""

from datetime import datetime
from html import escape

from app.audit.checkpoint import parse, time_of
from app.audit.witness import paper
from app.i18n import translator


def to_html(note: str, *, printed_at: datetime) -> bytes:
    """The page.

    Args:
        note: the signed head; its text stands in the code and under it, letter by letter.

    Raises:
        ValueError: not a head.
    """
    head, t = parse(note), translator("kk")
    signed = time_of(note)
    rows = [
        ("witness.paper.log", f"<code>{escape(head.origin)}</code>"),
        ("witness.paper.size", f"<code>{head.size}</code>"),
        ("witness.paper.root", f"<code>{head.root.hex()}</code>"),
        ("witness.paper.signed", escape(t.time(signed)) if signed is not None else "—"),
        ("witness.paper.printed", escape(t.time(printed_at))),
    ]
    body = (
        f'<div class="sheet"><div class="code">{paper.code(note)}</div>{paper.facts(rows)}</div>'
        f'<pre id="note">{escape(note)}</pre>'
        f"{paper.paragraphs('witness.paper.what')}"
        f"{paper.hand('witness.paper.name', 'witness.paper.signature', 'witness.paper.date')}"
    )
    return paper.page(title="witness.paper.title", body=body).encode()
