"""The list in force as public files: the signed JSON byte for byte, and the CSV and HTML made from it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from app.errors import Words
from app.i18n import LANGUAGES, translator
from app.registry.page import to_html
from app.registry.registry import Registry
from app.registry.rendering import to_csv

JSON, CSV, HTML = "/registry.json", "/registry.csv", "/registry.html"
MEDIA: Mapping[str, str] = {
    JSON: "application/json",
    CSV: "text/csv; charset=utf-8",
    HTML: "text/html; charset=utf-8",
}
ASK_AGAIN_SECONDS = 60


class Lists(Protocol):
    """Where the one list in force comes from: the registry's store."""

    def current(self) -> Registry | None:
        """The list in force, expired or not; None when there is none that verifies."""
        ...

    def trouble(self) -> Words | None:
        """Why there is no list."""
        ...

    def body(self) -> bytes | None:
        """The list file as it was signed."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """One of the public files. An expired list is still given: it says itself until when it held."""

    path: str
    lists: Callable[[], Lists]

    def answer(self, request: Request) -> Response:
        """The file with its digest as its tag; 304 to whoever holds it, 503 in three languages without a list."""
        lists = self.lists()
        registry = lists.current()
        body = None if registry is None else _body(self.path, registry, lists)
        if registry is None or body is None:
            return _missing(lists.trouble())
        name = f"{registry.list_id}-{registry.sequence}{self.path[self.path.rindex('.') :]}"
        headers = {
            "ETag": f'"{registry.digest}{self.path[-1]}"',
            "Cache-Control": "no-cache",
            "Content-Disposition": f'{"inline" if self.path == HTML else "attachment"}; filename="{name}"',
        }
        if headers["ETag"] in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        return Response(body, media_type=MEDIA[self.path], headers=headers)


def routes(lists: Callable[[], Lists]) -> list[Route]:
    """The addresses of the public files.

    Args:
        lists: gives the registry's store; asked at every request, so that routes may be made before services are.
    """
    return [Route(path, File(path=path, lists=lists).answer, methods=["GET"]) for path in MEDIA]


def _body(path: str, registry: Registry, lists: Lists) -> bytes | None:
    if path == JSON:
        return lists.body()
    return to_csv(registry) if path == CSV else to_html(registry)


def _missing(trouble: Words | None) -> Response:
    words = trouble or Words(key="registry.trouble.none")
    text = "\n".join(translator(language).words(words) for language in LANGUAGES) + "\n"
    headers = {"Retry-After": str(ASK_AGAIN_SECONDS), "Cache-Control": "no-store"}
    return PlainTextResponse(text, status_code=503, headers=headers)
