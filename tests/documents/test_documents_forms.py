"""The forms: each kind in three languages alike, and every language its own."""

import re
from string import Formatter

import pytest

from app.documents.brief import Kind
from app.documents.form import HOME, Form, load
from knowledge.language import tokens
from tests.documents.starter_briefs import LANGUAGES

KINDS = tuple(kind for kind in Kind if (HOME / f"{kind}.kk.toml").is_file())
LETTERS = re.compile(r"[^\W\d_]+")
# Words that both languages write alike: loans, abbreviations and names of places in a sentence.
ALIKE = frozenset(
    """ұстаз балл слайд карточка рефлексия дескриптор маркер стикер термин материал
    мин критерий рубрика тест минут шкала""".split()
)


def sentences(form: Form) -> list[str]:
    return [
        form.title,
        *form.labels.values(),
        *(sentence for lines in form.phrases.values() for sentence in lines),
    ]


def places(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


def plain(sentence: str) -> str:
    """The sentence without its places."""
    return "".join(text for text, *_ in Formatter().parse(sentence))


def test_a_place_that_a_form_does_not_have_has_no_label() -> None:
    form = load(Kind.PLAN, "kk")

    for place in ("", "middle.work", "middle.work.1", "middle.task.x"):
        with pytest.raises(LookupError):
            form.label(place)


def test_a_numbered_field_is_called_as_its_language_does() -> None:
    assert load(Kind.PLAN, "kk").label("middle.task.12") == "12-тапсырма"
    assert load(Kind.PLAN, "ru").label("middle.task.12") == "Задание 12"


@pytest.mark.parametrize("kind", KINDS)
def test_a_form_has_the_same_places_and_phrases_in_three_languages(kind: Kind) -> None:
    first, *others = (load(kind, language) for language in LANGUAGES)

    for other in others:
        assert other.labels.keys() == first.labels.keys()
        assert other.phrases.keys() == first.phrases.keys()
        assert other.secondary == first.secondary
        assert other.name == first.name
        for name, lines in first.phrases.items():
            assert len(lines) == len(other.phrases[name]), name
            for one, another in zip(lines, other.phrases[name], strict=True):
                assert places(one) == places(another), name


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_label_or_sentence_is_empty(kind: Kind, language: str) -> None:
    form = load(kind, language)

    assert all(sentence.strip() == sentence != "" for sentence in sentences(form))
    assert all(form.phrases.values())


@pytest.mark.parametrize("kind", KINDS)
def test_a_kazakh_form_has_no_russian_words(kind: Kind) -> None:
    words = {
        language: {
            word
            for sentence in sentences(load(kind, language))
            for token in tokens(plain(sentence))
            for word in LETTERS.findall(token)
            if len(word) > 2
        }
        for language in ("kk", "ru")
    }

    assert words["kk"] & words["ru"] <= ALIKE


@pytest.mark.parametrize("kind", KINDS)
def test_an_english_form_has_no_cyrillic(kind: Kind) -> None:
    assert not [one for one in sentences(load(kind, "en")) if re.search(r"[а-яёәғқңөұүһі]", one.lower())]
