"""What schools and people also talk about: short texts on topics outside the starter corpus.

The decision "not in the curriculum" asks which a question is nearer to: a passage, or one of these. A topic that
a school's own documents come to hold no longer speaks against that school's questions (`held_by`).
"""

import hashlib
import tomllib
from collections.abc import Container, Iterable, Mapping
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
    words, topics_with = _words(), _topics_with()
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


def likeness(asked: Mapping[str, float], held: Container[int] = (), *, least: int = 1) -> float:
    """How much a question has the words of one topic, between 0 and 1; topics in `held` do not count, nor
    those that share fewer than `least` words with the question.

    The geometric mean of the weight that the topic's words take of the question (`asked`: what each token weighs)
    and of their share of the topic, for the topic and language where that is greatest.
    """
    total = sum(asked.values()) or 1.0
    best = 0.0
    for language, topics_with in _topics_with().items():
        found: dict[int, dict[str, float]] = {}
        for token, weight in asked.items():
            root = stem(token, language)
            for number in topics_with.get(root, ()):
                words = found.setdefault(number, {})
                words[root] = words.get(root, 0.0) + weight
        for number, words in found.items():
            if number not in held and len(words) >= least:
                of_topic = len(words) / len(_words()[language][number])
                best = max(best, (sum(words.values()) / total * of_topic) ** 0.5)
    return best


@lru_cache(maxsize=1)
def _words() -> dict[str, list[frozenset[str]]]:
    """The stems of each topic, by language."""
    return {
        language: [
            frozenset(stem(token, language) for token in content_tokens(text, language))
            for text in texts()[number :: len(LANGUAGES)]
        ]
        for number, language in enumerate(LANGUAGES)
    }


@lru_cache(maxsize=1)
def _topics_with() -> dict[str, dict[str, list[int]]]:
    """The numbers of the topics that have a stem, by language."""
    by_language: dict[str, dict[str, list[int]]] = {language: {} for language in LANGUAGES}
    for language, topics in _words().items():
        for number, topic in enumerate(topics):
            for word in topic:
                by_language[language].setdefault(word, []).append(number)
    return by_language


def _topics(
    spoken: frozenset[str], topics_with: Mapping[str, list[int]], words: list[frozenset[str]]
) -> Iterable[int]:
    counts: dict[int, int] = {}
    for word in spoken:
        for number in topics_with.get(word, ()):
            counts[number] = counts.get(number, 0) + 1
    return (number for number, count in counts.items() if count >= HELD_SHARE * len(words[number]))
