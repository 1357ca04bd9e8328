"""Security headers on every response, one canonical host, and the doors of Streamlit that stay shut.

Pure ASGI: it sees websockets too and never buffers. Works without a proxy in front and also behind one.
"""

import base64
import hashlib
import re
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import quote, urlsplit

import streamlit
from starlette.types import ASGIApp, Message, Receive, Scope, Send

INLINE_SCRIPT = re.compile(rb"<script(?![^>]*\bsrc\s*=)[^>]*>(.*?)</script\s*>", re.DOTALL | re.IGNORECASE)
SHUT = ("/_stcore/metrics", "/_stcore/agent")
"""Prometheus figures without authentication, and the interface that drives the app over HTTP."""
ANY_HOST = frozenset({"/readyz", "/_stcore/health"})
"""What a load balancer asks by address."""
SIGN_OUT = "/auth/logout"
"""Where Streamlit ends a session. The browser forgets with it what it kept of the screens: on a shared computer
nothing is left for the next person, and on a phone the menu does not open again over the sign-in button."""
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
YEAR = 31_536_000


def content_security_policy(index: bytes | None = None) -> str:
    """The policy for every page; Streamlit's own inline scripts are allowed by their hashes.

    Args:
        index: Streamlit's `static/index.html`; by default that of the installed version.
    """
    page = (
        (Path(streamlit.__file__).parent / "static" / "index.html").read_bytes() if index is None else index
    )
    hashes = " ".join(f"'sha256-{_digest(script)}'" for script in INLINE_SCRIPT.findall(page))
    directives = {
        "default-src": "'self'",
        "script-src": f"'self' {hashes}".strip(),
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "font-src": "'self' data:",
        "connect-src": "'self'",
        "worker-src": "'self' blob:",
        "frame-src": "'none'",
        "object-src": "'none'",
        "base-uri": "'self'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in directives.items())


def _digest(script: bytes) -> str:
    return base64.b64encode(hashlib.sha256(script).digest()).decode()


class SecurityHeaders:
    """The outermost layer of the app.

    Args:
        public_url: the origin that people type; other loopback names are redirected to it, other hosts refused.
    """

    def __init__(self, app: ASGIApp, *, public_url: str, policy: str | None = None) -> None:
        self._app = app
        self._origin, self._host = _origin(public_url), _netloc(public_url)
        self._https = public_url.startswith("https:")
        self._headers = {
            b"content-security-policy": (policy or content_security_policy()).encode(),
            b"x-content-type-options": b"nosniff",
            b"x-frame-options": b"DENY",
            b"referrer-policy": b"no-referrer",
            b"cross-origin-opener-policy": b"same-origin",
            b"cross-origin-resource-policy": b"same-origin",
            b"permissions-policy": b"camera=(), geolocation=(), microphone=(), payment=(), usb=()",
        }
        if self._https:
            self._headers[b"strict-transport-security"] = f"max-age={YEAR}".encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, redirect it or refuse it."""
        if scope["type"] == "websocket":
            if not self._own_page(scope):
                await send({"type": "websocket.close", "code": 1008})
                return
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        path = "/" + re.sub(r"/+", "/", scope["path"]).strip("/")
        more = ((b"clear-site-data", b'"storage"'),) if path == SIGN_OUT else ()

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*self._dress(message.get("headers", ())), *more]}
            await send(message)

        if any(path == shut or path.startswith(shut + "/") for shut in SHUT):
            await _answer(with_headers, 404)
        elif _header(scope, b"host") != self._host and path not in ANY_HOST:
            await self._elsewhere(scope, with_headers)
        else:
            await self._app(scope, receive, with_headers)

    def _own_page(self, scope: Scope) -> bool:
        """A browser's page of this origin opened the websocket; whoever sends no Origin is not one."""
        return _header(scope, b"origin") == self._origin and _header(scope, b"host") == self._host

    async def _elsewhere(self, scope: Scope, send: Send) -> None:
        """Another name of this machine is led to the canonical one, where the sign-in cookie is valid."""
        here, there = urlsplit(f"//{_header(scope, b'host')}"), urlsplit(self._origin)
        try:
            same_port = here.port == there.port
        except ValueError:
            same_port = False
        if (
            here.hostname in LOOPBACK
            and there.hostname in LOOPBACK
            and same_port
            and scope["method"] in ("GET", "HEAD")
        ):
            query = scope["query_string"].decode("latin-1")
            path = quote("/" + scope["path"].lstrip("/"), safe="/:@!$&'()*+,;=~-._")
            target = f"{self._origin}{path}" + (f"?{query}" if query else "")
            await _answer(send, 307, (b"location", target.encode("latin-1")))
        else:
            await _answer(send, 421)

    def _dress(self, headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        dressed = [
            (name, self._secure(value) if name.lower() == b"set-cookie" else value)
            for name, value in headers
            if name.lower() not in self._headers
        ]
        return [*dressed, *self._headers.items()]

    def _secure(self, cookie: bytes) -> bytes:
        attributes = {part.strip().lower() for part in cookie.split(b";")[1:]}
        return cookie + b"; Secure" if self._https and b"secure" not in attributes else cookie


async def _answer(send: Send, status: int, *headers: tuple[bytes, bytes]) -> None:
    fixed = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", b"0"), *headers]
    await send({"type": "http.response.start", "status": status, "headers": fixed})
    await send({"type": "http.response.body", "body": b""})


def _header(scope: Scope, name: bytes) -> str:
    """The one value of a header; none or several are as good as none."""
    found = [value for key, value in scope["headers"] if key.lower() == name]
    return found[0].decode("latin-1").lower() if len(found) == 1 else ""


def _netloc(url: str) -> str:
    parts = urlsplit(url)
    standard = {"http": 80, "https": 443}.get(parts.scheme)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else str(parts.hostname)
    return host if parts.port in (None, standard) else f"{host}:{parts.port}"


def _origin(url: str) -> str:
    return f"{urlsplit(url).scheme}://{_netloc(url)}"
