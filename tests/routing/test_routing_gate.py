"""The gate decides at the instant of the call: what was routed a moment ago counts for nothing."""

from datetime import timedelta

import pytest

from app.database import Database
from app.i18n import LANGUAGES, translator
from app.registry import Registry
from app.routing import Gate, House, Permit, Refusal, Route, Router, SchoolPolicy
from app.runtime import Runtime
from tests.conftest import NOON, StillClock
from tests.registry.lists import Ministry, entry, registry, store
from tests.routing.lists import Held, labels, policy

ID = "urn:test:model:plain"
EMBEDDER = "urn:test:model:embedder"


def admit(
    held: Registry | None,
    entry_id: str = ID,
    purpose: str = "answer",
    personal: str = "none",
    chosen: SchoolPolicy | None = None,
) -> str:
    answer = Gate(Held(held)).admit(
        entry_id,
        purpose=purpose,
        personal_data=personal,
        policy=policy(ID, EMBEDDER) if chosen is None else chosen,
    )
    if isinstance(answer, Permit):
        return "permit"
    assert answer.entry_id == entry_id
    for language in LANGUAGES:
        assert translator(language).words(answer.reason)
    return answer.reason.key


def test_without_a_list_nothing_passes() -> None:
    assert admit(None) == "registry.trouble.none"


def test_a_permit_says_by_which_list_and_when() -> None:
    held = registry(entry())
    permit = Gate(Held(held)).admit(ID, purpose="answer", policy=policy(ID))

    assert isinstance(permit, Permit)
    assert (permit.entry.entry_id, permit.registry_sequence, permit.registry_digest) == (
        ID,
        held.sequence,
        held.digest,
    )
    assert permit.at == NOON


@pytest.mark.parametrize(
    "purpose", ["answer", "title", "rewrite", "judge", "fallback", "embeddings", "Embedding", ""]
)
def test_a_search_model_passes_for_embedding_only(purpose: str) -> None:
    held = registry(entry(), entry(EMBEDDER, kind="embedder"))

    assert admit(held, EMBEDDER, purpose) == "routing.refused.not_a_model"
    assert admit(held, ID, purpose) == "permit"


@pytest.mark.parametrize("purpose", ["embedding", "embedding.query", "embedding.passage"])
def test_nothing_but_a_search_model_embeds(purpose: str) -> None:
    held = registry(entry(), entry(EMBEDDER, kind="embedder"))

    assert admit(held, ID, purpose) == "routing.refused.not_an_embedder"
    assert admit(held, EMBEDDER, purpose) == "permit"
    assert isinstance(Gate(Held(held)).admit(EMBEDDER, purpose=purpose), Permit)


@pytest.mark.parametrize("purpose", ["answer", "title", "judge"])
def test_a_call_without_a_schools_policy_does_not_pass(purpose: str) -> None:
    answer = Gate(Held(registry(entry()))).admit(ID, purpose=purpose)

    assert isinstance(answer, Refusal)
    assert answer.reason.key == "routing.refused.no_policy"


def test_what_the_school_does_not_allow_does_not_pass() -> None:
    assert admit(registry(entry()), chosen=policy("urn:test:model:other")) == "routing.refused.not_allowed"
    assert admit(registry(entry()), chosen=policy(ID, version=0)) == "routing.refused.no_policy"


@pytest.mark.parametrize(
    ("country", "given", "personal", "expected"),
    [
        ("KZ", "pupil", "pupil", "permit"),
        ("KZ", "teacher", "pupil", "routing.refused.personal_class.pupil"),
        ("KZ", "none", "teacher", "routing.refused.personal_class.teacher"),
        ("IE", "pupil", "pupil", "routing.refused.abroad"),
        ("IE", "pupil", "none", "permit"),
        ("KZ", "pupil", "strange", "routing.refused.unknown_class"),
    ],
)
def test_whoever_is_named_stays_in_the_country(
    country: str, given: str, personal: str, expected: str
) -> None:
    held = registry(entry(data__processing_country=country, data__personal_data=given))

    assert admit(held, personal=personal) == expected


def test_the_test_provider_passes_only_where_it_is_allowed() -> None:
    held = registry(entry(provider="scripted"))

    assert admit(held) == "routing.refused.test_provider"
    allowed = Gate(Held(held), house=House(allow_scripted=True)).admit(
        ID, purpose="answer", policy=policy(ID)
    )
    assert isinstance(allowed, Permit)


def test_between_route_and_call_an_entry_can_end(
    sqlite_database: Database, runtime: Runtime, clock: StillClock, ministry: Ministry
) -> None:
    held = store(sqlite_database, runtime, ministry)
    held.take(ministry.publish(entry(expires_at=NOON + timedelta(seconds=5))), "test")
    gate, router, school = Gate(held), Router(held), policy(ID)
    assert isinstance(router.route(labels(), school), Route)
    sentences = []
    for _ in range(8):
        sentences.append(isinstance(gate.admit(ID, purpose="answer", policy=school), Permit))
        clock.move(seconds=1)

    assert sentences == [True] * 5 + [False] * 3


def test_a_revocation_stops_the_next_sentence(
    sqlite_database: Database, runtime: Runtime, clock: StillClock, ministry: Ministry
) -> None:
    serving, updating = store(sqlite_database, runtime, ministry), store(sqlite_database, runtime, ministry)
    updating.take(ministry.publish(entry()), "test")
    gate = Gate(serving)
    assert isinstance(gate.admit(ID, purpose="answer", policy=policy(ID)), Permit)

    updating.take(ministry.revoke(ID), "test")
    clock.move(seconds=1)

    answer = gate.admit(ID, purpose="answer", policy=policy(ID))
    assert isinstance(answer, Refusal)
    assert answer.reason.key == "registry.refused.revoked"


def test_a_clock_turned_back_gives_no_entry_back(
    sqlite_database: Database, runtime: Runtime, clock: StillClock, ministry: Ministry
) -> None:
    database_time = StillClock()
    held = store(sqlite_database, runtime, ministry, database_now=database_time.now)
    held.take(ministry.publish(entry(expires_at=NOON + timedelta(days=1))), "test")
    database_time.move(days=2)
    clock.move(days=-300)

    assert isinstance(Gate(held).admit(ID, purpose="answer", policy=policy(ID)), Refusal)
