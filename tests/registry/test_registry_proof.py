"""From log and archive alone: an honest log is proved, and archive, record or time that were tampered with are found."""

import copy
from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from app.assistant.turn import admitted
from app.audit import Kind
from app.audit.envelope import Draft, Stamp, compose
from app.database import Base, Database
from app.registry import RegistryStore
from app.registry.proof import prove
from app.registry.proof_records import Logged, Proof, Status
from app.registry.publish import OFFLINE, ONLINE, publish
from app.registry.tables import ArchiveRow, ListRow
from app.routing import Gate, House, Permit, SchoolPolicy
from app.runtime import Runtime
from tests.conftest import NOON, StillClock
from tests.registry.lists import Ministry, Remembering, entry, source, store

PLAIN, TWO, GONE = "urn:test:model:plain", "urn:test:model:two", "urn:test:model:gone"
HOUR = timedelta(hours=1)


class Scene:
    """A school that takes lists and asks, and the log that it leaves, as a list that a test may tamper with."""

    def __init__(self, database: Database, clock: StillClock, ministry: Ministry) -> None:
        self.clock, self.ministry, self.database = clock, ministry, database
        self.runtime = Runtime(now=clock.now, monotonic=clock.monotonic)
        self.recorder = Remembering()
        self.store: RegistryStore = store(database, self.runtime, ministry, self.recorder)
        self.gate = Gate(self.store, House())
        self.records: list[dict[str, Any]] = []
        self.roots: list[bytes] = [ministry.root]
        self._files: dict[str, bytes] | None = None

    def take(self, published: Path) -> None:
        self.store.take(published, "test")
        for record_id, one in zip(self.recorder.ids, self.recorder.entries, strict=True):
            draft = Draft(kind=Kind.REGISTRY_UPDATE, record_id=record_id, clear=one.clear)
            self.records.append(compose(draft, self.stamp()))
        self.recorder.ids.clear()
        self.recorder.entries.clear()

    def ask(self, entry_id: str = PLAIN, *, permit: Permit | None = None, kind: Kind = Kind.CLOSED) -> None:
        """One question answered by an entry, through the real gate, or by a permit that somebody made up."""
        exchange = self.runtime.new_id()
        asked = Draft(kind=Kind.ASKED, record_id=self.runtime.new_id(), exchange_id=exchange, clear={})
        self.records.append(compose(asked, self.stamp()))
        policy = SchoolPolicy(school="test", allowed=(PLAIN, TWO, GONE), version=1)
        given = permit or self.gate.admit(entry_id, purpose="answer", policy=policy)
        assert isinstance(given, Permit)
        clear: dict[str, Any] = {
            "entry_id": entry_id,
            **({"entry_digest": given.entry.digest} if kind is Kind.CLOSED else {}),
            "registry_sequence": given.registry_sequence,
            "registry_digest": given.registry_digest,
            "characters_shown": 10,
            "outcome": "answered",
        }
        if kind is Kind.CLOSED:
            clear["admitted"] = admitted([given, given])
        self.clock.move(seconds=3)
        end = Draft(kind=kind, record_id=self.runtime.new_id(), exchange_id=exchange, clear=clear)
        self.records.append(compose(end, self.stamp()))

    def die(self, entry_id: str, *, meanwhile: Callable[[], None]) -> None:
        """A question whose process died after it was routed, and what came while it waited."""
        exchange = self.runtime.new_id()
        asked = Draft(kind=Kind.ASKED, record_id=self.runtime.new_id(), exchange_id=exchange, clear={})
        self.records.append(compose(asked, self.stamp()))
        meanwhile()
        current = self.store.current()
        assert current is not None
        listed = {"registry_sequence": current.sequence, "registry_digest": current.digest}
        clear = {"entry_id": entry_id, "characters_shown": 0, "outcome": "abandoned", **listed}
        end = Draft(kind=Kind.ABANDONED, record_id=self.runtime.new_id(), exchange_id=exchange, clear=clear)
        self.records.append(compose(end, self.stamp()))

    def note(self, clear: dict[str, Any]) -> None:
        """A record beside the questions, a moment after what it tells of."""
        self.clock.move(seconds=3)
        draft = Draft(kind=Kind.ADMIN_CHANGE, record_id=self.runtime.new_id(), clear=clear)
        self.records.append(compose(draft, self.stamp()))

    def permits(self, *entries: str) -> list[dict[str, Any]]:
        """What the gate allows now, as a record holds it."""
        policy = SchoolPolicy(school="test", allowed=(PLAIN, TWO), version=1)
        given = [self.gate.admit(one, purpose="answer", policy=policy) for one in entries]
        return admitted([one for one in given if isinstance(one, Permit)])

    def stamp(self) -> Stamp:
        now = self.clock.now()
        return Stamp(
            time=now,
            database_time=now,
            instance_id=self.runtime.new_id(),
            lane=0,
            sequence=1,
            app_version="0",
            git_commit=None,
        )

    @property
    def files(self) -> dict[str, bytes]:
        """The archive by digest; what a test changes in it stays changed."""
        if self._files is None:
            self._files = self.database.read(
                lambda session: {
                    **{row.sha256: row.body for row in session.scalars(select(ArchiveRow))},
                    **{row.digest: row.body for row in session.scalars(select(ListRow))},
                }
            )
        return self._files

    def prove(self) -> Proof:
        return prove(
            lambda: (Logged(leaf=leaf, clear=clear) for leaf, clear in enumerate(self.records)),
            self.files.get,
            roots=self.roots,
        )

    def find(self, kind: str, number: int = 0) -> dict[str, Any]:
        return [record for record in self.records if record["kind"] == kind][number]

    def permit(self, number: int = 0) -> dict[str, Any]:
        row: dict[str, Any] = self.find("closed", number)["details"]["admitted"][0]
        return row


@pytest.fixture
def scene(sqlite_database: Database, clock: StillClock, ministry: Ministry) -> Scene:
    """Three lists in force one after the other: no. 1, its revocation of one entry, no. 2; a question under each."""
    made = Scene(sqlite_database, clock, ministry)
    entries = (entry(), entry(TWO), entry(GONE), entry("urn:test:model:idle", status="suspended"))
    made.take(ministry.publish(*entries))
    made.ask(PLAIN)
    made.ask(GONE)
    clock.move(hours=1)
    made.take(ministry.revoke(GONE, at=clock.now()))
    clock.move(hours=1)
    made.ask(TWO)
    made.take(ministry.publish(*entries, at=clock.now()))
    clock.move(hours=1)
    made.ask(PLAIN)
    return made


def test_of_an_empty_log_nothing_contradicts() -> None:
    assert prove(lambda: (), lambda digest: None, roots=()).status is Status.OK


def test_an_honest_log_is_proved(scene: Scene) -> None:
    proof = scene.prove()

    assert (proof.status, proof.problems) == (Status.OK, [])
    assert (proof.records, proof.answers, proof.calls, proof.updates) == (11, 4, 8, 3)


def test_the_archive_grows_by_what_is_new_alone(scene: Scene) -> None:
    before = len(scene.files)
    scene.clock.move(hours=1)
    scene.take(scene.ministry.renew(at=scene.clock.now()))
    scene._files = None

    # timestamp, snapshot and the metadata of revocations; their file, targets and the list stay
    assert len(scene.files) == before + 3


def every_file(scene: Scene) -> list[str]:
    return [
        digest
        for number in range(3)
        for digest in scene.find("registry_update", number)["details"]["evidence"].values()
        if isinstance(digest, str) and digest in scene.files
    ]


def test_each_file_that_is_gone_from_the_archive_is_missed(scene: Scene) -> None:
    assert len(set(every_file(scene))) == len(scene.files)
    for digest in set(every_file(scene)):
        body = scene.files.pop(digest)
        proof = scene.prove()
        assert proof.status is Status.CANNOT_TELL
        assert set(proof.found) == {"archive_missing", "list_not_derived"}
        scene.files[digest] = body


def test_each_file_of_the_archive_that_was_changed_is_found(scene: Scene) -> None:
    for digest in set(every_file(scene)):
        body = scene.files[digest]
        scene.files[digest] = body.replace(b"2", b"3", 1)
        proof = scene.prove()
        assert proof.status is Status.CONTRADICTION
        assert "list_unproved" in proof.found
        scene.files[digest] = body


def swapped(scene: Scene) -> None:
    """The files of the first list in the place of the last one's."""
    first, last = (scene.find("registry_update", number)["details"] for number in (0, 2))
    last["evidence"] = copy.deepcopy(first["evidence"])


def of_another_ministry(scene: Scene) -> None:
    """A list that somebody else signed, its files put into the archive and the record made to fit."""
    other = Ministry(scene.ministry.folder / "other")
    evil = Scene(Database(f"sqlite:///{other.folder / 'evil.db'}"), StillClock(NOON), other)
    evil.database.write(lambda session: Base.metadata.create_all(session.connection()))
    evil.take(other.publish(entry(), entry("urn:test:model:evil")))
    scene.files.update(evil.files)
    forged = evil.find("registry_update")
    forged["details"]["evidence"]["trusted_root"] = sha256(scene.ministry.root).hexdigest()
    forged["record_id"] = scene.find("registry_update")["record_id"]
    scene.records[scene.records.index(scene.find("registry_update"))] = forged
    evil.database.close()


def later(record: dict[str, Any], name: str, by: timedelta) -> None:
    record[name] = (datetime.fromisoformat(record[name]) + by).isoformat()


def an_answer_at_another_hour(scene: Scene) -> None:
    """Both records of a question two hours earlier."""
    for kind in ("asked", "closed"):
        for name in ("time", "database_time"):
            later(scene.find(kind, 3), name, -2 * HOUR)


def facts_of(scene: Scene) -> dict[str, Any]:
    """What the list says of an entry, as the end of a question repeats it."""
    current = scene.store.current()
    found = current.find(PLAIN) if current is not None else None
    assert found is not None
    return {
        "gen_ai.provider.name": found.provider,
        "gen_ai.request.model": found.model_id,
        "artefact_sha256": found.sha256,
    }


TAMPERED: dict[str, tuple[Callable[[Scene], object], str]] = {
    # the call
    "an entry that no list holds": (lambda s: s.permit().update(entry_id="urn:x:evil"), "not_in_force"),
    "a suspended entry": (lambda s: s.permit().update(entry_id="urn:test:model:idle"), "not_in_force"),
    "a revoked entry": (lambda s: s.permit(2).update(entry_id=GONE), "not_in_force"),
    "another digest of the entry": (lambda s: s.permit().update(entry_digest="0" * 64), "entry_differs"),
    "another digest of the list": (lambda s: s.permit().update(registry_digest="0" * 64), "list_differs"),
    "another number of the list": (lambda s: s.permit().update(registry_sequence=7), "list_differs"),
    "a list that never was": (lambda s: s.permit().update(update="none"), "list_unknown"),
    "no permit at all": (lambda s: s.find("closed")["details"].update(admitted=[]), "not_admitted"),
    "an answer by somebody else": (lambda s: s.find("closed").update(entry_id=TWO), "not_admitted"),
    "a search by what was not admitted": (
        lambda s: s.find("closed").update(relevance={}, embedding_entry="urn:x"),
        "not_admitted",
    ),
    "another digest of the entry that answered": (
        lambda s: s.find("closed").update(entry_digest="0" * 64),
        "entry_differs",
    ),
    "another file of the model": (
        lambda s: s.find("closed").update(artefact_sha256="0" * 64),
        "entry_differs",
    ),
    "another name of the model": (
        lambda s: s.find("closed").update({"gen_ai.request.model": "evil-7b"}),
        "entry_differs",
    ),
    "another provider": (
        lambda s: s.find("closed").update({"gen_ai.provider.name": "evil"}),
        "entry_differs",
    ),
    # the time
    "a call after the entry ended": (
        lambda s: later(s.permit(3), "last", timedelta(days=400)),
        "not_in_force",
    ),
    "a call before its list": (lambda s: later(s.permit(3), "first", -2 * HOUR), "before_its_list"),
    "a call by a replaced list": (
        lambda s: s.permit(2).update(update=s.find("registry_update")["record_id"]),
        "after_its_list",
    ),
    "a call at another hour": (lambda s: later(s.permit(3), "last", HOUR), "time_differs"),
    "records at another hour": (an_answer_at_another_hour, "time_differs"),
    "an instant that is none": (lambda s: s.permit().update(first="noon"), "time_unreadable"),
    # the coming of a list
    "another number in its record": (
        lambda s: s.find("registry_update").update(registry_sequence=5),
        "update_differs",
    ),
    "a revocation left out": (
        lambda s: s.find("registry_update", 1)["details"].update(revoked=[]),
        "update_differs",
    ),
    "taken at another hour": (
        lambda s: later(s.find("registry_update", 2)["details"], "taken_at", 5 * HOUR),
        "time_differs",
    ),
    "taken after it ended": (
        lambda s: later(s.find("registry_update", 2)["details"], "taken_at", timedelta(days=30)),
        "accepted_expired",
    ),
    "its record gone": (lambda s: s.records.remove(s.find("registry_update", 1)), "list_unknown"),
    "the files of another issue": (swapped, "update_differs"),
    "a list of another ministry": (of_another_ministry, "list_unproved"),
    "an older list after a newer one": (
        lambda s: s.find("registry_update", 0)["details"].update(revision=9),
        "rolled_back",
    ),
}


def pruned(scene: Scene, leaves: int, *, noted: bool = True) -> Proof:
    """The proof of what a pruning of the first leaves left."""
    left = list(enumerate(scene.records))[leaves:]
    return prove(
        lambda: (Logged(leaf=leaf, clear=clear) for leaf, clear in left),
        scene.files.get,
        roots=scene.roots,
        pruned=noted,
    )


@pytest.mark.parametrize(("leaves", "told"), [(1, {2, 4}), (2, {2, 4}), (4, {4})])
def test_of_calls_whose_list_went_with_a_pruning_it_cannot_tell(
    scene: Scene, leaves: int, told: set[int]
) -> None:
    """Also where the question went as well and its end is left."""
    proof = pruned(scene, leaves)

    assert (proof.status, proof.found) == (Status.CANNOT_TELL, {"list_pruned": len(told)})
    assert {problem.leaf for problem in proof.problems} == told


def test_nor_of_calls_that_were_noted_after_the_next_list_had_come(scene: Scene) -> None:
    scene.note({"event": "passages_embedded", "admitted": [dict(scene.permit(2))]})
    proof = pruned(scene, 8)

    assert (proof.status, proof.found) == (Status.CANNOT_TELL, {"list_pruned": 1})


def test_without_the_note_of_a_pruning_nothing_is_excused(scene: Scene) -> None:
    assert pruned(scene, 1, noted=False).found == {"list_unknown": 2}


@pytest.mark.parametrize(
    "harm",
    [
        lambda scene: scene.permit(2).update(update="none"),
        lambda scene: scene.permit(0).update(registry_sequence=9),
        lambda scene: later(scene.permit(0), "first", -HOUR),
        lambda scene: later(scene.permit(0), "last", HOUR),
        lambda scene: scene.permit(0).update(first="noon"),
    ],
)
def test_a_pruning_excuses_no_call_that_was_tampered_with(
    scene: Scene, harm: Callable[[Scene], object]
) -> None:
    harm(scene)
    proof = pruned(scene, 1)

    assert proof.status is Status.CONTRADICTION
    assert proof.found["list_unknown"] == 1


@pytest.mark.parametrize("name", TAMPERED)
def test_what_was_tampered_with_contradicts(name: str, scene: Scene) -> None:
    harm, key = TAMPERED[name]
    harm(scene)

    proof = scene.prove()

    assert proof.status is Status.CONTRADICTION, proof.found
    assert key in proof.found, proof.problems


def test_without_its_trust_anchor_nothing_can_be_told(scene: Scene, tmp_path: Path) -> None:
    scene.roots = [Ministry(tmp_path / "other").root]

    proof = scene.prove()

    assert proof.status is Status.CANNOT_TELL
    assert set(proof.found) == {"root_unknown", "list_not_derived"}


def test_a_list_of_an_older_release_that_names_no_files_cannot_be_told(scene: Scene) -> None:
    for name in ("evidence", "taken_at", "revision"):
        scene.find("registry_update")["details"].pop(name)

    assert scene.prove().status is Status.CANNOT_TELL


def test_an_answer_that_died_is_held_to_the_time_of_its_question(scene: Scene) -> None:
    scene.ask(TWO, kind=Kind.ABANDONED)
    proof = scene.prove()
    assert (proof.status, proof.by_time, proof.answers) == (Status.OK, 1, 5)

    scene.find("abandoned")["entry_id"] = GONE
    assert scene.prove().found == {"not_in_force": 1}


def test_an_answer_that_died_may_have_waited_for_the_next_list(scene: Scene) -> None:
    def next_list() -> None:
        scene.clock.move(minutes=4)
        scene.take(scene.ministry.publish(entry(), entry(TWO), at=scene.clock.now()))

    scene.die(TWO, meanwhile=next_list)
    proof = scene.prove()
    assert (proof.status, proof.problems, proof.by_time) == (Status.OK, [], 1)

    scene.find("abandoned")["entry_id"] = GONE
    assert scene.prove().found == {"not_in_force": 1}


def test_what_the_gate_would_not_have_admitted_contradicts(scene: Scene) -> None:
    current = scene.store.current()
    assert current is not None
    gone = current.find(GONE)
    assert gone is not None
    scene.ask(
        GONE,
        permit=Permit(
            entry=gone,
            registry_sequence=current.sequence,
            registry_digest=current.digest,
            at=scene.store.now(),
            update=current.update,
        ),
    )

    assert scene.prove().found == {"not_in_force": 1}


def test_what_an_end_repeats_of_its_entry_is_held_to_the_list(scene: Scene) -> None:
    for record in scene.records:
        if record["kind"] == "closed" and record["entry_id"] == PLAIN:
            record.update(facts_of(scene))

    assert scene.prove().problems == []


def test_an_answer_that_died_is_held_to_the_entry_that_embedded_too(scene: Scene) -> None:
    scene.ask(TWO, kind=Kind.ABANDONED)
    scene.find("abandoned").update(entry_id=None, embedding_entry=TWO)
    assert (scene.prove().status, scene.prove().by_time) == (Status.OK, 1)

    scene.find("abandoned")["embedding_entry"] = GONE
    assert scene.prove().found == {"not_in_force": 1}


def test_records_beside_the_questions_are_held_to_the_lists(scene: Scene) -> None:
    scene.note({"event": "passages_embedded", "admitted": scene.permits(PLAIN, TWO)})
    scene.note({"event": "protection_try_called", **scene.permits(PLAIN)[0]})
    scene.note({"event": "models_changed", "entry": "urn:x:evil"})  # of no call

    proof = scene.prove()

    assert (proof.status, proof.problems) == (Status.OK, [])
    assert (proof.answers, proof.others, proof.calls) == (4, 2, 8 + 3)


@pytest.mark.parametrize("shape", ["rows", "row"])
@pytest.mark.parametrize(
    ("harm", "key"),
    [
        (lambda permit: permit.update(entry_id="urn:x:evil"), "not_in_force"),
        (lambda permit: permit.update(entry_id=GONE), "not_in_force"),
        (lambda permit: permit.update(entry_digest="0" * 64), "entry_differs"),
        (lambda permit: permit.update(registry_digest="0" * 64), "list_differs"),
        (lambda permit: permit.update(update="none"), "list_unknown"),
        (lambda permit: later(permit, "last", HOUR), "time_differs"),
        (lambda permit: later(permit, "first", -2 * HOUR), "before_its_list"),
        (lambda permit: permit.update(first="noon"), "time_unreadable"),
    ],
)
def test_a_call_beside_the_questions_that_was_tampered_with_contradicts(
    scene: Scene, shape: str, harm: Callable[[dict[str, Any]], object], key: str
) -> None:
    (row,) = scene.permits(PLAIN)
    harm(row)
    told = {"admitted": [row]} if shape == "rows" else row
    scene.note({"event": "passages_embedded" if shape == "rows" else "protection_try_called", **told})

    proof = scene.prove()

    assert (proof.status, key in proof.found) == (Status.CONTRADICTION, True), proof.found


UNREADABLE: dict[str, Callable[[dict[str, Any]], object]] = {
    "words": lambda permit: "all",
    "a number in the list": lambda permit: [1],
    "words for a number": lambda permit: [{**permit, "times": "x"}],
    "a permit without a list": lambda permit: permit | {"times": -1},
    "no times": lambda permit: [{**permit, "times": None}],
}


@pytest.mark.parametrize("name", UNREADABLE)
@pytest.mark.parametrize("place", ["beside", "closed"])
def test_permits_of_another_form_are_found_and_stop_nothing(scene: Scene, name: str, place: str) -> None:
    permits = UNREADABLE[name](scene.permits(PLAIN)[0])
    scene.note({"event": "passages_embedded", "admitted": permits if place == "beside" else []})
    if place == "closed":
        scene.find("closed", 3)["details"]["admitted"] = permits

    proof = scene.prove()

    assert proof.status is Status.CONTRADICTION
    assert "permit_unreadable" in proof.found
    assert proof.answers == 4


@pytest.mark.parametrize("value", ["x", None, True, -1, 10**30])
@pytest.mark.parametrize("name", ["revision", "registry_sequence"])
def test_numbers_of_a_list_of_another_form_end_in_a_verdict(scene: Scene, name: str, value: object) -> None:
    update = scene.find("registry_update", 1)
    (update["details"] if name == "revision" else update)[name] = value

    assert scene.prove().status is not Status.OK


def test_a_long_indexing_began_long_before_its_record(scene: Scene) -> None:
    rows = scene.permits(PLAIN)
    scene.clock.move(minutes=50)
    scene.note({"event": "passages_embedded", "admitted": rows})

    assert scene.prove().problems == []


def test_a_clock_that_was_turned_back_contradicts_nothing(scene: Scene) -> None:
    scene.clock.move(days=-3)
    scene.ask(PLAIN)
    scene.take(scene.ministry.renew(at=NOON + 5 * HOUR))
    scene.ask(PLAIN)

    assert scene.prove().problems == []


def test_leaves_of_one_moment_stand_in_either_order(scene: Scene) -> None:
    scene.ask(PLAIN)
    before = scene.prove()
    scene.records[-2:] = reversed(scene.records[-2:])

    after = scene.prove()

    assert before.problems == after.problems == []
    assert before.answers == after.answers > 0


@pytest.mark.parametrize(("numbered", "found"), [(True, {}), (False, {"after_its_list": 1})])
def test_a_writers_numbers_tell_what_came_first_where_the_clock_was_set_back(
    scene: Scene, numbered: bool, found: dict[str, int]
) -> None:
    scene.clock.move(hours=3)
    scene.ask(PLAIN)
    scene.clock.move(hours=-2)
    scene.take(scene.ministry.renew(at=NOON + HOUR))
    if numbered:
        for number, record in enumerate(scene.records):
            record.update(instance_id="one", lane=0, sequence=number)
    scene.records.insert(len(scene.records) - 3, scene.records.pop())

    assert {key: min(count, 1) for key, count in scene.prove().found.items()} == found


def test_a_stick_is_proved_like_a_line(scene: Scene) -> None:
    scene.clock.move(hours=1)
    publish(
        source(entry(), entry(TWO)),
        scene.ministry.keys,
        scene.ministry.out,
        at=scene.clock.now(),
        profiles=(ONLINE, OFFLINE),
    )
    scene.take(scene.ministry.out / "offline")
    scene.clock.move(days=60)
    scene.ask(TWO)

    assert scene.prove().problems == []


def test_a_thousand_problems_of_a_kind_are_counted_and_five_listed(scene: Scene) -> None:
    for _ in range(20):
        scene.ask(PLAIN)
    for record in scene.records:
        if record["kind"] == "closed":
            record["details"]["admitted"][0]["entry_digest"] = "0" * 64

    proof = scene.prove()

    assert proof.found == {"entry_differs": 24}
    assert len(proof.problems) == 5
