"""A school's own papers in another language: weighed among texts of their language, never among the question's."""

import tomllib
from dataclasses import replace

import numpy as np
import pytest

from knowledge.details import Details, Vectors
from knowledge.foreign_papers import HELD, LACKED, MOST, ForeignPapers
from knowledge.index import MemoryIndex
from knowledge.passage import LANGUAGES, Kind, Passage
from knowledge.retriever import Query
from knowledge.school_life import FILE, notions
from knowledge.shelf import Shelf

KAZAKH, RUSSIAN = "Мұражайды кім басқарады?", "Кто руководит музеем?"
SCHOOL = "SCHOOL1"


def near(cosine: float) -> Vectors:
    """A unit row so near to the question, which points along the first axis."""
    return np.array([cosine, (1 - cosine**2) ** 0.5], dtype=np.float32)


def paper(name: str, language: str, school: str | None = SCHOOL, part: int = 1) -> Passage:
    return Passage(
        id=f"{name}-{part}",
        text=f"{name} {part}.",
        language=language,
        kind=Kind.DOCUMENT,
        title=name,
        subject="",
        grades=(),
        codes=(),
        family=f"{name}#{part}",
        source=name,
        school=school,
    )


def papers(
    *held: tuple[Passage, float], outside: tuple[float, float, float] = (0.5, 0.5, 0.5)
) -> ForeignPapers:
    """Passages, each so near to the question, beside official ones that are far; `outside` topics in Kazakh, Russian and English."""
    held = (*held, *((paper(f"far-{language}", language, None), 0.1) for language in LANGUAGES))
    rows = np.array([near(cosine) for _, cosine in held], dtype=np.float32).reshape(len(held), 2)
    topics = np.array([near(cosine) for cosine in outside], dtype=np.float32)
    details = Details.of(topics, [row[None] for row in rows])
    return ForeignPapers(Shelf([one for one, _ in held]), MemoryIndex(rows), details)


def asked(text: str = KAZAKH, school: str | None = SCHOOL, vector: Vectors | None = None) -> Query:
    return Query(text=text, school=school, vector=near(1.0) if vector is None else vector)


def names(found: ForeignPapers, query: Query, held: list[Passage]) -> list[str]:
    return [held[one.position].id for one in found.near(query)]


def test_nothing_held_and_nothing_asked_by_meaning_find_nothing() -> None:
    held = paper("museum", "ru")

    assert papers().near(asked()) == ()
    assert papers((held, 0.9)).near(Query(text=KAZAKH, school=SCHOOL)) == ()
    assert papers((held, 0.9)).near(asked(school=None)) == ()


def test_a_paper_in_the_language_of_the_question_is_found_with_all_others_and_not_here() -> None:
    found = papers((paper("museum", "ru"), 0.9))

    assert found.near(asked(RUSSIAN)) == ()
    assert found.near(asked(KAZAKH))


@pytest.mark.parametrize("school", [None, "SCHOOL2"], ids=["official", "another school"])
def test_what_is_not_the_schools_own_is_never_offered(school: str | None) -> None:
    assert papers((paper("museum", "ru", school), 0.9)).near(asked()) == ()


def test_texts_in_the_language_of_the_question_take_nothing_from_a_paper() -> None:
    alone = papers((paper("museum", "ru"), 0.8), outside=(0.5, 0.5, 0.5))
    beside = papers((paper("museum", "ru"), 0.8), (paper("note", "kk", None), 0.95), outside=(0.95, 0.5, 0.5))

    assert beside.near(asked())[0].position == alone.near(asked())[0].position
    # Hubs rise with the outside topics, so the margins are near and not equal.
    assert beside.near(asked())[0].margin > 0


def test_official_passages_and_outside_topics_in_its_language_speak_against_a_paper() -> None:
    held = paper("museum", "ru")
    margins = [
        papers((held, 0.8), (paper("note", "ru", None), official), outside=(0.1, topic, 0.1))
        .near(asked())[0]
        .margin
        for official, topic in ((0.2, 0.2), (0.7, 0.2), (0.7, 0.7))
    ]

    assert margins == sorted(margins, reverse=True)
    assert len(set(margins)) == 3


def test_a_filter_leaves_what_a_paper_is_weighed_by() -> None:
    found = papers((paper("museum", "ru"), 0.8), (replace(paper("note", "ru", None), grades=(5,)), 0.7))

    assert found.near(asked()) == found.near(replace(asked(), grade=9, subject="history"))


def test_without_official_passages_in_its_language_a_paper_is_not_weighed() -> None:
    details = Details.of(np.zeros((0, 2), dtype=np.float32), [near(0.9)[None]])
    found = ForeignPapers(Shelf([paper("museum", "ru")]), MemoryIndex(near(0.9)[None]), details)

    assert found.near(asked()) == ()


def test_of_each_paper_one_passage_is_named_and_no_more_than_two_papers() -> None:
    held = [
        paper("museum", "ru"),
        paper("museum", "ru", part=2),
        paper("library", "ru"),
        paper("club", "en"),
        paper("trip", "ru"),
    ]
    found = papers(*zip(held, (0.7, 0.9, 0.6, 0.8, 0.5), strict=True))

    assert len(found.near(asked())) == MOST == 2
    assert names(found, asked(), held) == ["museum-2", "club-1"]


def test_what_a_question_and_a_paper_both_name_speaks_for_it_and_what_the_paper_lacks_against_it() -> None:
    museum = replace(paper("museum", "ru"), text="Школьный музей открыт по вторникам.")
    canteen = replace(paper("canteen", "ru"), text="Столовая открыта по вторникам.")
    found = papers((canteen, 0.8), (museum, 0.8)).near(asked("Мұражай қашан ашық?"))

    assert [one.position for one in found] == [1, 0]
    assert found[0].margin - found[1].margin == pytest.approx(HELD + LACKED)


@pytest.mark.parametrize("number", range(len(tomllib.loads(FILE.read_text(encoding="utf-8"))["notions"])))
def test_every_notion_of_school_life_is_named_by_each_of_its_words(number: int) -> None:
    row = tomllib.loads(FILE.read_text(encoding="utf-8"))["notions"][number]

    assert set(row) == set(LANGUAGES)
    assert all(number in notions(word, language) for language in LANGUAGES for word in row[language].split())


@pytest.mark.parametrize(
    ("text", "language", "same"),
    [
        ("Мектеп радиосын кім жүргізеді?", "kk", "радио"),
        ("Кітапханада қанша кітап бар?", "kk", "библиотека книга"),
        ("Во сколько закрывается библиотека?", "ru", "библиотека"),
        ("Who works in the libraries?", "en", "библиотека"),
        ("Күн қашан шығады?", "kk", ""),
        ("", "en", ""),
    ],
)
def test_a_notion_is_told_by_any_form_of_its_word(text: str, language: str, same: str) -> None:
    assert notions(text, language) == notions(same, "ru")
