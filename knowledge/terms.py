"""School terms in Kazakh, Russian and English, and which of them stand in a text."""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from knowledge.kazakh import DEVOICED, PLAIN
from knowledge.language import tokens
from knowledge.passage import LANGUAGES
from knowledge.stemming import LONGEST_WORD, stem

FILE = Path(__file__).parent / "corpus" / "terms.toml"
LEAST_LETTERS = 4
# The endings of a Kazakh noun in the letters of a Russian keyboard: number, then whose and case.
PLURAL, WHOSE = r"(?:[лдт][ае]р)?", r"с?[ыи]"
KAZAKH_ENDING = re.compile(
    rf"{PLURAL}(?:"
    r"[ыи]?[мн](?:[ыи]з)?(?:[ае]|н[ыи]н?|д[ае]н?|н[ае]н|[мб]ен)?"
    rf"|(?:{WHOSE})?(?:н|н[ае]|нд[ае]|нд[ае]г[ыи]|н[ае]н)|{WHOSE}(?:н[ыи]н|мен)?"
    r"|[ндт][ыи]н?|[гк][ае]|[дт][ае]н?|н[ае]н|[дт][ае]г[ыи]|[мбп]ен"
    r")?"
)
ENDING_IN_TERMS = re.compile(rf"{PLURAL}(?:{WHOSE})?(?:[ндт][ыи]н)?")
VOWELS = frozenset("аәеёиіоөұүыэюя")
RUSSIAN_ENDING = re.compile(
    r"н?(?:[аеёийоуыьюя]?|[ая]ми?|[ая]х|[оеё]в|ь?[еоё][йм]|[ыи][йемх]|[ая]я|[ое]е|[ое]го|[ое]му|[ыи]ми|[ую]ю"
    r"|и[яиюейх]|и[ея]м|иями|иях|ь[еюяи]|ьями?|ьях)"
)
FLEETING = re.compile(r"(?<=[а-я][бвгджзклмнпрстфхцчшщ])[ое](?=[клнрц]$)")  # угол, угла; чисел, число
# Subjects that speak of the same things: an everyday word of one counts in a text of another.
FAMILIES = (
    frozenset({"mathematics", "algebra", "algebra-analysis", "geometry"}),
    frozenset({"natural-world", "biology", "geography", "physics", "chemistry"}),
    frozenset({"informatics", "digital-literacy"}),
    frozenset({"history-of-kazakhstan", "world-history"}),
    frozenset({"kazakh-l1", "kazakh-l2", "kazakh-literature"}),
    frozenset({"english", "french"}),
)


class Checked(StrEnum):
    """Where the wording of a term comes from."""

    GENERAL = "general"
    ACTS = "acts"
    PROPOSAL = "proposal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One notion; of several variants in a language the first is the approved or usual one.

    `everyday`: one of its words also means something else outside its subjects.
    """

    kk: tuple[str, ...]
    ru: tuple[str, ...]
    en: tuple[str, ...]
    subjects: tuple[str, ...]
    checked: Checked = Checked.GENERAL
    everyday: bool = False

    def words(self, language: str) -> tuple[str, ...]:
        """The variants in kk, ru or en."""
        return {"kk": self.kk, "ru": self.ru, "en": self.en}[language]

    def is_of(self, subject: str) -> bool:
        """Whether the subject, or one that speaks of the same things, uses the term."""
        near = next((family for family in FAMILIES if subject in family), frozenset({subject}))
        return not near.isdisjoint(self.subjects)


class Terms:
    """The table of terms, indexed by the stems of their words in each language."""

    def __init__(self, terms: Iterable[Term], unlike: Mapping[str, frozenset[str]] | None = None) -> None:
        """Index the terms; those with the same words stay in the order given.

        `unlike`: by language the folded tokens that are no term though they share the stem of one.
        """
        self.terms = tuple(terms)
        self._unlike = unlike or {}
        self._words: dict[str, str] = {}
        kazakh = {word for term in self.terms for variant in term.kk for word in tokens(variant)}
        for word in sorted(kazakh, key=lambda one: (len(one), one)):
            found = self._kazakh_noun(word, ENDING_IN_TERMS) or word
            self._words.setdefault(_written(word), found)
        self._kazakh = lru_cache(maxsize=65536)(self._kazakh_word)
        self._entries: dict[str, dict[tuple[str, ...], list[_Entry]]] = {}
        self._lengths: dict[str, dict[str, tuple[int, ...]]] = {}
        for language in LANGUAGES:
            entries: dict[tuple[str, ...], list[_Entry]] = {}
            for term in self.terms:
                for variant in term.words(language):
                    words = tokens(variant)
                    entries.setdefault(self._keys(words, language), []).append(_Entry(words, term))
            lengths: dict[str, set[int]] = {}
            for keys in entries:
                lengths.setdefault(keys[0], set()).add(len(keys))
            self._entries[language] = entries
            self._lengths[language] = {
                first: tuple(sorted(found, reverse=True)) for first, found in lengths.items()
            }

    def in_text(self, text: str, language: str, subject: str = "") -> tuple[Term, ...]:
        """The terms that stand in a text, each once, those of more words first, then as they stand.

        No term is found inside a longer one. With a subject, of terms that share their words those of the subject
        are kept; without, or outside their subjects, everyday words are left out.
        """
        return tuple(dict.fromkeys(term for term, _ in self.places(text, language, subject)))

    def places(
        self, text: str, language: str, subject: str = "", *, everyday: bool = False
    ) -> tuple[tuple[Term, tuple[str, ...]], ...]:
        """The terms of `in_text`, each time they stand there, with the folded tokens that name them.

        `everyday`: everyday words are not left out.
        """
        found = tokens(text)
        keys = self._keys(found, language)
        lengths, entries = self._lengths[language], self._entries[language]
        spans = [
            (-length, start)
            for start, first in enumerate(keys)
            for length in lengths.get(first, ())
            if keys[start : start + length] in entries
        ]
        taken: set[int] = set()
        terms: list[tuple[Term, tuple[str, ...]]] = []
        for negative, start in sorted(spans):
            place = range(start, start - negative)
            if taken.isdisjoint(place):
                named = self._named(found[start : place.stop], keys[start : place.stop], language)
                meant = _meant(named, subject, everyday)
                if meant:
                    taken.update(place)
                terms += [(term, found[start : place.stop]) for term in meant]
        return tuple(terms)

    def of_subject(self, slug: str) -> tuple[Term, ...]:
        """The terms of a subject in the order of the table; none for an unknown slug."""
        return tuple(term for term in self.terms if slug in term.subjects)

    def named(self, words: str, language: str) -> tuple[Term, ...]:
        """The terms that these words name as a whole, in any form; everyday words too."""
        found = tokens(words)
        return self._named(found, self._keys(found, language), language)

    def _named(self, found: tuple[str, ...], keys: tuple[str, ...], language: str) -> tuple[Term, ...]:
        """The terms whose words these tokens are forms of."""
        return tuple(
            dict.fromkeys(
                one.term
                for one in self._entries[language].get(keys, ())
                if all(_is_form(token, word, language) for token, word in zip(found, one.words, strict=True))
            )
        )

    def _keys(self, found: Sequence[str], language: str) -> tuple[str, ...]:
        unlike = self._unlike.get(language, frozenset())
        return tuple(token if token in unlike else self._key(token, language) for token in found)

    def _key(self, token: str, language: str) -> str:
        if language == "kk":
            return self._kazakh(token)
        return FLEETING.sub("", _russian(token)) if language == "ru" else stem(token, language)

    def _kazakh_word(self, token: str) -> str:
        """The word of the table that the token is a form of ("уығын" is уық), or the token itself."""
        return (len(token) <= LONGEST_WORD and self._kazakh_noun(token, KAZAKH_ENDING)) or token

    def _kazakh_noun(self, token: str, endings: re.Pattern[str]) -> str | None:
        """The longest word of the table that the token is with one of the endings; its last к, қ or п may be voiced."""
        plain = _plain(token)
        for length in range(len(token), 1, -1):
            begin, ending = token[:length], plain[length:]
            for one in (begin, begin[:-1] + begin[-1].translate(DEVOICED)):
                word = self._words.get(_written(one))
                if word and endings.fullmatch(ending) and (ending[:1] != "с" or begin[-1] in VOWELS):
                    return word
        return None


@dataclass(frozen=True, slots=True)
class _Entry:
    words: tuple[str, ...]
    term: Term


@lru_cache(maxsize=1)
def load() -> Terms:
    """The table that ships.

    Raises:
        ValueError: an entry lacks a language or a subject.
    """
    plain = tomllib.loads(FILE.read_text(encoding="utf-8"))
    unlike = {language: frozenset(tokens(words)) for language, words in plain["unlike"].items()}
    return Terms((_term(one) for one in plain["term"]), unlike)


def _term(plain: dict[str, object]) -> Term:
    kk, ru, en, subjects = (_variants(plain.get(key, ())) for key in ("kk", "ru", "en", "subjects"))
    if not (kk and ru and en and subjects):
        raise ValueError(f"term {plain} lacks a language or a subject")
    return Term(
        kk=kk,
        ru=ru,
        en=en,
        subjects=subjects,
        checked=Checked(str(plain.get("checked", Checked.GENERAL))),
        everyday=plain.get("everyday") is True,
    )


def _variants(plain: object) -> tuple[str, ...]:
    if isinstance(plain, str):
        return (plain,)
    if isinstance(plain, list | tuple):
        return tuple(str(one) for one in plain)
    raise ValueError(f"expected words, found {plain!r}")


def _meant(terms: Sequence[Term], subject: str, everyday: bool) -> list[Term]:
    of_subject = [term for term in terms if subject and term.is_of(subject)]
    return of_subject or [term for term in terms if everyday or not term.everyday]


def _russian(token: str) -> str:
    """Snowball's stem; an abbreviation or a word as short stays whole."""
    return token if len(token) < LEAST_LETTERS else stem(token, "ru")


def _plain(token: str) -> str:
    return token.translate(PLAIN)


def _written(word: str) -> str:
    """How a Kazakh word is looked up: in plain letters, but exactly where it is too short to be told from others."""
    return word if len(word) < LEAST_LETTERS else _plain(word)


def _is_form(token: str, word: str, language: str) -> bool:
    """Whether a token with the key of a term word is a form of it, and not another word of the same root."""
    if token == word or language == "kk":
        return True
    if language == "en":
        return token in {f"{word}s", f"{word}es", f"{word[:-1]}ies"}
    return RUSSIAN_ENDING.fullmatch(token[len(_russian(token)) :]) is not None
