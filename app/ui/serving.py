"""Starting the server: which sign-in there is, and Streamlit on app/main.py from the project root."""

import os
import stat
import tomllib
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from app.accounts import dev_identity
from app.accounts.dev_identity import DevelopmentSignIn
from app.errors import BadSetting
from app.runtime import Runtime
from app.settings import ROOT, Settings

MAIN = ROOT / "app" / "main.py"
CALLBACK = "/oauth2callback"
NEEDED = ("redirect_uri", "cookie_secret")
SHORTEST_SECRET = 32


def serve(settings: Settings, *, port: int | None = None) -> int:
    """Serve until stopped; the exit status is 0.

    Args:
        port: in place of the one in `settings`; the printed address follows.

    Raises:
        BadSetting: the app must not start so.
    """
    if port is not None and port != settings.port:
        os.environ["USTAZ_PORT"] = str(port)  # noqa: TID251 - app/main.py reads the settings anew in this process
        settings = Settings.from_env()
    means_of_sign_in(settings, Runtime())
    from streamlit.web import cli  # heavy, and only this command needs it

    os.chdir(
        ROOT
    )  # Streamlit reads .streamlit/config.toml from here; elsewhere its security settings would vanish
    cli.main(arguments(settings), prog_name="ustaz serve", standalone_mode=False)
    return 0


def arguments(settings: Settings) -> list[str]:
    """The command line for Streamlit; everything else stands in .streamlit/config.toml."""
    hosts = dict.fromkeys((settings.public_host, "localhost", "127.0.0.1"))
    return [
        "run",
        str(MAIN),
        f"--server.address={settings.address}",
        f"--server.port={settings.port}",
        *(f"--server.allowedHosts={host}" for host in hosts),
        f"--secrets.files={settings.secrets_file}",
    ]


def means_of_sign_in(settings: Settings, runtime: Runtime) -> DevelopmentSignIn | None:
    """The development sign-in where it may exist; None where `[auth]` is configured.

    Raises:
        BadSetting: there is no `[auth]` and the server can be reached from elsewhere, or `[auth]` is not safe.
    """
    if settings.auth_configured:
        check_auth(settings)
        return None
    if not settings.development_sign_in:
        raise BadSetting(
            f"USTAZ_SECRETS: {settings.secrets_file.name} has no [auth], and without it the app starts only on "
            f"127.0.0.1 with a localhost address (now {settings.address}, {settings.public_url}); "
            "see .streamlit/secrets.example.toml"
        )
    return dev_identity.build(settings.public_url, runtime)


def check_auth(settings: Settings) -> None:
    """Refuse an `[auth]` section that would sign people in badly.

    Raises:
        BadSetting: names the key and the mend.
    """
    section = _section(settings.secrets_file)
    for name in NEEDED:
        if not section.get(name):
            raise BadSetting(f"[auth] {name} is missing in {settings.secrets_file.name}")
    redirect = str(section["redirect_uri"]).replace("{port}", str(settings.port))
    where = urlsplit(redirect)
    if f"{where.scheme}://{where.netloc}" != settings.public_url or where.path != CALLBACK:
        raise BadSetting(
            f"[auth] redirect_uri is {redirect!r} and must be {settings.public_url + CALLBACK!r}"
        )
    if where.scheme != "https" and where.hostname not in ("localhost", "127.0.0.1", "::1"):
        raise BadSetting("[auth] redirect_uri: signing in needs https")
    if len(str(section["cookie_secret"])) < SHORTEST_SECRET:
        raise BadSetting(
            f"[auth] cookie_secret is shorter than {SHORTEST_SECRET} characters; openssl rand -hex 32"
        )
    if section.get("expose_tokens"):
        raise BadSetting("[auth] expose_tokens is set: the app needs no tokens; remove it")
    mode = stat.S_IMODE(settings.secrets_file.stat().st_mode)
    if mode & 0o077:
        raise BadSetting(
            f"{settings.secrets_file.name} has mode {mode:04o} and must be readable by its owner only (0600)"
        )


def _section(path: Path) -> dict[str, Any]:
    section = tomllib.loads(path.read_text(encoding="utf-8")).get("auth")
    if not isinstance(section, dict):
        raise BadSetting(f"[auth] in {path.name} is not a table")
    return section
