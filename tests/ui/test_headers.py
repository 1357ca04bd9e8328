"""Headers on every response, one canonical host, shut doors, and websockets of our own page only."""

import base64
import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect

from app.ui.headers import SecurityHeaders, content_security_policy

LOCAL = "http://localhost:8501"
PUBLIC = "https://ustaz.example.kz"
EXPECTED = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "content-security-policy": content_security_policy(),
}


async def _page(request: Request) -> Response:
    answer = PlainTextResponse(request.url.path, headers={"X-Frame-Options": "ALLOWALL"})
    answer.set_cookie("_streamlit_user", "x", httponly=True, samesite="lax")
    answer.set_cookie("second", "y", secure=True)
    return answer


async def _socket(socket: WebSocket) -> None:
    await socket.accept()
    await socket.send_text("in")
    await socket.close()


def client(public_url: str, base_url: str | None = None) -> TestClient:
    app = Starlette(routes=[Route("/{path:path}", _page), WebSocketRoute("/_stcore/stream", _socket)])
    wrapped = SecurityHeaders(app, public_url=public_url)
    return TestClient(wrapped, base_url=base_url or public_url, follow_redirects=False)


@pytest.fixture
def local() -> Iterator[TestClient]:
    with client(LOCAL) as opened:
        yield opened


@pytest.mark.parametrize("path", ["/", "/oauth2callback", "/_stcore/health", "/missing", "/_stcore/metrics"])
def test_every_response_carries_every_header_once(local: TestClient, path: str) -> None:
    answer = local.get(path)

    for name, value in EXPECTED.items():
        assert answer.headers.get_list(name) == [value]


def test_the_browser_forgets_what_it_kept_of_the_screens_when_somebody_signs_out(local: TestClient) -> None:
    assert local.get("/auth/logout").headers["clear-site-data"] == '"storage"'
    for path in ("/", "/ask", "/auth/login", "/oauth2callback"):
        assert "clear-site-data" not in local.get(path).headers


def test_redirects_and_refusals_carry_them_too() -> None:
    with client(LOCAL, "http://127.0.0.1:8501") as opened:
        assert opened.get("/").headers["content-security-policy"]
    with client(LOCAL, "http://evil.example:8501") as opened:
        assert opened.get("/").headers["x-frame-options"] == "DENY"


def test_the_policy_allows_streamlits_own_inline_script_by_its_hash() -> None:
    index = (Path(streamlit.__file__).parent / "static" / "index.html").read_bytes()
    script = index.split(b"<script>")[1].split(b"</script>")[0]
    digest = base64.b64encode(hashlib.sha256(script).digest()).decode()

    assert f"script-src 'self' 'sha256-{digest}';" in content_security_policy()


def test_a_script_with_a_source_needs_no_hash_and_each_inline_one_has_its_own() -> None:
    page = b"<script src='a.js'></script><SCRIPT type=x>one</SCRIPT ><script>two</script>"

    assert content_security_policy(page).count("sha256-") == 2
    assert "script-src 'self';" in content_security_policy(b"<p>none</p>")


@pytest.mark.parametrize(
    "forbidden", ["'unsafe-eval'", "http:", "https:", "ws:", "wss:", "*", "script-src 'self' 'unsafe"]
)
def test_the_policy_opens_nothing_else(forbidden: str) -> None:
    assert forbidden not in content_security_policy()


@pytest.mark.parametrize(
    "path",
    [
        "/_stcore/metrics",
        "//_stcore//metrics",
        "/_stcore/metrics/",
        "/_stcore/%6detrics",
        "/_stcore/agent/interact",
        "/_stcore/agent/openapi.json",
        "/_stcore/agent/mcp",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST", "HEAD"])
def test_shut_doors_stay_shut(local: TestClient, path: str, method: str) -> None:
    answer = local.request(method, f"{LOCAL}{path}")

    assert answer.status_code == 404
    assert answer.content == b""


@pytest.mark.parametrize("host", ["127.0.0.1:8501", "[::1]:8501"])
def test_another_name_of_this_machine_is_led_to_the_canonical_one(host: str) -> None:
    with client(LOCAL, f"http://{host}") as opened:
        answer = opened.get("/record?id=7&x=%D2%B1")

    assert answer.status_code == 307
    assert answer.headers["location"] == f"{LOCAL}/record?id=7&x=%D2%B1"


@pytest.mark.parametrize("path", ["//evil.example/x", "/\\evil.example", "/%0d%0aset-cookie:x=1", "/ұстаз"])
def test_the_redirect_never_leaves_the_origin(path: str) -> None:
    with client(LOCAL, "http://127.0.0.1:8501") as opened:
        location = opened.get(f"http://127.0.0.1:8501{path}").headers["location"]

    assert location.startswith(f"{LOCAL}/")
    assert not location.startswith(f"{LOCAL}//")
    assert "\r" not in location
    assert "\n" not in location


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "localhost.evil.example:8501",
        "localhost:9",
        "127.0.0.1:9",
        "localhost:8501@evil",
        "x:y",
    ],
)
def test_a_foreign_host_is_refused(local: TestClient, host: str) -> None:
    assert local.get("/", headers={"Host": host}).status_code == 421


def test_a_post_is_never_redirected() -> None:
    with client(LOCAL, "http://127.0.0.1:8501") as opened:
        assert opened.post("/x").status_code == 421


@pytest.mark.parametrize("path", ["/readyz", "/_stcore/health"])
def test_a_load_balancer_may_ask_by_address(path: str) -> None:
    with client(PUBLIC, "http://10.0.0.7:8501") as opened:
        assert opened.get(path).status_code == 200
        assert opened.get("/other").status_code == 421


def test_in_production_no_other_name_is_redirected() -> None:
    with client(PUBLIC, "http://127.0.0.1") as opened:
        assert opened.get("/").status_code == 421


@pytest.mark.parametrize(
    ("origin", "let_in"),
    [
        (LOCAL, True),
        (None, False),  # whoever sends none is not a browser's page
        ("http://evil.example", False),
        ("http://localhost:8502", False),
        ("http://127.0.0.1:8501", False),
        ("https://localhost:8501", False),
        ("null", False),
    ],
)
def test_only_our_own_page_opens_a_websocket(local: TestClient, origin: str | None, let_in: bool) -> None:
    headers = {"Host": "localhost:8501"} | ({} if origin is None else {"Origin": origin})
    if let_in:
        with local.websocket_connect("/_stcore/stream", headers=headers) as socket:
            assert socket.receive_text() == "in"
        return
    with pytest.raises(WebSocketDisconnect), local.websocket_connect("/_stcore/stream", headers=headers):
        pass


def test_a_websocket_to_another_host_is_refused(local: TestClient) -> None:
    headers = {"Host": "evil.example", "Origin": LOCAL}
    with pytest.raises(WebSocketDisconnect), local.websocket_connect("/_stcore/stream", headers=headers):
        pass


def test_cookies_are_secure_under_https_only() -> None:
    with client(PUBLIC) as opened:
        answer = opened.get("/")
        assert [cookie.lower().count("secure") for cookie in answer.headers.get_list("set-cookie")] == [1, 1]
        assert answer.headers["strict-transport-security"] == "max-age=31536000"
    with client(LOCAL) as opened:
        answer = opened.get("/")
        assert [cookie.lower().count("secure") for cookie in answer.headers.get_list("set-cookie")] == [0, 1]
        assert "strict-transport-security" not in answer.headers


def test_a_default_port_in_the_public_url_is_no_other_host() -> None:
    with client("https://ustaz.example.kz:443", PUBLIC) as opened:
        assert opened.get("/").status_code == 200
