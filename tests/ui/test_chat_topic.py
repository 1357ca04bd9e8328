"""The pointer of a sensitive topic: the objectives' own pages where the catalogue speaks of it, and nothing where it does not."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from markdown_it import MarkdownIt

from app.errors import Words
from app.i18n import LANGUAGES, translator
from app.ui.chat_state import End, Turn
from app.ui.chat_text import Wording, answer_text
from app.ui.chat_topic import KEY, MOST, pointer, topics
from app.ui.context import ScreenWords
from app.ui.curriculum_place import Place, named
from guardrails.policy import read
from guardrails.rail import Means
from guardrails.rails import sensitive_topics
from guardrails.verdict import Stage, Subject
from knowledge.curriculum import Catalogue, LearningObjective, Programme, Section, catalogue
from knowledge.curriculum import Subject as Taught

ASKED = {
    "kk": "Желтоқсан оқиғасы туралы сабақ жоспарын құрайық",
    "ru": "Помогите составить урок о декабрьских событиях",
    "en": "Plan a lesson about the December events",
}
WORDINGS = {
    "kk": "Желтоқсан оқиғасының себептерін талдау",
    "ru": "анализировать причины декабрьских событий",
    "en": "analyse the causes of the December events",
}


def objective(code: str, texts: dict[str, str], **changes: Any) -> LearningObjective:
    programme = Programme(
        act="Order 399 of 16.09.2022",
        appendix="1",
        edition="2026",
        subject="history",
        language_of_instruction="kk",
        track="",
    )
    facts: dict[str, Any] = {
        "code": code,
        "grade": int(code.split(".")[0]),
        "subject": "history",
        "track": "",
        "language_of_instruction": "kk",
        "wording_language": "kk",
        "quarters": (),
        "section": Section(number=1),
        "texts": texts,
        "programme": programme,
        "source": "official",
    }
    return LearningObjective(**{**facts, **changes})


def taught(*objectives: LearningObjective) -> Catalogue:
    names = {"kk": "Қазақстан тарихы", "ru": "История Казахстана", "en": "History of Kazakhstan"}
    subject = Taught(slug="history", names=names)
    return catalogue((subject,), objectives)


def links(markdown: str) -> list[str]:
    tokens = [child for token in MarkdownIt().parse(markdown) for child in token.children or ()]
    return [str(token.attrs["href"]) for token in tokens if token.type == "link_open"]


def words(language: str) -> ScreenWords:
    return ScreenWords(translator(language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_the_catalogue_does_not_speak_of_it_there_is_no_pointer(language: str) -> None:
    assert pointer(ASKED[language], words(language), taught()) == ""
    other = taught(objective("9.1.1.1", {"ru": "складывать дроби"}))
    assert pointer(ASKED[language], words(language), other) == ""
    assert pointer("", words(language), other) == ""


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("worded", LANGUAGES)
def test_it_leads_to_the_page_of_the_objective_whatever_language_either_is_in(
    language: str, worded: str
) -> None:
    one = objective("9.3.1.4", {worded: WORDINGS[worded]})
    here = taught(one, objective("9.3.1.5", {worded: "1905"}))

    (address,) = links(pointer(ASKED[language], words(language), here))

    place = Place.read({name: value[0] for name, value in parse_qs(urlsplit(address).query).items()}, here)
    assert urlsplit(address).path == "curriculum"
    assert named(here, place) == (one,)


@pytest.mark.parametrize("language", LANGUAGES)
def test_of_many_a_few_are_named_and_the_search_shows_all(language: str) -> None:
    here = taught(*(objective(f"9.3.1.{n}", WORDINGS) for n in range(1, MOST + 3)))

    found = links(pointer(ASKED[language], words(language), here))

    assert len(found) == MOST + 1
    query = parse_qs(urlsplit(found[-1]).query)
    assert query["q"] == [next(one for one in topics() if "желтоқсан оқиға" in one.stems).words[language]]


def test_a_stem_begins_a_word() -> None:
    here = taught(objective("9.1.1.1", {"en": "describe the selection of plants"}))

    assert pointer("an essay about the selection of a president", words("en"), here) == ""


def test_every_topic_has_words_in_each_language_that_it_finds_itself_by() -> None:
    for topic in topics():
        assert set(topic.words) == set(LANGUAGES)
        assert all(stem == stem.casefold() for stem in topic.stems)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_questions_are_ones_that_the_rail_notices(language: str) -> None:
    rail = sensitive_topics.build(Means(), read().rails["sensitive_topics"])

    found = rail.inspect(Subject(stage=Stage.INPUT, text=ASKED[language], language=language))
    assert found.message_key == KEY


@pytest.mark.parametrize("stored", [False, True], ids=["while it is asked", "in a reopened conversation"])
def test_the_pointer_stands_beside_the_notice_and_only_there(stored: bool) -> None:
    notice = Words(key=KEY)
    here: Any = {"flags": (notice,)} if stored else {"notices": (notice,)}
    worded = Wording(
        t=words("kk"), restore=lambda text, hidden: text, about=lambda question: f"about {question}"
    )

    noticed = Turn(question="q", language="kk", end=End.ANSWERED, **here)
    assert "about q" in answer_text(noticed, worded, anchor="a")
    assert "about q" not in answer_text(
        Turn(question="q", language="kk", end=End.ANSWERED), worded, anchor="a"
    )
