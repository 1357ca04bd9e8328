"""Entries, steps and whole exchanges with invented people, shared by the audit tests."""

from collections.abc import Callable
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.audit import AuditLog, OpenExchange, Outcome, Receipt, Step
from app.database import Database, Entry

TEACHER = "https://id.example.kz|teacher-1"
SCHOOL = "school-17"


def asked(
    text: str = "7.2.1.1 мақсатын қалай түсіндірем?",
    *,
    language: str = "kk",
    conversation: UUID | None = None,
) -> Entry:
    """An asked entry of the demo teacher."""
    known = {
        "language": language,
        "task": "ask",
        "gen_ai.operation.name": "chat",
        "gen_ai.conversation.id": None if conversation is None else str(conversation),
    }
    return Entry(
        kind="asked", school=SCHOOL, actor=TEACHER, role="teacher", clear=known, sealed={"raw": text}
    )


def sentence(number: int, text: str) -> Step:
    """A shown sentence."""
    return Step(
        kind="sentence",
        clear={
            "number": number,
            "characters": len(text),
            "citations": ["p1"],
            "grounding": "grounded",
            "verdicts": [{"rail": "leak", "action": "allow", "score": "0.0"}],
        },
        sealed={"text": text},
    )


def checked(masked: str = "7.2.1.1 мақсатын қалай түсіндірем?") -> Step:
    """What the input rails said."""
    return Step(
        kind="checked",
        clear={"verdicts": [{"rail": "personal_data", "action": "mask", "score": "1.0"}]},
        sealed={"masked": masked},
    )


def routed(entry_id: str = "kz-extractive") -> Step:
    """The route."""
    return Step(
        kind="routed",
        clear={"entry_id": entry_id, "registry_sequence": 4},
        sealed={"prompt": [["user", "?"]]},
    )


def exchange(
    log: AuditLog,
    *texts: str,
    outcome: Outcome = Outcome.ANSWERED,
    language: str = "kk",
    conversation: UUID | None = None,
) -> tuple[OpenExchange, Receipt]:
    """A whole exchange that shows these sentences."""
    opened = log.open(asked(language=language, conversation=conversation))
    opened.journal(checked(), routed())
    for number, piece in enumerate(texts, 1):
        opened.journal(sentence(number, piece))
    return opened, opened.close(outcome, {"total_ms": 12})


def sign_in(record_id: UUID | None = None) -> Entry:
    """A small record without text."""
    return Entry(
        kind="auth",
        school=SCHOOL,
        actor=TEACHER,
        role="teacher",
        clear={"event": "sign_in"},
        record_id=record_id,
    )


def unlocked(
    database: Database, *statements: str, work: Callable[[Session], object] = lambda session: None
) -> None:
    """Do what only an attacker with the database's own rights can: pass the triggers."""

    def attack(session: Session) -> None:
        if database.dialect == "postgresql":
            session.execute(text("SET LOCAL session_replication_role = replica"))
        else:
            triggers = session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all()
            for name in triggers:
                session.execute(text(f"DROP TRIGGER {name}"))
        for statement in statements:
            session.execute(text(statement))
        work(session)

    database.write(attack)
