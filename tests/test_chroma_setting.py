"""The Chroma server of the settings: near addresses only, the Rust server only, missing ones named at start."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from app import bootstrap
from app.chroma import TOKEN, served_chroma
from app.errors import BadSetting
from app.settings import Settings
from benchmarks.chroma_server import running
from tests.test_bootstrap import settings_of


def nothing(name: str) -> None:
    return None


def named(address: str) -> Settings:
    return Settings.from_env({"USTAZ_CHROMA": address})


class Seen:
    def __init__(self) -> None:
        self.tokens: list[str | None] = []


@contextmanager
def answering(server: str, status: int = 200, location: str = "") -> Iterator[tuple[str, Seen]]:
    seen = Seen()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.tokens.append(self.headers.get("Authorization"))
            body = json.dumps("1.0.0").encode()
            self.send_response_only(status)
            self.send_header("Server", server)
            if location:
                self.send_header("Location", location)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=listening.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listening.server_address[1]}", seen
    finally:
        listening.shutdown()
        listening.server_close()


def test_without_the_setting_there_is_no_server() -> None:
    assert served_chroma(named(""), nothing) is None


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1:8000",
        "ftp://127.0.0.1",
        "http://user@127.0.0.1",
        "http://127.0.0.1:8000/api",
        "http://0x7f.1",
    ],
)
def test_what_is_not_the_origin_of_a_server_is_refused_by_name(address: str) -> None:
    with pytest.raises(BadSetting, match="USTAZ_CHROMA"):
        named(address)


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("leads_to", ["93.184.216.34", "169.254.169.254", "::ffff:10.0.0.1", "100.64.0.1"])
def test_a_name_that_leads_off_this_network_is_refused_by_name(scheme: str, leads_to: str) -> None:
    with pytest.raises(BadSetting, match=r"chroma\.example.*not to this machine"):
        served_chroma(
            named(f"{scheme}://chroma.example:8000"),
            nothing,
            resolve=lambda host, port: ("10.0.0.7", leads_to),
        )


def test_nobody_there_is_said_so_with_what_to_do() -> None:
    with pytest.raises(BadSetting, match=r"curriculum is unavailable.*chroma run"):
        served_chroma(named("http://127.0.0.1:9"), nothing)


def test_the_python_server_is_refused() -> None:
    with answering("uvicorn") as (address, _), pytest.raises(BadSetting, match="Python server"):
        served_chroma(named(address), nothing)


def test_a_redirect_is_not_followed() -> None:
    with (
        answering("x", 307, "http://127.0.0.1:9/") as (address, _),
        pytest.raises(BadSetting, match="redirects are not followed"),
    ):
        served_chroma(named(address), nothing)


def test_the_token_of_a_proxy_goes_along(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    with answering("x") as (address, seen):
        served = served_chroma(named(address), {TOKEN: "canary"}.get)
        assert served is not None
        served[1].close()

    assert seen.tokens == ["Bearer canary"]


def test_the_app_starts_on_a_server_and_says_when_it_is_gone(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    with running(tmp_path / "chroma") as server:
        settings = Settings.from_env(
            {"USTAZ_HOME": str(home), "USTAZ_SECRETS": str(home / "none"), "USTAZ_CHROMA": server.address}
        )
        services = bootstrap.build(settings)
        assert services.library.search("теңге", language="kk")
        assert services.library.trouble == ""
        services.close()
        server.stop()
        with pytest.raises(BadSetting, match="curriculum is unavailable"):
            bootstrap.build(settings)

    services = bootstrap.build(settings_of(home))
    assert services.library.search("теңге", language="kk")
    services.close()
