"""In force is granted, between its two dates, on a list that has not ended, and not taken away; all else is not."""

from datetime import datetime, timedelta

import pytest

from app.i18n import LANGUAGES, translator
from app.registry import Registry
from tests.conftest import NOON
from tests.registry.lists import entry, registry

ID = "urn:test:model:plain"
SECOND = timedelta(seconds=1)


def reason(held: Registry, entry_id: str = ID, at: datetime = NOON) -> str:
    found = held.in_force(entry_id, at)
    assert (found.entry is None) != (found.reason is None)
    if found.reason is None:
        return "in force"
    for language in LANGUAGES:
        assert translator(language).words(found.reason)
    return found.reason.key.removeprefix("registry.refused.")


def test_a_granted_entry_is_in_force() -> None:
    assert reason(registry(entry())) == "in force"


def test_nothing_stands_on_an_empty_list() -> None:
    assert reason(registry(entries=())) == "unknown"


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "*",
        "urn:test:model:*",
        "urn:test:model:plai",
        "urn:test:model:plain ",
        "URN:TEST:MODEL:PLAIN",
        "urn:test:model:plаin",
    ],
)
def test_an_id_matches_byte_for_byte_and_never_as_a_pattern(wrong: str) -> None:
    assert reason(registry(entry()), wrong) == "unknown"


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("granted", "in force"),
        ("suspended", "suspended"),
        ("withdrawn", "withdrawn"),
        ("expired", "expired"),
        ("granted_soon", "unknown_status"),
        ("ok", "unknown_status"),
    ],
)
def test_only_the_word_granted_grants(status: str, expected: str) -> None:
    assert reason(registry(entry(status=status))) == expected


def test_a_withdrawn_entry_names_its_successor() -> None:
    found = registry(entry(status="withdrawn", successor="urn:test:model:next")).in_force(ID, NOON)

    assert found.reason is not None
    assert found.reason.key == "registry.refused.replaced"
    assert "urn:test:model:next" in translator("ru").words(found.reason)


def test_the_edges_of_time_belong_to_the_start_and_not_to_the_end() -> None:
    start, end = NOON - timedelta(days=1), NOON + timedelta(days=1)
    held = registry(entry(effective_from=start, expires_at=end))

    assert reason(held, at=start - SECOND) == "not_yet"
    assert reason(held, at=start) == "in force"
    assert reason(held, at=end - SECOND) == "in force"
    assert reason(held, at=end) == "expired"


def test_a_list_that_has_ended_gives_nothing() -> None:
    held = registry(entry(), expires_at=NOON + timedelta(hours=1))

    assert reason(held, at=NOON + timedelta(hours=1) - SECOND) == "in force"
    assert reason(held, at=NOON + timedelta(hours=1)) == "list_expired"


def test_a_revoked_entry_is_not_in_force_whatever_the_list_says() -> None:
    assert reason(registry(entry(), revoked=[ID])) == "revoked"
    assert reason(registry(entry(), revoked=["urn:test:model:other"])) == "in force"


def test_days_in_reasons_are_of_kazakhstan() -> None:
    held = registry(entry(expires_at=datetime.fromisoformat("2026-11-20T20:30:00+00:00")))
    found = held.in_force(ID, NOON)

    assert found.reason is not None
    assert found.reason.facts["on"] == "21.11.2026"
