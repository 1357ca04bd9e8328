"""The list in force as a document for scripts, each entry with its standing at this instant."""

from typing import Any

from app.i18n import translator
from app.registry import RegistryStore


def registry_document(store: RegistryStore) -> dict[str, Any]:
    """The JSON document of docs/registry-show.schema.json; without a list, `entries` is empty and `trouble` says why."""
    registry, at = store.current(), store.now()
    if registry is None:
        trouble = store.trouble()
        return {
            "schema_version": 1,
            "list_id": None,
            "sequence": None,
            "digest": None,
            "issuer": None,
            "issued_at": None,
            "expires_at": None,
            "demonstration": None,
            "trouble": None if trouble is None else translator("en").words(trouble),
            "entries": [],
        }
    rows = []
    for entry in registry.entries:
        standing = registry.in_force(entry.entry_id, at)
        rows.append(
            {
                "entry_id": entry.entry_id,
                "entry_version": entry.entry_version,
                "digest": entry.digest,
                "names": dict(entry.names),
                "kind": str(entry.kind),
                "provider": entry.provider,
                "status": entry.status,
                "in_force": standing.entry is not None,
                "reason": None
                if standing.reason is None
                else {
                    "key": standing.reason.key,
                    "facts": dict(standing.reason.facts),
                    "words": translator("en").words(standing.reason),
                },
                "processing_country": entry.processing_country,
                "personal_data": str(entry.personal_data),
                "origin": str(entry.origin),
                "languages": {
                    language: None
                    if score is None
                    else {
                        "value": score.value,
                        "n": score.n,
                        "protocol": score.protocol,
                        "source": score.source,
                    }
                    for language, score in entry.languages.items()
                },
                "effective_from": entry.effective_from.isoformat(),
                "expires_at": entry.expires_at.isoformat(),
            }
        )
    return {
        "schema_version": 1,
        "list_id": registry.list_id,
        "sequence": registry.sequence,
        "digest": registry.digest,
        "issuer": registry.issuer,
        "issued_at": registry.issued_at.isoformat(),
        "expires_at": registry.expires_at.isoformat(),
        "demonstration": registry.demonstration,
        "trouble": None,
        "entries": rows,
    }
