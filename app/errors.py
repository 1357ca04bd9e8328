"""The tree of errors: broken promises, never expected refusals.

    UstazError
    ├── BadSetting          the product must not start so; names the setting
    ├── BadArgument         what was asked for cannot be used as it is; says why
    ├── NotRecorded         a record or journal step could not be made durable: no call, nothing shown
    ├── Forbidden           the person may not do this here (recorded where it happens)
    ├── NotFound            no such thing, or none that this person may see
    ├── Conflict            somebody else changed it first
    ├── TamperedLog         the log does not add up
    ├── RegistryRefused     a published list was not accepted; names the reason
    └── ProviderFailed      a model call broke; `failure` is the class that the record keeps

What the law expects (a question refused, an answer withheld, no model eligible) is a value with a
reason and never one of these. Every error carries `Words`: the key of a sentence in app/i18n and its facts.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A sentence that app/i18n words: a catalogue key and the facts that fill it (never personal data)."""

    key: str
    facts: Mapping[str, str | int] = field(default_factory=dict)


class UstazError(Exception):
    """Root of the tree; `detail` is for operators and logs, `words` for people."""

    key = "error.internal"

    def __init__(self, detail: str = "", /, *, key: str | None = None, **facts: str | int) -> None:
        self.words = Words(key=key or type(self).key, facts=facts)
        super().__init__(detail or self.words.key)


class BadSetting(UstazError):
    """The product refuses to start; `detail` names the setting and the mend."""

    key = "error.bad_setting"


class BadArgument(UstazError):
    """What was asked for cannot be used as it is."""

    key = "error.bad_argument"


class NotRecorded(UstazError):
    """A record could not be made durable."""

    key = "error.not_recorded"


class Forbidden(UstazError):
    """The person may not do this here."""

    key = "error.forbidden"


class NotFound(UstazError):
    """No such thing, or none that this person may see."""

    key = "error.not_found"


class Conflict(UstazError):
    """Somebody else changed it first."""

    key = "error.conflict"


class TamperedLog(UstazError):
    """The log does not add up."""

    key = "error.tampered_log"


class RegistryRefused(UstazError):
    """A published list was not accepted."""

    key = "error.registry_refused"


class Failure(StrEnum):
    """Why a model call broke; stands in the closed record."""

    REFUSED = "connection_refused"
    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"
    STATUS = "bad_status"
    GARBAGE = "garbage"
    CUT = "cut_stream"
    EMPTY = "empty_answer"
    TOO_LARGE = "too_large"
    FORM = "wrong_form"
    WRONG_MODEL = "wrong_model"
    WRONG_WEIGHTS = "wrong_weights"
    MISSING_WEIGHTS = "missing_weights"
    NO_BINDING = "no_binding"


class ProviderFailed(UstazError):
    """A model call broke."""

    key = "error.provider_failed"

    def __init__(self, failure: Failure, detail: str = "", *, again: bool = False) -> None:
        """`again`: nothing came and the cause may be gone in a moment, so that the same call can be tried once more."""
        super().__init__(detail or failure.value, key=f"error.provider.{failure.value}")
        self.failure, self.again = failure, again
