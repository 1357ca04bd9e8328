"""The keys of a ministry: made in a ceremony, one file each, readable by their owner alone."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import Metadata, Root

from app.errors import BadSetting
from app.registry.feed import REVOCATIONS_ROLE

COUNTS: Mapping[str, int] = {"root": 3, "targets": 3, "snapshot": 1, "timestamp": 1, REVOCATIONS_ROLE: 1}
THRESHOLDS: Mapping[str, int] = {"root": 2, "targets": 2, "snapshot": 1, "timestamp": 1, REVOCATIONS_ROLE: 1}
ROOT_LIFE = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class KeyRing:
    """The keys found in a folder, by role; an offline key that is not here simply cannot sign.

    Attributes:
        roots: every root that was published, oldest first (public).
    """

    folder: Path
    signers: Mapping[str, tuple[CryptoSigner, ...]]
    roots: tuple[bytes, ...]

    @classmethod
    def open(cls, folder: Path) -> "KeyRing":
        """Read the keys of a folder.

        Raises:
            BadSetting: a key file may be read by others than its owner, is no Ed25519 key, or no root is there.
        """
        signers = {
            role: tuple(_read(path) for path in sorted(folder.glob(f"{role}-*.pem"))) for role in COUNTS
        }
        paths = sorted((folder / "roots").glob("*.root.json"), key=lambda path: int(path.name.split(".")[0]))
        if not paths:
            raise BadSetting(f"{folder.name}: no root; hold the key ceremony first")
        return cls(folder, signers, tuple(path.read_bytes() for path in paths))

    @property
    def root(self) -> bytes:
        """The first root: what a school's settings hold as its trust anchor."""
        return self.roots[0]


def ceremony(folder: Path, at: datetime) -> bytes:
    """Make all keys of a new ministry and its first root, valid for a year.

    The root and targets keys belong on separate offline media after this; the folder is only where they are born.

    Args:
        folder: must not exist or be empty; becomes 0700, key files 0600.

    Returns:
        The root, public: the trust anchor for every school.

    Raises:
        BadSetting: the folder holds something already.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise BadSetting(f"{folder.name}: keys are made in an empty folder only")
    folder.chmod(0o700)
    for role, count in COUNTS.items():
        for number in range(1, count + 1):
            _write(folder / f"{role}-{number}.pem", CryptoSigner.generate_ed25519())
    (folder / "roots").mkdir(mode=0o700)
    return _publish_root(folder, at, previous=None, old_keys=())


def renew_root(folder: Path, at: datetime, *, replace: tuple[str, ...] = ()) -> bytes:
    """Publish the next root, valid for another year; keys named in `replace` (`targets-2`) are made anew.

    The new root is signed by the keys of the old root and by its own.

    Raises:
        BadSetting: a name in `replace` is no key of this folder.
    """
    ring = KeyRing.open(folder)
    for name in replace:
        path = folder / f"{name}.pem"
        if not path.is_file():
            raise BadSetting(f"{name} is no key of this folder")
        path.unlink()
        _write(path, CryptoSigner.generate_ed25519())
    return _publish_root(folder, at, previous=ring.roots[-1], old_keys=ring.signers["root"])


def _publish_root(
    folder: Path, at: datetime, *, previous: bytes | None, old_keys: tuple[CryptoSigner, ...]
) -> bytes:
    version = 1 if previous is None else Metadata[Root].from_bytes(previous).signed.version + 1
    root = Root(version=version, expires=(at + ROOT_LIFE).replace(microsecond=0), consistent_snapshot=True)
    own: tuple[CryptoSigner, ...] = ()
    for role in ("root", "targets", "snapshot", "timestamp"):
        signers = tuple(_read(path) for path in sorted(folder.glob(f"{role}-*.pem")))
        for signer in signers:
            root.add_key(signer.public_key, role)
        root.roles[role].threshold = THRESHOLDS[role]
        own = signers if role == "root" else own
    signed = Metadata(root)
    for signer in {signer.public_key.keyid: signer for signer in (*own, *old_keys)}.values():
        signed.sign(signer, append=True)
    body = signed.to_bytes()
    (folder / "roots" / f"{version}.root.json").write_bytes(body)
    return body


def _write(path: Path, signer: CryptoSigner) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
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
