"""What must not get lost while editions change: old citations, switches of two processes, what was switched on."""

import threading
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from knowledge import build, editions, library, manifest, official
from knowledge.embedding import HashEmbedder
from knowledge.ingest import ingest
from knowledge.library import Library
from tests.knowledge.editions_made import edition, programme, text_of

EMBEDDER = HashEmbedder()
MEANS: dict[str, Any] = {
    "embed": EMBEDDER.embed_documents,
    "model_id": EMBEDDER.model_id,
    "dim": EMBEDDER.dim,
}
FIRST = {"5.1.2.1": "сравнивать дроби", "6.1.2.1": "умножать дроби"}
SECOND = {"5.1.2.1": "сравнивать обыкновенные дроби", "6.1.2.1": "умножать дроби"}


def switch_on(home: Path, corpus: Path, *names: str) -> None:
    for name in names:
        official.switch_on(home, name, corpus=corpus, **MEANS)


def switched(home: Path) -> list[str]:
    return [one.id for one in official.switched(home)]


def test_a_citation_of_an_edition_that_was_taken_back_can_still_be_opened(
    tmp_path: Path, small_corpus: Path
) -> None:
    first, second = edition(text_of(FIRST)), edition(text_of(SECOND), name="b")
    for one in (first, second):
        editions.keep(tmp_path, one)
    switch_on(tmp_path, small_corpus, first.id, second.id)
    opened = Library.open(tmp_path, corpus=small_corpus, **MEANS)
    try:
        (hit,) = [
            one.passage
            for one in opened.search("5.1.2.1", language="ru")
            if one.passage.text == SECOND["5.1.2.1"]
        ]
        official.go_back(tmp_path, corpus=small_corpus, **MEANS)

        assert opened.passage(hit.id) == hit
    finally:
        opened.close()


def test_a_line_of_the_kept_citations_that_a_kill_cut_off_spoils_no_other(
    tmp_path: Path, small_corpus: Path
) -> None:
    first, second = edition(text_of(FIRST)), edition(text_of(SECOND), name="b")
    for one in (first, second):
        editions.keep(tmp_path, one)
    switch_on(tmp_path, small_corpus, first.id)
    (tmp_path / build.RETIRED).write_text('{"id": "cut o', encoding="utf-8")
    gone = [one for one in build.read_passages(tmp_path / "v0001" / build.PASSAGES)]
    switch_on(tmp_path, small_corpus, second.id)
    opened = Library.open(tmp_path, corpus=small_corpus, **MEANS)
    try:
        (old,) = [one for one in gone if one.text == FIRST["5.1.2.1"]]

        assert opened.passage(old.id) == old
        assert opened.passage("nobody") is None
    finally:
        opened.close()


def test_two_processes_that_switch_at_once_lose_neither_edition(
    tmp_path: Path, small_corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    russian = edition(text_of(FIRST))
    kazakh = edition(text_of({"5.1.2.1": "бөлшектерді салыстыру"}, language="kk"), name="k", language="kk")
    for one in (russian, kazakh):
        editions.keep(tmp_path, one)
    Library.open(tmp_path, corpus=small_corpus, **MEANS).close()
    both = threading.Barrier(2)
    inner = build.switched

    def together(home: Path) -> tuple[str, ...]:
        found = inner(home)
        with suppress(threading.BrokenBarrierError):
            both.wait(timeout=1)
        return found

    monkeypatch.setattr(build, "switched", together)
    threads = [
        threading.Thread(target=switch_on, args=(tmp_path, small_corpus, one.id)) for one in (russian, kazakh)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(switched(tmp_path)) == sorted([russian.id, kazakh.id])


def test_what_a_newer_reader_makes_of_a_file_in_force_answers_nobody_before_it_is_switched_on(
    tmp_path: Path, small_corpus: Path
) -> None:
    page = tmp_path / "page.html"
    page.write_text("-", encoding="utf-8")
    home = tmp_path / "index"
    read = edition(text_of(FIRST))
    again = replace(edition(text_of(SECOND)), reader_version=read.reader_version + 1)
    official.take_in(home, page, lambda _: read)
    switch_on(home, small_corpus, read.id)
    opened = Library.open(home, corpus=small_corpus, **MEANS)
    try:
        version = opened.index_version
        taken = official.take_in(home, page, lambda _: again)
        Library.open(home, corpus=small_corpus, **MEANS).close()

        assert opened.index_version == version
        assert taken is not None
        assert taken.is_new
        assert [one.after for one in taken.changes] == [SECOND["5.1.2.1"]]
        assert [one.id for one in official.waiting(home)] == [taken.edition.id]

        switch_on(home, small_corpus, taken.edition.id)
        (now,) = [one for one in opened.catalogue.find("5.1.2.1") if one.official]
        assert now.text("ru") == SECOND["5.1.2.1"]
        assert editions.named(home, read.id).id == read.id
        repeated = official.take_in(home, page, lambda _: again)
        assert repeated is not None
        assert not repeated.is_new
        assert repeated.edition.id == taken.edition.id
    finally:
        opened.close()


def test_what_the_operator_says_of_a_file_later_is_a_new_reading_and_silence_is_none(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("-", encoding="utf-8")
    silent = replace(edition(text_of(FIRST)), edition="unknown")
    spoken = replace(silent, edition="as of 2030-02-01")

    def taken(one: Any) -> official.TakenIn:
        found = official.take_in(tmp_path / "index", page, lambda _: one)
        assert found is not None
        return found

    assert taken(silent).is_new
    assert taken(spoken).is_new
    assert not taken(silent).is_new
    assert not taken(spoken).is_new
    assert sorted(one.edition for one in editions.heads(tmp_path / "index")) == [
        "as of 2030-02-01",
        "unknown",
    ]


def test_switching_an_older_edition_on_again_is_undone_by_going_back_once(
    tmp_path: Path, small_corpus: Path
) -> None:
    first, second = edition(text_of(FIRST)), edition(text_of(SECOND), name="b")
    for one in (first, second):
        editions.keep(tmp_path, one)
    switch_on(tmp_path, small_corpus, first.id, second.id, first.id)
    opened = Library.open(tmp_path, corpus=small_corpus, **MEANS)
    try:
        (now,) = [one for one in opened.catalogue.find("5.1.2.1") if one.official]
        assert now.text("ru") == FIRST["5.1.2.1"]
        assert [one.before for one in opened.history(now)] == [SECOND["5.1.2.1"], FIRST["5.1.2.1"]]
    finally:
        opened.close()
    official.go_back(tmp_path, corpus=small_corpus, **MEANS)

    assert switched(tmp_path) == [first.id, second.id]


def test_a_whole_edition_is_compared_with_all_that_is_in_force_though_one_programme_was_read_later(
    tmp_path: Path, small_corpus: Path
) -> None:
    whole = edition(text_of(FIRST), text_of({"5.1.1.1": "слышать"}, programme("65", "music")))
    part = edition(text_of(SECOND), name="b", appendices=1)
    for one in (whole, part):
        editions.keep(tmp_path, one)
    switch_on(tmp_path, small_corpus, whole.id, part.id)

    assert [one.after for one in official.against_force(tmp_path, whole)] == [FIRST["5.1.2.1"]]


def test_switching_on_what_is_in_force_beside_another_language_builds_nothing(
    tmp_path: Path, small_corpus: Path
) -> None:
    russian = edition(text_of(FIRST))
    kazakh = edition(text_of({"5.1.2.1": "бөлшектерді салыстыру"}, language="kk"), name="k", language="kk")
    for one in (russian, kazakh):
        editions.keep(tmp_path, one)
    switch_on(tmp_path, small_corpus, russian.id, kazakh.id)
    before = manifest.read_pointer(tmp_path)
    switch_on(tmp_path, small_corpus, russian.id)

    assert manifest.read_pointer(tmp_path) == before


def test_a_paper_is_found_by_a_code_of_the_edition_in_force_whichever_came_first(
    tmp_path: Path, small_corpus: Path
) -> None:
    home, one = tmp_path / "index", edition(text_of({"6.8.1.9": "описывать узор"}))
    for name, words in (("before", "6.8.1.9: жоспардағы өрнек"), ("after", "6.8.1.9: қосымша ою")):
        (tmp_path / f"{name}.md").write_text(words, encoding="utf-8")

    def take(name: str) -> tuple[str, ...]:
        given = ingest(home, [tmp_path / f"{name}.md"], school="one", corpus=small_corpus, **MEANS)
        return given.documents[0].codes

    assert take("before") == ()
    editions.keep(home, one)
    switch_on(home, small_corpus, one.id)
    assert take("after") == ("6.8.1.9",)
    opened = Library.open(home, corpus=small_corpus, **MEANS)
    try:
        named = [hit.passage.text for hit in opened.search("6.8.1.9", language="kk", school="one")]
        assert {"6.8.1.9: жоспардағы өрнек", "6.8.1.9: қосымша ою"} <= set(named)
        serving = [one.text for one in opened.passages() if one.school and one.codes == ("6.8.1.9",)]
        assert sorted(serving) == ["6.8.1.9: жоспардағы өрнек", "6.8.1.9: қосымша ою"]
        assert not [
            hit for hit in opened.search("6.8.1.9", language="kk", school="two") if hit.passage.school
        ]
    finally:
        opened.close()


@pytest.mark.parametrize("damaged", [editions.HEAD, editions.WHOLE])
def test_a_damaged_edition_stops_no_index_that_stands_and_is_mended_by_its_file(
    tmp_path: Path, small_corpus: Path, damaged: str
) -> None:
    page = tmp_path / "page.html"
    page.write_text("-", encoding="utf-8")
    home, one = tmp_path / "index", edition(text_of(FIRST))
    official.take_in(home, page, lambda _: one)
    switch_on(home, small_corpus, one.id)
    (home / editions.FOLDER / f"{one.id}{damaged}").write_text("{", encoding="utf-8")

    opened = Library.open(home, corpus=small_corpus, **MEANS)
    try:
        assert [found.text("ru") for found in opened.catalogue.find("6.1.2.1") if found.official] == [
            FIRST["6.1.2.1"]
        ]
    finally:
        opened.close()
    with pytest.raises(LookupError):
        editions.load(home, one.id)
    official.take_in(home, page, lambda _: one)
    assert editions.load(home, one.id) == one


def test_a_new_version_that_could_not_be_opened_is_tried_again(
    tmp_path: Path, small_corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = Library.open(tmp_path, corpus=small_corpus, **MEANS)
    try:
        old, one = opened.index_version, edition(text_of(FIRST))
        editions.keep(tmp_path, one)
        switch_on(tmp_path, small_corpus, one.id)
        passages = tmp_path / "v0002" / build.PASSAGES
        aside = passages.rename(tmp_path / "aside")

        monkeypatch.setattr(library, "RETRY_SECONDS", 0.0)
        assert opened.index_version == old
        aside.rename(passages)
        assert opened.index_version != old
    finally:
        opened.close()
