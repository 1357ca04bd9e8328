"""What a record may be and what each kind of record says in clear."""

from collections.abc import Mapping
from enum import StrEnum


class Kind(StrEnum):
    """What a record is about."""

    ASKED = "asked"
    CLOSED = "closed"
    ABANDONED = "abandoned"
    FEEDBACK = "feedback"
    DOCUMENT = "document"
    ADMIN_CHANGE = "admin_change"
    REGISTRY_UPDATE = "registry_update"
    AUTH = "auth"
    EXPORT = "export"
    AUDIT_READ = "audit_read"
    ERASURE = "erasure"
    ANCHORED = "anchored"
    CLOCK_SKEW = "clock_skew"


class Outcome(StrEnum):
    """How the line ended an exchange."""

    ANSWERED = "answered"
    NO_PASSAGE = "no_passage"
    REFUSED = "refused"
    WITHHELD = "withheld"
    STOPPED = "stopped"
    FAILED = "failed"


ENDS = frozenset({Kind.CLOSED, Kind.ABANDONED})
ABANDONED = "abandoned"

COMMON = (
    "schema_version",
    "record_id",
    "exchange_id",
    "kind",
    "time",
    "database_time",
    "instance_id",
    "lane",
    "sequence",
    "app_version",
    "git_commit",
    "pseudonym",
    "role",
    "school",
    "language",
    "sealed",
    "details",
)

EXCHANGE = (
    "gen_ai.conversation.id",
    "gen_ai.operation.name",
    "task",
    "parent",
    "document_id",
    "field_id",
    "grade",
    "subject",
    "model_preferred",
    "policy_digest",
)

REPEATED = ("inventory_digest",)
"""Details of a question that its end repeats; records of older releases have none."""

ROUTE = (
    "gen_ai.provider.name",
    "gen_ai.request.model",
    "gen_ai.response.model",
    "artefact_sha256",
    "entry_id",
    "entry_digest",
    "registry_sequence",
    "registry_digest",
    "route_reason",
    "considered",
    "personal_data",
)

ANSWER = (
    "prompt_id",
    "prompt_version",
    "prompt_digest",
    "parameters",
    "passages",
    "relevance",
    "index_version",
    "embedding_model",
    "embedding_entry",
    "verdicts",
    "rail",
    "sentences",
    "notices",
    "characters_shown",
    "characters_withheld",
    "gen_ai.usage.input_tokens",
    "gen_ai.usage.output_tokens",
    "gen_ai.response.finish_reasons",
    "first_text_ms",
    "total_ms",
    "times_ms",
    "cost",
)

END = ("outcome", "reason", "failure", "source", "died_instance", "journal", "steps")

FIELDS: Mapping[Kind, tuple[str, ...]] = {
    Kind.ASKED: (*COMMON, *EXCHANGE),
    Kind.CLOSED: (*COMMON, *EXCHANGE, *ROUTE, *ANSWER, *END),
    Kind.ABANDONED: (*COMMON, *EXCHANGE, *ROUTE, *ANSWER, *END),
    Kind.FEEDBACK: (*COMMON, "what", "reason"),
    Kind.DOCUMENT: (*COMMON, "what", "document_id", "document_kind", "revision", "field_id"),
    Kind.ADMIN_CHANGE: (*COMMON, "event", "reason", "before_digest", "after_digest"),
    Kind.REGISTRY_UPDATE: (*COMMON, "registry_sequence", "registry_digest", "source", "verdict", "reason"),
    Kind.AUTH: (*COMMON, "event", "reason"),
    Kind.EXPORT: (*COMMON, "purpose", "filter", "count"),
    Kind.AUDIT_READ: (*COMMON, "purpose", "filter", "count", "target"),
    Kind.ERASURE: (*COMMON, "basis", "range", "asked_by", "approved_by", "keys"),
    Kind.ANCHORED: (*COMMON, "checkpoint_size", "checkpoint_root", "accepted_by"),
    Kind.CLOCK_SKEW: (*COMMON, "milliseconds"),
}

SEALED_ONLY = frozenset(
    {
        "raw",
        "masked",
        "understood",
        "prompt",
        "raw_output",
        "shown",
        "withheld",
        "text",
        "comment",
        "question",
        "answer",
        "title",
    }
)
SECRETS = frozenset(
    {
        "password",
        "secret",
        "token",
        "access_token",
        "id_token",
        "refresh_token",
        "api_key",
        "authorization",
        "cookie",
        "private_key",
    }
)
