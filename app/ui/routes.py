"""Addresses beside the screens that machines ask."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route


@dataclass(slots=True)
class Readiness:
    """Whether all services stand; set by the lifespan, asked by whoever watches the process."""

    ready: bool = False

    async def answer(self, _: Request) -> Response:
        """200 when a question could be asked now, else 503."""
        words, status = ("ready", 200) if self.ready else ("starting", 503)
        return JSONResponse({"status": words}, status_code=status, headers={"Cache-Control": "no-store"})


def build(readiness: Readiness) -> list[Route]:
    """The routes of the app beside Streamlit's own and the development sign-in."""
    return [Route("/readyz", readiness.answer, methods=["GET"])]
