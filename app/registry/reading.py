"""One entry from its checked JSON."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from app.registry.entry import (
    Audit,
    Change,
    Conditions,
    DataClass,
    Kind,
    Origin,
    Parties,
    RegistryEntry,
    Result,
    Score,
)


def read_entry(raw: Mapping[str, Any], *, digest: str, moment: Callable[[str], datetime]) -> RegistryEntry:
    """The value of an entry that passed the schema; what may be missing there has its quiet default here."""
    artefact, legal, purpose, data, calling = (
        raw[group] for group in ("artefact", "legal", "purpose", "data", "calling")
    )
    return RegistryEntry(
        entry_id=raw["entry_id"],
        entry_version=raw["entry_version"],
        reference=raw.get("reference"),
        names=dict(raw["names"]),
        kind=Kind(raw["kind"]),
        provider=raw["provider"],
        model_id=artefact["model_id"],
        model_version=artefact["model_version"],
        sha256=artefact.get("sha256"),
        hosts=tuple(artefact.get("hosts", ())),
        fingerprint=artefact.get("fingerprint"),
        quantisations=tuple(artefact.get("quantisations", ())),
        sbom_sha256=artefact.get("sbom_sha256"),
        card_sha256=artefact.get("card_sha256"),
        sources=tuple(artefact.get("sources", ())),
        parties=_parties(raw["parties"]),
        licence=legal["licence"],
        risk_degree=legal["risk_degree"],
        autonomy_degree=legal["autonomy_degree"],
        list_type=legal["list_type"],
        copyright_certificate=legal.get("copyright_certificate"),
        prohibited_functions_absent=legal.get("prohibited_functions_absent", False),
        intended_use=dict(purpose["intended_use"]),
        users=tuple(purpose["users"]),
        grades=tuple(purpose.get("grades", ())),
        subjects=tuple(purpose.get("subjects", ())),
        languages={language: _score(score) for language, score in purpose["languages"].items()},
        prohibited_uses=tuple(purpose.get("prohibited_uses", ())),
        data_library=data.get("library_metadata"),
        personal_data=DataClass(data["personal_data"]),
        processing_country=data["processing_country"],
        localisation_proof=data.get("localisation_proof"),
        retention_days=data.get("retention_days"),
        trains_on_inputs=data.get("trains_on_inputs", True),
        origin=Origin(data["origin"]),
        audit=_audit(raw.get("audit")),
        conditions=_conditions(raw["conditions"]),
        context_tokens=calling["context_tokens"],
        output_tokens=calling["output_tokens"],
        structured_output=calling["structured_output"],
        reasoning=calling["reasoning"],
        name_must_match=calling["name_must_match"],
        status=raw["status"],
        effective_from=moment(raw["effective_from"]),
        expires_at=moment(raw["expires_at"]),
        reason_code=raw.get("reason_code"),
        supersedes=raw.get("supersedes"),
        successor=raw.get("successor"),
        history=tuple(
            Change(status=row["status"], at=moment(row["at"]), reason_code=row.get("reason_code"))
            for row in raw.get("history", ())
        ),
        digest=digest,
    )


def _score(raw: Mapping[str, Any] | None) -> Score | None:
    if raw is None:
        return None
    return Score(value=raw["value"], n=raw["n"], protocol=raw["protocol"], source=raw["source"])


def _parties(raw: Mapping[str, Any]) -> Parties:
    return Parties(
        owner=raw["owner"],
        holder=raw.get("holder"),
        supplier=raw.get("supplier"),
        contact=raw.get("contact"),
        representative=raw.get("representative"),
        bin=raw.get("bin"),
    )


def _conditions(raw: Mapping[str, Any]) -> Conditions:
    return Conditions(
        guardrail_profile=raw.get("guardrail_profile"),
        least_app_version=raw.get("least_app_version"),
        personal_data_context_tokens=raw.get("personal_data_context_tokens"),
        human_review=raw.get("human_review", True),
    )


def _audit(raw: Mapping[str, Any] | None) -> Audit | None:
    if raw is None:
        return None
    return Audit(
        auditor=raw["auditor"],
        report_id=raw["report_id"],
        report_sha256=raw.get("report_sha256"),
        report_url=raw.get("report_url"),
        date=raw["date"],
        suite_version=raw["suite_version"],
        results=tuple(
            Result(
                dimension=row["dimension"], value=row["value"], n=row["n"], low=row["low"], high=row["high"]
            )
            for row in raw.get("results", ())
        ),
        conditions=raw.get("conditions", ""),
    )
