"""Tasks from the curriculum alone: a thinking level, an objective, and what the material has to say on it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.documents.brief import Brief
from app.documents.field import Field, Origin, State
from app.documents.form import Form
from app.documents.header import topic_of
from app.documents.level import Level
from app.documents.lexicon import taught
from app.documents.material import Material
from app.documents.number_gaps import numbers
from app.documents.quotes import Quote, Quotes, quoted, sources
from app.documents.shapes import spread
from app.documents.value import Descriptor, Task
from app.documents.variations import is_worth_varying, variations
from app.documents.variety import YOUNG_GRADE, for_age, variant
from knowledge import terms as school_terms
from knowledge.curriculum import LearningObjective
from knowledge.language import tokens

MOST_DESCRIPTORS = 3
MOST_TERMS = 4
MOST_SUMS = 3
STEP = re.compile(r"[+−·:/]")
FRACTION = re.compile(r"(\d+)\s?/\s?(\d+)")
DENOMINATOR = re.compile(r"/\s?(\d+)")
WORD = re.compile(r"\w+")
DIGIT = re.compile(r"\d")
GAP = "…"
# Plans mix levels so that no more than two in five tasks only repeat or explain.
OF_A_PLAN = (
    Level.APPLICATION,
    Level.UNDERSTANDING,
    Level.ANALYSIS,
    Level.EVALUATION,
    Level.APPLICATION,
    Level.KNOWLEDGE,
    Level.SYNTHESIS,
    Level.ANALYSIS,
)


def levels_of_a_plan(count: int) -> tuple[Level, ...]:
    """The levels of a lesson's tasks, ascending; at least half of them ask to apply or more."""
    order = tuple(Level)
    return tuple(sorted((OF_A_PLAN[at % len(OF_A_PLAN)] for at in range(count)), key=order.index))


def levels_of_a_set(count: int) -> tuple[Level, ...]:
    """The levels of a formative set, ascending: as far apart as the number of tasks allows, one is to apply."""
    order = tuple(Level)
    if count == 1:
        return (Level.APPLICATION,)
    last = len(order) - 1
    if count <= len(order):
        return tuple(order[last * at // (count - 1)] for at in range(count))
    return tuple(order[at * len(order) // count] for at in range(count))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """One task before it has words."""

    number: int
    level: Level
    objective: LearningObjective
    points: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Given:
    """What a task is made of: `name` is the part of the template's name after its level."""

    name: str
    quote: Quote | None = None
    sentence: str = ""
    exercises: str = ""
    answer: str = ""


class Practice:
    """Words tasks one by one; a sentence of the material stands in as few of them as there are sentences."""

    def __init__(self, brief: Brief, material: Material, form: Form, words: Form) -> None:
        """`form` labels the fields; `words` holds the templates of tasks and their descriptors."""
        self._brief, self._material, self._form, self._words = brief, material, form, words
        self._quotes = Quotes(material, brief.language)
        self._topic = topic_of(brief, material)
        self._terms = tuple(one.words(brief.language)[0] for one in taught(brief, material)[:MOST_TERMS])
        self._said: set[str] = set()
        self._summed: set[str] = set()

    def fields(self, *, place: str, write: str, levels: Sequence[Level], points: int) -> tuple[Field, ...]:
        """A field for each level, `place.1` first; the objectives take turns, the points add up to `points`.

        Raises:
            ValueError: fewer points than levels.
        """
        objectives = self._material.objectives
        shares = spread(points, len(levels))
        return tuple(
            self._field(
                f"{place}.{at + 1}",
                write,
                _Wanted(
                    number=at + 1,
                    level=level,
                    objective=objectives[at % len(objectives)],
                    points=shares[at],
                ),
            )
            for at, level in enumerate(levels)
        )

    def _field(self, field_id: str, write: str, wanted: _Wanted) -> Field:
        given = self._given(wanted)
        text = self._filled(wanted, given)
        self._said.add(text)
        steps = self._steps(wanted.level, given.name)[: min(MOST_DESCRIPTORS, wanted.points)]
        shares = spread(wanted.points, len(steps))
        task = Task(
            text=text,
            code=wanted.objective.code,
            level=wanted.level,
            descriptors=tuple(
                Descriptor(text=step, points=share) for step, share in zip(steps, shares, strict=True)
            ),
            answer=given.answer,
        )
        return Field(
            id=field_id,
            label=self._form.label(field_id),
            value=task,
            origin=Origin.CURRICULUM if given.quote else Origin.FORM,
            # Sums with their values can be given tomorrow as they stand.
            state=State.DONE if given.exercises else State.TO_WRITE,
            write=write,
            hint="" if given.exercises else self._form.phrase(f"hint.{write}")[0],
            sources=sources([given.quote]),
        )

    def _given(self, wanted: _Wanted) -> _Given:
        """What the material gives for a task: a sentence of a note, else terms, else nothing but the topic."""
        code, level = wanted.objective.code, wanted.level
        if level is Level.KNOWLEDGE:
            quote = self._quotes.take(code, level, lambda one: self._gapped(one) is not None)
            gapped = self._gapped(quote) if quote else None
            if gapped is not None:
                return _Given(name="gap", quote=quote, sentence=gapped[0], answer=gapped[1])
        if level in (Level.KNOWLEDGE, Level.SYNTHESIS):
            return _Given(name="terms" if len(self._terms) > 1 else "plain")
        if level in (Level.APPLICATION, Level.ANALYSIS):
            worked = self._quotes.take(code, level, lambda one: one.is_worked)
            if worked is not None and level is Level.APPLICATION and (sums := self._like(worked)):
                return _Given(
                    name="sums",
                    quote=worked,
                    sentence=worked.text,
                    exercises="; ".join(f"{n}) {asked}" for n, (asked, _) in enumerate(sums, start=1)),
                    answer="; ".join(f"{n}) {value}" for n, (_, value) in enumerate(sums, start=1)),
                )
            if worked is not None:
                return _Given(name="worked", quote=worked, sentence=worked.text)
        whole = self._quotes.take(code, level, self._quotes.stands_alone)
        return _Given(name="sentence", quote=whole, sentence=whole.text) if whole else _Given(name="plain")

    def _steps(self, level: Level, given: str) -> tuple[str, ...]:
        """The descriptors of a level, those for what is given first."""
        names = [
            for_age(self._words, self._brief, name)
            for name in (f"descriptors.{level}.{given}", f"descriptors.{level}")
        ]
        names.sort(key=lambda name: not name.endswith(".young"))
        return next(filter(None, (self._words.phrase(name) for name in names)), ())

    def _filled(self, wanted: _Wanted, given: _Given) -> str:
        """A template of the level, the next where the first choice was said before."""
        name = for_age(self._words, self._brief, f"{wanted.level}.{given.name}")
        language = self._brief.language
        wording = wanted.objective.text(language)
        options = self._words.phrase(
            name,
            sentence=quoted(given.sentence, language),
            topic=quoted(self._topic or wording, language),
            wording=quoted(wording, language),
            terms=", ".join(self._terms),
            exercises=given.exercises,
        )
        first = variant(self._brief, f"{name}.{wanted.number}", len(options))
        turned = (*options[first:], *options[:first])
        return next((one for one in turned if one not in self._said), turned[0])

    def _like(self, worked: Quote) -> tuple[tuple[str, str], ...]:
        """Sums like the one that a sentence works out, with their values; none used before, none in grades 1 and 2."""
        if self._brief.grade <= YOUNG_GRADE:
            return ()
        for gap in numbers(worked.text, worked.passage):
            # A single power is told of for its own sake: with another base the rule may not hold.
            # A fraction that is divided by is read otherwise than a chain of signs.
            divided = ":" in gap.expression and "/" in gap.expression
            if (
                STEP.search(gap.expression)
                and not divided
                and is_worth_varying(gap.expression, self._brief.grade)
            ):
                first = variations(gap.expression, MOST_SUMS)
                further = (one for asked, _ in first for one in variations(asked, MOST_SUMS))
                like = (
                    one
                    for one in dict.fromkeys((*first, *further))
                    if _denominators(one[0]) == _denominators(gap.expression)
                    and (_is_proper(one[0]) or not _is_proper(gap.expression))
                )
                fresh = tuple(
                    one for one in like if one[0] not in self._summed and one[0] not in worked.text
                )[:MOST_SUMS]
                if len(fresh) > 1:
                    self._summed.update(asked for asked, _ in fresh)
                    return fresh
        return ()

    def _gapped(self, quote: Quote) -> tuple[str, str] | None:
        """The sentence without one of its terms, and the term.

        None where no term of the subject stands there just once and in the form of the table: its ending would be
        missed in the gap. Nor is a sentence with numbers of use, where the term is guessed.
        """
        sentence, language, subject = quote.text, self._brief.language, self._brief.subject
        if DIGIT.search(sentence) or not self._quotes.stands_alone(quote):
            return None
        found = school_terms.load().places(sentence, language, subject)
        named = [term for term, _ in found]
        words = list(WORD.finditer(sentence))
        for term, folded in found:
            bare = folded in {tokens(one) for one in term.words(language)}
            if not bare or subject not in term.subjects or named.count(term) > 1:
                continue
            for start in range(len(words) - len(folded) + 1):
                span = words[start : start + len(folded)]
                begin, end = span[0].start(), span[-1].end()
                if tokens(sentence[begin:end]) == folded:
                    return f"{sentence[:begin]}{GAP}{sentence[end:]}", sentence[begin:end]
        return None


def _denominators(expression: str) -> int:
    """How many different ones there are: sums of unlike fractions are other work than sums of like ones."""
    return len(set(DENOMINATOR.findall(expression)))


def _is_proper(expression: str) -> bool:
    """Whether every fraction is less than one."""
    return all(int(above) < int(below) for above, below in FRACTION.findall(expression))
