"""Scripts leave compressed, people's text does not."""

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from app.ui.compression import StaticCompression


def long(request: Request) -> PlainTextResponse:
    return PlainTextResponse("a" * 5000)


@pytest.mark.parametrize(
    ("path", "compressed"), [("/static/js/a.js", True), ("/receipt", False), ("/statics", False)]
)
def test_only_static_files_are_compressed(path: str, compressed: bool) -> None:
    app = Starlette(routes=[Route(path, long)], middleware=[Middleware(StaticCompression)])
    with TestClient(app) as client:
        answer = client.get(path, headers={"accept-encoding": "gzip"})

    assert answer.text == "a" * 5000
    assert ("content-encoding" in answer.headers) is compressed
