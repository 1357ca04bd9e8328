"""One text or task in four versions: as it is, easier, harder, and for a special need."""

from dataclasses import replace

from app.documents import header, rules
from app.documents.brief import Brief
from app.documents.field import Field, Origin
from app.documents.form import Form
from app.documents.material import Material
from app.documents.quotes import sources
from app.documents.scene import Scene
from app.documents.value import Text
from knowledge import terms as school_terms
from knowledge.sentences import sentences
from knowledge.terms import Term

MOST_TERMS = 8


def build(brief: Brief, material: Material, form: Form) -> tuple[Field, ...]:
    """The teacher's text, or a note where there is none, and scaffolds around it made by rule.

    Raises:
        BadBrief: the number of items is out of range.
    """
    rules.check(brief)
    scene = Scene(brief, material, form)
    given = brief.source_text.strip()
    note = () if given else header.notes_of(brief, material)
    base = given or " ".join(one.text.strip() for one in note)
    steps = sentences(base)
    words = _words(scene, base)
    needs = brief.special_needs.strip()
    # Without a text there is nothing to read sentence by sentence.
    listed = (
        (*scene.phrase("read"), *(f"{n}) {step}" for n, step in enumerate(steps, start=1))) if steps else ()
    )
    ticked = (*scene.phrase("steps"), *(f"☐ {step}" for step in steps)) if steps else ()
    versions = {
        "easier": (*words, *listed, *scene.phrase("easier.questions")),
        "harder": scene.phrase("harder.questions"),
        "special": (
            *(scene.phrase("special.needs", needs=needs) if needs else scene.phrase("special.plain")),
            *scene.phrase("special"),
            *words,
            *ticked,
        ),
    }
    made = (
        scene.to_write(
            f"versions.{name}",
            Text(text="\n".join(lines)),
            write=f"differentiation.{name}",
            origin=Origin.CURRICULUM,
        )
        for name, lines in versions.items()
    )
    return (
        header.grade(brief, form),
        header.topic(brief, material, form),
        header.objectives(brief, material, form),
        replace(
            header.given(form, "versions.base", base, Origin.TEACHER if given else Origin.CURRICULUM),
            sources=sources(note),
        ),
        *(replace(one, sources=sources(note)) for one in made),
    )


def _words(scene: Scene, base: str) -> tuple[str, ...]:
    """The key words of the text with their translations, one a line; those of the topic where the text has none."""
    brief = scene.brief
    found = school_terms.load().in_text(base, brief.language, brief.subject)
    own = tuple(one for one in found if brief.subject in one.subjects)
    kept: tuple[Term, ...] = (own or scene.taught)[:MOST_TERMS]
    return (*scene.phrase("words"), *(scene.in_languages(one) for one in kept)) if kept else ()
