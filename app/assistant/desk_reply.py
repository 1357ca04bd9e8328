"""What one exchange gave, and what becomes of it: the question that asks for a field, and the value that its reply makes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from app.assistant.desk_asking import codes_of, plain, questions_of, request_of, topic_of
from app.assistant.desk_events import Change
from app.assistant.events import Filled, Grounding, Sentence
from app.assistant.question import FieldWork, Question
from app.audit import Receipt
from app.documents.codes import foreign_codes
from app.documents.document import Document
from app.documents.field import Field, Origin, Source, State
from app.documents.material import Material
from app.documents.shapes import Shape, UselessAnswer, tidy
from app.documents.sound import fault, worse
from app.documents.value import VALUE, Objectives, Value
from app.errors import Words
from guardrails.placeholders import restore
from prompts.instructions import Instruction

TEMPLATE = "field"
ABOUT_A_LESSON = ("plan.start", "plan.middle", "plan.end", "plan.homework", "plan.differentiation")
TASKS = ("plan.task", "unit.task", "term.task", "tasks.task", "quiz.item")
"""What a class is to do: it says more than topic and objectives. An aim or a letter may say them again."""


@dataclass(slots=True)
class Reply:
    """What came of one exchange."""

    filled: Filled | None = None
    hidden: Mapping[str, str] = field(default_factory=dict)
    words: Words | None = None
    withheld: bool = False
    failed: bool = False
    refused: bool = False
    entry: str = ""
    receipt: Receipt | None = None


def question_of(
    paper: Document,
    present: Field,
    material: Material,
    shape: Shape,
    change: Change | None,
    wish: str,
    model: str | None,
    parent: UUID | None,
) -> Question:
    """What the line is asked for a field.

    Args:
        parent: the exchange whose reply was of no use.
    """
    brief = paper.brief
    return Question(
        text=request_of(paper, present, material, change=change, wish=wish, again=parent is not None),
        language=brief.language,
        grade=brief.grade,
        subject=brief.subject,
        programme=brief.programme,
        model=model,
        parent=parent,
        task=f"write.{present.write}",
        work=FieldWork(
            document=paper.id,
            field=present.id,
            template=TEMPLATE,
            schema=shape.schema,
            most_tokens=shape.tokens,
            codes=codes_of(paper, present),
            avoid=questions_of(paper),
        ),
    )


def value_of(
    shape: Shape,
    reply: Reply,
    present: Field,
    codes: Sequence[str],
    *,
    asked: Instruction,
    paper: Document,
    change: Change | None,
) -> Value | None:
    """The field's value with hidden names put back, or None where nothing of use came.

    A line is put into one piece when it is read, and a code whose parts stood in several lines shows only then: the
    text would say what the journal does not, so it is of no use either.
    """
    if reply.filled is None:
        return None
    try:
        value = shape.read(reply.filled.value)
    except UselessAnswer:
        return None
    if fault(value, asked.plain, paper.language, labels=asked.labels) is not None:
        return None
    others = (one.value for one in paper.fields if one.id != present.id)
    is_new = change is None and not present.needs_review
    given = (asked.plain, *_given(paper)) if present.write in (*ABOUT_A_LESSON, *TASKS) else ()
    if is_new and worse(value, present.value, others, given=given) is not None:
        return None
    own = frozenset(plain(present.value).splitlines())
    if any(foreign_codes(line, codes) for line in plain(value).splitlines() if line not in own):
        return None
    return VALUE.validate_python(_restored(VALUE.dump_python(value), reply.hidden)) if reply.hidden else value


def _given(paper: Document) -> tuple[str, ...]:
    """The topic and the wordings of the objectives, as the document says them."""
    wordings = (
        one.text
        for field in paper.fields
        if isinstance(field.value, Objectives)
        for one in field.value.objectives
    )
    return (paper.brief.topic, topic_of(paper), *wordings)


def _restored(plain: Any, hidden: Mapping[str, str]) -> Any:
    if isinstance(plain, str):
        return restore(plain, hidden)
    if isinstance(plain, Mapping):
        return {name: _restored(value, hidden) for name, value in plain.items()}
    if isinstance(plain, list | tuple):
        return [_restored(value, hidden) for value in plain]
    return plain


def written_by(present: Field, value: Value, reply: Reply, receipt: Receipt) -> Field:
    """The field as the model wrote it, with what its sentences rest on.

    Sentences that nothing holds are named as they stand in the value: without bullets, each line by itself.
    """
    leaves: tuple[Sentence, ...] = reply.filled.leaves if reply.filled else ()
    cited = {
        citation.passage_id: Source(
            passage_id=citation.passage_id,
            code=citation.code,
            source=citation.source,
            edition=citation.edition,
            place=citation.place,
        )
        for leaf in leaves
        for citation in leaf.citations
    }
    return replace(
        present,
        value=value,
        origin=Origin.MODEL,
        state=State.DONE,
        hint="",
        exchange=receipt.exchange_id,
        receipt=receipt.code,
        model=reply.entry,
        sources=tuple(cited.values()),
        unsupported=tuple(
            line
            for leaf in leaves
            if leaf.grounding is Grounding.UNSUPPORTED
            for line in map(tidy, restore(leaf.text, reply.hidden).splitlines())
            if line
        ),
        needs_review=False,
    )
