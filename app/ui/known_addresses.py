"""A mistyped address leads to our own page in the person's language; Streamlit would answer with an English dialog."""

from collections.abc import Collection

from starlette.types import ASGIApp, Receive, Scope, Send

SERVED = ("_stcore", "auth", "component", "dev-idp", "media", "oauth2callback", "readyz", "static")
"""First parts of addresses that are not screens."""


class KnownAddresses:
    """Redirects navigation to unknown screens.

    Args:
        known: the addresses of all screens, without slashes.
        missing: where to lead; one of `known`.
    """

    def __init__(self, app: ASGIApp, *, known: Collection[str], missing: str) -> None:
        self._app = app
        self._known = frozenset(known) | {""}
        self._missing = missing

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let everything through but a browser's navigation to nowhere."""
        if scope["type"] == "http" and scope["method"] in ("GET", "HEAD") and self._nowhere(scope):
            location = f"/{self._missing}".encode()
            await send({"type": "http.response.start", "status": 303, "headers": [(b"location", location)]})
            await send({"type": "http.response.body", "body": b""})
            return
        await self._app(scope, receive, send)

    def _nowhere(self, scope: Scope) -> bool:
        if (b"sec-fetch-mode", b"navigate") not in scope["headers"]:
            return False
        path = scope["path"].strip("/")
        first, *rest = path.split("/")
        served = first in SERVED or "." in path
        return not served and (first not in self._known or bool(rest))
