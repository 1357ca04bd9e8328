"""Showing a head to an HTTP witness, through the house's one way out, and believing only its own cosignature."""

import base64
from collections.abc import Callable
from dataclasses import dataclass

import httpx

from app.addresses import read_target
from app.audit.checkpoint import Checkpoint
from app.audit.verify import Keys
from app.audit.witness.cosignature import with_lines
from app.audit.witness.place import Grown, NotTaken, Reason
from app.outbound import Outbound

SECONDS = 15.0
LIMIT_BYTES = 16_384
ADD = "/add-checkpoint"
TRIES = 3  # another process of ours may show it a newer head in between


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    """A witness at an address, known by its public keys.

    Attributes:
        address: its submission prefix, without a slash at the end.
        keys: its verifier lines.
        known: the size that it cosigned last as far as we know; it says so itself where that is wrong.
    """

    address: str
    keys: str
    outbound: Outbound
    known: Callable[[], int]

    @property
    def name(self) -> str:
        """How records call it: by the name of its first key."""
        return f"witness:{Keys(self.keys).keys[0].name}"

    def take(self, head: Checkpoint, tree: Grown) -> str:
        """Have the head cosigned.

        Raises:
            NotTaken: it was not reached, does not know this log, or was shown another history before.

        Source: C2SP tlog-witness, add-checkpoint.
        """
        old = min(self.known(), head.size)
        for _ in range(TRIES):
            reply = self._show(old, head, tree)
            if reply.status_code == httpx.codes.OK:
                return self._believed(head, reply.text)
            if reply.status_code != httpx.codes.CONFLICT:
                raise _refused(reply, old)
            size = _size(reply)
            if size > head.size:
                raise NotTaken(Reason.ROLLED_BACK, "the witness has seen a larger tree", known=size)
            if size == old:
                raise NotTaken(Reason.FORK, "the witness has seen another head of this size", known=size)
            old = size
        raise NotTaken(Reason.UNREACHABLE, "the witness's newest head changed again and again", known=old)

    def _show(self, old: int, head: Checkpoint, tree: Grown) -> httpx.Response:
        try:
            path = tree.proof(old, head.size)
        except LookupError as error:
            raise NotTaken(
                Reason.FORK, f"the tree cannot be proved to have grown: {error}", known=old
            ) from error
        lines = [f"old {old}", *(base64.b64encode(one).decode() for one in path)]
        body = "\n".join(lines) + "\n\n" + head.note
        try:
            with self.outbound.client(timeout=SECONDS, limit_bytes=LIMIT_BYTES) as client:
                return client.post(self.address + ADD, content=body.encode())
        except httpx.HTTPError as error:
            raise NotTaken(Reason.UNREACHABLE, f"the witness was not reached: {error}") from error

    def _believed(self, head: Checkpoint, lines: str) -> str:
        """The note with those of the lines that the witness's own keys signed."""
        trusted = Keys(self.keys)
        kept = head.note
        for line in lines.splitlines():
            try:
                said = trusted.signed(with_lines(head.note, line + "\n"))
            except ValueError:
                continue
            if said:
                kept = with_lines(kept, line + "\n")
        if kept == head.note:
            raise NotTaken(Reason.NOT_GENUINE, "the reply holds no cosignature of the witness's key")
        return kept


def outbound_to(address: str) -> Outbound:
    """The way out to the witness alone, also on the school's own network."""
    target = read_target(address)

    def same(host: str, port: int) -> bool:
        return (host, port) == (target.host, target.port)

    return Outbound(allowed=same, near=same)


def _size(reply: httpx.Response) -> int:
    text = reply.text.strip()
    if not (text.isascii() and text.isdecimal() and len(text) < 20):
        raise NotTaken(Reason.NOT_GENUINE, "the witness names no size in its refusal")
    return int(text)


def _refused(reply: httpx.Response, old: int) -> NotTaken:
    said = f"the witness answered {reply.status_code}"
    match reply.status_code:
        case httpx.codes.UNPROCESSABLE_ENTITY:
            return NotTaken(Reason.FORK, f"{said}: the log has not only grown", known=old)
        case httpx.codes.NOT_FOUND | httpx.codes.FORBIDDEN:
            return NotTaken(Reason.UNKNOWN_LOG, f"{said}: it does not know this log or its key")
        case _:
            return NotTaken(Reason.UNREACHABLE, said)
