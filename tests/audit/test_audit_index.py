"""What the index finds and counts is what the bodies say, whichever way it is read, on each engine."""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.audit import AuditLog, Filter, Record
from app.audit import search as searching
from app.audit.facets import Facet, Flag, facet_of
from app.audit.fields import Kind
from app.audit.tables import FACET, INDEX
from app.database import Database
from app.runtime import Runtime
from tests.audit.cases import unlocked
from tests.audit.conftest import MakeLog
from tests.audit.crowd import SCHOOLS, crowd
from tests.conftest import StillClock

Says = Callable[[Mapping[str, Any]], bool]


@pytest.fixture
def log(make_log: MakeLog, runtime: Runtime, clock: StillClock) -> AuditLog:
    made = make_log(runtime=runtime)
    crowd(made, clock)
    return made


def everything(log: AuditLog) -> tuple[Record, ...]:
    return log.search(Filter(), limit=500).records


def categories(clear: Mapping[str, Any]) -> set[str]:
    acted = [one for one in clear.get("verdicts") or () if one["action"] != "allow"]
    return {found["category"] for one in acted for found in one.get("findings", ())}


FILTERS: dict[str, tuple[Filter, Says]] = {
    "nothing narrows": (Filter(), lambda clear: True),
    "kinds": (Filter(kinds=("closed", "abandoned")), lambda clear: clear["kind"] in ("closed", "abandoned")),
    "school": (Filter(school=SCHOOLS[1]), lambda clear: clear["school"] == SCHOOLS[1]),
    "schools": (Filter(schools=SCHOOLS[:2]), lambda clear: clear["school"] in SCHOOLS[:2]),
    "role": (Filter(role="auditor"), lambda clear: clear["role"] == "auditor"),
    "task": (Filter(task="ask"), lambda clear: clear.get("task") == "ask"),
    "outcome": (Filter(outcome="failed"), lambda clear: clear.get("outcome") == "failed"),
    "abandoned": (Filter(outcome="abandoned"), lambda clear: clear.get("outcome") == "abandoned"),
    "language": (Filter(language="ru"), lambda clear: clear["language"] == "ru"),
    "model": (Filter(entry_id="kz-llm-7b"), lambda clear: clear.get("entry_id") == "kz-llm-7b"),
    "rail": (Filter(rail="injection"), lambda clear: clear.get("rail") == "injection"),
    "category": (Filter(category="phone"), lambda clear: "phone" in categories(clear)),
    "no such category": (Filter(category="PHONE"), lambda clear: False),
    "several at once": (
        Filter(kinds=("closed",), school=SCHOOLS[0], task="ask", language="ru"),
        lambda clear: (
            (clear["kind"], clear["school"], clear.get("task"), clear["language"])
            == ("closed", SCHOOLS[0], "ask", "ru")
        ),
    ),
}


def test_an_empty_log_has_no_page_and_no_counts(make_log: MakeLog) -> None:
    log = make_log()

    assert log.search(Filter(), limit=10).records == ()
    assert log.counts(Filter(category="phone")) == {}


@pytest.mark.parametrize("few", [0, 20_000], ids=["back in time", "through facets"])
def test_what_is_found_and_counted_is_what_the_bodies_say(
    log: AuditLog, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "FEW", few)
    every = everything(log)

    assert len(every) > 50
    for name, (wanted, says) in FILTERS.items():
        expected = [one.record_id for one in every if says(one.clear)]
        words = Counter(one.clear.get("outcome") or one.clear["kind"] for one in every if says(one.clear))
        assert [one.record_id for one in log.search(wanted, limit=500).records] == expected, name
        assert log.counts(wanted) == words, name


def test_what_is_asked_of_single_records_is_narrowed_too(log: AuditLog) -> None:
    every = everything(log)
    one = next(record for record in every if record.kind == Kind.CLOSED)
    person = [record.record_id for record in every if record.pseudonym == one.pseudonym]
    wanted = Filter(pseudonym=one.pseudonym)

    assert [record.record_id for record in log.search(wanted, limit=500).records] == person
    assert sum(log.counts(wanted).values()) == len(person)
    assert log.search(Filter(code=one.receipt.code)).records == (one,)
    assert log.search(Filter(code=one.receipt.code, kinds=("asked",))).records == ()
    assert len(log.search(Filter(exchange_id=one.exchange_id)).records) == 2


def test_times_include_their_beginning_and_not_their_end(log: AuditLog) -> None:
    every = everything(log)
    first, last = every[40].created_at, every[5].created_at
    within = [one.record_id for one in every if first <= one.created_at < last]
    wanted = Filter(since=first, until=last)

    assert [one.record_id for one in log.search(wanted, limit=500).records] == within
    assert sum(log.counts(wanted).values()) == len(within)


@pytest.mark.parametrize("few", [0, 20_000], ids=["back in time", "through facets"])
@pytest.mark.parametrize("wanted", [Filter(), Filter(task="ask"), Filter(school=SCHOOLS[0])])
def test_pages_bring_every_record_once(
    log: AuditLog, few: int, wanted: Filter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "FEW", few)
    pages: list[Record] = []
    after = None
    while True:
        page = log.search(wanted, after=after, limit=7)
        pages += page.records
        after = page.next
        if after is None:
            break

    assert pages == list(log.search(wanted, limit=500).records)


def test_every_record_is_indexed_as_its_body_says(log: AuditLog, database: Database) -> None:
    rows = database.read(lambda session: session.execute(select(INDEX)).all())
    facets = {row.facet_id for row in database.read(lambda session: session.execute(select(FACET)).all())}
    placed = {row.record_id: row for row in rows}

    for record in everything(log):
        assert placed[record.record_id].facet_id == facet_of(record.clear).number
        assert placed[record.record_id].school == record.school
    assert {row.facet_id for row in rows} == facets


def test_a_log_without_an_index_gets_one_at_the_next_start(
    log: AuditLog, database: Database, make_log: MakeLog, runtime: Runtime
) -> None:
    every, counted = [one.record_id for one in everything(log)], log.counts(Filter(category="phone"))
    log.close()
    unlocked(database, work=lambda session: [session.execute(delete(one)) for one in (INDEX, FACET)])
    again = make_log(runtime=runtime)

    assert [one.record_id for one in everything(again)] == every
    assert again.counts(Filter(category="phone")) == counted


def test_an_index_row_that_is_missing_or_says_something_else_is_found(
    log: AuditLog, database: Database
) -> None:
    moved, hidden, worded = [one.record_id for one in log.search(Filter(kinds=("closed",))).records[:3]]
    facet = select(INDEX.c.facet_id).where(INDEX.c.record_id == worded).scalar_subquery()

    def attack(session: Session) -> None:
        session.execute(update(FACET).where(FACET.c.facet_id == facet).values(outcome="answered", task="x"))
        session.execute(update(INDEX).where(INDEX.c.record_id == moved).values(school="elsewhere"))
        session.execute(delete(INDEX).where(INDEX.c.record_id == hidden))

    before = log.room.index_differs()
    unlocked(database, work=attack)
    found = log.room.index_differs()

    assert before == ()
    assert {moved, hidden, worded} <= set(found)
    assert len(found) < len(everything(log))


def test_flags_are_what_was_acted_on_at_its_most_serious() -> None:
    verdicts = [
        {"rail": "links", "action": "allow", "findings": [{"category": "links"}]},
        {"rail": "injection", "action": "block", "findings": [{"category": "override"}]},
        {"rail": "injection", "action": "warn", "findings": [{"category": "override"}, {"category": "role"}]},
        {"rail": "size", "action": "block", "status": "timeout"},
    ]

    assert facet_of({"kind": "closed", "verdicts": verdicts}).flags == (
        Flag(rail="injection", category="override", action="block"),
        Flag(rail="injection", category="role", action="warn"),
        Flag(rail="size", category="timeout", action="block"),
    )
    assert facet_of({"kind": "asked"}) == Facet(kind="asked")


def test_the_number_of_a_facet_is_its_words_and_nothing_else() -> None:
    facet = Facet(kind="closed", language="kk", flags=(Flag(rail="a", category="b", action="mask"),))

    assert facet.number == 8832425699141053529
    assert facet.number != Facet(kind="closed", task="kk", flags=facet.flags).number
