"""The log's disk, server or key fails under the whole line: nothing is called and nothing shown, and then it goes on."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field, replace
from functools import partial

import pytest
from sqlalchemy import text

from app import bootstrap
from app.accounts import demo
from app.assistant import Question
from app.assistant.events import Done, Event, Failed, Recorded, Retrieved, Text
from app.errors import BadSetting, NotRecorded, Words
from app.i18n import LANGUAGES, translator
from app.providers import Call, Chunk, Prompt, Usage
from benchmarks.cluster import Cluster, binaries, cluster
from benchmarks.mock_endpoint import MockEndpoint, Speed
from benchmarks.workshop import ENTRY, EXTRACTIVE, install
from tests.assistant.conftest import House
from tests.assistant.fakes import ANSWERABLE, PIECES, Embeds, Says, ask, shown, with_parts
from tests.audit.cases import asked
from tests.chaos import faults_on_disk as faults

Fault = Callable[[], AbstractContextManager[None]]
DISK_MEGABYTES = 32


@dataclass(frozen=True, slots=True)
class Site:
    """An installation, and the faults that can be made around it."""

    house: House
    engine: str
    faults: dict[str, Fault]
    missing: str | None = None


@dataclass(slots=True)
class Halting:
    """A provider that says two pieces and waits for a word before the last one."""

    goes_on: threading.Event = field(default_factory=threading.Event)
    calls: int = 0

    def stream(self, prompt: Prompt, *, call: Call) -> Iterator[Chunk]:
        self.calls += 1
        yield Chunk(text=PIECES[0])
        yield Chunk(text=PIECES[1])
        self.goes_on.wait(30)
        yield Chunk(text=PIECES[2])
        yield Chunk(usage=Usage(input_tokens=3, output_tokens=5), finish="stop", model="said")


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    home = tmp_path_factory.mktemp("faults")
    with ExitStack() as stack:
        disk, missing = home, None
        try:
            disk = stack.enter_context(faults.small_disk(DISK_MEGABYTES))
        except faults.CannotBeMade as error:
            missing = str(error)
        endpoint = stack.enter_context(
            MockEndpoint(Speed(first_seconds=0.0, tokens_a_second=0, tokens=60, language="kk"))
        )
        settings = replace(install(home, endpoint.address), answer_seconds=20.0)
        server: Cluster | None = None
        url = f"sqlite:///{disk / 'ustaz.db'}"
        if request.param == "postgresql":
            try:
                binaries()
            except FileNotFoundError as error:
                pytest.fail(str(error))
            server = stack.enter_context(cluster(durable=False))
            url = server.url
            if missing is None:
                url = stack.enter_context(faults.tablespace(server, disk))
        settings = replace(settings, database_url=url)
        services = bootstrap.build(settings, serving=True)
        stack.callback(services.close)
        services.policies.seed(
            demo.SCHOOL, (ENTRY, EXTRACTIVE), recorder=services.audit, runtime=services.runtime
        )
        if server is None:
            # Five seconds are promised; a test need not wait for them.
            services.database.write(lambda session: session.execute(text("PRAGMA busy_timeout = 300")))
        made: dict[str, Fault] = {
            "full": partial(faults.full, disk),
            "key": partial(faults.without_key, home),
        }
        if server is None:
            made |= {
                "read_only": partial(faults.read_only, disk / "ustaz.db"),
                "busy": partial(faults.held, url),
            }
        else:
            made |= {
                "read_only": partial(faults.refusing, server),
                "gone": partial(faults.gone, server),
            }
        yield Site(House(services, services.person(), endpoint), str(request.param), made, missing)


def fault_of(site: Site, name: str) -> Fault:
    if name not in site.faults:
        pytest.skip(f"{site.engine} has no fault {name}")
    if name == "full" and site.missing is not None:
        pytest.skip(site.missing)
    return site.faults[name]


def refused(site: Site, says: Says, language: str = "kk") -> tuple[list[Event], Words]:
    """Ask; what was said instead of an answer."""
    embeds = Embeds(site.house.services.assistant.parts.embedder)
    try:
        events = ask(site.house, with_parts(site.house, says, embedder=embeds), language=language)
    except NotRecorded as error:
        return [], error.words
    finally:
        assert not embeds.letters, "the embedding model was called"
    (failed,) = [event for event in events if isinstance(event, Failed)]
    return events, failed.words


def fill(site: Site) -> None:
    """Use up what the database still has of room inside its own files."""
    services = site.house.services
    for size in (60_000, 2_000):
        refusals = 0
        for _ in range(200):
            try:
                entry = asked(services.runtime.randomness(size // 2).hex())
                services.audit.append(replace(entry, kind="feedback"))
            except NotRecorded:
                refusals += 1
                if refusals == 2:
                    break


def goes_on(site: Site) -> None:
    """Without a restart: the next question is answered, nothing is open, and the log is whole."""
    services = site.house.services
    events = ask(site.house, with_parts(site.house, Says()))
    assert [event for event in events if isinstance(event, Done)]
    assert shown(events)
    services.audit.recover()
    until = time.monotonic() + 30
    # The sequencer finds out by its first try that its old connection is dead.
    while services.audit.health().waiting and time.monotonic() < until:
        services.audit.sequence(finish=True)
    services.audit.sequence(finish=True)
    report = services.audit.verify()
    assert (report.exit_code, report.waiting, report.open_exchanges) == (0, 0, ())


@pytest.mark.parametrize("name", ["full", "read_only", "busy", "gone", "key"])
def test_a_question_that_cannot_be_recorded_calls_nothing_and_says_so_and_the_next_one_is_answered(
    site: Site, name: str
) -> None:
    fault, said = fault_of(site, name), Says()
    try:
        with fault():
            if name == "full":
                fill(site)
            events, words = refused(site, said)
    except faults.CannotBeMade as error:
        faults.skipped(error)

    assert said.prompts == []
    assert site.house.endpoint.counts.calls == 0
    assert not [event for event in events if isinstance(event, Recorded | Retrieved | Text | Done)]
    assert words.key == "error.not_recorded"
    assert len({translator(language).words(words) for language in LANGUAGES}) == len(LANGUAGES)
    goes_on(site)


@pytest.mark.parametrize("name", ["full", "read_only", "busy", "gone", "key"])
def test_a_fault_in_the_middle_of_an_answer_shows_nothing_more_and_what_was_shown_is_on_record(
    site: Site, name: str
) -> None:
    fault, services = fault_of(site, name), site.house.services
    if name == "full" and services.database.url.get_backend_name() == "postgresql":
        pytest.skip("a page of the journal's table that is half empty takes the rest of an answer")
    provider, events = Halting(), list[Event]()
    question = Question(text=ANSWERABLE, language="kk")
    with ExitStack() as during:
        for event in with_parts(site.house, provider).ask(site.house.teacher, question):
            events.append(event)
            if isinstance(event, Text) and not provider.goes_on.is_set():
                try:
                    during.enter_context(fault())
                    if name == "full":
                        fill(site)
                except faults.CannotBeMade as error:
                    faults.skipped(error)
                finally:
                    provider.goes_on.set()
    (recorded,) = [event for event in events if isinstance(event, Recorded)]
    goes_on(site)
    exchange = recorded.receipt.exchange_id
    assert exchange is not None
    (stored,) = services.audit.exchanges([exchange], actor=site.house.teacher.subject)
    kinds = [record.kind for record in services.audit.records_of(exchange)]

    assert provider.calls == 1
    assert 0 < len(shown(events)) < len(PIECES)
    assert stored.sealed["shown"] == shown(events)
    (failed,) = [event for event in events if isinstance(event, Failed)]
    assert len({translator(language).words(failed.words) for language in LANGUAGES}) == len(LANGUAGES)
    assert kinds in (["asked", "closed"], ["asked", "abandoned"])


def test_an_installation_does_not_start_without_its_key(site: Site) -> None:
    settings = site.house.services.settings
    if site.engine == "sqlite":
        pytest.skip("on SQLite one process serves at a time; tests/audit/test_audit_keys.py starts one there")
    with (
        faults.without_key(settings.home),
        pytest.raises(BadSetting, match=r"keys/master.key is missing") as refusal,
    ):
        bootstrap.build(settings, serving=False)

    assert all("keys/master.key" in translator(language).words(refusal.value.words) for language in LANGUAGES)
    bootstrap.build(settings, serving=False).close()
