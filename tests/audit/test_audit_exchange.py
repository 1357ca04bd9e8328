"""An exchange: steps durable before they are shown, one end, the journal folded into it and gone."""

import threading
from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import event, func, select, text

from app.audit import AuditLog, OpenExchange, Outcome, Step
from app.audit.journal import Written, chained, fold, intact
from app.audit.journalling import add
from app.audit.tables import JOURNAL, OPEN, RECORD
from app.database import Database
from app.errors import NotRecorded
from app.runtime import Runtime
from tests.audit.cases import TEACHER, asked, checked, exchange, routed, sentence
from tests.audit.conftest import MakeLog


def rows(database: Database, table: Any) -> int:
    return database.read(lambda session: session.scalar(select(func.count()).select_from(table)) or 0)


def clear_of(log: AuditLog, record_id: Any) -> Mapping[str, Any]:
    record = log.find(record_id)
    assert record is not None
    return record.clear


def test_the_question_is_durable_before_open_returns(log: AuditLog, database: Database) -> None:
    opened = log.open(asked())

    other = Database(database.url.render_as_string(hide_password=False))
    assert other.read(lambda session: session.scalar(select(RECORD.c.kind))) == "asked"
    other.close()
    assert opened.receipt.exchange_id == opened.id
    assert rows(database, OPEN) == 1


def test_the_journal_is_durable_when_it_returns(log: AuditLog, database: Database) -> None:
    opened = log.open(asked())
    opened.journal(checked(), routed())
    opened.journal(sentence(1, "Бірінші."))

    other = Database(database.url.render_as_string(hide_password=False))
    assert rows(other, JOURNAL) == 3
    other.close()


def test_closing_folds_the_journal_and_deletes_it(log: AuditLog, database: Database) -> None:
    opened, receipt = exchange(log, "Бірінші. ", "Екінші.")
    clear = clear_of(log, receipt.record_id)
    record = log.find(receipt.record_id)
    assert record is not None
    sealed = log.unseal(record, actor=TEACHER)

    assert rows(database, JOURNAL) == rows(database, OPEN) == 0
    assert (clear["outcome"], clear["source"], clear["total_ms"], clear["entry_id"]) == (
        "answered",
        "line",
        12,
        "kz-extractive",
    )
    assert (clear["language"], clear["task"], clear["role"]) == ("kk", "ask", "teacher")
    assert [one["number"] for one in clear["sentences"]] == [1, 2]
    assert clear["characters_shown"] == len("Бірінші. Екінші.")
    assert [step["kind"] for step in clear["steps"]] == ["checked", "routed", "sentence", "sentence"]
    assert [verdict["rail"] for verdict in clear["verdicts"]] == ["personal_data", "leak", "leak"]
    assert clear["journal"]["length"] == 4
    assert clear["journal"]["intact"] is True
    assert sealed["shown"] == ["Бірінші. ", "Екінші."]
    assert sealed["masked"] == "7.2.1.1 мақсатын қалай түсіндірем?"
    assert opened.id == receipt.exchange_id


def test_what_was_shown_is_what_the_journal_holds_whatever_the_caller_says(log: AuditLog) -> None:
    opened = log.open(asked())
    opened.journal(sentence(1, "Shown."))
    receipt = opened.close(
        Outcome.ANSWERED,
        {"characters_shown": 0, "sentences": []},
        {"shown": ["Never shown."], "raw_output": "x"},
    )
    record = log.find(receipt.record_id)

    assert record is not None
    assert log.unseal(record, actor=TEACHER)["shown"] == ["Shown."]
    assert log.unseal(record, actor=TEACHER)["raw_output"] == "x"
    assert record.clear["characters_shown"] == 6


def test_an_exchange_without_steps_is_closed_too(log: AuditLog) -> None:
    opened = log.open(asked())
    receipt = opened.close(Outcome.STOPPED)

    clear = clear_of(log, receipt.record_id)
    assert clear["journal"] == {"length": 0, "digest": opened.receipt.leaf_hash, "intact": True}


def test_closing_again_gives_the_same_receipt(log: AuditLog, database: Database) -> None:
    opened, receipt = exchange(log, "a")

    assert opened.close(Outcome.FAILED) == receipt
    assert rows(database, RECORD) == 2


def test_a_journal_after_the_end_is_refused(log: AuditLog, database: Database) -> None:
    opened, _ = exchange(log, "a")

    with pytest.raises(NotRecorded):
        opened.journal(sentence(2, "b"))
    assert rows(database, JOURNAL) == 0


def test_steps_are_one_statement_outside_a_transaction_and_so_one_way_to_the_server_and_back(
    make_log: MakeLog, database: Database
) -> None:
    if database.dialect != "postgresql":
        pytest.skip("on SQLite there is no way to a server")
    opened, said = make_log().open(asked()), list[tuple[str, bool]]()
    opened.journal(checked())

    def hear(_connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        # The driver itself sends BEGIN and COMMIT, which no listener hears, unless its connection is on autocommit.
        said.append((statement, cursor.connection.autocommit))

    event.listen(database.engine, "before_cursor_execute", hear)
    opened.journal(routed(), sentence(1, "Бірінші."))
    event.remove(database.engine, "before_cursor_execute", hear)

    ((statement, autocommit),) = said
    assert statement.startswith("INSERT INTO audit_journal")
    assert autocommit
    assert rows(database, JOURNAL) == 3


def test_as_many_steps_as_anybody_writes_are_one_transaction(log: AuditLog, database: Database) -> None:
    opened = log.open(asked())
    opened.journal(*(sentence(number, f"{number}. ") for number in range(1, 602)))
    assert rows(database, JOURNAL) == 601

    record = log.find(opened.close(Outcome.ANSWERED).record_id)
    assert record is not None
    assert record.clear["journal"]["intact"] is True
    assert len(log.unseal(record, actor=TEACHER)["shown"]) == 601


def test_of_many_steps_of_which_the_last_cannot_be_written_none_is(log: AuditLog, database: Database) -> None:
    opened = log.open(asked())
    opened.journal(*(sentence(number, "a") for number in range(1, 3)))
    # Somebody else's step stands in the place of the last.
    twin = [Written(number=152, kind="sentence", body=b"sealed", digest="00" * 32)]
    database.write(lambda session: add(session, opened.id, twin))

    with pytest.raises(NotRecorded):
        opened.journal(*(sentence(number, "b") for number in range(3, 153)))
    assert rows(database, JOURNAL) == 3


def test_of_several_steps_for_an_ended_exchange_none_is_written(log: AuditLog, database: Database) -> None:
    opened = log.open(asked())
    written = [
        Written(number=at, kind="sentence", body=b"sealed", digest=f"{at:064x}") for at in range(1, 202)
    ]
    opened.close(Outcome.STOPPED)

    for number in (2, 201):
        few = written[:number]
        assert database.write(lambda session, few=few: add(session, opened.id, few)) is False  # type: ignore[misc]
    assert rows(database, JOURNAL) == 0


def test_no_steps_are_no_commit(log: AuditLog, database: Database) -> None:
    log.open(asked()).journal()

    assert rows(database, JOURNAL) == 0


def test_a_step_with_text_in_clear_is_refused(log: AuditLog, database: Database) -> None:
    opened = log.open(asked())

    with pytest.raises(ValueError, match="sealed"):
        opened.journal(Step(kind="sentence", clear={"text": "in clear"}))
    opened.journal(sentence(1, "still going"))
    assert rows(database, JOURNAL) == 1


def test_parallel_exchanges_each_get_one_question_and_one_end(make_log: MakeLog, database: Database) -> None:
    log = make_log(threads=True)
    done: list[OpenExchange] = []

    def work(number: int) -> None:
        for turn in range(4):
            opened, _ = exchange(log, f"{number}-{turn}. ", "Екінші. ", "Үшінші.")
            done.append(opened)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    log.sequence(finish=True)
    kinds = database.read(
        lambda s: s.execute(select(RECORD.c.kind, func.count()).group_by(RECORD.c.kind)).all()
    )

    assert len(done) == 120
    assert {kind: number for kind, number in kinds} == {"asked": 120, "closed": 120}
    assert (rows(database, JOURNAL), rows(database, OPEN)) == (0, 0)
    report = log.verify()
    assert (report.exit_code, report.size, report.waiting) == (0, 240, 0)


def test_two_threads_that_close_at_once_write_one_end(log: AuditLog, database: Database) -> None:
    opened = log.open(asked())
    receipts = []
    threads = [
        threading.Thread(target=lambda: receipts.append(opened.close(Outcome.STOPPED))) for _ in range(5)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(set(receipts)) == 1
    assert rows(database, RECORD) == 2


def test_a_journal_that_somebody_changed_is_reported_by_the_end(log: AuditLog, database: Database) -> None:
    opened = log.open(asked())
    opened.journal(sentence(1, "Shown."), sentence(2, "Shown too."))
    database.write(lambda session: session.execute(text("DELETE FROM audit_journal WHERE number = 2")))
    receipt = opened.close(Outcome.ANSWERED)

    record = log.find(receipt.record_id)
    assert record is not None
    assert record.clear["journal"]["intact"] is False
    assert log.unseal(record, actor=TEACHER)["shown"] == ["Shown.", "Shown too."]
    log.sequence(finish=True)
    report = log.verify()
    assert report.exit_code == 1
    assert [words.key for words in report.problems] == ["audit.problem.journal_changed"]


def test_the_chain_breaks_at_every_changed_part() -> None:
    exchange_id, first = Runtime().new_id(), "00" * 32
    steps, before = [], first
    for number in (1, 2, 3):
        digest = chained(before, exchange_id, number, "sentence", b"body")
        steps.append(Written(number=number, kind="sentence", body=b"body", digest=digest))
        before = digest

    assert intact(steps, exchange_id, first)
    assert intact([], exchange_id, first)
    assert not intact(steps[1:], exchange_id, first)
    assert not intact([steps[0], steps[2]], exchange_id, first)
    assert not intact([steps[1], steps[0], steps[2]], exchange_id, first)
    assert not intact(steps, Runtime().new_id(), first)
    assert not intact(steps, exchange_id, "11" * 32)
    changed = Written(number=2, kind="withheld", body=b"body", digest=steps[1].digest)
    assert not intact([steps[0], changed, steps[2]], exchange_id, first)


def test_an_empty_journal_folds_to_nothing_shown() -> None:
    folded = fold([])

    assert folded.sealed == {"shown": [], "withheld": []}
    assert folded.clear["sentences"] == []


def test_one_question_journals_in_as_many_commits_as_it_is_told(log: AuditLog, database: Database) -> None:
    opened = log.open(asked())
    opened.journal(*(sentence(number, f"{number}.") for number in range(1, 11)))

    assert rows(database, JOURNAL) == 10
    assert opened.close(Outcome.ANSWERED).exchange_id == opened.id
