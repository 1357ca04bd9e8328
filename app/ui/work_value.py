"""A field's value as one piece of safe markdown: what is closed costs one element of the page, whatever it holds."""

from collections.abc import Iterable, Sequence

from app.documents.level import Level
from app.documents.value import (
    Criterion,
    Glossary,
    Item,
    Lines,
    Number,
    Objectives,
    PlanRow,
    Stage,
    Task,
    Text,
    Value,
)
from app.i18n import Translator, translator
from app.ui.rendering import plain

LETTERS = "ABCDEFGHIJ"
EMPTY = "—"


class Piece:
    """Words a value in the language of its document.

    Args:
        language: of the document: what it calls its parts is its own, not that of the screen.
        unsupported: sentences that no passage holds; they are drawn grey with a word of it.
        mark: that word, in the language of the screen.
    """

    def __init__(self, language: str, *, unsupported: Sequence[str] = (), mark: str = "") -> None:
        self.t: Translator = translator(language)
        self.unsupported = sorted(filter(None, (one.strip() for one in unsupported)), key=len, reverse=True)
        self.mark = mark

    def of(self, value: Value) -> str:
        """The whole value."""
        match value:
            case Text():
                return self.paragraphs(value.text)
            case Lines():
                return self.bullets(value.lines)
            case Number():
                return EMPTY if value.number is None else str(value.number)
            case Objectives():
                rows = (f"- **{plain(one.code)}** {self.line(one.text)}" for one in value.objectives)
                return "\n".join(rows) or EMPTY
            case Stage():
                return self._stage(value)
            case Task():
                return self._task(value)
            case Item():
                return self._item(value)
            case Criterion():
                return self._criterion(value)
            case Glossary():
                return self._glossary(value)
            case PlanRow():
                return self._plan_row(value)

    def line(self, text: str) -> str:
        """One line of text, its unsupported sentences grey."""
        flat = " ".join(text.split())
        for sentence in self.unsupported:
            flat_sentence = " ".join(sentence.split())
            if flat_sentence in flat:
                before, _, after = flat.partition(flat_sentence)
                grey = f":gray[{plain(flat_sentence)} :small[({self.mark})]]"
                return " ".join(filter(None, (self.line(before), grey, self.line(after))))
        return plain(flat)

    def paragraphs(self, text: str) -> str:
        """A text, its line ends kept."""
        return "\n\n".join(filter(None, map(self.line, text.splitlines()))) or EMPTY

    def bullets(self, lines: Iterable[str], *, indent: str = "") -> str:
        """A list of sentences; one alone stands as a text."""
        kept = [one for one in map(self.line, lines) if one]
        if len(kept) == 1 and not indent:
            return kept[0]
        return "\n".join(f"{indent}- {one}" for one in kept) or EMPTY

    def level(self, level: Level) -> str:
        """The thinking level as a quiet badge."""
        return f":gray-badge[{self.t(f'documents.level.{level}')}]"

    def points(self, number: int) -> str:
        """The points as a quiet badge."""
        return f":gray-badge[{self.t.plural('work.points.count', number)}]"

    def _part(self, key: str, lines: Sequence[str]) -> str:
        """One column of a stage: a list item with its heading and its own list."""
        body = "\n".join(f"  - {one}" for one in map(self.line, lines) if one) or f"  - {EMPTY}"
        return f"- **{self.t(key)}**\n{body}"

    def _stage(self, value: Stage) -> str:
        return "\n".join(
            self._part(f"work.stage.{name}", lines)
            for name, lines in (
                ("teacher", value.teacher),
                ("learner", value.learner),
                ("assessment", value.assessment),
                ("resources", value.resources),
            )
        )

    def _task(self, value: Task) -> str:
        chips = [self.level(value.level)]
        if value.points:
            chips.append(self.points(value.points))
        if value.code:
            chips.append(f":gray-badge[{plain(value.code)}]")
        parts = [self.paragraphs(value.text), " ".join(chips)]
        if value.criterion:
            parts.append(f"**{self.t('work.criterion')}.** {self.line(value.criterion)}")
        if value.descriptors:
            rows = (
                f"- {self.line(one.text)} — **{self.t.plural('work.points.count', one.points)}**"
                for one in value.descriptors
            )
            parts.append(f"**{self.t('work.descriptors')}**\n\n" + "\n".join(rows))
        if value.answer:
            parts.append(f"**{self.t('work.answer')}.** {self.paragraphs(value.answer)}")
        return "\n\n".join(parts)

    def _item(self, value: Item) -> str:
        options = (
            f"- {LETTERS[n % len(LETTERS)]}) {'**' if n == value.right else ''}{self.line(one) or EMPTY}"
            f"{'** ✓' if n == value.right else ''}"
            for n, one in enumerate(value.options)
        )
        chips = [self.level(value.level), self.points(value.points)]
        if value.code:
            chips.append(f":gray-badge[{plain(value.code)}]")
        parts = [self.paragraphs(value.question), "\n".join(options), " ".join(chips)]
        if value.explanation:
            parts.append(f":small[**{self.t('work.explanation')}.** {self.line(value.explanation)}]")
        return "\n\n".join(filter(None, parts))

    def _criterion(self, value: Criterion) -> str:
        code = f" :gray-badge[{plain(value.code)}]" if value.code else ""
        rows = (f"{n}. {self.line(one) or EMPTY}" for n, one in enumerate(value.levels, start=1))
        return "\n\n".join(filter(None, (f"{self.line(value.text) or EMPTY}{code}", "\n".join(rows))))

    def _glossary(self, value: Glossary) -> str:
        if not value.terms:
            return EMPTY
        heads = [self.t(f"work.glossary.{name}") for name in ("kk", "ru", "en", "meaning")]
        rows = [heads, ["---"] * 4]
        rows += [[self.line(cell) for cell in (one.kk, one.ru, one.en, one.meaning)] for one in value.terms]
        return "\n".join(f"| {' | '.join(cells)} |" for cells in rows)

    def _plan_row(self, value: PlanRow) -> str:
        codes = "\n".join(f"- **{plain(one.code)}** {self.line(one.text)}" for one in value.objectives)
        facts = [self.t.plural("work.hours.count", value.hours), plain(value.date), self.line(value.note)]
        head = " · ".join(filter(None, (self.line(value.section), self.line(value.topic)))) or EMPTY
        return "\n\n".join(filter(None, (f"**{head}**", codes, " · ".join(filter(None, facts)))))
