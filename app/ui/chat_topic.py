"""The pointer of a sensitive topic: the objectives of the curriculum that speak of what was asked, each with its own page."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from urllib.parse import urlencode

from app.errors import Words
from app.ui import curriculum_words as words_of
from app.ui.context import ScreenWords
from app.ui.curriculum_place import Place
from app.ui.rendering import plain
from knowledge.curriculum import Catalogue, LearningObjective

FILE = Path(__file__).with_name("topics.toml")
KEY = "guardrails.sensitive_topic"
MOST = 3
NO_WORD = re.compile(r"[^\w'-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A topic: the beginnings of words that speak of it, and what the curriculum page is searched for, by language."""

    stems: tuple[str, ...]
    words: Mapping[str, str]

    def speaks_in(self, text: str) -> bool:
        """Whether a text, in lower case, speaks of it."""
        return any(f" {stem}" in text for stem in self.stems)


@cache
def topics() -> tuple[Topic, ...]:
    """The topics that ship."""
    raw = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return tuple(Topic(stems=tuple(row.pop("stems")), words=row) for row in raw.values())


def is_topic(notice: Words) -> bool:
    """Whether a notice speaks of a sensitive topic."""
    return notice.key == KEY


def pointer(question: str, t: ScreenWords, catalogue: Catalogue) -> str:
    """Links to the objectives of what a question speaks of, as safe markdown; empty where the catalogue has none."""
    lines = []
    asked = _lower(question)
    for topic in topics():
        found = _about(topic, catalogue) if topic.speaks_in(asked) else ()
        if found:
            lines.append(_line(topic, found, t, catalogue))
    return "\n\n".join(lines)


@dataclass(slots=True)
class Kept:
    """What was found in a catalogue; another one, after an import, is looked through anew."""

    catalogue: Catalogue
    found: dict[tuple[str, ...], tuple[LearningObjective, ...]] = field(default_factory=dict)

    def about(self, topic: Topic) -> tuple[LearningObjective, ...]:
        """The objectives that speak of a topic in any language."""
        if topic.stems not in self.found:
            self.found[topic.stems] = tuple(
                one
                for one in self.catalogue.all_objectives
                if any(topic.speaks_in(_lower(text)) for text in one.texts.values())
            )
        return self.found[topic.stems]


_kept: list[Kept] = []


def _about(topic: Topic, catalogue: Catalogue) -> tuple[LearningObjective, ...]:
    """Kept for the catalogue that was asked last: a page is drawn anew at every click."""
    kept = _kept[-1] if _kept else None
    if kept is None or kept.catalogue is not catalogue:
        kept = Kept(catalogue)
        _kept[:] = [kept]
    return kept.about(topic)


def _line(topic: Topic, found: Sequence[LearningObjective], t: ScreenWords, catalogue: Catalogue) -> str:
    links = [_link(one, t, catalogue) for one in found[:MOST]]
    if len(found) > MOST:
        address = urlencode(Place(words=topic.words[t.language]).query())
        links.append(f"[{t.plural('chat.topic.all', len(found))}](curriculum?{address})")
    return f"{t('chat.topic.objectives')} {', '.join(links)}"


def _link(one: LearningObjective, t: ScreenWords, catalogue: Catalogue) -> str:
    address = urlencode(Place().at(one, catalogue).query())
    subject, grade = (
        words_of.subject_name(catalogue, one.subject, t.raw),
        words_of.grades((one.grade,), t.raw),
    )
    label = plain(f"{one.code}, {subject}, {grade}")
    return f"[{label}](curriculum?{address})"


def _lower(text: str) -> str:
    """A text in which each word begins after a blank."""
    return f" {NO_WORD.sub(' ', text.casefold())}"
