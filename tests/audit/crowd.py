"""A small crowd of records of all sorts: several schools, people, languages, ends, rails and days."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from app.audit import AuditLog, Outcome, Step
from app.database import Entry
from tests.audit.cases import asked, sentence, sign_in
from tests.conftest import StillClock

SCHOOLS = ("school-17", "school-40", "lyceum-3")
ENTRIES = ("kz-extractive", "kz-llm-7b")
FLAGGED: tuple[Sequence[Mapping[str, Any]], ...] = (
    (),
    ({"rail": "personal_data", "action": "mask", "findings": [{"category": "phone"}, {"category": "iin"}]},),
    (
        {"rail": "injection", "action": "warn", "findings": [{"category": "override"}]},
        {"rail": "injection", "action": "block", "findings": [{"category": "override"}]},
    ),
    ({"rail": "size", "action": "block", "status": "error", "findings": []},),
)


def crowd(log: AuditLog, clock: StillClock, number: int = 24, *, policy: str | None = None) -> None:
    """So many exchanges, an hour apart; every fifth belongs to a process that died, every seventh has no text shown."""
    outcomes = list(Outcome)
    for turn in range(number):
        clock.move(hours=1)
        entry = asked(f"{turn}-сұрақ", language=("kk", "ru", "en")[turn % 3])
        entry = replace(
            entry,
            school=SCHOOLS[turn * turn % 3],
            actor=f"https://id.example.kz|teacher-{turn % 4}",
            clear={
                **entry.clear,
                "task": "ask" if turn % 2 else "write.lesson_plan",
                "policy_digest": policy,
            },
        )
        opened = log.open(entry)
        verdicts = FLAGGED[turn % len(FLAGGED)]
        opened.journal(
            Step(kind="checked", clear={"verdicts": list(verdicts)}, sealed={"masked": f"{turn}-сұрақ"})
        )
        if turn % 7:
            opened.journal(sentence(1, f"{turn}-жауап."))
        clock.move(seconds=turn)
        if turn % 5 == 4:
            clock.move(hours=1)
            log.recover()
        outcome = outcomes[turn % len(outcomes)]
        opened.close(
            outcome,
            {
                "entry_id": ENTRIES[turn % 2] if turn % 3 else None,
                "failure": "timeout" if outcome is Outcome.FAILED else None,
                "first_text_ms": 100 * turn or None,
                "total_ms": 1000 + 10 * turn,
            },
        )
        if turn % 6 == 0:
            log.append(sign_in())
    log.append(
        Entry(
            kind="audit_read", actor="https://id.example.kz|auditor", role="auditor", clear={"purpose": "x"}
        )
    )
