"""An installation in which everything that decides about a call is drawn by lot, and every call is seen."""

import asyncio
import hashlib
import json
import random
import re
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app import bootstrap
from app.accounts import Grant, Principal, Refused, Role, demo
from app.accounts.changing import Operator
from app.assistant import Assistant
from app.assistant.embedding import GatedEmbedder
from app.bootstrap import Providers, Services
from app.database import Entry
from app.protection import Protections
from app.providers import Call, Chunk, Prompt, Provider
from app.registry import demonstration
from app.registry.document import stamp
from app.registry.keys import KeyRing
from app.registry.publish import publish, revoke
from app.registry.source import read_source
from app.routing import Binding, Bindings, Gate, Router, SchoolPolicy
from app.routing.policy import latest, put
from app.runtime import Runtime
from benchmarks.mock_endpoint import TEXTS, MockEndpoint, Reply, delta, event
from benchmarks.workshop import SERVED, WEIGHTS, endpoint_entry, install, scored, source
from guardrails.rail import Means
from knowledge.embedding import Embedder
from knowledge.token_peaks import TokenPeaks
from tests.contracts.gate_oracle import Oracle, Published

NAMES = ("a", "b", "extractive", "embedder")
OTHER_SCHOOL = "tulpar-test"
ISSUER = "http://test"
START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TAG = re.compile(r" \((\d+)\)")
"""What tells the texts of two questions apart: a text that was embedded just now is not embedded again."""


@dataclass(slots=True)
class Clock:
    """Stands still until it is moved."""

    base: datetime = START
    moved: timedelta = timedelta(0)

    def __call__(self) -> datetime:
        return self.base + self.moved


@dataclass(slots=True)
class Ticking(Clock):
    """Goes on as time does."""

    began: float = field(default_factory=time.monotonic)

    def __call__(self) -> datetime:
        return self.base + self.moved + timedelta(seconds=time.monotonic() - self.began)


@dataclass(slots=True)
class Watched:
    """The embedder, every call of it seen; texts that differ in their tag alone have one vector, computed once."""

    inner: Embedder
    model_id: str
    dim: int
    house: "House | None" = None
    _kept: dict[str, NDArray[np.float32]] = field(default_factory=dict)

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        if self.house is not None:
            self.house.oracle.embedded(self.house.ids["embedder"], " ".join(texts))
        bare = [TAG.sub("", text) for text in texts]
        for text in bare:
            if text not in self._kept:
                self._kept[text] = self.inner.embed_queries([text])[0]
        return np.stack([self._kept[text] for text in bare])

    def embed_documents(self, texts: Sequence[str]) -> NDArray[np.float32]:
        if self.house is not None:
            self.house.oracle.embedded(self.house.ids["embedder"], " ".join(texts))
        return self.inner.embed_documents(texts)


@dataclass(slots=True)
class WatchedPeaks:
    """The second pass of the same weights, seen as a call of theirs; texts that differ in their tag alone are read once."""

    inner: TokenPeaks
    beside: Watched
    model_id: str
    dim: int
    _kept: dict[str, NDArray[np.float32]] = field(default_factory=dict)

    def peaks(self, texts: Sequence[str]) -> NDArray[np.float32]:
        house = self.beside.house
        if house is not None:
            house.oracle.embedded(house.ids["embedder"], " ".join(texts))
        bare = [TAG.sub("", text) for text in texts]
        for text in bare:
            if text not in self._kept:
                self._kept[text] = self.inner.peaks([text])[0]
        return np.stack([self._kept[text] for text in bare])


@dataclass(frozen=True, slots=True)
class WatchedProvider:
    """The composer of quotes, every call of it seen."""

    inner: Provider
    oracle: Oracle

    def stream(self, prompt: Prompt, *, call: Call) -> Iterator[Chunk]:
        sent = " ".join([prompt.question, *(message.text for message in prompt.messages)])
        self.oracle.called("extractive", call.entry_id, sent)
        return self.inner.stream(prompt, call=call)


@dataclass(slots=True, kw_only=True)
class House:
    """The installation.

    Attributes:
        ids: the entry id that each of NAMES has now; a revoked one gets another, for nothing gives it back.
        rows: the bindings, by entry id.
        served: the entry id behind each name that an endpoint is asked for.
        pauses: how often an answer that is held looks whether it may go on, five milliseconds apart.
        resumed: lets an answer that is held in its middle go on.
    """

    services: Services
    assistant: Assistant
    clock: Clock
    oracle: Oracle
    people: Mapping[str, Principal]
    ids: dict[str, str]
    rows: dict[str, Binding]
    addresses: Mapping[str, str]
    sha256: dict[str, str]
    home: Path
    keys: KeyRing
    entries: Mapping[str, Mapping[str, Any]]
    language: str = "kk"
    held: bool = False
    resumed: threading.Event = field(default_factory=threading.Event)
    generation: int = 0
    served: dict[str, str] = field(default_factory=dict)
    pauses: int = 400

    @property
    def folder(self) -> Path:
        return self.home / "published" / "online"

    def publish(self, entries: Sequence[Mapping[str, Any]]) -> None:
        """Sign and take a list."""
        at = self.oracle.now()
        listed = source(entries, runtime=self.services.runtime)
        publish(listed, self.keys, self.home / "published", at=at)
        self._take()

    def revoke(self, name: str) -> None:
        """Take an entry away at once."""
        row = {"entry_id": self.ids[name], "status": "withdrawn", "since": stamp(self.oracle.now())}
        revoke([row], self.keys, self.home / "published", at=self.oracle.now())
        self._take()

    def renew_ids(self) -> None:
        """Other ids for what was revoked."""
        for name in NAMES:
            if self.ids[name] in self.oracle.published.revoked:
                self.generation += 1
                self.name(name, f"urn:fuzz:{name}:{self.generation}")

    def name(self, name: str, entry_id: str) -> None:
        """Give an entry its id, binding and weights."""
        self.ids[name] = entry_id
        if name in self.addresses:
            self.sha256[entry_id] = hashlib.sha256(WEIGHTS).hexdigest()
            served = f"{SERVED}-{len(self.served)}"
            self.served[served] = entry_id
            self.rows[entry_id] = Binding(
                entry_id=entry_id,
                address=self.addresses[name],
                served_name=served,
                weights=self.home / "models" / "bench.weights",
            )
        elif name == "embedder":
            self.sha256[entry_id] = self.services.embedder.sha256

    def allow(self, school: str, allowed: Sequence[str]) -> None:
        """Let a school choose, whatever stands on the list at the moment."""
        services = self.services

        def work(session: Any) -> None:
            before = latest(session, school)
            after = SchoolPolicy(school=school, allowed=tuple(allowed), version=before.version + 1)
            changed = Entry(
                kind="admin_change", school=school, role="system", clear={"event": "models_changed"}
            )
            put(session, after, services.audit.record(session, changed), services.runtime)

        services.database.write(work)

    def _take(self) -> None:
        self.services.registry.take(self.folder, "folder")
        self.oracle.taken(self.folder)

    async def answer(self, name: str, reply: Reply) -> None:
        """What a model says when it is called: two sentences, held between them if so wished."""
        sent = json.dumps(reply.request, ensure_ascii=False)
        self.oracle.called(name, self.served[reply.request["model"]], sent)
        first, _, rest = TEXTS[self.language].partition(". ")
        reply.head()
        reply.raw(event(delta(reply.name, f"{first}. {rest[:6]}")))
        await reply.writer.drain()
        if self.held:
            for _ in range(self.pauses):
                if self.resumed.is_set():
                    break
                await asyncio.sleep(0.005)
        reply.raw(event(delta(reply.name, rest[6:])))
        reply.tail()


def entry_of(house: House, name: str, chance: random.Random) -> dict[str, Any] | None:
    """An entry by lot; None: it is not on the list."""
    now = house.oracle.now()
    good = name == "embedder"
    if chance.random() < (0.01 if good else 0.05):
        return None

    def lot(usual: Any, *others: Any, share: float) -> Any:
        return chance.choice(others) if chance.random() < (share / 4 if good else share) else usual

    raw: dict[str, Any] = json.loads(json.dumps(house.entries[name], default=str))
    raw["entry_id"] = house.ids[name]
    raw["status"] = lot("granted", "suspended", "withdrawn", "expired", share=0.15)
    days, hours = timedelta(days=1), timedelta(hours=1)
    begins = lot(now - 30 * days, now + hours, now + 3 * days, now - hours, share=0.12)
    ends = lot(now + 30 * days, now - hours, now - 9 * days, now + hours, now + days, share=0.2)
    raw["effective_from"], raw["expires_at"] = stamp(min(begins, ends - hours)), stamp(ends)
    raw["data"] = {
        **raw["data"],
        "personal_data": lot("pupil", "none", "teacher", share=0.3),
        "processing_country": lot("KZ", "DE", share=0.15),
        "localisation_proof": lot("in process", None, share=0.15),
    }
    if name == "embedder":
        return raw
    score = raw["purpose"]["languages"]["kk"]
    for language in ("kk", "ru", "en"):
        value = lot("0.90", "0.30", "0.50", None, share=0.2)
        raw["purpose"]["languages"][language] = None if value is None else {**score, "value": value}
    raw["conditions"] = {
        "guardrail_profile": lot(None, "default", "strict_of_others", share=0.08),
        "least_app_version": lot(None, "99.0", share=0.04),
    }
    if name in house.addresses:
        hosts, digest = lot(
            ([], raw["artefact"]["sha256"]), (["models.example"], None), ([], "0" * 64), share=0.1
        )
        raw["artefact"] = {**raw["artefact"], "hosts": hosts, "sha256": digest}
    return raw


def list_of(house: House, chance: random.Random) -> list[dict[str, Any]]:
    """A list by lot, never empty."""
    drawn = [entry_of(house, name, chance) for name in NAMES]
    return [entry for entry in drawn if entry is not None] or [dict(house.entries["extractive"])]


@contextmanager
def house_of(
    home: Path, *, gate: type[Gate] = Gate, clock: Clock | None = None, oracle_of: type[Oracle] = Oracle
) -> Iterator[House]:
    """The installation with two listening endpoints.

    Args:
        gate: stands before every call.
    """
    clock = clock or Clock()
    with ExitStack() as stack:
        box: list[House] = []
        endpoints: dict[str, MockEndpoint] = {}
        for name in ("a", "b"):
            endpoints[name] = stack.enter_context(MockEndpoint(behaviour=behaviour_of(box, name)))
        runtime = Runtime(now=clock)
        settings = install(home, endpoints["a"].address, runtime=runtime)
        services = bootstrap.build(replace(settings, answer_seconds=10.0), runtime=runtime)
        stack.callback(services.close)
        rows: dict[str, Binding] = {}
        sha256: dict[str, str] = {}
        folder = home / "published" / "online"
        oracle = oracle_of(clock, sha256, Published.read(folder), clock())
        at_gate = gate(services.registry, services.gate.house)
        bindings = Bindings(rows, home / "models")
        raw = services.embedder.embedder
        watched, peaks = Watched(raw, raw.model_id, raw.dim), services.embedder.peaks
        assert isinstance(peaks, TokenPeaks)
        heard = WatchedPeaks(peaks, watched, peaks.model_id, peaks.dim)
        embedder = GatedEmbedder(watched, services.embedder.sha256, services.registry, at_gate, peaks=heard)
        protections = protections_of(services, embedder)
        real = Providers.of(services.settings, bindings, services.registry)
        stack.callback(real.close)
        quoting = WatchedProvider(real("extractive"), oracle)
        parts = replace(
            services.assistant.parts,
            gate=at_gate,
            bindings=bindings,
            embedder=embedder,
            protection=protections,
            guardrails=protections.rails(protections.shipped),
            router=Router(services.registry, bindings, services.gate.house),
            providers=lambda name: quoting if name == "extractive" else real(name),
        )
        house = House(
            services=services,
            assistant=Assistant(parts),
            clock=clock,
            oracle=oracle,
            people=people_of(services),
            ids={},
            rows=rows,
            addresses={name: endpoint.address for name, endpoint in endpoints.items()},
            sha256=sha256,
            home=home,
            keys=KeyRing.open(home / "ministry-keys"),
            entries=plain_entries(runtime),
        )
        for name in NAMES:
            house.name(name, f"urn:fuzz:{name}:0")
        watched.house = house
        box.append(house)
        yield house


def protections_of(services: Services, embedder: GatedEmbedder) -> Protections:
    """Rails whose embedding goes through the gate that is watched, as the one of retrieval does."""
    library = services.library
    means = Means(
        names=library.names(),
        known_code=lambda code: bool(library.catalogue.find(code)),
        embed=embedder.embed_messages,
        read=embedder.read_messages,
        embedder=embedder.model_id,
    )
    return Protections(
        services.database, services.audit, services.runtime, shipped=services.protections.shipped, means=means
    )


def behaviour_of(box: Sequence[House], name: str) -> Any:
    """How one endpoint answers, once there is a house."""

    async def behaviour(reply: Reply) -> None:
        await box[0].answer(name, reply)

    return behaviour


def plain_entries(runtime: Runtime) -> dict[str, Mapping[str, Any]]:
    """What the entries are before anything is drawn."""
    shipped = read_source(demonstration.SOURCE, at=runtime.now())["entries"]
    extractive = next(entry for entry in shipped if entry["provider"] == "extractive")
    embedder = next(entry for entry in shipped if entry["kind"] == "embedder")
    endpoint = endpoint_entry(extractive)
    return {"a": endpoint, "b": endpoint, "extractive": scored(extractive), "embedder": embedder}


def people_of(services: Services) -> dict[str, Principal]:
    """Everybody of the demonstration, and a teacher of another school."""
    operator = Operator()
    names = dict.fromkeys(("kk", "ru", "en"), "Tulpar")
    services.accounts.add_school(operator, code=OTHER_SCHOOL, names=names)
    services.accounts.add_person(
        operator,
        issuer=ISSUER,
        identifier="other",
        name="Ерлан Бақытұлы",
        school=OTHER_SCHOOL,
        grants=(Grant(role=Role.TEACHER, scope=OTHER_SCHOOL),),
        reason="test",
    )
    subjects = {person.identifier: demo.subject(person) for person in demo.PEOPLE}
    found = {}
    for name, subject in {**subjects, "other": f"{ISSUER}|other"}.items():
        person = services.accounts.act_as(subject)
        assert not isinstance(person, Refused)
        found[name] = person
    return found
