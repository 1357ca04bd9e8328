"""A glossary of a topic in three languages, each term with the sentence of a note that it stands in."""

from dataclasses import replace

from app.documents import header, rules
from app.documents.brief import Brief
from app.documents.field import Field, Origin, State
from app.documents.form import Form
from app.documents.material import Material
from app.documents.quotes import Quote, Quotes, sources
from app.documents.scene import Scene
from app.documents.value import Glossary
from knowledge import terms as school_terms
from knowledge.terms import Term

MOST_TERMS = 20
WRITE = "glossary.meaning"


def build(brief: Brief, material: Material, form: Form) -> tuple[Field, ...]:
    """The terms of the topic; a meaning is a sentence of the material word for word, or empty.

    Raises:
        BadBrief: the number of items is out of range.
    """
    rules.check(brief)
    scene = Scene(brief, material, form)
    meanings = _meanings(scene, Quotes(material, brief.language))
    taught = scene.taught[:MOST_TERMS]
    rows = tuple(
        replace(row, meaning=meanings[term].text) if term in meanings else row
        for term, row in zip(taught, scene.glossary(MOST_TERMS), strict=True)
    )
    field = scene.to_write("terms.glossary", Glossary(terms=rows), write=WRITE, origin=Origin.CURRICULUM)
    used = [meanings[term] for term in taught if term in meanings]
    return (
        header.grade(brief, form),
        header.topic(brief, material, form),
        header.objectives(brief, material, form),
        replace(field, sources=sources(used)) if rows else _empty(form),
    )


def _empty(form: Form) -> Field:
    """No term is known: no model is asked for meanings of nothing, the teacher starts the list."""
    return Field(
        id="terms.glossary",
        label=form.label("terms.glossary"),
        value=Glossary(),
        state=State.TO_WRITE,
        hint=form.phrase("hint.empty")[0],
    )


def _meanings(scene: Scene, quotes: Quotes) -> dict[Term, Quote]:
    """The sentence for each term that is understood alone: the first that begins with the term, else the first."""
    table = school_terms.load()
    best: dict[Term, tuple[bool, int]] = {}
    found: dict[Term, Quote] = {}
    for at, quote in enumerate(filter(quotes.stands_alone, quotes.all)):
        named = table.places(quote.text, scene.language, scene.brief.subject)
        opening = table.in_text(" ".join(quote.text.split()[:3]), scene.language, scene.brief.subject)
        for term, _ in named:
            rank = (term not in opening, at)
            if term not in best or rank < best[term]:
                best[term], found[term] = rank, quote
    return found
