"""Streamlit's settings, asserted by value at start: whatever changed one, the app does not start with it."""

from collections.abc import Callable
from typing import Any

import streamlit
from streamlit import config

from app.errors import BadSetting
from app.settings import Settings

MINIMUM = (1, 67)
EXACT: dict[str, Any] = {
    "server.enableXsrfProtection": True,
    "server.enableCORS": True,
    "server.enableAgentApi": False,
    "server.enableStaticServing": False,
    "server.fileWatcherType": "none",
    "server.runOnSave": False,
    "server.headless": True,
    "server.maxUploadSize": 10,
    "server.maxMessageSize": 20,
    "server.baseUrlPath": "",
    "browser.gatherUsageStats": False,
    "client.showErrorDetails": "none",
    "client.showErrorLinks": False,
    "client.toolbarMode": "minimal",
    "client.disableDataExport": True,
    "global.developmentMode": False,
    "runner.magicEnabled": False,
}
EMPTY = (
    "server.trustedUserHeaders",
    "server.corsAllowedOrigins",
    "server.unsafeMetricsUserAttributes",
    "client.allowedOrigins",
)
SHORTEST_SECRET = 32
Option = Callable[[str], Any]


def check(
    settings: Settings, option: Option = config.get_option, version: str = streamlit.__version__
) -> None:
    """Refuse to start unless every setting is as the security page asks.

    Raises:
        BadSetting: names the setting, its value and the one it must have.
    """
    if tuple(int(part) for part in version.split(".")[:2]) < MINIMUM:
        raise BadSetting(f"streamlit {version} is too old; install {MINIMUM[0]}.{MINIMUM[1]} or newer")
    if option("server.trustedUserHeaders"):
        raise BadSetting(
            "server.trustedUserHeaders is set: any client could send those headers and become anybody; remove it"
        )
    for name, wanted in EXACT.items():
        found = option(name)
        if found != wanted or type(found) is not type(wanted):
            raise _refusal(name, found, wanted)
    for name in EMPTY:
        if option(name):
            raise _refusal(name, option(name), "empty")
    if option("server.address") != settings.address:
        raise _refusal("server.address", option("server.address"), settings.address)
    if int(option("server.port")) != settings.port:
        raise _refusal("server.port", option("server.port"), settings.port)
    hosts = list(option("server.allowedHosts") or ())
    if not hosts or any("*" in host for host in hosts) or settings.public_host not in hosts:
        raise _refusal(
            "server.allowedHosts", hosts, f"a list of names with {settings.public_host!r} and without '*'"
        )
    if len(str(option("server.cookieSecret") or "")) < SHORTEST_SECRET:
        raise BadSetting(
            f"server.cookieSecret is shorter than {SHORTEST_SECRET} characters; openssl rand -hex 32"
        )


def _refusal(name: str, found: object, wanted: object) -> BadSetting:
    return BadSetting(
        f"Streamlit setting {name} is {found!r} and must be {wanted!r}; start with `ustaz serve`, "
        "and look for it in .streamlit/config.toml, STREAMLIT_* variables and flags"
    )
