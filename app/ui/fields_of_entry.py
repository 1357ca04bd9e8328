"""Every field of a registry entry as a label and a safe text, in groups; what is not given says so."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.registry.entry import Audit, Change, RegistryEntry
from app.registry.registry import Registry
from app.ui.context import ScreenWords
from app.ui.rendering import plain, safe
from app.ui.words_of_entry import (
    badge,
    coded,
    day,
    languages,
    mono,
    name_of,
    now_of,
    residency,
    territory,
)

Field = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Fields of one kind under a heading."""

    name: str
    title: str
    fields: tuple[Field, ...]


def groups(entry: RegistryEntry, registry: Registry, at: datetime, t: ScreenWords) -> tuple[Group, ...]:
    """Every field of an entry; what is not given says so."""
    made = (
        ("status", _status(entry, registry, at, t)),
        ("purpose", _purpose(entry, t)),
        ("data", _data(entry, registry, t)),
        ("parties", _parties(entry, t)),
        ("legal", _legal(entry, t)),
        ("conditions", _conditions(entry, t)),
        ("artefact", _artefact(entry, t)),
        ("calling", _calling(entry, t)),
    )
    return tuple(
        Group(name=name, title=t(f"registry_page.group.{name}"), fields=tuple(_labelled(rows, t)))
        for name, rows in made
    )


def audit_fields(audit: Audit, t: ScreenWords) -> tuple[Field, ...]:
    """What an auditor found, beside the results that have a table of their own."""
    report = plain(audit.report_id)
    if audit.report_url is not None:
        link = f"[{t('registry_page.report.open')}]({audit.report_url})"
        report = f"{report} · {safe(link, sources=(audit.report_url,))}"
    rows = (
        ("auditor", plain(audit.auditor)),
        ("audit_date", day(audit.date)),
        ("report", report),
        ("report_digest", _mono(audit.report_sha256, t)),
        ("suite", plain(audit.suite_version)),
        ("audit_conditions", plain(audit.conditions) or t("registry.none")),
    )
    return tuple(_labelled(rows, t))


def measured(entry: RegistryEntry, t: ScreenWords) -> tuple[tuple[str, ...], ...]:
    """Rows of language, score, n, protocol, source; a language without a score says so."""
    found = []
    for language in languages(entry):
        score = entry.languages[language]
        name = coded("registry.language", language, t)
        if score is None:
            found.append((name, t("registry_page.not_measured"), "", "", ""))
        else:
            value = plain(t.raw.decimal(score.value))
            found.append((name, value, str(score.n), plain(score.protocol), plain(score.source)))
    return tuple(found)


def results(audit: Audit, t: ScreenWords) -> tuple[tuple[str, ...], ...]:
    """Rows of dimension, share passed, interval, n."""
    return tuple(
        (
            coded("registry_page.dimension", one.dimension, t),
            plain(t.raw.decimal(one.value)),
            f"{plain(t.raw.decimal(one.low))}–{plain(t.raw.decimal(one.high))}",
            str(one.n),
        )
        for one in audit.results
    )


def history(changes: Sequence[Change], t: ScreenWords) -> tuple[tuple[str, ...], ...]:
    """Rows of day, status, reason; newest first."""
    return tuple(
        (
            t.date(change.at),
            coded("registry.status", change.status, t),
            coded("registry.reason", change.reason_code, t) if change.reason_code else "",
        )
        for change in sorted(changes, key=lambda change: change.at, reverse=True)
    )


def _labelled(rows: Iterable[Field], t: ScreenWords) -> Iterable[Field]:
    return ((_label(name, t), text) for name, text in rows)


def _label(name: str, t: ScreenWords) -> str:
    """The words of the published page where it has them, so that both call a field the same."""
    own = f"registry_document.field.{name}"
    return t.raw(own) if t.raw.has(own) else t(f"registry_page.field.{name}")


def _status(entry: RegistryEntry, registry: Registry, at: datetime, t: ScreenWords) -> tuple[Field, ...]:
    return (
        ("status", badge(now_of(entry, registry, at), t)),
        ("from", t.date(entry.effective_from)),
        ("until", t.date(entry.expires_at)),
        (
            "reason",
            coded("registry.reason", entry.reason_code, t) if entry.reason_code else t("registry.none"),
        ),
        ("supersedes", _other(entry.supersedes, registry, t)),
        ("successor", _other(entry.successor, registry, t)),
    )


def _purpose(entry: RegistryEntry, t: ScreenWords) -> tuple[Field, ...]:
    return (
        ("use", plain(entry.intended_use.get(t.language, ""))),
        ("kind", coded("registry.kind", entry.kind, t)),
        ("users", _list((coded("accounts.role", user, t) for user in entry.users), t)),
        ("grades", _list(map(str, entry.grades), t, none="registry_page.all")),
        ("subjects", _list(map(plain, entry.subjects), t, none="registry_page.all")),
        ("prohibited", _list((coded("registry.prohibited", use, t) for use in entry.prohibited_uses), t)),
    )


def _data(entry: RegistryEntry, registry: Registry, t: ScreenWords) -> tuple[Field, ...]:
    kept = t("registry.none")
    if entry.retention_days is None:
        kept = t("registry_page.not_stated")
    elif entry.retention_days:
        kept = t.plural("registry_page.days", entry.retention_days)
    return (
        ("personal", coded("registry.data", entry.personal_data, t)),
        ("place", residency(entry, registry.country, t)),
        ("country", territory(entry.processing_country, t)),
        ("proof", plain(entry.localisation_proof or "") or t("registry.none")),
        ("retention", kept),
        ("training", _yes(entry.trains_on_inputs, t)),
        ("library", plain(entry.data_library or "") or t("registry_page.not_stated")),
        ("origin", coded("registry.origin", entry.origin, t)),
    )


def _parties(entry: RegistryEntry, t: ScreenWords) -> tuple[Field, ...]:
    parties = entry.parties
    rows = {
        "owner": parties.owner,
        "holder": parties.holder,
        "supplier": parties.supplier,
        "representative": parties.representative,
        "contact": parties.contact,
        "bin": parties.bin,
    }
    return tuple((name, plain(text or "") or t("registry_page.not_stated")) for name, text in rows.items())


def _legal(entry: RegistryEntry, t: ScreenWords) -> tuple[Field, ...]:
    return (
        ("risk", coded("registry.risk", entry.risk_degree, t)),
        ("autonomy", coded("registry.autonomy", entry.autonomy_degree, t)),
        ("list_type", coded("registry.list_type", entry.list_type, t)),
        ("functions", _yes(entry.prohibited_functions_absent, t)),
        ("licence", _licence(entry.licence, t)),
        ("certificate", plain(entry.copyright_certificate or "") or t("registry.none")),
    )


def _conditions(entry: RegistryEntry, t: ScreenWords) -> tuple[Field, ...]:
    wanted = entry.conditions
    tokens = wanted.personal_data_context_tokens
    return (
        ("review", _yes(wanted.human_review, t)),
        ("profile", _mono(wanted.guardrail_profile, t)),
        ("app_version", plain(wanted.least_app_version or "") or t("registry.none")),
        (
            "named_context",
            t("registry.none") if tokens is None else t("registry_page.tokens", n=t.number(tokens)),
        ),
    )


def _artefact(entry: RegistryEntry, t: ScreenWords) -> tuple[Field, ...]:
    return (
        ("entry_id", _mono(entry.entry_id, t)),
        ("entry_version", plain(entry.entry_version)),
        ("reference", plain(entry.reference or "") or t("registry_page.not_stated")),
        ("model", f"{plain(entry.model_id)} · {plain(entry.model_version)}"),
        ("sha256", _mono(entry.sha256, t)),
        ("hosts", _list((_mono(host, t) for host in entry.hosts), t, none="registry.residency.own_machine")),
        ("fingerprint", _mono(entry.fingerprint, t)),
        ("quantisations", _list(map(plain, entry.quantisations), t)),
        ("sbom", _mono(entry.sbom_sha256, t)),
        ("card", _mono(entry.card_sha256, t)),
        ("sources", _list((_mono(one, t) for one in entry.sources), t)),
        ("digest", _mono(entry.digest, t)),
    )


def _calling(entry: RegistryEntry, t: ScreenWords) -> tuple[Field, ...]:
    return (
        ("provider", _mono(entry.provider, t)),
        ("context", t("registry_page.tokens", n=t.number(entry.context_tokens))),
        ("output", t("registry_page.tokens", n=t.number(entry.output_tokens))),
        ("structured", coded("registry.structured", entry.structured_output, t)),
        ("reasoning", coded("registry.reasoning", entry.reasoning, t)),
        ("name_check", _yes(entry.name_must_match, t)),
    )


def _other(entry_id: str | None, registry: Registry, t: ScreenWords) -> str:
    if entry_id is None:
        return t("registry.none")
    other = registry.find(entry_id)
    return _mono(entry_id, t) if other is None else f"{name_of(other, t)} · {_mono(entry_id, t)}"


def _licence(licence: str, t: ScreenWords) -> str:
    """A kind of licence in words; a licence by its name."""
    key = f"registry.licence.{licence}"
    return t(key) if t.raw.has(key) else plain(licence)


def _list(texts: Iterable[str], t: ScreenWords, *, none: str = "registry.none") -> str:
    return ", ".join(texts) or t(none)


def _yes(value: bool, t: ScreenWords) -> str:
    return t("registry_page.yes" if value else "registry_page.no")


def _mono(text: str | None, t: ScreenWords) -> str:
    return mono(text) if text else t("registry.none")
