"""The sums of a document in one line: minutes, points, coverage and thinking levels, each against what it should be."""

from dataclasses import dataclass

from streamlit.delta_generator import DeltaGenerator

from app.documents import Document, Level
from app.documents.checks.coverage import ASKED
from app.documents.summary import Look
from app.errors import UstazError
from app.ui.context import Context, ScreenWords
from app.ui.work_look import seen


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """Draws the line in its place; only a run of the whole page may, for a part that reruns alone reaches no place of others."""

    context: Context
    place: DeltaGenerator

    def draw(self, document: Document) -> None:
        """The line as the document stands."""
        self.place.markdown(self.said(document))

    def said(self, document: Document) -> str:
        """The line as the document stands, as safe markdown."""
        try:
            return line(document, seen(self.context, document), self.context.translator)
        except UstazError as error:
            return self.context.translator.words(error.words)


def line(document: Document, summary: Look, t: ScreenWords) -> str:
    """Everything in one line of safe markdown; what is not as it should be is red."""
    parts = []
    for key, total in (("minutes", summary.minutes), ("points", summary.points)):
        if total is not None:
            said = t(f"work.sums.{key}", given=total.given, wanted=total.wanted)
            parts.append(said if total.is_right else f":red[{said}]")
    served, of = covered(document, summary)
    if of:
        said = t("work.sums.coverage", n=served, of=of)
        parts.append(said if served == of else f":red[{said}]")
    if summary.levels.total:
        said = f"{t('work.sums.levels')} {small_bar(summary)}"
        parts.append(f":red[{said}]" if summary.levels.is_low else said)
    return " · ".join(parts)


def covered(document: Document, summary: Look) -> tuple[int, int]:
    """How many objectives the document serves as its kind has to, and of how many."""
    asked = ASKED[document.kind]
    if not asked:
        return 0, 0
    whole = sum(all(getattr(one, name) for name in asked) for one in summary.coverage)
    return whole, len(summary.coverage)


def small_bar(summary: Look) -> str:
    """Six signs, one a level from the lowest up: whether some task asks for it."""
    return "".join("●" if summary.levels.counts[level] else "○" for level in Level)
