"""What becomes of one exchange's reply: the sentences that nothing holds are named as they stand in the document."""

from typing import Any
from uuid import UUID

import pytest

from app.assistant.desk_events import Change
from app.assistant.desk_reply import Reply, question_of, written_by
from app.assistant.events import Filled, Grounding, Sentence
from app.audit import Receipt
from app.documents import Field, Kind
from app.documents.material import gather
from app.documents.shapes import shape_of
from app.documents.texts import texts
from app.documents.value import Lines, Text, Value
from app.i18n import LANGUAGES
from app.ui.compose_form import FROM_TEXT, LONGEST_LINE, LONGEST_NOTES, LONGEST_TEXT
from app.ui.work_wishes import LONGEST_WISH
from tests.documents.starter_briefs import FRACTIONS, StarterShelf, brief_of, corpus, drafted

ID = UUID(int=7)
RECEIPT = Receipt(record_id=ID, exchange_id=ID, leaf_hash="0" * 64, index=None, code="0000-0000-0000")


def written(value: Value, answer: dict[str, object], *said: str) -> Field:
    field = Field(id="more.homework", label="Үй тапсырмасы", value=value, write="plan.homework")
    leaves = tuple(
        Sentence(number=number, text=text, citations=(), grounding=Grounding.UNSUPPORTED)
        for number, text in enumerate(said, start=1)
    )
    reply = Reply(filled=Filled(value=answer, leaves=leaves))
    return written_by(field, shape_of(field).read(answer), reply, RECEIPT)


def test_a_value_that_passages_hold_names_no_sentence() -> None:
    assert written(Text(), {"text": "Бәрі бар."}).unsupported == ()


def test_a_sentence_without_a_source_is_named_without_the_bullet_that_the_document_drops() -> None:
    field = written(Lines(), {"lines": ["1) Бөлшекті бояйды.", "Салыстырады."]}, "1) Бөлшекті бояйды.")

    assert field.unsupported == ("Бөлшекті бояйды.",)
    assert field.unsupported[0] in texts(field.value)


def test_each_paragraph_of_a_text_is_named_by_itself() -> None:
    said = "- Бірінші абзац.\n\n2. Екінші  абзац."
    field = written(Text(), {"text": said}, said)

    assert field.unsupported == ("Бірінші абзац.", "Екінші абзац.")
    assert isinstance(field.value, Text)
    assert field.value.text.splitlines() == list(field.unsupported)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", sorted(FROM_TEXT))
def test_the_longest_text_that_the_form_takes_can_be_asked_about(kind: Kind, language: str) -> None:
    given: dict[str, Any] = {
        "source_text": "ж" * LONGEST_TEXT,
        "notes": "ж" * LONGEST_NOTES,
        "special_needs": "ж" * LONGEST_LINE,
    }
    brief = brief_of(kind, language, FRACTIONS, topic="ж" * LONGEST_LINE, **given)
    shelf = StarterShelf(corpus=corpus())
    paper, material = drafted(shelf, brief), gather(shelf, brief, school=None)

    asked = [one for one in paper.fields if one.write]
    assert asked
    for one in asked:
        for change in (None, Change.OWN):
            wish = "ж" * LONGEST_WISH if change else ""
            question_of(paper, one, material, shape_of(one), change, wish, None, None).checked()
