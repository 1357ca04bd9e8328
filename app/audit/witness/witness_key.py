"""The key of a witness: made at its first start, named once, never readable by others."""

import os
import re
import stat
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.audit.append_file import sync_folder
from app.audit.witness.cosignature import Cosigner
from app.audit.witness.witness_state import WitnessState
from app.errors import BadSetting
from app.runtime import Runtime

KEY, PUBLIC = "witness.key", "witness.pub"
LENGTH = 32
NAME = re.compile(r"[^\s+]{1,180}")


def key_in(folder: Path, name: str | None, runtime: Runtime) -> Cosigner:
    """The key in a folder, made there under `name` with an empty state if there is none.

    Raises:
        BadSetting: the file is missing, cut or readable by others, or the name is not the key's.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path, public = folder / KEY, folder / PUBLIC
    if not public.exists():
        if path.exists():
            raise BadSetting(f"{PUBLIC} is missing beside {KEY}: put it back from the backup")
        if name is None or NAME.fullmatch(name) is None:
            raise BadSetting("--name: a new witness needs a name without spaces and plus signs")
        WitnessState.make(folder)  # before the key: whoever has the key has the state, or lost it
        _create(path, runtime.randomness(LENGTH).hex() + "\n", 0o600)
        _create(public, _read(path, name).verifier + "\n", 0o644)
        sync_folder(folder)
    line = public.read_text(encoding="utf-8").strip()
    cosigner = _read(path, line.split("+")[0])
    if cosigner.verifier != line:
        raise BadSetting(f"{KEY} is not the key of {PUBLIC}: put the right one back")
    if name is not None and name != cosigner.name:
        raise BadSetting(f"--name: this folder holds the key of {cosigner.name}")
    return cosigner


def _read(path: Path, name: str) -> Cosigner:
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        seed = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except (OSError, ValueError) as error:
        raise BadSetting(f"{KEY} is missing or cannot be read: put it back from the backup") from error
    if mode != 0o600:
        raise BadSetting(f"{KEY} has mode {mode:04o}, expected 0600: chmod 600 it")
    if len(seed) != LENGTH:
        raise BadSetting(f"{KEY} holds {len(seed)} bytes, expected {LENGTH}: put it back from the backup")
    return Cosigner(name=name, key=Ed25519PrivateKey.from_private_bytes(seed))


def _create(path: Path, text: str, mode: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        os.fchmod(file.fileno(), mode)
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
