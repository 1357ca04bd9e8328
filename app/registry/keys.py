"""The keys of a ministry: made in a ceremony, one file each, readable by their owner alone, in the folder of its holder."""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from securesystemslib.signer import CryptoSigner, Key
from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import Metadata, Root

from app.errors import BadSetting
from app.registry.feed import REVOCATIONS_ROLE

COUNTS: Mapping[str, int] = {"root": 3, "targets": 3, "snapshot": 1, "timestamp": 1, REVOCATIONS_ROLE: 1}
THRESHOLDS: Mapping[str, int] = {"root": 2, "targets": 2, "snapshot": 1, "timestamp": 1, REVOCATIONS_ROLE: 1}
IN_ROOT = ("root", "targets", "snapshot", "timestamp")
ROOT_LIFE = timedelta(days=365)
PUBLIC, ONLINE, ON_CALL, HOLDER = "public", "online", "on-call", "holder"
KEYS_FILE = "keys.json"


@dataclass(frozen=True, slots=True)
class KeyRing:
    """The keys found in some folders, by role; an offline key that is not here simply cannot sign.

    Attributes:
        folder: holds what is public of the ministry: `roots/` and `keys.json`.
        public: every key by its name (`targets-2`), whether its private half is here or not.
        roots: every root that was published, oldest first (public).
    """

    folder: Path
    signers: Mapping[str, tuple[CryptoSigner, ...]]
    public: Mapping[str, Key]
    roots: tuple[bytes, ...]

    @classmethod
    def open(cls, *folders: Path) -> "KeyRing":
        """Read the keys of folders, one of which holds the published roots.

        Raises:
            BadSetting: a key file may be read by others than its owner or is no Ed25519 key, or no root is there.
        """
        home = next((folder for folder in folders if any((folder / "roots").glob("*.root.json"))), None)
        if home is None:
            named = ", ".join(folder.name for folder in folders)
            raise BadSetting(f"{named}: no root; hold the key ceremony first, or name its folder {PUBLIC!r}")
        found = {path.stem: _read(path) for path in _files(folders)}
        signers = {
            role: tuple(found[name] for name in sorted(found) if _role(name) == role) for role in COUNTS
        }
        roots = sorted((home / "roots").glob("*.root.json"), key=lambda path: int(path.name.split(".")[0]))
        public: dict[str, Key] = {name: signer.public_key for name, signer in found.items()}
        if (home / KEYS_FILE).is_file():
            public = _read_public(home / KEYS_FILE)
        return cls(home, signers, public, tuple(path.read_bytes() for path in roots))

    @property
    def root(self) -> bytes:
        """The first root: what a school's settings hold as its trust anchor."""
        return self.roots[0]

    def public_of(self, role: str) -> tuple[Key, ...]:
        """The public keys of a role."""
        return tuple(self.public[name] for name in sorted(self.public) if _role(name) == role)


def ceremony(folder: Path, at: datetime, *, apart: bool = False) -> bytes:
    """Make all keys of a new ministry and its first root, valid for a year.

    Args:
        folder: must not exist or be empty; becomes 0700, key files 0600.
        apart: a folder for each holder (`holder-1` to `holder-3` with a root and a targets key each, `online`,
            `on-call`), so that each can be carried away, and `public` for what everybody may have.

    Returns:
        The root, public: the trust anchor for every school.

    Raises:
        BadSetting: the folder holds something already.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise BadSetting(f"{folder.name}: keys are made in an empty folder only")
    folder.chmod(0o700)
    made: dict[str, CryptoSigner] = {}
    for role, count in COUNTS.items():
        for number in range(1, count + 1):
            name = f"{role}-{number}"
            made[name] = CryptoSigner.generate_ed25519()
            _write(folder / _place(name) if apart else folder, name, made[name])
    public = folder / PUBLIC if apart else folder
    (public / "roots").mkdir(mode=0o700, parents=True)
    keys = {name: signer.public_key for name, signer in made.items()}
    body = _root(
        keys, at, previous=None, signers=[made[name] for name in sorted(made) if _role(name) == "root"]
    )
    _write_public(public / KEYS_FILE, keys)
    (public / "roots" / "1.root.json").write_bytes(body)
    return body


def renew_root(*folders: Path, at: datetime, replace: Sequence[str] = (), into: Path | None = None) -> bytes:
    """Publish the next root, valid for another year; keys named in `replace` (`targets-2`) are made anew.

    The new root is signed by the root keys that are here, the replaced ones included: it must reach the threshold
    of the old root and its own. Keys that are not here stay as they are. A new key of the on-call role counts from
    the next list on, because the list's signatures name it.

    Args:
        into: where the new file of a key goes that is lost; else it replaces the old file where that lies.

    Raises:
        BadSetting: a name is no key of this ministry, its file is not here and `into` is not given, or too few
            root keys are here.
    """
    ring = KeyRing.open(*folders)
    places = {path.stem: path for path in _files(folders)}
    public = dict(ring.public)
    made: dict[str, CryptoSigner] = {}
    for name in replace:
        if name not in public:
            raise BadSetting(f"{name} is no key of this ministry; there are {', '.join(sorted(public))}")
        if name not in places and into is None:
            raise BadSetting(f"{name}: its file is not here; name the folder for the new one")
        made[name] = CryptoSigner.generate_ed25519()
        public[name] = made[name].public_key
    fresh = [signer for name, signer in made.items() if _role(name) == "root"]
    body = _root(public, at, previous=ring.roots[-1], signers=[*ring.signers["root"], *fresh])
    for name, signer in made.items():
        folder = places[name].parent if name in places else into
        if folder is not None:
            (folder / f"{name}.pem").unlink(missing_ok=True)
            _write(folder, name, signer)
    _write_public(ring.folder / KEYS_FILE, public)
    version = Metadata[Root].from_bytes(body).signed.version
    (ring.folder / "roots" / f"{version}.root.json").write_bytes(body)
    return body


def _root(
    keys: Mapping[str, Key], at: datetime, *, previous: bytes | None, signers: Sequence[CryptoSigner]
) -> bytes:
    before = None if previous is None else Metadata[Root].from_bytes(previous)
    version = 1 if before is None else before.signed.version + 1
    root = Root(version=version, expires=(at + ROOT_LIFE).replace(microsecond=0), consistent_snapshot=True)
    for name in sorted(keys):
        if _role(name) in IN_ROOT:
            root.add_key(keys[name], _role(name))
    for role in IN_ROOT:
        root.roles[role].threshold = THRESHOLDS[role]
    signed = Metadata(root)
    wanted = {*root.roles["root"].keyids, *(before.signed.roles["root"].keyids if before else ())}
    for signer in {signer.public_key.keyid: signer for signer in signers}.values():
        if signer.public_key.keyid in wanted:
            signed.sign(signer, append=True)
    for trusted in (before.signed if before else root, root):
        try:
            trusted.verify_delegate("root", signed.signed_bytes, signed.signatures)
        except RepositoryError as error:
            raise BadSetting(f"root: too few of its keys are here to sign a new root: {error}") from error
    return signed.to_bytes()


def _role(name: str) -> str:
    return name.rpartition("-")[0]


def _place(name: str) -> str:
    role, _, number = name.rpartition("-")
    if role in {"root", "targets"}:
        return f"{HOLDER}-{number}"
    return ON_CALL if role == REVOCATIONS_ROLE else ONLINE


def _files(folders: Sequence[Path]) -> tuple[Path, ...]:
    return tuple(
        path
        for folder in folders
        for path in sorted(folder.glob("*.pem"))
        if _role(path.stem) in COUNTS and path.stem.rpartition("-")[2].isdecimal()
    )


def _write(folder: Path, name: str, signer: CryptoSigner) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(folder / f"{name}.pem", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(signer.private_bytes)


def _read(path: Path) -> CryptoSigner:
    if path.stat().st_mode & 0o077:
        raise BadSetting(f"{path.name}: a key may be read by its owner alone; set mode 0600")
    try:
        key = load_pem_private_key(path.read_bytes(), None)
    except (ValueError, TypeError) as error:
        raise BadSetting(f"{path.name}: not a key: {error}") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise BadSetting(f"{path.name}: not an Ed25519 key")
    return CryptoSigner(key)


def _write_public(path: Path, keys: Mapping[str, Key]) -> None:
    rows = {name: {"keyid": key.keyid, **key.to_dict()} for name, key in sorted(keys.items())}
    part = path.with_name(path.name + ".part")
    part.write_text(json.dumps(rows, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    os.replace(part, path)


def _read_public(path: Path) -> dict[str, Key]:
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))
        return {name: Key.from_dict(row.pop("keyid"), row) for name, row in rows.items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadSetting(f"{path.name}: not the public keys of a ministry: {error}") from error
