"""The published list as a table for spreadsheets, made from the one source, and the words that tables and pages share."""

import csv
import io
import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol

from app.registry.document import stamp
from app.registry.entry import Audit, RegistryEntry, Standing

FORMULA_LETTERS = ("=", "+", "-", "@", "\t", "\r")
COLUMNS = (
    *("entry_id", "entry_version", "reference", "kind", "name_kk", "name_ru", "name_en", "status"),
    *("effective_from", "expires_at", "reason_code", "supersedes", "successor", "history"),
    *("owner", "holder", "supplier", "representative", "contact", "bin", "origin"),
    *("provider", "model_id", "model_version", "sha256", "hosts", "fingerprint", "quantisations"),
    *("sbom_sha256", "card_sha256", "sources", "risk_degree", "autonomy_degree", "list_type"),
    *("prohibited_functions_absent", "licence", "copyright_certificate"),
    *("use_kk", "use_ru", "use_en", "users", "grades", "subjects", "languages", "prohibited_uses"),
    *("personal_data", "processing_country", "localisation_proof", "retention_days", "trains_on_inputs"),
    *("data_library", "auditor", "audit_report", "audit_sha256", "audit_url", "audit_date", "audit_suite"),
    *("audit_results", "audit_conditions", "guardrail_profile", "least_app_version"),
    *("personal_data_context_tokens", "human_review", "context_tokens", "output_tokens"),
    *("structured_output", "reasoning", "name_must_match", "digest"),
)


class Listed(Protocol):
    """What both a document and a registry in force can say of themselves."""

    @property
    def list_id(self) -> str:
        """Which list."""
        ...

    @property
    def sequence(self) -> int:
        """Which issue of it."""
        ...

    @property
    def issuer(self) -> str:
        """Who signed it."""
        ...

    @property
    def country(self) -> str:
        """Whose country."""
        ...

    @property
    def demonstration(self) -> bool:
        """Whether it is only a demonstration."""
        ...

    @property
    def issued_at(self) -> datetime:
        """When it was signed."""
        ...

    @property
    def next_update(self) -> datetime:
        """When the next one is due."""
        ...

    @property
    def digest(self) -> str:
        """SHA-256 of the list file."""
        ...

    @property
    def entries(self) -> Sequence[RegistryEntry]:
        """What stands in it."""
        ...


def to_csv(listed: Listed) -> bytes:
    """UTF-8 with a byte order mark, one line an entry, every field, cells that cannot become formulas."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for entry in listed.entries:
        writer.writerow([_cell(value) for value in _row(entry)])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _row(entry: RegistryEntry) -> tuple[object, ...]:
    names, use, parties, wanted = entry.names, entry.intended_use, entry.parties, entry.conditions
    languages = _list(
        f"{language}={score.value} (n={score.n}, {score.protocol}, {score.source})"
        if score
        else f"{language}=-"
        for language, score in sorted(entry.languages.items())
    )
    history = _list(
        " ".join(filter(None, (stamp(change.at), change.status, change.reason_code)))
        for change in entry.history
    )
    return (
        *(entry.entry_id, entry.entry_version, entry.reference, entry.kind),
        *(names["kk"], names["ru"], names["en"], entry.status),
        *(stamp(entry.effective_from), stamp(entry.expires_at), entry.reason_code),
        *(entry.supersedes, entry.successor, history),
        *(parties.owner, parties.holder, parties.supplier, parties.representative, parties.contact),
        *(parties.bin, entry.origin),
        *(entry.provider, entry.model_id, entry.model_version, entry.sha256, " ".join(entry.hosts)),
        *(entry.fingerprint, _list(entry.quantisations), entry.sbom_sha256, entry.card_sha256),
        *(" ".join(entry.sources),),
        *(entry.risk_degree, entry.autonomy_degree, entry.list_type),
        *(entry.prohibited_functions_absent, entry.licence, entry.copyright_certificate),
        *(use["kk"], use["ru"], use["en"], _list(entry.users), _list(map(str, entry.grades))),
        *(_list(entry.subjects), languages, _list(entry.prohibited_uses)),
        *(entry.personal_data, entry.processing_country, entry.localisation_proof, entry.retention_days),
        *(entry.trains_on_inputs, entry.data_library, *_audit(entry.audit)),
        *(wanted.guardrail_profile, wanted.least_app_version, wanted.personal_data_context_tokens),
        *(wanted.human_review, entry.context_tokens, entry.output_tokens, entry.structured_output),
        *(entry.reasoning, entry.name_must_match, entry.digest),
    )


def _audit(audit: Audit | None) -> tuple[object, ...]:
    if audit is None:
        return (None,) * 8
    results = _list(
        f"{one.dimension}={one.value} [{one.low}; {one.high}] (n={one.n})" for one in audit.results
    )
    return (
        *(audit.auditor, audit.report_id, audit.report_sha256, audit.report_url, audit.date),
        *(audit.suite_version, results, audit.conditions),
    )


def _list(texts: Iterable[str]) -> str:
    return "; ".join(texts)


def _cell(value: object) -> str:
    text = json.dumps(value) if isinstance(value, bool) else "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA_LETTERS) else text


def status_key(status: str) -> str:
    """The catalogue key of a status; a word that nobody knows has one too."""
    return f"registry.status.{status}" if status in set(Standing) else "registry.status.unknown"


def residency_key(entry: RegistryEntry, country: str) -> str:
    """The catalogue key of where an entry computes, seen from a list's country."""
    if entry.on_own_machine:
        return "registry.residency.own_machine"
    if entry.processing_country != country:
        return "registry.residency.abroad"
    return "registry.residency.in_country" if entry.localisation_proof else "registry.residency.unproved"
