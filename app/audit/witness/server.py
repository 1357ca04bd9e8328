"""The witness: whoever shows it a head gets a cosignature only if the log has merely grown since the head before.

It knows nothing of records; it is run by somebody else than who runs the log, on a machine of theirs.
"""

import base64
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from app.audit.verify import Keys, consistent, read_head
from app.audit.witness.cosignature import Cosigner, with_lines
from app.audit.witness.witness_state import Seen, WitnessState

LARGEST = 65_536
MOST_HASHES = 63
LARGEST_SIZE = 2**63 - 1
SIZE_TYPE = "text/x.tlog.size"
OLD = re.compile(r"old (0|[1-9][0-9]{0,18})")
NUMBER = re.compile(r"0|[1-9][0-9]{0,18}")


class Unreadable(ValueError):
    """The request is not in the form that the protocol asks for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One request: a head, and the proof that it extends the tree of `old` leaves."""

    old: int
    proof: tuple[bytes, ...]
    note: str
    origin: str
    size: int
    root: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A status and a body; with 409 the body is a size."""

    status: HTTPStatus
    body: str


def read_request(body: bytes) -> Shown:
    """Read a request.

    Raises:
        Unreadable: it has another form.

    Source: C2SP tlog-witness, add-checkpoint.
    """
    try:
        front, blank, note = body.decode().partition("\n\n")
        first, *hashes = front.split("\n")
        old = OLD.fullmatch(first)
        if old is None or not blank or len(hashes) > MOST_HASHES or not note.endswith("\n"):
            raise Unreadable("an old size, at most 63 hashes, an empty line and a checkpoint are expected")
        proof = tuple(base64.b64decode(line, validate=True) for line in hashes)
        head, lines = read_head(note, None), note.split("\n")
    except (ValueError, UnicodeDecodeError) as error:
        raise Unreadable(str(error)) from error
    if any(len(one) != 32 for one in (*proof, head.root)) or not NUMBER.fullmatch(lines[1]):
        raise Unreadable("a hash has 32 bytes, and a size no leading zero")
    if head.size > LARGEST_SIZE:
        raise Unreadable("no tree is that large")
    return Shown(old=int(old[1]), proof=proof, note=note, origin=lines[0], size=head.size, root=head.root)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Decides on one request after the other.

    Attributes:
        logs: the policy of each log that is known, by origin.
    """

    logs: Mapping[str, Keys]
    cosigner: Cosigner
    state: WitnessState
    now: Callable[[], datetime]

    def add(self, body: bytes) -> Answer:
        """Check a head and cosign it; whatever is answered is durable by then."""
        try:
            shown = read_request(body)
            policy = self.logs.get(shown.origin)
            if policy is None:
                return Answer(status=HTTPStatus.NOT_FOUND, body="this log is not known here\n")
            signed, rank = policy.judged(shown.note)
        except ValueError as error:
            return Answer(status=HTTPStatus.BAD_REQUEST, body=f"{error}\n")
        if not signed:
            return Answer(status=HTTPStatus.FORBIDDEN, body="not signed by a known key of this log\n")
        if shown.old > shown.size:
            return Answer(status=HTTPStatus.BAD_REQUEST, body="the old size is above the checkpoint's\n")
        return self._decided(shown, policy, rank)

    def latest(self, origin: str) -> Answer:
        """The newest head of a log with our cosignature: what an auditor compares with."""
        with self.state.turn() as turn:
            seen = turn.seen(origin)
        if seen is None:
            return Answer(status=HTTPStatus.NOT_FOUND, body="nothing of this log was cosigned here\n")
        return Answer(status=HTTPStatus.OK, body=seen.note)

    def _decided(self, shown: Shown, policy: Keys, rank: int) -> Answer:
        now = self.now()
        with self.state.turn() as turn:
            seen = turn.seen(shown.origin)
            size = 0 if seen is None else seen.size

            def refuse(status: HTTPStatus, reason: str, body: str) -> Answer:
                turn.refuse(shown.origin, shown.note, known=size, reason=reason, at=now)
                return Answer(status=status, body=body)

            if shown.old != size:
                return Answer(status=HTTPStatus.CONFLICT, body=f"{size}\n")
            if seen is not None and shown.size == size and shown.root != seen.root:
                return refuse(HTTPStatus.CONFLICT, "another root of the same size", f"{size}\n")
            if seen is not None and shown.size > size and rank < policy.judged(seen.note)[1]:
                return refuse(
                    HTTPStatus.FORBIDDEN, "signed by a key that was replaced", "a newer key signs this log\n"
                )
            if not _extends(shown, seen):
                return refuse(
                    HTTPStatus.UNPROCESSABLE_ENTITY, "no proof that it grew", "the proof does not hold\n"
                )
            line = self.cosigner.cosign(shown.note, now)
            kept = Seen(size=shown.size, root=shown.root, note=with_lines(shown.note, line))
            turn.keep(shown.origin, kept, now)
        return Answer(status=HTTPStatus.OK, body=line)


def _extends(shown: Shown, seen: Seen | None) -> bool:
    if seen is None or seen.size == 0:
        return not shown.proof
    return consistent(seen.size, shown.size, seen.root, shown.root, shown.proof)


def build(desk: Desk) -> Starlette:
    """The witness as a web application."""

    async def add(request: Request) -> Response:
        """`add-checkpoint`."""
        body = b""
        try:
            async for piece in request.stream():
                body += piece
                if len(body) > LARGEST:
                    return _response(
                        Answer(status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE, body="the request is too large\n")
                    )
        except ClientDisconnect as error:
            raise HTTPException(HTTPStatus.BAD_REQUEST) from error
        return _response(await run_in_threadpool(desk.add, body))

    async def latest(request: Request) -> Response:
        """The newest head of the log that the address names."""
        return _response(await run_in_threadpool(desk.latest, request.query_params.get("origin", "")))

    async def key(request: Request) -> Response:
        """Who this witness is; an auditor takes the key from its operator and not from here."""
        return PlainTextResponse(desk.cosigner.verifier + "\n")

    routes: Sequence[Route] = (
        Route("/add-checkpoint", add, methods=["POST"]),
        Route("/checkpoint", latest, methods=["GET"]),
        Route("/", key, methods=["GET"]),
    )
    return Starlette(routes=list(routes))


def _response(answer: Answer) -> Response:
    kind = SIZE_TYPE if answer.status is HTTPStatus.CONFLICT else "text/plain"
    return PlainTextResponse(answer.body, status_code=answer.status, media_type=kind)
