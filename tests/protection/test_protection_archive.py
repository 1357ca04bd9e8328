"""The archive says of a digest what the policy did, which choice made it, and which policy it replaced."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import text

from app.database import Database
from app.protection import PolicyArchive
from app.protection.archive import Archived
from app.runtime import Runtime
from guardrails.choice import NOTHING, choice_of, effective
from guardrails.policy import SHIPPED, parse, read
from guardrails.verdict import Action
from tests.conftest import StillClock
from tests.protection.protection_room import MILD, SCHOOL, STRICT, House, opened, person

NO_RECORD = UUID(int=0)


@pytest.fixture
def house(database: Database, tmp_path: Path, runtime: Runtime) -> Iterator[House]:
    with opened(database, tmp_path / "home", runtime) as made:
        yield made


def found(house: House, digest: str, *, school: str = SCHOOL, record_id: UUID = NO_RECORD) -> Archived | None:
    archive = PolicyArchive(house.database, read().digest)
    return archive.find(digest, school=school, at=house.runtime.now(), record_id=record_id)


def test_a_digest_that_never_judged_here_is_none(house: House) -> None:
    assert found(house, "ab" * 32) is None


def test_as_shipped_there_is_no_choice_and_nothing_before(house: House) -> None:
    house.protections.of(SCHOOL)

    archived = found(house, read().digest)

    assert archived is not None
    assert (archived.version, archived.before) == (None, None)
    assert archived.kept.policy == read()
    assert archived.kept.whole


def test_a_choice_names_its_version_and_what_it_replaced(house: House, clock: StillClock) -> None:
    house.protections.of(SCHOOL)
    clock.move(hours=1)
    first = house.change(STRICT)
    clock.move(hours=1)
    second = house.change(MILD, version=1, reason="Рөлдік ойын сабағы")

    one, two = found(house, first.standing.digest), found(house, second.standing.digest)

    assert one is not None
    assert one.version is not None
    assert one.before is not None
    assert (one.version.number, one.version.by_person, one.version.record_id) == (1, True, first.record_id)
    assert one.before.digest == read().digest
    assert one.kept.policy is not None
    assert one.kept.policy.categories["conduct.insult"] is Action.BLOCK
    assert two is not None
    assert two.version is not None
    assert two.before is not None
    assert (two.version.number, two.before.digest) == (2, first.standing.digest)
    elsewhere = found(house, first.standing.digest, school="elsewhere")
    assert elsewhere is not None
    assert elsewhere.version is None, "another school's choice is not told"


def test_a_newer_release_with_the_same_floor_makes_another_policy_of_the_same_choice(
    house: House, clock: StillClock
) -> None:
    first = house.change(STRICT)
    clock.move(hours=1)
    text = SHIPPED.read_text(encoding="utf-8")
    newer = parse(text.replace(f'version = "{read().version}"', 'version = "next"'))
    assert newer.floor == read().floor

    archived = found(house, house.of_release(newer).of(SCHOOL).policy_digest)

    assert archived is not None
    assert archived.version is not None
    assert archived.before is not None
    assert (archived.version.number, archived.version.by_person) == (2, False)
    assert archived.before.digest == first.standing.digest


def test_a_choice_that_changes_nothing_leaves_every_school_its_policy_before(
    house: House, clock: StillClock
) -> None:
    house.protections.of(SCHOOL)
    clock.move(hours=1)
    idle = choice_of({"actions": {"conduct.insult": "warn"}, "thresholds": {}, "rails": {}})
    assert effective(read(), idle).digest == read().digest
    house.change(idle)
    clock.move(hours=1)
    done = house.change(MILD, by=person(school="t", scope="t"))

    archived = found(house, done.standing.digest, school="t")

    assert archived is not None
    assert archived.before is not None, "another school's choice takes nothing from this one"
    assert archived.before.digest == read().digest


def test_another_schools_choice_is_never_what_was_before(house: House, clock: StillClock) -> None:
    house.change(STRICT)
    clock.move(hours=1)
    done = house.change(MILD, by=person(school="t", scope="t"))

    archived = found(house, done.standing.digest, school="t")

    assert archived is not None
    assert archived.before is not None
    assert archived.before.digest == read().digest


def test_what_only_a_choice_of_the_school_made_is_its_choice_whatever_two_clocks_say(
    house: House, clock: StillClock
) -> None:
    """The host that asked is behind the host on which the rules were changed."""
    house.protections.of(SCHOOL)
    clock.move(hours=1)
    done = house.change()
    clock.move(hours=-1)

    for record_id in (NO_RECORD, done.record_id):
        archived = found(house, done.standing.digest, record_id=record_id)

        assert archived is not None
        assert archived.version is not None
        assert (archived.version.number, archived.chosen_later) == (1, False)


def test_as_shipped_and_chosen_so_later_is_told_apart_from_never_chosen(
    house: House, clock: StillClock
) -> None:
    house.protections.of(SCHOOL)
    asked = house.runtime.now()
    clock.move(hours=1)
    house.change(STRICT)
    clock.move(hours=1)
    house.change(NOTHING, version=1)
    archive = PolicyArchive(house.database, read().digest)

    earlier = archive.find(read().digest, school=SCHOOL, at=asked, record_id=NO_RECORD)
    elsewhere, later = found(house, read().digest, school="t"), found(house, read().digest)

    assert earlier is not None
    assert (earlier.version, earlier.chosen_later) == (None, True)
    assert elsewhere is not None
    assert (elsewhere.version, elsewhere.chosen_later) == (None, False)
    assert later is not None
    assert later.version is not None
    assert later.version.number == 2


@pytest.mark.parametrize("stored", ["{}", "no policy", "", "1", "null", "[]", '"text"', '{"version": 1}'])
def test_what_does_not_have_its_digest_or_cannot_be_read_says_so(house: House, stored: str) -> None:
    house.database.write(
        lambda session: session.execute(
            text("INSERT INTO protection_policy (digest, canonical, kept_at) VALUES (:digest, :text, :at)"),
            {"digest": "ab" * 32, "text": stored, "at": house.runtime.now()},
        )
    )

    archived = found(house, "ab" * 32)

    assert archived is not None
    assert (archived.kept.policy, archived.kept.whole) == (None, False)
