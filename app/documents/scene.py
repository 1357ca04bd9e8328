"""What every sentence of a draft may speak of: topic, terms, objectives; and which of the form's sentences are taken."""

from app.documents.brief import Brief
from app.documents.field import Field, Origin, State
from app.documents.form import Form
from app.documents.header import class_of, topic_of
from app.documents.lexicon import taught
from app.documents.material import Material
from app.documents.quotes import quoted
from app.documents.value import TermRow, Value
from app.documents.variety import YOUNG_GRADE, choose, for_age
from knowledge.passage import LANGUAGES
from knowledge.terms import Term

MOST_TERMS = 4
MOST_ROWS = 6
# A table to fill in, exit tickets, notes of three facts.
WRITTEN = {"start": (2,), "end": (2, 3)}


class Scene:
    """A brief with its material in a form: fills the places of the form's sentences."""

    def __init__(self, brief: Brief, material: Material, form: Form) -> None:
        self.brief, self.material, self.form = brief, material, form
        self.language = brief.language
        wordings = (one.text(brief.language) for one in material.objectives)
        topic = topic_of(brief, material) or next(wordings, "")
        self.topic = quoted(topic, brief.language) if topic else ""
        self.taught = taught(brief, material)
        self.terms = tuple(one.words(brief.language)[0] for one in self.taught[:MOST_TERMS])

    def phrase(self, name: str, /, **places: str | int) -> tuple[str, ...]:
        """All sentences of a name; `{topic}`, `{terms}`, `{about}`, `{class_name}` are filled everywhere."""
        terms = ", ".join(self.terms)
        known: dict[str, str | int] = {
            "topic": self.topic,
            "terms": terms,
            "about": terms or self.topic,
            "class_name": class_of(self.brief, self.form),
        }
        return self.form.phrase(for_age(self.form, self.brief, name), **{**known, **places})

    def one(self, name: str, /, **places: str | int) -> tuple[str, ...]:
        """One of the sentences of a name; none where the form has none."""
        options = self.phrase(name, **places)
        return (choose(self.brief, name, options),) if options else ()

    def routine(self, stage: str, part: str) -> tuple[str, ...]:
        """The sentences of one way to lead a stage (`start.2.teacher`): the same way for all its parts.

        Ways that need much writing are not for the young.
        """
        ways: list[int] = []
        while any(name.startswith(f"{stage}.{len(ways) + 1}.") for name in self.form.phrases):
            ways.append(len(ways) + 1)
        if self.brief.grade <= YOUNG_GRADE:
            ways = [way for way in ways if way not in WRITTEN.get(stage, ())]
        return self.phrase(f"{stage}.{choose(self.brief, stage, ways)}.{part}")

    def glossary(self, most: int = MOST_ROWS) -> tuple[TermRow, ...]:
        """The first terms in three languages, the usual variant of each."""
        return tuple(TermRow(kk=one.kk[0], ru=one.ru[0], en=one.en[0]) for one in self.taught[:most])

    def in_languages(self, term: Term) -> str:
        """A term in three languages on one line, the document's language first."""
        order = sorted(LANGUAGES, key=lambda one: one != self.language)
        return " – ".join(term.words(language)[0] for language in order)

    def rows(self) -> tuple[str, ...]:
        """The terms of the lesson as one line; none where there are none."""
        rows = [self.in_languages(one) for one in self.taught[:MOST_ROWS]]
        return self.phrase("resource.terms", rows="; ".join(rows)) if rows else ()

    def to_write(self, field_id: str, value: Value, *, write: str, origin: Origin = Origin.FORM) -> Field:
        """A field that stands as it is, and that a person or a model makes better."""
        return Field(
            id=field_id,
            label=self.form.label(field_id),
            value=value,
            origin=origin,
            state=State.TO_WRITE,
            write=write,
            hint=self.form.phrase(f"hint.{write}")[0],
        )
