"""The app starts with exactly the settings that the security page asks for, wherever a wrong one came from."""

import os
import subprocess
import sys
import tomllib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.errors import BadSetting
from app.settings import ROOT, Settings
from app.ui import streamlit_settings
from app.ui.streamlit_settings import EMPTY, EXACT, check

SETTINGS = Settings(home=Path("var"), database_url="sqlite:///x.db")
GOOD: dict[str, Any] = {
    **EXACT,
    **dict.fromkeys(EMPTY),
    "server.address": "127.0.0.1",
    "server.port": 8501,
    "server.allowedHosts": ["localhost", "127.0.0.1"],
    "server.cookieSecret": "c" * 64,
}


def option(**changed: Any) -> Callable[[str], Any]:
    values = GOOD | {name.replace("__", "."): value for name, value in changed.items()}
    return values.__getitem__


def test_the_shipped_settings_start() -> None:
    check(SETTINGS, option())


@pytest.mark.parametrize("name", EXACT)
def test_any_other_value_is_refused_by_name(name: str) -> None:
    wrong = not EXACT[name] if isinstance(EXACT[name], bool) else f"{EXACT[name]}0"

    with pytest.raises(BadSetting, match=name):
        check(SETTINGS, option(**{name.replace(".", "__"): wrong}))


@pytest.mark.parametrize("name", EXACT)
def test_a_missing_value_is_refused(name: str) -> None:
    with pytest.raises(BadSetting, match=name):
        check(SETTINGS, option(**{name.replace(".", "__"): None}))


@pytest.mark.parametrize("name", EMPTY)
def test_what_must_be_empty_is_refused_when_set(name: str) -> None:
    with pytest.raises(BadSetting, match=name):
        check(SETTINGS, option(**{name.replace(".", "__"): {"X-User": "sub"}}))


@pytest.mark.parametrize("hosts", [[], None, ["*"], ["*.example.kz", "localhost"], ["127.0.0.1"]])
def test_hosts_must_be_named(hosts: object) -> None:
    with pytest.raises(BadSetting, match=r"server\.allowedHosts"):
        check(SETTINGS, option(server__allowedHosts=hosts))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("server.address", "0.0.0.0"),  # noqa: S104 - must be refused
        ("server.address", None),
        ("server.port", 8502),
        ("server.cookieSecret", "short"),
    ],
)
def test_address_port_and_secret_are_held(name: str, value: object) -> None:
    with pytest.raises(BadSetting, match=name):
        check(SETTINGS, option(**{name.replace(".", "__"): value}))


def test_an_old_streamlit_is_refused() -> None:
    with pytest.raises(BadSetting, match=r"streamlit 1\.53"):
        check(SETTINGS, option(), version="1.53.1")


def test_another_address_is_taken_from_our_own_settings() -> None:
    check(replace(SETTINGS, address="10.0.0.5"), option(server__address="10.0.0.5"))


def real_check(folder: Path, flags: str = "{}") -> subprocess.CompletedProcess[str]:
    """The check against Streamlit's own reading of files and flags, in a process of its own."""
    code = (
        "import sys; from streamlit import config; config._main_script_path = sys.argv[1]; "
        "from app.settings import Settings; from app.ui import streamlit_settings; "
        "config.get_config_options(force_reparse=True, options_from_flags={'server.port': 8501} | eval(sys.argv[2])); "
        "streamlit_settings.check(Settings.from_env())"
    )
    env = {"PATH": os.environ["PATH"], "HOME": str(folder)}  # noqa: TID251 - a child's environment
    return subprocess.run(
        [sys.executable, "-c", code, str(folder / "main.py"), flags],
        cwd=folder,
        env=env,
        capture_output=True,
        text=True,
    )


def test_the_shipped_file_passes_and_a_flag_over_it_is_refused() -> None:
    assert real_check(ROOT).returncode == 0
    refused = real_check(ROOT, "{'server.enableXsrfProtection': False}")
    assert refused.returncode != 0
    assert "server.enableXsrfProtection" in refused.stderr


def test_started_from_another_folder_it_is_refused(tmp_path: Path) -> None:
    refused = real_check(tmp_path)

    assert refused.returncode != 0
    assert "BadSetting" in refused.stderr


def test_every_setting_of_the_shipped_file_that_guards_something_is_asserted() -> None:
    shipped = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    names = {f"{table}.{key}" for table, keys in shipped.items() if table != "theme" for key in keys}
    held = set(EXACT) | set(EMPTY) | {"server.address", "server.allowedHosts"}

    assert names - held == {"logger.hideWelcomeMessage"}
    assert streamlit_settings.SHORTEST_SECRET >= 32
