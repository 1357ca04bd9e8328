"""What `streamlit run app/main.py` finds, and that it refuses to start with a setting changed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit.web.server.app_discovery import discover_asgi_app

from app.settings import ROOT
from app.ui.routes import Readiness, build

MAIN = ROOT / "app" / "main.py"


def start(tmp_path: Path, *flags: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Start the app in a process of its own, which must refuse."""
    env = {
        "PATH": os.environ["PATH"],  # noqa: TID251 - a child's environment
        "HOME": str(tmp_path),
        "USTAZ_HOME": str(tmp_path / "var"),
        "USTAZ_SECRETS": str(tmp_path / "secrets.toml"),
        "OMP_NUM_THREADS": "1",
        **environment,
    }
    command = [sys.executable, "-m", "streamlit", "run", str(MAIN), "--server.port=8501", *flags]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=120)


def test_streamlit_finds_the_app() -> None:
    found = discover_asgi_app(MAIN)

    assert found.is_asgi_app
    assert found.import_string == "main:app"


@pytest.mark.parametrize(
    ("flag", "named"),
    [
        ("--server.enableXsrfProtection=false", "server.enableXsrfProtection"),
        ('--server.trustedUserHeaders={"X-User": "sub"}', "server.trustedUserHeaders"),
        ("--client.showErrorDetails=full", "client.showErrorDetails"),
    ],
)
def test_a_changed_setting_stops_the_start_and_is_named(tmp_path: Path, flag: str, named: str) -> None:
    refused = start(tmp_path, flag)

    assert refused.returncode != 0
    assert named in refused.stderr
    assert not (tmp_path / "var").exists()  # nothing was opened


def test_without_auth_it_does_not_start_for_others(tmp_path: Path) -> None:
    refused = start(
        tmp_path,
        "--server.address=0.0.0.0",
        USTAZ_ADDRESS="0.0.0.0",  # noqa: S104 - must be refused
    )

    assert refused.returncode != 0
    assert "USTAZ_SECRETS" in refused.stderr


def test_readiness_is_told_as_it_is() -> None:
    readiness = Readiness()
    with TestClient(Starlette(routes=build(readiness))) as client:
        assert client.get("/readyz").status_code == 503
        readiness.ready = True
        answer = client.get("/readyz")

    assert answer.status_code == 200
    assert answer.json() == {"status": "ready"}
    assert answer.headers["cache-control"] == "no-store"
