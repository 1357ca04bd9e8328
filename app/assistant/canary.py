"""The canary: fixed probes, asked of each served model on a schedule, so that one that changed in silence is noticed."""

import hashlib
import json
import logging
import threading
import tomllib
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from pathlib import Path

from app.assistant import steps
from app.assistant.calls import call_for, endpoint_of
from app.assistant.parts import Parts
from app.assistant.question import Question
from app.assistant.turn import Turn
from app.audit import OpenExchange, Outcome
from app.capacity import Busy
from app.database import Entry
from app.errors import Conflict, NotRecorded, ProviderFailed, Words
from app.providers import Call, Message, Prompt, Role, Usage
from app.registry import RegistryEntry
from app.routing import Permit, Refusal, Route
from app.routing.drift import Answers, Drift, Event, Look, is_drift, with_baseline
from app.routing.rules import CANARY

PROBES = Path(__file__).with_name("probes.toml")
MOST_TOKENS, MOST_SECONDS, PLACE_SECONDS = 60, 30.0, 60.0
TIMES_AT_BINDING = 3
LOGGER = logging.getLogger("ustaz")


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """One fixed question with a short answer; it is about nobody and changes with a release only."""

    id: str
    language: str
    text: str


@cache
def probes(source: Path = PROBES) -> tuple[Probe, ...]:
    """The probes that ship."""
    rows = tomllib.loads(source.read_text(encoding="utf-8"))["probes"]
    return tuple(Probe(**row) for row in rows)


class OtherArtefact(Exception):
    """The list came to name another artefact under the entry's id while it was asked."""


@dataclass(slots=True)
class Canary:
    """Looks at every served model that a school allows; one thread, started by `start`.

    Attributes:
        every: the least time between two looks at an entry, on all processes together.
        allowed: the entries that any school allows: nobody else's model is called.
    """

    parts: Parts
    drift: Drift
    every: timedelta
    allowed: Callable[[], frozenset[str]]
    asked: Sequence[Probe] = field(default_factory=probes)
    _ended: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to look, a tenth of the period at a time."""
        self._thread = threading.Thread(target=self._run, name="canary", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End after the call under way."""
        self._ended.set()
        if self._thread is not None:
            self._thread.join(timeout=MOST_SECONDS + 5)

    def look(self) -> tuple[Look, ...]:
        """Look once at every entry that is due; what could not be asked whole is looked at the next time."""
        registry = self.parts.registry.current()
        looks = []
        for entry in registry.entries if registry is not None else ():
            if self._ended.is_set() or entry.entry_id not in self.allowed() or not self._is_due(entry):
                continue
            try:
                look = self._look_at(entry)
            except (ProviderFailed, NotRecorded, Conflict) as error:
                LOGGER.info("the canary could not ask %s: %s", entry.entry_id, type(error).__name__)
                continue
            if look is not None:
                looks.append(look)
                if look.event is Event.DRIFTED:
                    LOGGER.warning("%s drifted and is suspended here", entry.entry_id)
        return tuple(looks)

    def _look_at(self, entry: RegistryEntry) -> Look | None:
        """One look; None where the entry is not served from elsewhere, or may not be called now."""
        binding = self.parts.bindings.find(entry)
        if binding is None or binding.address is None:
            return None  # what runs from a file known by its hash cannot change
        seconds = min(MOST_SECONDS, self.parts.answer_seconds)
        call = call_for(entry, self.parts.bindings, seconds=seconds, most_tokens=MOST_TOKENS)
        identity = identity_of(entry, call, self.asked)
        baseline, former = self.drift.baseline(entry.entry_id, identity), None
        if baseline is None:
            baseline = former = self.drift.baseline(
                entry.entry_id, former_identity_of(entry, call, self.asked)
            )
        try:
            if baseline is None:
                answers = self._ask(entry, call, TIMES_AT_BINDING)
                return (
                    None if answers is None else self.drift.keep_baseline(entry.entry_id, identity, answers)
                )
            now = self._ask(entry, call, 1)
            if now is not None and is_drift(baseline, with_baseline(baseline, now)):
                now = self._ask(entry, call, 1)  # once more: one odd round suspends nobody
        except OtherArtefact:
            return self.drift.discard(entry.entry_id, identity)
        if now is None:
            return None
        if former is not None:  # from here on it is of this artefact alone
            self.drift.keep_baseline(entry.entry_id, identity, former)
        return self.drift.compare(entry.entry_id, identity, baseline, now)

    def _ask(self, entry: RegistryEntry, call: Call, times: int) -> Answers | None:
        """Every probe so many times, the probes of a language in one exchange of the log; None where one was refused.

        Raises:
            OtherArtefact: what answered is not the same from the first probe to after the last.
        """
        answers: dict[str, list[str]] = {}
        for language in dict.fromkeys(probe.language for probe in self.asked):
            of = [probe for probe in self.asked if probe.language == language]
            said = self._exchange(entry, call, language, [probe for probe in of for _ in range(times)])
            if said is None:
                return None
            for probe, text in said:
                answers.setdefault(probe.id, []).append(text)
        still = self.parts.gate.admit(entry.entry_id, purpose=CANARY)
        if isinstance(still, Refusal):
            return None
        if still.entry.artefact != entry.artefact:
            raise OtherArtefact(entry.entry_id)
        return answers

    def _exchange(
        self, entry: RegistryEntry, call: Call, language: str, asking: Sequence[Probe]
    ) -> Sequence[tuple[Probe, str]] | None:
        """Probes and what was said to each; recorded before the first is asked, and ended once, as any question.

        Raises:
            NotRecorded: it is not durable: nothing was asked, or what was said is not used.
            ProviderFailed: the server broke.
            OtherArtefact: the list names another one than the round began with.
        """
        texts = "\n".join(dict.fromkeys(probe.text for probe in asking))
        turn = Turn(question=Question(text=texts, language=language, task=CANARY), masked=texts, call=call)
        exchange = self._open(turn)
        outcome, said = Outcome.STOPPED, list[tuple[Probe, str]]()
        began = self.parts.runtime.monotonic()
        try:
            for probe in asking:
                text = None if self._ended.is_set() else self._say(entry, call, probe, turn, exchange)
                if text is None:
                    outcome = Outcome.STOPPED if self._ended.is_set() else Outcome.REFUSED
                    break
                said.append((probe, text))
            else:
                outcome = Outcome.ANSWERED
        except ProviderFailed as error:
            outcome, turn.failure, turn.reason = Outcome.FAILED, str(error.failure), error.words
            raise
        except OtherArtefact:
            outcome, turn.reason = Outcome.REFUSED, Words(key="routing.refused.other_artefact")
            raise
        finally:
            turn.total_ms = round((self.parts.runtime.monotonic() - began) * 1000)
            exchange.close(outcome, turn.closed(), turn.sealed())
        return said if outcome is Outcome.ANSWERED else None

    def _open(self, turn: Turn) -> OpenExchange:
        return self.parts.audit.open(
            Entry(
                kind="asked",
                role="system",
                exchange=self.parts.runtime.new_id(),
                clear=turn.asked(self.parts.guardrails),
                sealed={"raw": turn.question.text},
            )
        )

    def _say(
        self, entry: RegistryEntry, call: Call, probe: Probe, turn: Turn, exchange: OpenExchange
    ) -> str | None:
        parts = self.parts
        ticket = parts.places.enter(None, CANARY)
        if isinstance(ticket, Busy):
            return None
        try:
            if not ticket.wait(PLACE_SECONDS):
                return None
            permit = parts.gate.admit(call.entry_id, purpose=CANARY)
            if isinstance(permit, Refusal):
                turn.reason = permit.reason
                return None
            if permit.entry.artefact != entry.artefact:
                raise OtherArtefact(entry.entry_id)
            self._note(permit, turn, exchange)
            prompt = Prompt(
                messages=(Message(role=Role.USER, text=probe.text),),
                question=probe.text,
                language=probe.language,
                evidence=(),
            )
            said: list[str] = []
            with parts.breakers.watch(endpoint_of(call)):
                chunks = parts.providers(call.provider).stream(prompt, call=call)
                with closing(chunks):  # type: ignore[type-var]
                    for chunk in chunks:
                        said.append(chunk.text)
                        turn.raw_output.append(chunk.hidden + chunk.text)
                        turn.usage = _sum(turn.usage, chunk.usage)
                        turn.finish = chunk.finish or turn.finish
                        turn.response_model = chunk.model or turn.response_model
            turn.raw_output.append("\n")
            return "".join(said)
        finally:
            ticket.release()

    def _note(self, permit: Permit, turn: Turn, exchange: OpenExchange) -> None:
        """Keep a permit; the first one says in the journal who is called, before the call."""
        turn.permits.append(permit)
        if turn.route is None:
            turn.route = Route(
                entry=permit.entry,
                reason=Words(key="routing.chosen.canary"),
                registry_sequence=permit.registry_sequence,
                registry_digest=permit.registry_digest,
                considered=(),
            )
            exchange.journal(steps.routed(turn))

    def _is_due(self, entry: RegistryEntry) -> bool:
        last = self.drift.last(entry.entry_id)
        if last is None or last.event in (Event.RESUMED, Event.DISCARDED):
            return True
        return self.parts.runtime.now() - last.at >= self.every

    def _run(self) -> None:
        while not self._ended.wait(self.every.total_seconds() / 10):
            self.look()


def _sum(one: Usage | None, other: Usage | None) -> Usage | None:
    """What two calls used; None where no server said."""
    if one is None or other is None:
        return one or other
    into, out = ((one.input_tokens, other.input_tokens), (one.output_tokens, other.output_tokens))
    return Usage(
        input_tokens=None if None in into else sum(filter(None, into)),
        output_tokens=None if None in out else sum(filter(None, out)),
    )


def identity_of(entry: RegistryEntry, call: Call, asked: Sequence[Probe]) -> str:
    """SHA-256 hex of what a baseline is of: the artefact, where and under which name it is served, and the probes."""
    plain: Mapping[str, object] = {
        "artefact": entry.artefact,
        "served": [call.address, call.served_name],
        "probes": [[probe.id, probe.text] for probe in asked],
    }
    return hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()


def former_identity_of(entry: RegistryEntry, call: Call, asked: Sequence[Probe]) -> str:
    """The same as earlier releases wrote it: model id, version and fingerprint stood for the artefact."""
    plain: Mapping[str, object] = {
        "model": [entry.model_id, entry.model_version, entry.fingerprint],
        "served": [call.address, call.served_name],
        "probes": [[probe.id, probe.text] for probe in asked],
    }
    return hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()
