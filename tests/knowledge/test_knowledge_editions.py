"""Editions are kept, compared, composed over the starter corpus, switched on, and gone back from."""

from pathlib import Path

import pytest

from knowledge import composition, editions, manifest, official, starter
from knowledge.curriculum import Catalogue
from knowledge.difference import ChangeKind, chain, difference
from knowledge.edition import Edition, PlanRow
from knowledge.embedding import HashEmbedder
from knowledge.library import Library
from knowledge.passage import Kind
from tests.knowledge.editions_made import edition, programme, text_of

EMBEDDER = HashEmbedder()
MEANS = {"embed": EMBEDDER.embed_documents, "model_id": EMBEDDER.model_id, "dim": EMBEDDER.dim}
FIRST = {"5.1.2.1": "сравнивать дроби", "5.1.2.2": "складывать дроби", "6.1.2.1": "умножать дроби"}
SECOND = {"5.1.2.1": "сравнивать обыкновенные дроби", "6.1.2.1": "умножать дроби", "6.1.2.2": "делить дроби"}


def library(home: Path, corpus: Path) -> Library:
    return Library.open(home, corpus=corpus, **MEANS)  # type: ignore[arg-type]


def switch_on(home: Path, corpus: Path, one: Edition) -> None:
    editions.keep(home, one)
    official.switch_on(home, one.id, corpus=corpus, **MEANS)  # type: ignore[arg-type]


def go_back(home: Path, corpus: Path) -> str:
    return official.go_back(home, corpus=corpus, **MEANS)[1]  # type: ignore[arg-type]


def test_an_empty_folder_holds_no_edition(tmp_path: Path) -> None:
    assert editions.heads(tmp_path) == ()
    assert official.waiting(tmp_path) == ()
    assert official.switched(tmp_path) == ()
    with pytest.raises(LookupError):
        editions.load(tmp_path, "999-ru-aaaaaaaaaaaa")
    with pytest.raises(LookupError):
        editions.named(tmp_path, "999")


def test_an_edition_comes_back_as_it_was_kept(tmp_path: Path) -> None:
    one = edition(text_of(FIRST))

    assert editions.keep(tmp_path, one)
    assert editions.load(tmp_path, one.id) == one


def test_keeping_the_same_file_again_writes_nothing(tmp_path: Path) -> None:
    editions.keep(tmp_path, edition(text_of(FIRST)))
    before = {path.name: path.stat().st_mtime_ns for path in (tmp_path / editions.FOLDER).iterdir()}

    assert not editions.keep(tmp_path, edition(text_of(FIRST)))
    assert before == {path.name: path.stat().st_mtime_ns for path in (tmp_path / editions.FOLDER).iterdir()}


@pytest.mark.parametrize("name", ["", "../../etc", ".hidden", "a/b"])
def test_a_name_never_leads_out_of_the_folder(tmp_path: Path, name: str) -> None:
    assert editions.head(tmp_path, name) is None


def test_a_difference_names_what_was_added_removed_and_reworded() -> None:
    found = difference(edition(text_of(FIRST)), edition(text_of(SECOND), name="b"))

    assert [(one.kind, one.code, one.before, one.after) for one in found] == [
        (ChangeKind.REWORDED, "5.1.2.1", "сравнивать дроби", "сравнивать обыкновенные дроби"),
        (ChangeKind.REMOVED, "5.1.2.2", "складывать дроби", ""),
        (ChangeKind.ADDED, "6.1.2.2", "", "делить дроби"),
    ]


def test_white_space_is_no_change() -> None:
    spaced = {code: f"  {words.replace(' ', '  ')} " for code, words in FIRST.items()}

    assert difference(edition(text_of(FIRST)), edition(text_of(spaced), name="b")) == ()


def test_a_programme_by_itself_removes_nothing_of_the_others() -> None:
    whole = edition(text_of(FIRST), text_of({"5.1.1.1": "слышать"}, programme("65", "music")))
    part = edition(text_of(SECOND), name="b", appendices=1)

    assert {one.programme for one in difference(whole, part)} == {"999-26"}
    again = edition(text_of(FIRST), name="c", appendices=1)
    assert [one.kind for one in chain([whole, part, again]) if one.new == again.id] == [
        ChangeKind.REWORDED,
        ChangeKind.ADDED,
        ChangeKind.REMOVED,
    ]


def test_an_edition_switched_on_is_found_and_its_words_are_official(
    tmp_path: Path, small_corpus: Path
) -> None:
    switch_on(tmp_path, small_corpus, edition(text_of(FIRST)))
    opened = library(tmp_path, small_corpus)
    try:
        (found,) = [one for one in opened.catalogue.find("6.1.2.1", subject="mathematics") if one.official]
        hits = opened.search("6.1.2.1", language="ru", subject="mathematics")

        assert found.text("ru") == "умножать дроби"
        assert found.official == ("ru",)
        assert found.programme.key == "999-26"
        assert hits[0].passage.text == "умножать дроби"
        assert not hits[0].passage.paraphrase
        assert hits[0].passage.appendix == "26"
        assert opened.history(found) == ()
        assert opened.topics(found) == ()
    finally:
        opened.close()


def test_a_new_edition_takes_the_place_of_the_old_one_and_the_old_is_found_on_request(
    tmp_path: Path, small_corpus: Path
) -> None:
    switch_on(tmp_path, small_corpus, edition(text_of(FIRST)))
    switch_on(tmp_path, small_corpus, edition(text_of(SECOND), name="b"))
    opened = library(tmp_path, small_corpus)
    try:
        (now,) = [one for one in opened.catalogue.find("5.1.2.1", subject="mathematics") if one.official]

        assert now.text("ru") == "сравнивать обыкновенные дроби"
        assert not [one for one in opened.catalogue.find("5.1.2.2") if "ru" in one.official]
        assert all(
            hit.passage.text != "складывать дроби" for hit in opened.search("складывать", language="ru")
        )
        assert [one.before for one in opened.earlier("складывать", language="ru")] == ["складывать дроби"]
        assert [one.before for one in opened.earlier("5.1.2.2", language="ru")] == ["складывать дроби"]
        assert [one.before for one in opened.history(now)] == ["сравнивать дроби"]
        assert [one.in_force for one in opened.editions()] == [False, True]
    finally:
        opened.close()


def test_going_back_brings_the_old_edition_and_the_old_version_without_building(
    tmp_path: Path, small_corpus: Path
) -> None:
    switch_on(tmp_path, small_corpus, edition(text_of(FIRST)))
    old = library(tmp_path, small_corpus)
    version = old.index_version
    switch_on(tmp_path, small_corpus, edition(text_of(SECOND), name="b"))
    assert old.index_version != version

    assert go_back(tmp_path, small_corpus) == edition(name="b").id
    assert old.index_version == version
    assert [one.text("ru") for one in old.catalogue.find("5.1.2.2") if one.official] == ["складывать дроби"]
    assert [one.id for one in official.waiting(tmp_path)] == [edition(name="b").id]
    old.close()


def test_there_is_nothing_to_go_back_from_without_an_edition(tmp_path: Path, small_corpus: Path) -> None:
    library(tmp_path, small_corpus).close()
    with pytest.raises(LookupError):
        go_back(tmp_path, small_corpus)


def test_switching_the_same_edition_on_again_changes_nothing(tmp_path: Path, small_corpus: Path) -> None:
    switch_on(tmp_path, small_corpus, edition(text_of(FIRST)))
    before = manifest.read_pointer(tmp_path)
    switch_on(tmp_path, small_corpus, edition(text_of(FIRST)))

    assert manifest.read_pointer(tmp_path) == before


def test_a_damaged_pointer_forgets_no_edition(tmp_path: Path, small_corpus: Path) -> None:
    switch_on(tmp_path, small_corpus, edition(text_of(FIRST)))
    (tmp_path / "current.json").write_text("{")
    opened = library(tmp_path, small_corpus)
    try:
        assert [one.head.id for one in opened.editions()] == [edition().id]
    finally:
        opened.close()


def test_two_languages_of_one_act_are_one_objective_with_two_wordings() -> None:
    corpus = starter.Corpus(catalogue=Catalogue(), passages=(), digest="")
    russian = edition(text_of(FIRST))
    kazakh = edition(text_of({"5.1.2.1": "бөлшектерді салыстыру"}, language="kk"), name="k", language="kk")
    composed = composition.compose(corpus, [russian, kazakh], {})
    (one,) = composed.catalogue.find("5.1.2.1")

    assert dict(one.texts) == {"ru": "сравнивать дроби", "kk": "бөлшектерді салыстыру"}
    assert one.official == ("kk", "ru")
    assert len({passage.family for passage in composed.passages if "5.1.2.1" in passage.codes}) == 1


def test_the_same_code_in_two_tracks_is_two_objectives_with_two_passages() -> None:
    corpus = starter.Corpus(catalogue=Catalogue(), passages=(), digest="")
    natural = programme("104", "algebra-analysis", "natural-mathematical")
    social = programme("105", "algebra-analysis", "social-humanitarian")
    same = {"11.1.1.1": "находить первообразную"}
    composed = composition.compose(corpus, [edition(text_of(same, natural), text_of(same, social))], {})

    assert [one.track for one in composed.catalogue.find("11.1.1.1")] == [natural.track, social.track]
    assert len(composed.passages) == 2


def test_a_starter_objective_lends_its_words_to_the_languages_that_the_edition_lacks(
    small_corpus: Path,
) -> None:
    corpus = starter.load(small_corpus)
    ours = next(
        one for one in corpus.catalogue.all_objectives if one.subject == "mathematics" and one.grade == 5
    )
    of = programme(ours.programme.appendix, "mathematics")
    composed = composition.compose(corpus, [edition(text_of({ours.code: "официально"}, of))], {})
    (one,) = composed.catalogue.find(ours.code, subject="mathematics")
    passages = {
        passage.language: passage
        for passage in composed.passages
        if passage.kind is Kind.OBJECTIVE and passage.family == one.family
    }

    assert one.text("ru") == "официально"
    assert one.text("kk") == ours.text("kk")
    assert {name: passage.paraphrase for name, passage in passages.items()} == {
        "kk": True,
        "ru": False,
        "en": True,
    }


def test_the_plan_of_the_edition_in_force_says_where_an_objective_is_taught(
    tmp_path: Path, small_corpus: Path
) -> None:
    row = PlanRow(
        grade=5, quarter=1, section="Дроби", topic="Обыкновенные дроби", codes=("5.1.2.1", "5.1.2.2")
    )
    newer = PlanRow(grade=5, quarter=2, section="Дроби", topic="Сравнение дробей", codes=("5.1.2.1",))
    switch_on(tmp_path, small_corpus, edition(text_of(FIRST, plan=(row,))))
    opened = library(tmp_path, small_corpus)
    try:
        (one,) = [one for one in opened.catalogue.find("5.1.2.1", subject="mathematics") if one.official]
        assert [(topic.quarter, topic.topic) for topic in opened.topics(one)] == [(1, "Обыкновенные дроби")]
        assert opened.topics(one)[0] in opened.plan_of(one.programme.key, one.grade)
        assert opened.plan_of(one.programme.key, 11) == ()

        switch_on(tmp_path, small_corpus, edition(text_of(SECOND, plan=(newer,)), name="b"))
        assert [(topic.quarter, topic.topic) for topic in opened.topics(one)] == [(2, "Сравнение дробей")]
    finally:
        opened.close()
