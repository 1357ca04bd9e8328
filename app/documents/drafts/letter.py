"""A letter to parents: what the class learns and how to help at home; names stay placeholders."""

from app.documents import header, rules
from app.documents.brief import Brief
from app.documents.field import Field, Origin, State
from app.documents.form import Form
from app.documents.material import Material
from app.documents.quotes import quoted
from app.documents.scene import Scene
from app.documents.value import Text


def build(brief: Brief, material: Material, form: Form) -> tuple[Field, ...]:
    """The letter with what the curriculum gives, in words for parents; no code of an objective stands in it.

    Raises:
        BadBrief: the number of items is out of range.
    """
    rules.check(brief)
    scene = Scene(brief, material, form)
    return (
        header.date(brief, form),
        header.grade(brief, form),
        header.topic(brief, material, form),
        _part(form, "letter.greeting", form.phrase("greeting")),
        _body(scene),
        _closing(brief, form),
    )


def _body(scene: Scene) -> Field:
    language = scene.language
    subject = quoted(scene.material.subject.names[language], language)
    wordings = [f"– {one.text(language).strip()}" for one in scene.material.objectives]
    said = scene.brief.source_text.strip()
    lines = (
        *scene.phrase("body.opening", subject=subject),
        *scene.phrase("body.learn"),
        *wordings,
        *(scene.phrase("body.said", said=said) if said else ()),
        *scene.phrase("body.help"),
        *(f"– {one}" for one in scene.phrase("body.ways")),
        *(f"– {one}" for one in (scene.phrase("body.ways.terms") if scene.terms else ())),
        *scene.phrase("body.dates"),
    )
    text = Text(text="\n".join(lines))
    return scene.to_write("letter.body", text, write="letter.body", origin=Origin.CURRICULUM)


def _closing(brief: Brief, form: Form) -> Field:
    teacher = brief.teacher.strip() or form.phrase("empty.teacher")[0]
    organisation = brief.organisation.strip() or form.phrase("empty.organisation")[0]
    return _part(form, "letter.closing", form.phrase("closing", teacher=teacher, organisation=organisation))


def _part(form: Form, field_id: str, lines: tuple[str, ...]) -> Field:
    """A part whose names the teacher fills in by hand, outside of any model; done where it has no placeholder."""
    text = "\n".join(lines)
    missing = "[" in text
    return Field(
        id=field_id,
        label=form.label(field_id),
        value=Text(text=text),
        state=State.TO_WRITE if missing else State.DONE,
        hint=form.phrase("hint.names")[0] if missing else "",
    )
