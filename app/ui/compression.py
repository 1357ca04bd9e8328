"""Streamlit's own scripts and styles leave compressed: a third of the bytes on a slow line."""

from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

SMALLEST_BYTES = 1024
STATIC = "/static/"


class StaticCompression:
    """Compresses what lies under /static/ and nothing else: no answer that holds a person's text is compressed."""

    def __init__(self, app: ASGIApp) -> None:
        self._plain = app
        self._compressed = GZipMiddleware(app, minimum_size=SMALLEST_BYTES, compresslevel=6)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        static = scope["type"] == "http" and scope["path"].startswith(STATIC)
        await (self._compressed if static else self._plain)(scope, receive, send)
