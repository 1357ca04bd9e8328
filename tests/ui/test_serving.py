"""Which sign-in exists: the development one only on one's own machine, else a safe `[auth]`, else no start."""

import itertools
from pathlib import Path

import pytest

from app.errors import BadSetting
from app.runtime import Runtime
from app.settings import ROOT, Settings
from app.ui import serving
from app.ui.serving import check_auth, means_of_sign_in

GOOD = """
[auth]
redirect_uri = "https://ustaz.example.kz/oauth2callback"
cookie_secret = "0123456789abcdef0123456789abcdef"
client_id = "ustaz"
client_secret = "s"
server_metadata_url = "https://id.example.kz/.well-known/openid-configuration"
"""
COMBINATIONS = list(itertools.product([True, False], repeat=3))


def settings(tmp_path: Path, *, auth: str | None, loopback: bool = True, localhost: bool = True) -> Settings:
    secrets = tmp_path / "secrets.toml"
    if auth is not None:
        secrets.write_text(auth, encoding="utf-8")
        secrets.chmod(0o600)
    return Settings.from_env(
        {
            "USTAZ_HOME": str(tmp_path),
            "USTAZ_SECRETS": str(secrets),
            "USTAZ_ADDRESS": "127.0.0.1" if loopback else "0.0.0.0",  # noqa: S104 - must be refused
            "USTAZ_PUBLIC_URL": "http://localhost:8501" if localhost else "https://ustaz.example.kz",
        }
    )


@pytest.mark.parametrize(("auth", "loopback", "localhost"), COMBINATIONS)
def test_the_development_sign_in_exists_in_one_of_eight_cases(
    tmp_path: Path, auth: bool, loopback: bool, localhost: bool
) -> None:
    section = GOOD.replace("https://ustaz.example.kz", "http://localhost:8501") if localhost else GOOD
    made = settings(tmp_path, auth=section if auth else None, loopback=loopback, localhost=localhost)

    if auth:
        assert means_of_sign_in(made, Runtime()) is None
    elif loopback and localhost:
        assert means_of_sign_in(made, Runtime()) is not None
    else:
        with pytest.raises(BadSetting, match="USTAZ_SECRETS"):
            means_of_sign_in(made, Runtime())


def test_a_safe_section_is_taken(tmp_path: Path) -> None:
    check_auth(settings(tmp_path, auth=GOOD, localhost=False))


@pytest.mark.parametrize(
    ("found", "replaced", "named"),
    [
        ('cookie_secret = "0123456789abcdef0123456789abcdef"\n', "", "cookie_secret"),
        ("0123456789abcdef0123456789abcdef", "short", "cookie_secret"),
        ('redirect_uri = "https://ustaz.example.kz/oauth2callback"\n', "", "redirect_uri"),
        ("ustaz.example.kz/oauth2callback", "other.example.kz/oauth2callback", "redirect_uri"),
        ("/oauth2callback", "/elsewhere", "redirect_uri"),
        ('client_id = "ustaz"', 'client_id = "ustaz"\nexpose_tokens = ["id"]', "expose_tokens"),
    ],
)
def test_an_unsafe_section_is_refused_by_key(tmp_path: Path, found: str, replaced: str, named: str) -> None:
    assert found in GOOD

    with pytest.raises(BadSetting, match=named):
        check_auth(settings(tmp_path, auth=GOOD.replace(found, replaced), localhost=False))


def test_plain_http_is_refused_beyond_this_machine(tmp_path: Path) -> None:
    made = Settings.from_env(
        {"USTAZ_SECRETS": str(tmp_path / "s.toml"), "USTAZ_PUBLIC_URL": "http://ustaz.example.kz"}
    )
    (tmp_path / "s.toml").write_text(GOOD.replace("https://ustaz", "http://ustaz"), encoding="utf-8")
    (tmp_path / "s.toml").chmod(0o600)

    with pytest.raises(BadSetting, match="https"):
        check_auth(made)


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604])
def test_a_secrets_file_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    made = settings(tmp_path, auth=GOOD, localhost=False)
    made.secrets_file.chmod(mode)

    with pytest.raises(BadSetting, match="0600"):
        check_auth(made)


def test_auth_that_is_no_table_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadSetting, match="not a table"):
        check_auth(settings(tmp_path, auth='auth = "yes"', localhost=False))


def test_the_shipped_example_is_complete_but_not_usable_as_it_stands(tmp_path: Path) -> None:
    example = (ROOT / ".streamlit" / "secrets.example.toml").read_text(encoding="utf-8")

    with pytest.raises(BadSetting, match="cookie_secret is missing"):
        check_auth(settings(tmp_path, auth=example, localhost=False))


def test_streamlit_is_told_address_port_hosts_and_secrets(tmp_path: Path) -> None:
    made = settings(tmp_path, auth=GOOD, localhost=False)

    told = serving.arguments(made)

    assert "--server.address=127.0.0.1" in told
    assert "--server.port=8501" in told
    assert "--server.allowedHosts=ustaz.example.kz" in told
    assert f"--secrets.files={made.secrets_file}" in told
    assert told[:2] == ["run", str(serving.MAIN)]
