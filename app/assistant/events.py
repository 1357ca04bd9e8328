"""What the line yields while a question is answered, in this order.

`Progress` may come at any time and holds nothing of the content. Everything else is yielded only after
the commit that holds it: `Recorded`, `Checked`, `Understood` (a follow-up only), `Retrieved`, `Routed`, then `Text` per released piece (or
one `Filled` where a field of a document was to be filled in), `Flagged` when the whole text was looked at or papers are offered in its stead, and one of the ends `Answered`, `NothingFound`, `Refused`,
`Withheld`, `Failed`, last of all `Done`. A stopped question yields nothing more: its record is closed
when the iterator is.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeAlias

from app.audit import Outcome, Receipt
from app.errors import Words
from app.registry import RegistryEntry
from knowledge.curriculum import LearningObjective
from knowledge.passage import Citation
from knowledge.retriever import Hit


class StepName(StrEnum):
    """The steps of the line, as progress words and as keys of `times_ms`."""

    RECORDING = "recording"
    CHECKING = "checking"
    JUDGING = "judging"
    UNDERSTANDING = "understanding"
    EMBEDDING = "embedding"
    RETRIEVING = "retrieving"
    ROUTING = "routing"
    QUEUED = "queued"
    WRITING = "writing"
    SOURCES = "sources"
    CLOSING = "closing"


class Grounding(StrEnum):
    """How a sentence stands to the passages it rests on."""

    SUPPORTED = "supported"
    WEAK = "weak"
    UNSUPPORTED = "unsupported"
    LANGUAGE_DIFFERS = "language_differs"
    NOT_A_CLAIM = "not_a_claim"


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """A step begins or goes on; drawn as a status word. `place` says where in line a waiting question stands: 1 is next."""

    step: StepName
    place: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """The question is durable in the log."""

    receipt: Receipt


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """The input rails have spoken.

    Attributes:
        text: the question as it may go on, with placeholders.
        notices: what was masked or warned of, in words.
        hidden: placeholder -> value; never leaves this machine, never stored.
        undoable: the placeholders whose mask this person may undo with a reason.
        barred: those that could be undone if the school's policy allowed it.
    """

    text: str
    notices: tuple[Words, ...] = ()
    hidden: Mapping[str, str] = field(default_factory=dict)
    undoable: tuple[str, ...] = ()
    barred: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """A follow-up in the words by which it is searched and answered, with placeholders."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Retrieved:
    """The passages found, best first."""

    hits: tuple[Hit, ...]
    relevant: bool
    ambiguous: tuple[LearningObjective, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Routed:
    """The entry that answers, and why."""

    entry: RegistryEntry
    reason: Words
    registry_sequence: int
    demonstration: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One released piece of the answer, bound to what supports it."""

    number: int
    text: str
    citations: tuple[Citation, ...] = ()
    grounding: Grounding = Grounding.NOT_A_CLAIM


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A released piece, durable in the journal."""

    sentence: Sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A field's value, durable in the journal as a whole.

    Attributes:
        value: keeps to the schema of the work, every text in it as the output rails let it go on.
        leaves: those texts in the order of the value, each bound to what supports it.
    """

    value: Mapping[str, Any]
    leaves: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Flagged:
    """What the whole answer showed; drawn under it."""

    notices: tuple[Words, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """The answer is whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NothingFound:
    """The curriculum holds nothing on it; no model was called."""

    words: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """The question was not taken; `words` say why, what was kept and what to do."""

    words: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Withheld:
    """The rest of the answer is not shown; what was shown stays."""

    words: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """A part broke; what was shown stays."""

    words: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """The exchange has its end in the log."""

    receipt: Receipt
    outcome: Outcome
    times_ms: Mapping[str, int]


Event: TypeAlias = (
    Progress
    | Recorded
    | Checked
    | Understood
    | Retrieved
    | Routed
    | Text
    | Filled
    | Flagged
    | Answered
    | NothingFound
    | Refused
    | Withheld
    | Failed
    | Done
)
