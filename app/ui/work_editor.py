"""Editors of values, drawn in the place of a field on demand; each gives back the value as its boxes stand now."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import streamlit as st

from app.documents.level import Level
from app.documents.value import (
    Criterion,
    Descriptor,
    Glossary,
    Item,
    Lines,
    Number,
    Objectives,
    PlanRow,
    Stage,
    Task,
    TermRow,
    Text,
    Value,
)
from app.ui.context import ScreenWords
from app.ui.work_value import EMPTY, LETTERS

Chosen = TypeVar("Chosen")

LONGEST_LINE, LONGEST_TEXT = 500, 6000
MOST_MINUTES, MOST_POINTS, MOST_PUPILS, MOST_HOURS = 90, 60, 40, 40
MOST_OPTIONS = 6
LINE_HEIGHT, FRAME_HEIGHT, LOWEST, HIGHEST = 24, 34, 68, 320
ON_A_LINE = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Editor:
    """The boxes of one field.

    Attributes:
        key: begins the keys of the boxes; new with every opening.
        codes: the objectives that a part may serve.
    """

    t: ScreenWords
    key: str
    codes: Sequence[str] = ()

    def draw(self, value: Value, label: str) -> Value:
        """The boxes, and the value that they hold.

        Args:
            label: what the field is called, as safe text.
        """
        match value:
            case Text():
                return Text(text=self._text("text", label, value.text, hide=True))
            case Lines():
                return Lines(lines=self._lines("lines", label, value.lines, hide=True))
            case Number():
                options = (None, *range(MOST_PUPILS + 1))
                chosen = self._choice("number", label, options, value.number, hide=True)
                return Number(number=chosen)
            case Objectives():
                return value
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

    def _stage(self, value: Stage) -> Stage:
        t = self.t
        minutes = self._choice("minutes", t("work.edit.minutes"), range(MOST_MINUTES + 1), value.minutes)
        side = st.grid(2, min_column_width=220, gap="small")
        with side.container():
            teacher = self._lines("teacher", t("work.stage.teacher"), value.teacher)
        with side.container():
            learner = self._lines("learner", t("work.stage.learner"), value.learner)
        with side.container():
            assessment = self._lines("assessment", t("work.stage.assessment"), value.assessment)
        with side.container():
            resources = self._lines("resources", t("work.stage.resources"), value.resources)
        return Stage(
            minutes=minutes, teacher=teacher, learner=learner, assessment=assessment, resources=resources
        )

    def _task(self, value: Task) -> Task:
        t = self.t
        text = self._text("text", t("work.edit.task"), value.text)
        side = st.grid(2, min_column_width=180, gap="small")
        with side.container():
            level = self._level(value.level)
        with side.container():
            code = self._code(value.code)
        criterion = self._text("criterion", t("work.criterion"), value.criterion, most=LONGEST_LINE)
        st.caption(t("work.edit.descriptors"))
        rows = self._rows("descriptors", len(value.descriptors))
        descriptors = []
        for n in range(rows):
            old = value.descriptors[n] if n < len(value.descriptors) else Descriptor(text="", points=1)
            with st.container(horizontal=True, wrap=False, gap="small", key=f"{self.key}-row-{n}"):
                said = self._line(f"descriptor-{n}", t("work.edit.descriptor", n=n + 1), old.text, hide=True)
                points = self._choice(
                    f"points-{n}",
                    t("work.edit.points.of", n=n + 1),
                    range(MOST_POINTS + 1),
                    old.points,
                    hide=True,
                    width=96,
                )
            if said:
                descriptors.append(Descriptor(text=said, points=points))
        self._grow("descriptors", rows, filled=len(descriptors))
        answer = self._text("answer", t("work.answer"), value.answer)
        return Task(
            text=text,
            code=code,
            level=level,
            descriptors=tuple(descriptors),
            criterion=criterion,
            answer=answer,
        )

    def _item(self, value: Item) -> Item:
        t = self.t
        question = self._text("question", t("work.edit.question"), value.question, most=LONGEST_LINE)
        rows = self._rows("options", len(value.options), most=MOST_OPTIONS)
        said = []
        for n in range(rows):
            old = value.options[n] if n < len(value.options) else ""
            said.append(self._line(f"option-{n}", t("work.edit.option", letter=LETTERS[n]), old))
        right = self._choice(
            "right",
            t("work.edit.right"),
            [n for n, one in enumerate(said) if one] or [0],
            value.right,
            words=lambda n: LETTERS[n],
        )
        kept = [n for n, one in enumerate(said) if one]
        side = st.grid(3, min_column_width=130, gap="small")
        with side.container():
            level = self._level(value.level)
        with side.container():
            points = self._choice("points", t("work.edit.points"), range(MOST_POINTS + 1), value.points)
        with side.container():
            code = self._code(value.code)
        explanation = self._text("explanation", t("work.explanation"), value.explanation)
        self._grow("options", rows, filled=len(kept), most=MOST_OPTIONS)
        return replace(
            value,
            question=question,
            options=tuple(said[n] for n in kept),
            right=kept.index(right) if right in kept else 0,
            explanation=explanation,
            level=level,
            points=points,
            code=code,
        )

    def _criterion(self, value: Criterion) -> Criterion:
        t = self.t
        text = self._text("text", t("work.criterion"), value.text, most=LONGEST_LINE)
        code = self._code(value.code)
        levels = tuple(
            self._text(f"level-{n}", t("work.edit.rubric_level", n=n + 1), one, most=LONGEST_LINE)
            for n, one in enumerate(value.levels)
        )
        return Criterion(text=text, code=code, levels=levels)

    def _glossary(self, value: Glossary) -> Glossary:
        t = self.t
        rows = self._rows("terms", len(value.terms))
        terms = []
        for n in range(rows):
            old = value.terms[n] if n < len(value.terms) else TermRow(kk="", ru="", en="")
            side = st.grid(4, min_column_width=110, gap="xsmall")
            cells = {}
            for name in ("kk", "ru", "en", "meaning"):
                with side.container():
                    label = f"{t(f'work.glossary.{name}')} {n + 1}"
                    cells[name] = self._line(f"{name}-{n}", label, getattr(old, name), hide=n > 0)
            if cells["kk"] or cells["ru"] or cells["en"]:
                terms.append(TermRow(**cells))
        self._grow("terms", rows, filled=len(terms))
        return Glossary(terms=tuple(terms))

    def _plan_row(self, value: PlanRow) -> PlanRow:
        t = self.t
        section = self._line("section", t("work.edit.section"), value.section)
        topic = self._line("topic", t("work.edit.topic"), value.topic)
        side = st.grid(3, min_column_width=120, gap="small")
        with side.container():
            hours = self._choice("hours", t("work.edit.hours"), range(1, MOST_HOURS + 1), value.hours)
        with side.container():
            date = self._line("date", t("work.edit.date"), value.date)
        with side.container():
            note = self._line("note", t("work.edit.note"), value.note)
        return replace(value, section=section, topic=topic, hours=hours, date=date, note=note)

    def _level(self, value: Level) -> Level:
        return self._choice(
            "level",
            self.t("work.edit.level"),
            tuple(Level),
            value,
            words=lambda one: self.t(f"documents.level.{one}"),
        )

    def _code(self, value: str) -> str:
        options = tuple(dict.fromkeys(("", *self.codes, value)))
        none = self.t.raw("work.edit.code.none")
        return self._choice("code", self.t("work.edit.code"), options, value, words=lambda one: one or none)

    def _text(
        self, part: str, label: str, value: str, *, most: int = LONGEST_TEXT, hide: bool = False
    ) -> str:
        typed = st.text_area(
            label,
            value=value,
            key=f"{self.key}-{part}",
            height=_high(value),
            max_chars=max(most, len(value)),
            label_visibility="collapsed" if hide else "visible",
        )
        return (typed or "").strip()

    def _lines(self, part: str, label: str, value: Sequence[str], *, hide: bool = False) -> tuple[str, ...]:
        typed = self._text(part, label, "\n".join(value), hide=hide)
        return tuple(filter(None, (one.strip().removeprefix("- ") for one in typed.splitlines())))

    def _line(self, part: str, label: str, value: str, *, hide: bool = False) -> str:
        typed = st.text_input(
            label,
            value=value,
            key=f"{self.key}-{part}",
            max_chars=max(LONGEST_LINE, len(value)),
            label_visibility="collapsed" if hide else "visible",
        )
        return (typed or "").strip()

    def _choice(
        self,
        part: str,
        label: str,
        options: Sequence[Chosen],
        value: Chosen,
        *,
        words: Callable[[Chosen], str] = lambda one: EMPTY if one is None else str(one),
        hide: bool = False,
        width: int | None = None,
    ) -> Chosen:
        known = tuple(options) if value in options else (value, *options)
        return st.selectbox(
            label,
            known,
            index=known.index(value),
            format_func=words,
            key=f"{self.key}-{part}",
            filter_mode=None,
            label_visibility="collapsed" if hide else "visible",
            width=width or "stretch",
        )

    def _rows(self, part: str, filled: int, *, most: int = 100) -> int:
        """How many rows are drawn: those that are filled and an empty one to go on with."""
        kept = st.session_state.get(f"{self.key}-{part}-rows")
        return int(kept) if kept else min(most, filled + 1)

    def _grow(self, part: str, rows: int, *, filled: int, most: int = 100) -> None:
        """One more empty row for the next run, where the last one was filled."""
        st.session_state[f"{self.key}-{part}-rows"] = max(rows, min(most, filled + 1))


def _high(text: str) -> int:
    """A height in pixels that shows the text as far as is sensible."""
    lines = sum(1 + len(one) // ON_A_LINE for one in text.split("\n"))
    return min(HIGHEST, max(LOWEST, FRAME_HEIGHT + LINE_HEIGHT * lines))
