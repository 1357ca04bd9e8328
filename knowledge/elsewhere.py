"""What schools and people also talk about: short texts on topics outside the starter corpus.

The decision "not in the curriculum" asks which a question is nearer to: a passage, or one of these. A topic that
a school's own documents come to hold no longer speaks against that school's questions (`held_by`).
"""

import hashlib
import tomllib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path

from knowledge.passage import LANGUAGES, Kind, Passage
from knowledge.phrasing import content_tokens
from knowledge.stemming import stem, stems

FILE = Path(__file__).parent / "elsewhere.toml"
HELD_SHARE = 0.5
OFFICIAL = ""


@lru_cache(maxsize=1)
def texts() -> tuple[str, ...]:
    """The texts, three to a topic: kk, ru and en, in the order of the file."""
    plain = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return tuple(topic[language] for topic in plain["topic"] for language in LANGUAGES)


@lru_cache(maxsize=1)
def digest() -> str:
    """SHA-256 over the texts, in hex."""
    return hashlib.sha256("\n".join(texts()).encode()).hexdigest()


def held_by(passages: Iterable[Passage]) -> dict[str, list[int]]:
    """The numbers of the topics that documents hold, by school ("" for official documents).

    A document holds a topic when one of its passages has at least half of the topic's words in its language.
    """
    words = {
        language: [
            frozenset(stem(token, language) for token in content_tokens(text, language))
            for text in texts()[number :: len(LANGUAGES)]
        ]
        for number, language in enumerate(LANGUAGES)
    }
    topics_with: dict[str, dict[str, list[int]]] = {language: {} for language in LANGUAGES}
    for language, topics in words.items():
        for number, topic in enumerate(topics):
            for word in topic:
                topics_with[language].setdefault(word, []).append(number)
    held: dict[str, set[int]] = {}
    for one in passages:
        if one.kind is Kind.DOCUMENT:
            found = _topics(
                frozenset(stems(one.search_text, one.language)),
                topics_with[one.language],
                words[one.language],
            )
            held.setdefault(one.school or OFFICIAL, set()).update(found)
    return {school: sorted(numbers) for school, numbers in held.items()}


def _topics(
    spoken: frozenset[str], topics_with: Mapping[str, list[int]], words: list[frozenset[str]]
) -> Iterable[int]:
    counts: dict[int, int] = {}
    for word in spoken:
        for number in topics_with.get(word, ()):
            counts[number] = counts.get(number, 0) + 1
    return (number for number, count in counts.items() if count >= HELD_SHARE * len(words[number]))
