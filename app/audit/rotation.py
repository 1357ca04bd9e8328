"""Replacing the key that signs heads: a new file, a record, and one head under both keys."""

import hashlib
from pathlib import Path

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.audit import keys as key_files
from app.audit.durable import durably
from app.audit.keeper import Keeper
from app.audit.privacy.alone import alone
from app.audit.tables import KeyFingerprintRow
from app.database import Database, Entry, Recorder
from app.errors import Conflict
from app.runtime import Runtime

EVENT = "signing_key_replaced"


def rotate(
    keeper: Keeper, database: Database, runtime: Runtime, home: Path, recorder: Recorder, by: Entry | None
) -> str:
    """Replace the signing key; gives the line of the new one, which auditors and witnesses add to theirs.

    The old key's file is not needed any more; its line stays in `verifier.pub`, so that old heads keep verifying.

    Args:
        by: school, actor and role of the person who asked for it.

    Raises:
        Conflict: another process writes to this log, or what was signed contradicts the tables.
        NotRecorded: the database did not take it; the key is as it was.
    """
    keeper.sequence(finish=True)
    if not keeper.alone():
        raise Conflict("another process writes to this log", key="audit.refusal.rotation_busy")
    folder = home / "keys"
    old = keeper.keys.signer
    name, seed = database.read(lambda session: key_files.next_signing(folder, session, runtime))
    new = key_files.signer_of(seed)
    row = {
        "name": name,
        "fingerprint": key_files.fingerprint(name, seed),
        "created_at": runtime.now(),
    }
    person = by or Entry(kind="admin_change")
    entry = Entry(
        kind="admin_change",
        school=person.school,
        actor=person.actor,
        role=person.role,
        clear={
            "event": EVENT,
            "before_digest": hashlib.sha256(old.verifier.encode()).hexdigest(),
            "after_digest": hashlib.sha256(new.verifier.encode()).hexdigest(),
            "verifier": new.verifier,
        },
    )

    def work(session: Session, again: bool) -> None:
        alone(session)
        if again and (there := session.get(KeyFingerprintRow, name)) is not None:
            if there.fingerprint != row["fingerprint"]:
                raise Conflict("another process replaced the key", key="audit.refusal.rotation_busy")
            return
        if key_files.replaced(session, keeper.keys):
            raise Conflict("another process replaced the key", key="audit.refusal.rotation_busy")
        session.execute(insert(KeyFingerprintRow), row)
        recorder.record(session, entry)

    durably(database, work)
    key_files.load(folder, database, runtime)
    keeper.hand_over()
    return new.verifier
