"""A form: what a kind of document calls its parts in one language, and the sentences that it gives; data, not code."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from app.documents.brief import Kind

HOME = Path(__file__).parent / "forms"
NUMBERED = re.compile(r"\.\d+$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """The form of one kind in one language.

    Attributes:
        name: `<kind>/<version>`.
        title: what the document is called at its head.
        labels: by section (`start`) or field id without its number (`middle.task`); one with `.n` in the place of the
            number (`middle.task.n`) says how a numbered one is called, with `{n}` in it.
        phrases: ready sentences by name; `{places}` in them are filled by the draft.
        secondary: its official wording was taken from a secondary source, which every export says.
        school: code of the school that changed it; "" is the form as it ships.
    """

    name: str
    language: str
    title: str
    labels: Mapping[str, str]
    phrases: Mapping[str, tuple[str, ...]]
    secondary: bool
    school: str = ""

    def label(self, place: str) -> str:
        """What a section or a field is called; a numbered one as its kind with the number.

        Raises:
            LookupError: the form has no such place.
        """
        if place in self.labels:
            return self.labels[place]
        number = NUMBERED.search(place)
        base = place[: number.start()] if number else place
        if number is None or base not in self.labels:
            raise LookupError(f"form {self.name} ({self.language}) has no label for {place!r}")
        pattern = self.labels.get(f"{base}.n", f"{self.labels[base]} {{n}}")
        return pattern.replace("{n}", number.group()[1:])

    def phrase(self, name: str, /, **places: str | int) -> tuple[str, ...]:
        """The sentences of a name with their places filled; none where the form gives none."""
        return tuple(sentence.format(**places) for sentence in self.phrases.get(name, ()))

    def changed(
        self, *, school: str, labels: Mapping[str, str], phrases: Mapping[str, tuple[str, ...]]
    ) -> "Form":
        """The form as a school changed it: its own words for places that the form has, nothing else.

        Raises:
            LookupError: a place that this form does not have.
        """
        unknown = (labels.keys() - self.labels.keys()) | (phrases.keys() - self.phrases.keys())
        if unknown:
            raise LookupError(f"form {self.name} has no {', '.join(sorted(unknown))}")
        return replace(
            self, school=school, labels={**self.labels, **labels}, phrases={**self.phrases, **phrases}
        )


@cache
def load(kind: Kind, language: str) -> Form:
    """The form that ships for a kind in kk, ru or en.

    Raises:
        LookupError: there is none.
        ValueError: its file lacks a part.
    """
    path = HOME / f"{kind}.{language}.toml"
    if not path.is_file():
        raise LookupError(f"no form for {kind} in {language!r}")
    plain = tomllib.loads(path.read_text(encoding="utf-8"))
    try:
        return Form(
            name=f"{kind}/{plain['version']}",
            language=language,
            title=plain["title"],
            labels=plain["labels"],
            phrases={name: tuple(lines) for name, lines in plain["phrases"].items()},
            secondary=plain["secondary"],
        )
    except KeyError as error:
        raise ValueError(f"{path.name} lacks {error}") from error
