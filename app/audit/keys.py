"""The key files of the log: made at the first start, held to their fingerprints ever after, the signing key replaced."""

import hashlib
import hmac
import os
import stat
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.audit.note import Signer
from app.audit.tables import KeyFingerprintRow
from app.database import Database
from app.errors import BadSetting
from app.runtime import Runtime

NAMES = ("master", "signing", "pepper")
LENGTH = 32
VERIFIER = "verifier.pub"
SIGNING = "signing"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Keys:
    """`master` wraps the keys that seal, `signer` signs checkpoints, `pepper` makes pseudonyms.

    `origin` names the log: the name of its first signing key, whichever signs now. `signing` is the name under which
    the database knows the one that signs.
    """

    master: bytes
    signer: Signer
    pepper: bytes
    origin: str
    signing: str = SIGNING

    def pseudonym(self, actor: str) -> str:
        """The name of a person in the log, as 64 hex digits.

        Args:
            actor: `iss|sub`.
        """
        return hmac.new(self.pepper, actor.encode(), hashlib.sha256).hexdigest()


def load(folder: Path, database: Database, runtime: Runtime) -> Keys:
    """The keys in `folder`, made there if this database has never seen any.

    Beside them lies `verifier.pub`, the public half that `ustaz audit verify` is given.

    Raises:
        BadSetting: a file is missing, changed, cut, or readable by others; names the file.
    """
    known = _known(database)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    number = newest_number(known)
    names = {name: numbered(number) if name == SIGNING else name for name in NAMES}
    values = {
        name: _value(folder / f"{stored}.key", known.get(stored), runtime) for name, stored in names.items()
    }
    if not known:
        _remember(database, runtime, values, folder)
    signer = signer_of(values[SIGNING])
    lines = _published(folder / VERIFIER, signer.verifier, first=number == 1)
    origin = lines[0].split("+")[0]
    return Keys(
        master=values["master"],
        signer=signer,
        pepper=values["pepper"],
        origin=origin,
        signing=names[SIGNING],
    )


def signer_of(seed: bytes) -> Signer:
    """The signing key from its 32 bytes; each key has a name of its own."""
    private = Ed25519PrivateKey.from_private_bytes(seed)
    digest = hashlib.sha256(private.public_key().public_bytes_raw()).hexdigest()
    return Signer(name=f"ustaz.local/log-{digest[:12]}", key=private)


def numbered(number: int) -> str:
    """The name of the log's nth signing key: `signing`, `signing-2`, `signing-3` ..."""
    return SIGNING if number == 1 else f"{SIGNING}-{number}"


def newest_number(known: Collection[str]) -> int:
    """Which signing key is in use, of the names that the database knows."""
    number = 1
    while numbered(number + 1) in known:
        number += 1
    return number


def next_signing(folder: Path, session: Session, runtime: Runtime) -> tuple[str, bytes]:
    """The name of the next signing key, and its bytes from a new file; a file that a crash left behind is taken up.

    Raises:
        BadSetting: that file is cut or readable by others.
    """
    name = numbered(newest_number(set(session.scalars(select(KeyFingerprintRow.name)))) + 1)
    return name, _value(folder / f"{name}.key", None, runtime)


def replaced(session: Session, keys: Keys) -> bool:
    """Whether the log's signing key was replaced since these were read; the older one must sign nothing more."""
    known = set(session.scalars(select(KeyFingerprintRow.name)))
    return bool(known) and numbered(newest_number(known)) != keys.signing


def fingerprint(name: str, value: bytes) -> str:
    """What the database keeps of a key: enough to know it again, nothing to derive it from."""
    return hashlib.sha256(b"ustaz key\x00" + name.encode() + b"\x00" + value).hexdigest()


def _known(database: Database) -> dict[str, str]:
    statement = select(KeyFingerprintRow.name, KeyFingerprintRow.fingerprint)
    return database.read(lambda session: {row.name: row.fingerprint for row in session.execute(statement)})


def _value(path: Path, expected: str | None, runtime: Runtime) -> bytes:
    if not path.exists():
        if expected is not None:
            raise _refused("key_missing", path, "is missing: put it back from the backup of the keys folder")
        _create(path, runtime.randomness(LENGTH))
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode != 0o600:
        raise _refused(
            "key_mode", path, f"has mode {mode:04o}, expected 0600: chmod 600 it", mode=f"{mode:04o}"
        )
    try:
        value = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except (OSError, ValueError) as error:
        raise _refused("key_unreadable", path, "cannot be read: put it back from the backup") from error
    if len(value) != LENGTH:
        raise _refused(
            "key_unreadable",
            path,
            f"holds {len(value)} bytes, expected {LENGTH}: put it back from the backup",
        )
    if expected is not None and not hmac.compare_digest(fingerprint(path.stem, value), expected):
        raise _refused("key_changed", path, "is not the key of this database: put the right one back")
    return value


def _create(path: Path, value: bytes) -> None:
    """Write a key whole or not at all, never over another process's."""
    draft = path.with_suffix(f".{os.getpid()}.new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            os.fchmod(file.fileno(), 0o600)
            file.write(value.hex() + "\n")
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink()


def _remember(database: Database, runtime: Runtime, values: dict[str, bytes], folder: Path) -> None:
    rows = [
        {"name": name, "fingerprint": fingerprint(name, value), "created_at": runtime.now()}
        for name, value in values.items()
    ]

    def write(session: Session) -> None:
        session.execute(insert(KeyFingerprintRow), rows)

    try:
        database.write(write)
    except IntegrityError as error:
        stored = _known(database)
        for name, value in values.items():
            if stored.get(name) != fingerprint(name, value):
                raise _refused(
                    "key_changed", folder / f"{name}.key", "is not the key of this database"
                ) from error


def _published(path: Path, verifier: str, *, first: bool) -> tuple[str, ...]:
    """The lines of the public file, oldest key first, with this key's among them."""
    lines = path.read_text(encoding="utf-8").split() if path.exists() else []
    if first:
        lines = [verifier]
    elif not lines:
        raise _refused("key_missing", path, "is missing: put it back from the backup of the keys folder")
    elif verifier not in lines:
        lines.append(verifier)
    text = "".join(f"{line}\n" for line in lines)
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        draft = path.with_suffix(f".{os.getpid()}.new")
        draft.write_text(text, encoding="utf-8")
        draft.replace(path)
    return tuple(lines)


def _refused(key: str, path: Path, why: str, **facts: str) -> BadSetting:
    return BadSetting(
        f"keys/{path.name} {why}", key=f"audit.refusal.{key}", file=f"keys/{path.name}", **facts
    )
