"""What is wrong with this installation, and how to mend it: each part is asked, the first broken one ends the rest."""

import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from app import bootstrap
from app.audit import check
from app.bootstrap import Services
from app.errors import BadSetting, UstazError
from app.i18n import translator
from app.registry import Kind
from app.settings import Settings
from app.version import VERSION

LEAST_FREE_BYTES = 500_000_000


class State(StrEnum):
    """How a part fares."""

    OK = "ok"
    WARNING = "warning"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One part: how it fares, what was seen, what to do; `mend` is empty when there is nothing to do."""

    what: str
    state: State
    detail: str
    mend: str = ""


def examine(settings: Settings) -> dict[str, Any]:
    """The JSON document of docs/doctor.schema.json."""
    findings = list(_look(settings))
    return {
        "schema_version": 1,
        "healthy": all(finding.state is not State.BROKEN for finding in findings),
        "findings": [{**asdict(finding), "state": str(finding.state)} for finding in findings],
    }


def _look(settings: Settings) -> Iterator[Finding]:
    yield Finding(what="version", state=State.OK, detail=VERSION)
    yield _disk(settings)
    try:
        services = bootstrap.build(settings)
    except BadSetting as error:
        yield Finding(
            what="start", state=State.BROKEN, detail=str(error), mend="Mend the setting that is named."
        )
        return
    except UstazError as error:
        yield Finding(what="start", state=State.BROKEN, detail=str(error), mend="See the detail.")
        return
    try:
        yield Finding(what="database", state=State.OK, detail=services.database.dialect)
        yield _sign_in(settings)
        yield _registry(services)
        yield _embedder(services)
        yield Finding(
            what="index",
            state=State.OK,
            detail=f"{services.library.index_version}; subjects: "
            + ", ".join(subject.slug for subject in services.library.catalogue.subjects()),
        )
        yield from _models(services)
        yield _log(services)
    finally:
        services.close()


def _disk(settings: Settings) -> Finding:
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    usage = shutil.disk_usage(settings.home)
    detail = f"{usage.free / 1e9:.1f} GB free, {usage.used / usage.total:.0%} used"
    if usage.free < LEAST_FREE_BYTES:
        return Finding(
            what="disk",
            state=State.BROKEN,
            detail=detail,
            mend="Free some space: without it no question can be recorded, so none is answered.",
        )
    if usage.used / usage.total > 0.95:
        return Finding(what="disk", state=State.WARNING, detail=detail, mend="Free some space soon.")
    return Finding(what="disk", state=State.OK, detail=detail)


def _sign_in(settings: Settings) -> Finding:
    if settings.auth_configured:
        return Finding(what="sign-in", state=State.OK, detail=f"[auth] in {settings.secrets_file.name}")
    if settings.development_sign_in:
        return Finding(
            what="sign-in",
            state=State.WARNING,
            detail="demonstration sign-in, on this machine only",
            mend="For a school: copy .streamlit/secrets.example.toml to .streamlit/secrets.toml and fill in [auth].",
        )
    return Finding(
        what="sign-in",
        state=State.BROKEN,
        detail="no [auth], and the address is not this machine alone",
        mend="Fill in [auth] in .streamlit/secrets.toml, or bind to 127.0.0.1.",
    )


def _registry(services: Services) -> Finding:
    registry = services.registry.current()
    if registry is None:
        trouble = services.registry.trouble()
        return Finding(
            what="registry",
            state=State.BROKEN,
            detail=translator("en").words(trouble) if trouble else "no list",
            mend="Import the newest list: ustaz registry import FOLDER",
        )
    in_force = sum(
        registry.in_force(entry.entry_id, services.registry.now()).entry is not None
        for entry in registry.entries
    )
    detail = (
        f"{registry.list_id} no. {registry.sequence}, {in_force} of {len(registry.entries)} entries in force"
    )
    if in_force == 0:
        return Finding(
            what="registry",
            state=State.BROKEN,
            detail=f"{detail}; expired {registry.expires_at:%Y-%m-%d}",
            mend="Import the newest list: ustaz registry import FOLDER",
        )
    state = State.WARNING if registry.demonstration else State.OK
    mend = "For a school: set USTAZ_REGISTRY and USTAZ_REGISTRY_ROOT." if registry.demonstration else ""
    return Finding(what="registry", state=state, detail=detail, mend=mend)


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
            detail=f"no entry in force names these weights (sha256 {services.embedder.sha256[:12]}…)",
            mend="Until the list names them, questions are refused; the curriculum page goes on.",
        )
    return Finding(what="embedding model", state=State.OK, detail=f"{services.library.model_id}: {entry_id}")


def _models(services: Services) -> Iterator[Finding]:
    registry = services.registry.current()
    for entry in registry.entries if registry is not None else ():
        if entry.kind is Kind.EMBEDDER or registry is None:
            continue
        if registry.in_force(entry.entry_id, services.registry.now()).entry is None:
            continue
        missing = services.bindings.missing(entry)
        detail = entry.names["en"]
        if missing is None:
            yield Finding(what="model", state=State.OK, detail=detail)
        else:
            yield Finding(
                what="model",
                state=State.WARNING,
                detail=f"{detail}: {translator('en').words(missing)}",
                mend="Only if this school wants it: ustaz models fetch, or a binding in bindings.toml.",
            )


def _log(services: Services) -> Finding:
    url = services.settings.database_url
    report = check(url, services.settings.home)
    detail = translator("en").words(report.sentence)
    if report.exit_code == 1:
        return Finding(
            what="audit log",
            state=State.BROKEN,
            detail=detail,
            mend="Keep everything as it is; call an auditor.",
        )
    state = State.OK if report.exit_code == 0 else State.WARNING
    return Finding(what="audit log", state=state, detail=detail)
