"""Sealing: opens with its key at its place only, commits to its text, and is gone with its key."""

from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import text

from app.audit import AuditLog
from app.audit.keyring import KeyRing
from app.audit.sealing import commit, decrypt, encrypt, seal, unseal
from app.audit.tables import KEY, WRAPPING_KEY
from app.database import Database
from app.errors import NotFound, TamperedLog
from app.runtime import Runtime
from tests.audit.cases import SCHOOL, TEACHER, asked, checked, exchange, sentence, sign_in
from tests.conftest import StillClock

OWNER_KEY = bytes(range(32))
THING = UUID("01931a2b-0000-7000-8000-000000000001").bytes
OTHER = UUID("01931a2b-0000-7000-8000-000000000002").bytes


def fixed(count: int) -> bytes:
    return b"\x07" * count


def test_what_was_sealed_opens_again() -> None:
    sealed = seal(OWNER_KEY, THING, "сұрақ".encode(), fixed)

    assert unseal(OWNER_KEY, THING, sealed.ciphertext, sealed.commitment) == "сұрақ".encode()


def test_the_sealed_form_has_its_golden_bytes() -> None:
    sealed = seal(OWNER_KEY, THING, b'{"raw":"?"}', fixed)
    golden = (Path(__file__).parent.parent / "golden" / "audit_sealed.txt").read_text().split()

    assert [sealed.ciphertext.hex(), sealed.digest, sealed.commitment] == golden


@pytest.mark.parametrize("at", [0, 5, 12, 20, -1])
def test_a_changed_byte_does_not_open(at: int) -> None:
    sealed = seal(OWNER_KEY, THING, b"text", fixed)
    changed = bytearray(sealed.ciphertext)
    changed[at] ^= 1

    with pytest.raises(TamperedLog):
        unseal(OWNER_KEY, THING, bytes(changed), sealed.commitment)


def test_a_sealed_text_does_not_open_at_another_records_place() -> None:
    sealed = seal(OWNER_KEY, THING, b"text", fixed)

    with pytest.raises(TamperedLog):
        unseal(OWNER_KEY, OTHER, sealed.ciphertext, sealed.commitment)


def test_a_text_that_was_not_committed_to_is_refused() -> None:
    sealed = seal(OWNER_KEY, THING, b"text", fixed)

    with pytest.raises(TamperedLog, match="commitment"):
        unseal(OWNER_KEY, THING, sealed.ciphertext, commit(OWNER_KEY, THING, b"texts"))


def test_a_guessed_text_cannot_be_confirmed_without_the_key() -> None:
    assert commit(OWNER_KEY, THING, b"yes") != commit(bytes(32), THING, b"yes")


@pytest.mark.parametrize("data", [b"", b"short", bytes(11)])
def test_bytes_that_were_never_sealed_do_not_open(data: bytes) -> None:
    with pytest.raises(TamperedLog):
        decrypt(OWNER_KEY, data, bound_to=b"")


def test_each_sealing_takes_a_fresh_nonce() -> None:
    randomness = Runtime().randomness
    made = {encrypt(OWNER_KEY, b"same", bound_to=b"", randomness=randomness) for _ in range(50)}

    assert len(made) == 50


def test_a_wrapping_key_is_made_per_school_and_month(database: Database, clock: StillClock) -> None:
    ring = KeyRing(database, Runtime(now=clock.now), bytes(32))
    owner = Runtime().new_id
    for school in ("a", "b", "a", None):
        database.write(ring.make(school, owner()).store)
    clock.move(days=10)
    database.write(ring.make("a", owner()).store)

    rows = database.read(lambda session: session.execute(WRAPPING_KEY.select()).all())
    assert {(row.school, row.month) for row in rows} == {
        ("a", "2026-11"),
        ("b", "2026-11"),
        ("", "2026-11"),
        ("a", "2026-12"),
    }
    assert database.read(lambda session: len(session.execute(KEY.select()).all())) == 5


def test_a_wrapping_key_of_a_rolled_back_transaction_seals_nothing_later(database: Database) -> None:
    ring, owner = KeyRing(database, Runtime(), bytes(32)), Runtime().new_id()

    def broken(session: object) -> None:
        ring.make(SCHOOL, owner, session)  # type: ignore[arg-type]
        raise RuntimeError("the caller broke")

    with pytest.raises(RuntimeError):
        database.write(broken)
    made = ring.make(SCHOOL, owner)
    database.write(made.store)

    fresh = KeyRing(database, Runtime(), bytes(32))
    assert database.read(lambda session: fresh.find(session, [owner])) == {owner: made.key}


def test_another_master_key_opens_nothing(database: Database) -> None:
    ring, owner = KeyRing(database, Runtime(), bytes(32)), Runtime().new_id()
    database.write(ring.make(SCHOOL, owner).store)
    stranger = KeyRing(database, Runtime(), bytes(range(32)))

    with pytest.raises(TamperedLog):
        database.read(lambda session: stranger.find(session, [owner]))


def test_the_vault_seals_and_opens_and_an_erased_value_is_gone(log: AuditLog, database: Database) -> None:
    owner, other = Runtime().new_id(), Runtime().new_id()
    sealed = database.write(
        lambda session: log.vault.seal(session, school=SCHOOL, owner=owner, data=b"title")
    )
    again = database.write(
        lambda session: log.vault.seal(session, school=SCHOOL, owner=owner, data=b"renamed")
    )

    assert database.read(lambda session: log.vault.open(session, owner=owner, sealed=sealed)) == b"title"
    assert database.read(lambda session: log.vault.open_many(session, {owner: again, other: b""})) == {
        owner: b"renamed"
    }
    database.write(lambda session: log.vault.seal(session, school=None, owner=other, data=b""))
    with pytest.raises(TamperedLog):
        database.read(lambda session: log.vault.open(session, owner=other, sealed=sealed))
    assert database.write(lambda session: log.vault.erase(session, owner))
    with pytest.raises(NotFound):
        database.read(lambda session: log.vault.open(session, owner=owner, sealed=sealed))
    assert not database.write(lambda session: log.vault.erase(session, owner))


def test_an_erased_exchange_stays_provable_and_is_unreadable(log: AuditLog, database: Database) -> None:
    opened, receipt = exchange(log, "Бірінші сөйлем.")
    log.sequence(finish=True)
    before = log.prove(receipt.record_id)
    database.write(lambda session: log.vault.erase(session, opened.id))

    record = log.find(receipt.record_id)
    assert record is not None
    with pytest.raises(NotFound):
        log.unseal(record, actor=TEACHER)
    stored = log.exchanges([opened.id], actor=TEACHER)[0]
    assert (stored.erased, stored.sealed, stored.outcome) == (True, {}, "answered")
    assert log.prove(receipt.record_id) == before
    assert log.verify().status == "ok"


def test_sealed_text_stands_nowhere_in_clear(log: AuditLog, database: Database, tmp_path: Path) -> None:
    canaries = [f"КАНАРЕЙКА-{number:02d}-canary" for number in range(50)]
    opened = log.open(asked(canaries[0]))
    opened.journal(checked(canaries[1]))
    for number, canary in enumerate(canaries[2:40]):
        opened.journal(sentence(number, canary))
    mid_stream = everything(database, tmp_path)
    opened.close("answered", {}, {"raw_output": canaries[40]})  # type: ignore[arg-type]
    for canary in canaries[41:]:
        seal_title(log, database, canary)
    log.append(sign_in())

    for held in (mid_stream, everything(database, tmp_path)):
        assert b"asked" in held
        assert not [
            canary for canary in canaries if canary.encode() in held or canary.encode("utf-16-le") in held
        ]


def seal_title(log: AuditLog, database: Database, title: str) -> bytes:
    owner = Runtime().new_id()
    return database.write(
        lambda session: log.vault.seal(session, school=SCHOOL, owner=owner, data=title.encode())
    )


def everything(database: Database, folder: Path) -> bytes:
    """The raw files of an SQLite database with its WAL, or every row of a PostgreSQL one."""
    if database.dialect == "sqlite":
        return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())
    names = text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    held = b""
    for name in database.read(lambda session: session.scalars(names).all()):
        whole = text(f'SELECT * FROM "{name}"')  # noqa: S608
        for row in database.read(lambda session, whole=whole: session.execute(whole).all()):  # type: ignore[misc]
            held += b"".join(value if isinstance(value, bytes) else str(value).encode() for value in row)
    return held
