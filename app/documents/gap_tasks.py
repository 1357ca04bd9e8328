"""Tasks of a summative assessment made by code from sentences of the notes, whole with descriptors and expected answers."""

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.documents.form import Form
from app.documents.gap import Gap, Sort
from app.documents.gaps import fit, shared
from app.documents.level import Level
from app.documents.near import NUMBER
from app.documents.shapes import spread
from app.documents.value import Descriptor, Task
from app.documents.variations import is_worth_varying, variations
from knowledge.passage import Passage

MOST_SENTENCES = 3
GIVEN = 3
RECKONING = frozenset({"mathematics", "algebra", "algebra-analysis", "geometry", "physics", "chemistry"})
"""Subjects in which a missing number is worked out from the others of its sentence."""
GENERAL = re.compile(r"^\w[^\dA-ZА-ЯЁӘҒҚҢӨҰҮҺІ=()«»“”\"]*\.$")


@dataclass(frozen=True, slots=True, kw_only=True)
class GapTask:
    """A task and the passages whose sentences it uses."""

    task: Task
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Order:
    """What a task is to be: the objective it assesses, by which criterion, for how many points."""

    code: str
    criterion: str
    points: int
    form: Form


class GapTasks:
    """Makes one task after another; no sentence stands in two of them, and the kinds of task alternate."""

    def __init__(
        self, gaps: Sequence[Gap], wordings: Mapping[str, str], form: Form, *, subject: str, grade: int
    ) -> None:
        """`gaps`: the sentences that may be used; `wordings`: the objectives' words by code."""
        self._left = list(gaps)
        self._wordings = wordings
        self._grade = grade
        self._reckons = subject in RECKONING
        self._form = form
        self._used: Counter[str] = Counter()
        self._kinds: dict[str, Callable[[_Order], GapTask | None]] = {
            "compute": self._compute,
            "errors": self._errors,
            "explain": self._explain,
            "numbers": self._numbers,
            "example": self._example,
            "terms": self._terms,
        }

    def make(self, code: str, criterion: str, points: int) -> GapTask | None:
        """A whole task on an objective worth exactly these points, or None where the notes give none."""
        order = _Order(code=code, criterion=criterion, points=points, form=self._form)
        for name in sorted(self._kinds, key=lambda one: self._used[one]):
            made = self._kinds[name](order)
            if made is not None:
                self._used[name] += 1
                return made
        return None

    def _take(self, order: _Order, fits: Callable[[Gap], bool], most: int = 1) -> list[Gap]:
        wording = self._wordings[order.code]
        fitting = [
            one
            for one in self._left
            if order.code in one.passage.codes and shared(one, wording) and fits(one)
        ]
        taken: list[Gap] = []
        for one in sorted(fitting, key=lambda one: -fit(one, wording)):
            if len(taken) < most and one.right not in {other.right for other in taken}:
                taken.append(one)
        return taken

    def _spend(self, taken: Sequence[Gap]) -> None:
        spent = {one.sentence for one in taken}
        self._left = [one for one in self._left if one.sentence not in spent]

    def _compute(self, order: _Order) -> GapTask | None:
        """Sums like those that the note works out, with other numbers."""
        taken = self._take(order, self._is_varied, MOST_SENTENCES)
        if not taken:
            return None
        wanted = min(MOST_SENTENCES, order.points)
        varied = {one.sentence: variations(one.expression, wanted) for one in taken}
        sums = [
            pair for turn in range(wanted) for one in taken for pair in varied[one.sentence][turn : turn + 1]
        ]
        sums = sums[:wanted]
        self._spend(taken[:wanted])
        text = "\n".join(
            [*order.form.phrase("task.compute"), *_numbered([f"{asked} =" for asked, _ in sums])]
        )
        steps = self._steps("compute", order, len(sums))
        return _task(
            order,
            text,
            Level.APPLICATION,
            steps,
            "; ".join(_numbered([value for _, value in sums])),
            taken[:wanted],
        )

    def _is_varied(self, one: Gap) -> bool:
        return is_worth_varying(one.expression, self._grade) and bool(variations(one.expression, 1))

    def _steps(self, name: str, order: _Order, count: int) -> tuple[str, ...]:
        """One descriptor for each of several sentences, or the steps of a single one."""
        if count == 1:
            return order.form.phrase(f"descriptor.{name}.one")
        return tuple(order.form.phrase(f"descriptor.{name}", number=n)[0] for n in range(1, count + 1))

    def _numbers(self, order: _Order) -> GapTask | None:
        """Numbers to be found or reckoned, a point or more for each."""

        def is_told_of(one: Gap) -> bool:
            wording = self._wordings[order.code]
            return one.sort is Sort.NUMBER and (one.is_reckoned or shared(one, wording, title=False) > 0)

        taken = self._take(order, is_told_of, min(MOST_SENTENCES, order.points))
        if not taken:
            return None
        # Where the sentence gives other numbers too, the missing one is worked out and not remembered.
        worked = all(len(NUMBER.findall(one.sentence)) >= GIVEN for one in taken)
        if any(one.is_reckoned for one in taken) or (worked and self._reckons):
            return self._gapped("numbers", order, taken, Level.APPLICATION)
        return self._gapped("facts", order, taken, Level.KNOWLEDGE)

    def _terms(self, order: _Order) -> GapTask | None:
        """Terms to be put in from a list that has one too many for each."""
        taken = self._take(order, lambda one: one.sort is Sort.TERM, min(MOST_SENTENCES, order.points))
        return self._gapped("terms", order, taken, Level.KNOWLEDGE) if taken else None

    def _gapped(self, name: str, order: _Order, taken: Sequence[Gap], level: Level) -> GapTask:
        self._spend(taken)
        rights = [one.right for one in taken]
        wrong = [one.wrong[0] for one in taken] if len(taken) > 1 else taken[0].wrong
        offered = dict.fromkeys([*rights, *wrong])
        text = [*order.form.phrase(f"task.{name}"), *_numbered(one.asked for one in taken)]
        if name == "terms":
            text += order.form.phrase("task.terms.list", terms=", ".join(sorted(offered, key=str.casefold)))
        steps = self._steps(name, order, len(taken))
        return _task(
            order, "\n".join(text), level, steps, "; ".join(_numbered([one.taken for one in taken])), taken
        )

    def _errors(self, order: _Order) -> GapTask | None:
        """Two or three statements of which one or two were made false: to judge and to put right."""

        taken = self._take(order, lambda one: bool(one.false), min(MOST_SENTENCES, order.points))
        if len(taken) < 2:
            return None
        self._spend(taken)
        first = hashlib.sha256(taken[0].sentence.encode()).digest()[0] % 2
        false = [number % 2 == first for number in range(len(taken))]
        if not any(false):
            false[0] = True
        shown = [
            one.filled(one.false) if wrong else one.sentence for one, wrong in zip(taken, false, strict=True)
        ]
        answers = [
            order.form.phrase("answer.false", right=one.right)[0]
            if wrong
            else order.form.phrase("answer.true")[0]
            for one, wrong in zip(taken, false, strict=True)
        ]
        steps = self._steps("errors", order, len(taken))
        text = "\n".join([*order.form.phrase("task.errors"), *_numbered(shown)])
        return _task(order, text, Level.ANALYSIS, steps, "; ".join(_numbered(answers)), taken)

    def _explain(self, order: _Order) -> GapTask | None:
        """A notion to be explained with an example, where a note defines it."""
        taken = self._take(order, lambda one: one.defines)
        if not taken:
            return None
        self._spend(taken)
        text = order.form.phrase("task.explain", term=taken[0].right)[0]
        steps = order.form.phrase("descriptor.explain")
        return _task(order, text, Level.UNDERSTANDING, steps, taken[0].sentence, taken)

    def _example(self, order: _Order) -> GapTask | None:
        """A statement to be shown true by an example of the learner's own."""
        taken = self._take(order, lambda one: GENERAL.match(one.sentence) is not None)
        if not taken:
            return None
        self._spend(taken)
        text = "\n".join([*order.form.phrase("task.example"), taken[0].sentence])
        steps = order.form.phrase("descriptor.example")
        answer = order.form.phrase("answer.example")[0]
        return _task(order, text, Level.APPLICATION, steps, answer, taken)


def descriptors(steps: Sequence[str], points: int) -> tuple[Descriptor, ...]:
    """The steps with the points shared among them; with fewer points than steps, the last steps are left out."""
    kept = steps[: min(len(steps), points)]
    shares = spread(points, len(kept))
    return tuple(Descriptor(text=text, points=share) for text, share in zip(kept, shares, strict=True))


def _task(
    order: _Order, text: str, level: Level, steps: Sequence[str], answer: str, taken: Sequence[Gap]
) -> GapTask:
    task = Task(
        text=text,
        code=order.code,
        level=level,
        descriptors=descriptors(steps, order.points),
        criterion=order.criterion,
        answer=answer,
    )
    return GapTask(task=task, passages=tuple(dict.fromkeys(one.passage for one in taken)))


def _numbered(lines: Iterator[str] | Sequence[str]) -> list[str]:
    found = list(lines)
    return [f"{number}) {line}" for number, line in enumerate(found, 1)] if len(found) > 1 else found
