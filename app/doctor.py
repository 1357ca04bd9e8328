"""What is wrong with this installation, and how to mend it: each part is asked, the first broken one ends the rest."""

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from app import bootstrap
from app.audit import AnchorHealth, AnchorState
from app.bootstrap import Services
from app.errors import BadSetting, UstazError, Words
from app.i18n import Translator, translator
from app.registry import Kind, RegistryEntry
from app.routing.bindings import NEEDS_WEIGHTS, context_in_use
from app.settings import Settings
from app.version import VERSION

LEAST_FREE_BYTES = 500_000_000
SAID = "doctor.said"
"""The sentence of a part that says something itself, untranslated."""


class State(StrEnum):
    """How a part fares."""

    OK = "ok"
    WARNING = "warning"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One part: how it fares, what was seen, what to do.

    Attributes:
        what: the part, as scripts know it; `doctor.part.<what>` words it, blanks read as `_`.
        names: what it is about, by language.
        measures: facts of `seen` that each language writes in its own way: moments and numbers.
        inner: a reason of another duty that follows what was seen.
        mend: None where there is nothing to do.
    """

    what: str
    state: State
    seen: Words | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    measures: Mapping[str, datetime | float] = field(default_factory=dict)
    inner: Words | None = None
    mend: Words | None = None

    @property
    def part(self) -> str:
        """The catalogue key of the part's name."""
        return f"doctor.part.{self.what.replace(' ', '_').replace('-', '_')}"

    def plain(self) -> dict[str, str]:
        """The finding for scripts: its sentences are English."""
        t = translator("en")
        mend = "" if self.mend is None else t.words(self.mend)
        return {"what": self.what, "state": str(self.state), "detail": self.detail(t), "mend": mend}

    def detail(self, t: Translator) -> str:
        """What was seen, in words."""
        seen = None if self.seen is None else t(self.seen.key, **self.seen.facts, **self._measured(t))
        told = (seen, None if self.inner is None else t.words(self.inner))
        parts = list(filter(None, (self.names.get(t.language, ""), *told)))
        return "".join(one + (" " if one.endswith(".") else ": ") for one in parts[:-1]) + "".join(parts[-1:])

    def _measured(self, t: Translator) -> Mapping[str, str]:
        return {
            name: t.date(one) if isinstance(one, datetime) else t.number(one)
            for name, one in self.measures.items()
        }


def examine(settings: Settings) -> dict[str, Any]:
    """The JSON document of docs/doctor.schema.json."""
    findings = list(_look(settings))
    return {
        "schema_version": 1,
        "healthy": all(finding.state is not State.BROKEN for finding in findings),
        "findings": [finding.plain() for finding in findings],
    }


def _look(settings: Settings) -> Iterator[Finding]:
    yield _ok("version", VERSION)
    yield _disk(settings)
    try:
        services = bootstrap.build(settings)
    except BadSetting as error:
        yield _start(error, "doctor.mend.setting")
        return
    except UstazError as error:
        yield _start(error, "doctor.mend.detail")
        return
    try:
        yield from parts(services)
        yield from thorough(services)
    finally:
        services.close()


def state_of(services: Services) -> tuple[Finding, ...]:
    """The parts of a running installation that are known at once; the rest is `thorough`."""
    return (_ok("version", VERSION), _disk(services.settings), *parts(services), checks(services))


def parts(services: Services) -> Iterator[Finding]:
    """What stands behind a question, in the order in which it is needed."""
    yield _ok("database", services.database.dialect)
    yield _sign_in(services.settings)
    yield _registry(services)
    yield _embedder(services)
    yield _anchors(services.audit.health().anchors)
    yield from _models(services)
    yield _helplines(services.settings)


def thorough(services: Services) -> Iterator[Finding]:
    """What takes seconds or more: every byte of the index, every record of the log."""
    yield _index(services)
    yield _log(services)


def _ok(what: str, detail: str) -> Finding:
    return Finding(what=what, state=State.OK, seen=Words(key=SAID, facts={"words": detail}))


def _start(error: UstazError, mend: str) -> Finding:
    seen = Words(key=SAID, facts={"words": str(error)})
    return Finding(what="start", state=State.BROKEN, seen=seen, mend=Words(key=mend))


def _disk(settings: Settings) -> Finding:
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    usage = shutil.disk_usage(settings.home)
    used = usage.used / usage.total
    found = Finding(
        what="disk",
        state=State.OK,
        seen=Words(key="doctor.disk"),
        measures={"free": round(usage.free / 1e9, 1), "used": round(100 * used)},
    )
    if usage.free < LEAST_FREE_BYTES:
        return replace(found, state=State.BROKEN, mend=Words(key="doctor.mend.disk"))
    if used > 0.95:
        return replace(found, state=State.WARNING, mend=Words(key="doctor.mend.disk_soon"))
    return found


def _helplines(settings: Settings) -> Finding:
    """Whether the card for a child in danger has numbers to call."""
    if not settings.helplines:
        return Finding(
            what="helplines",
            state=State.WARNING,
            seen=Words(key="doctor.helplines.none"),
            mend=Words(key="doctor.mend.helplines"),
        )
    seen = Words(key="doctor.helplines", facts={"count": len(settings.helplines)})
    return Finding(what="helplines", state=State.OK, seen=seen)


def _sign_in(settings: Settings) -> Finding:
    if settings.auth_configured:
        seen = Words(key="doctor.sign_in.auth", facts={"file": settings.secrets_file.name})
        return Finding(what="sign-in", state=State.OK, seen=seen)
    if settings.development_sign_in:
        return Finding(
            what="sign-in",
            state=State.WARNING,
            seen=Words(key="doctor.sign_in.demonstration"),
            mend=Words(key="doctor.mend.sign_in"),
        )
    return Finding(
        what="sign-in",
        state=State.BROKEN,
        seen=Words(key="doctor.sign_in.none"),
        mend=Words(key="doctor.mend.no_sign_in"),
    )


def _registry(services: Services) -> Finding:
    registry, mend = services.registry.current(), Words(key="doctor.mend.registry")
    if registry is None:
        seen = services.registry.trouble() or Words(key="registry.trouble.none")
        return Finding(what="registry", state=State.BROKEN, seen=seen, mend=mend)
    now = services.registry.now()
    in_force = sum(registry.in_force(entry.entry_id, now).entry is not None for entry in registry.entries)
    facts: dict[str, str | int] = {
        "list": registry.list_id,
        "number": registry.sequence,
        "in_force": in_force,
        "all": len(registry.entries),
    }
    seen = Words(key="doctor.registry", facts=facts)
    found = Finding(what="registry", state=State.OK, seen=seen, measures={"until": registry.expires_at})
    if in_force == 0:
        return replace(found, state=State.BROKEN, mend=mend)
    if registry.demonstration:
        return replace(found, state=State.WARNING, mend=Words(key="doctor.mend.demonstration"))
    return found


def _embedder(services: Services) -> Finding:
    entry_id = services.embedder.entry_id()
    registry = services.registry.current()
    in_force = (
        registry is not None
        and entry_id is not None
        and registry.in_force(entry_id, services.registry.now()).entry is not None
    )
    if not in_force:
        return Finding(
            what="embedding model",
            state=State.BROKEN,
            seen=Words(key="doctor.embedder.none", facts={"sha256": f"{services.embedder.sha256[:12]}…"}),
            mend=Words(key="doctor.mend.embedder"),
        )
    return _ok("embedding model", f"{services.library.model_id}: {entry_id}")


def _anchors(health: AnchorHealth) -> Finding:
    """Whether heads of the log are kept where its administrator cannot change them."""
    mends = {
        AnchorState.KEPT: None if not health.troubles else "doctor.mend.anchors_late",
        AnchorState.NOTHING: "doctor.mend.anchors",
        AnchorState.LATE: "doctor.mend.anchors_late",
        AnchorState.REFUSED: "doctor.mend.anchors_refused",
    }
    mend = mends[health.state]
    state = State.WARNING if mend is not None else State.OK
    return Finding(
        what="anchors",
        state=State.BROKEN if health.state is AnchorState.REFUSED else state,
        seen=health.sentence,
        inner=health.troubles[0] if health.troubles else None,
        mend=None if mend is None else Words(key=mend),
    )


def checks(services: Services) -> Finding:
    """Checks and searches of this process that hang: each keeps a thread, and at the limit of one policy, or of the search, its questions are stopped."""
    workers = (*services.protections.workers(), services.embedder.workers)
    count = sum(one.abandoned for one in workers)
    closed = any(one.exhausted for one in workers)
    if not count:
        return Finding(what="checks", state=State.OK, seen=Words(key="doctor.checks.none"))
    return Finding(
        what="checks",
        state=State.BROKEN if closed else State.WARNING,
        seen=Words(key="doctor.checks.closed" if closed else "doctor.checks.left"),
        measures={"count": count},
        mend=Words(key="doctor.mend.checks_closed" if closed else "doctor.mend.checks"),
    )


def _index(services: Services) -> Finding:
    library = services.library
    facts: dict[str, str | int] = {"version": library.index_version}
    if services.settings.chroma:
        facts["version"] = f"{library.index_version}, {services.settings.chroma}"
    damage = library.damage()
    if damage:
        seen = Words(key="doctor.index.damaged", facts={**facts, "damage": "; ".join(damage)})
        return Finding(what="index", state=State.BROKEN, seen=seen, mend=Words(key="doctor.mend.index"))
    if library.trouble:
        seen = Words(key="doctor.index.trouble", facts={**facts, "trouble": library.trouble})
        return Finding(what="index", state=State.WARNING, seen=seen, mend=Words(key="doctor.mend.chroma"))
    subjects = ", ".join(subject.slug for subject in library.catalogue.subjects())
    seen = Words(key="doctor.index", facts={**facts, "subjects": subjects})
    return Finding(what="index", state=State.OK, seen=seen)


def _models(services: Services) -> Iterator[Finding]:
    registry = services.registry.current()
    for entry in registry.entries if registry is not None else ():
        if entry.kind is Kind.EMBEDDER or registry is None:
            continue
        if registry.in_force(entry.entry_id, services.registry.now()).entry is None:
            continue
        missing = services.bindings.missing(entry)
        if missing is None:
            yield Finding(
                what="model",
                state=State.OK,
                names=entry.names,
                seen=_room(entry, services.settings),
                measures=_tokens(entry, services.settings),
            )
        else:
            mend = Words(key="doctor.mend.model")
            yield Finding(what="model", state=State.WARNING, names=entry.names, inner=missing, mend=mend)


def _room(entry: RegistryEntry, settings: Settings) -> Words | None:
    """What is said of the context of a local model; the setting may ask for more than the entry approves."""
    if entry.provider not in NEEDS_WEIGHTS:
        return None
    capped = settings.context > entry.context_tokens
    return Words(key="doctor.model.capped" if capped else "doctor.model.local")


def _tokens(entry: RegistryEntry, settings: Settings) -> Mapping[str, datetime | float]:
    """Context in use and approved, the one that is set, and threads."""
    if entry.provider not in NEEDS_WEIGHTS:
        return {}
    return {
        "context": context_in_use(entry, settings.context),
        "approved": entry.context_tokens,
        "wanted": settings.context,
        "threads": settings.threads,
    }


def _log(services: Services) -> Finding:
    """The audit log, every record of it verified."""
    report = services.audit.verify()
    if report.exit_code == 1:
        mend = Words(key="doctor.mend.log")
        return Finding(what="audit log", state=State.BROKEN, seen=report.sentence, mend=mend)
    state = State.OK if report.exit_code == 0 else State.WARNING
    return Finding(what="audit log", state=state, seen=report.sentence)
