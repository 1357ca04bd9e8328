"""The first draft of a quiz: questions made from sentences of the notes; what they do not give is left to write."""

from app.documents import gaps, header, heading
from app.documents.brief import Brief
from app.documents.field import Field, Origin, State
from app.documents.form import Form
from app.documents.material import Material
from app.documents.questions import Question, can_be_whole, from_gap, from_translation, places, spread
from app.documents.quotes import source_of
from app.documents.value import Item, Lines

WRITE = "quiz.item"


def build(brief: Brief, material: Material, form: Form) -> tuple[Field, ...]:
    """As many items as the brief asks for, each objective in its turn."""
    made = questions(brief, material, form)
    instructions = Field(
        id="header.instructions",
        label=form.label("header.instructions"),
        value=Lines(lines=form.phrase("instructions", items=brief.items)),
    )
    return (
        heading.topic(brief, material, form),
        header.objectives(brief, material, form),
        instructions,
        *(
            _made(made[number], number, form) if number < len(made) else _open(brief, number, form)
            for number in range(brief.items)
        ),
    )


def questions(brief: Brief, material: Material, form: Form) -> tuple[Question, ...]:
    """The questions that the notes give, at most as many as the brief asks for; one of them on whole statements."""
    place = places(" ".join((*brief.codes, brief.language)))
    wordings = {one.code: one.text(brief.language) for one in material.objectives}
    found = spread(gaps.find(material, brief.language), wordings, brief.items)
    whole = next((gap for _, gap in reversed(found) if can_be_whole(gap)), None) if len(found) > 2 else None
    made = [from_gap(gap, code, form, place=next(place), whole=gap is whole) for code, gap in found]
    asked = {gap.term for _, gap in found}
    for one in gaps.translations(material, brief.language):
        if len(made) >= brief.items:
            break
        code = next((code for code in brief.codes if code in one.passage.codes), "")
        if code and one.entry not in asked:
            made.append(from_translation(one, code, form, place=next(place)))
    return tuple(made)


def _made(question: Question, number: int, form: Form) -> Field:
    field_id = f"items.item.{number + 1}"
    return Field(
        id=field_id,
        label=form.label(field_id),
        value=question.item,
        origin=Origin.CURRICULUM,
        write=WRITE,
        sources=(source_of(question.passage),),
    )


def _open(brief: Brief, number: int, form: Form) -> Field:
    field_id = f"items.item.{number + 1}"
    code = brief.codes[number % len(brief.codes)]
    return Field(
        id=field_id,
        label=form.label(field_id),
        value=Item(code=code),
        state=State.TO_WRITE,
        write=WRITE,
        hint=" ".join(form.phrase("hint.items.item", code=code)),
    )
