"""A provider that says what a script says, with its delays and faults; for tests only, routing refuses it."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from app.errors import Failure, ProviderFailed
from app.providers import scripted_fields
from app.providers.catalogue import Means
from app.providers.provider import UNKNOWN, Call, Chunk, Prompt, Usage

PIECE = 37


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """What is said.

    Attributes:
        pieces: the answer as it is cut into chunks.
        first_delay: seconds before the first piece.
        delay: seconds before each further piece.
        failure: the class with which the call breaks, after all pieces.
        usage: None: the server does not count.
        fills: what is said in place of the pieces where a schema is to be filled in (`scripted_fields.SORTS`).
    """

    pieces: tuple[str, ...] = ()
    first_delay: float = 0.0
    delay: float = 0.0
    failure: Failure | None = None
    usage: Usage | None = None
    finish: str = "stop"
    fills: str = ""

    def said(self, prompt: Prompt) -> tuple[str, ...]:
        """The pieces for a prompt."""
        if not self.fills or prompt.schema is None:
            return self.pieces
        whole = scripted_fields.reply(self.fills, prompt)
        return tuple(whole[start : start + PIECE] for start in range(0, len(whole), PIECE))


ANSWER = ("Two fractions ", "with the same denominator ", "are compared by their numerators. ", "The larger ", "one is greater.")  # fmt: skip

SCRIPTS: Mapping[str, Script] = {
    "plain": Script(pieces=ANSWER, usage=Usage(input_tokens=40, output_tokens=20)),
    "slow": Script(
        pieces=ANSWER, first_delay=0.2, delay=0.05, usage=Usage(input_tokens=40, output_tokens=20)
    ),
    "no-usage": Script(pieces=ANSWER, finish=UNKNOWN),
    "empty": Script(failure=Failure.EMPTY),
    "huge": Script(pieces=("a" * 1000,) * 100, failure=Failure.TOO_LARGE),
    "cut-in-word": Script(pieces=("Two fractions with the sa",), failure=Failure.CUT),
    "error-after-three": Script(pieces=ANSWER[:3], failure=Failure.STATUS),
    "wrong-model": Script(failure=Failure.WRONG_MODEL),
    "refused": Script(failure=Failure.REFUSED),
    "hang": Script(pieces=("never",), first_delay=86_400.0),
    **{f"field-{sort}": Script(pieces=ANSWER, fills=sort) for sort in scripted_fields.SORTS},
}


class Scripted:
    """Says the script that `call.served_name` names; counts its calls and the calls stopped early."""

    def __init__(
        self,
        scripts: Mapping[str, Script] = SCRIPTS,
        *,
        sleep: Callable[[float], None] = time.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._scripts, self._sleep, self._monotonic = scripts, sleep, monotonic
        self.calls: list[Call] = []
        self.stopped = 0

    def stream(self, prompt: Prompt, *, call: Call) -> Iterator[Chunk]:
        """The pieces of the script, one chunk each."""
        script = self._scripts.get(call.served_name)
        if script is None:
            raise ProviderFailed(Failure.NO_BINDING, f"no script of the name {call.served_name!r}")
        self.calls.append(call)
        deadline = self._monotonic() + call.timeout_seconds
        try:
            for number, piece in enumerate(script.said(prompt)):
                self._wait(script.first_delay if number == 0 else script.delay, deadline)
                yield Chunk(text=piece)
            if script.failure is not None:
                raise ProviderFailed(script.failure, f"the script {call.served_name!r} ends so")
            yield Chunk(usage=script.usage or Usage(), finish=script.finish, model=call.served_name)
        except GeneratorExit:
            self.stopped += 1
            raise

    def _wait(self, seconds: float, deadline: float) -> None:
        left = deadline - self._monotonic()
        self._sleep(max(0.0, min(seconds, left)))
        if seconds > left:
            raise ProviderFailed(Failure.TIMEOUT, "the script takes longer than the call may")


def build(means: Means) -> Scripted:
    """The provider with its canned scripts."""
    return Scripted()
