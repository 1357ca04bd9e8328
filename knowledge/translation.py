"""The school terms of a question in the other languages, so that its words can be found in foreign passages."""

from dataclasses import dataclass
from functools import lru_cache

from knowledge import terms
from knowledge.language import detect, tokens
from knowledge.passage import LANGUAGES
from knowledge.phrasing import topic_tokens
from knowledge.stemming import stem

Variant = tuple[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Translated:
    """Tokens of a question that name a term, and the variants in other languages, each a language with folded tokens."""

    tokens: tuple[str, ...]
    variants: tuple[Variant, ...]


@lru_cache(maxsize=256)
def translated(text: str) -> tuple[Translated, ...]:
    """The terms that a question is about; none for a text without any.

    Words that are also everyday ones count in Kazakh questions alone, where the vectors are weak: there it pays,
    in Russian and English ones it does not.
    """
    spoken = detect(text)
    asked = frozenset(topic_tokens(text))
    found: dict[tuple[str, ...], dict[Variant, None]] = {}
    for term, words in terms.load().places(text, spoken, everyday=spoken == "kk"):
        ours = tuple(dict.fromkeys(word for word in words if word in asked))
        if ours:
            found.setdefault(ours, {}).update(
                ((language, tuple(dict.fromkeys(tokens(variant)))), None)
                for language in LANGUAGES
                if language != spoken
                for variant in term.words(language)
            )
    return tuple(Translated(tokens=ours, variants=tuple(variants)) for ours, variants in found.items())


def index_terms(text: str) -> tuple[str, ...]:
    """The index terms (`ru:дроб`) of all translations, each once."""
    return tuple(
        dict.fromkeys(
            f"{language}:{stem(token, language)}"
            for one in translated(text)
            for language, words in one.variants
            for token in words
        )
    )
