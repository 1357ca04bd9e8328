"""A school's own documents: read once, found by that school alone, reported as they are."""

from pathlib import Path

import pytest

from knowledge import manifest
from knowledge.embedding import HashEmbedder
from knowledge.ingest import Report, Status, ingest
from knowledge.library import Library
from knowledge.passage import Passage
from knowledge.retriever import Query


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    folder = tmp_path / "papers"
    (folder / "more").mkdir(parents=True)
    (folder / "plan.md").write_text(
        "# Жоспар\n\n## Бөлшектер\n\nЦель 5.1.2.17 складывать дроби. Цель 9.9.9.9 неизвестна.\n\nКубик пирога.\n"
    )
    (folder / "more" / "note.txt").write_text("Слово о лепке.\n\nГлина сохнет медленно.")
    (folder / ".hidden").write_text("x")
    return folder


class Case:
    """One school's index folder over the small corpus."""

    def __init__(self, home: Path, corpus: Path) -> None:
        self.home, self.corpus, self.hashes = home, corpus, HashEmbedder()

    def ingest(self, *paths: Path, school: str | None = "one", **how: object) -> Report:
        hashes = self.hashes
        return ingest(
            self.home,
            paths,
            school=school,
            corpus=self.corpus,
            embed=hashes.embed_documents,
            model_id=hashes.model_id,
            dim=hashes.dim,
            **how,  # type: ignore[arg-type]
        )

    def library(self) -> Library:
        hashes = self.hashes
        return Library.open(
            self.home,
            corpus=self.corpus,
            embed=hashes.embed_documents,
            model_id=hashes.model_id,
            dim=hashes.dim,
        )

    def found(self, text: str, school: str | None = "one") -> list[Passage]:
        library = self.library()
        hits = library.retrieve(Query(text=text, school=school)).hits
        library.close()
        return [hit.passage for hit in hits if hit.passage.school is not None]


@pytest.fixture
def case(tmp_path: Path, small_corpus: Path) -> Case:
    return Case(tmp_path / "home", small_corpus)


def test_documents_are_found_by_their_school_alone(case: Case, papers: Path) -> None:
    report = case.ingest(papers)

    assert report.whole
    assert {one.name: one.status for one in report.documents} == {
        "plan.md": Status.INDEXED,
        "note.txt": Status.INDEXED,
    }
    assert case.found("лепка глина сохнет")[0].text.endswith("Глина сохнет медленно.")
    assert case.found("лепка глина сохнет", school="two") == []
    assert case.found("лепка глина сохнет", school=None) == []


def test_every_passage_keeps_its_place_and_only_real_codes(case: Case, papers: Path) -> None:
    case.ingest(papers)

    passages = [one for _, passages in manifest.documents(case.home) for one in passages]
    assert all(one.place and one.source and one.school == "one" and not one.paraphrase for one in passages)
    assert {code for one in passages for code in one.codes} == {"5.1.2.17"}
    objective = next(one for one in passages if one.codes)
    assert objective.text == "5.1.2.17 складывать дроби. Цель"
    assert objective.place == "Жоспар / Бөлшектер"


def test_every_passage_stands_in_its_source(case: Case, papers: Path) -> None:
    case.ingest(papers)

    source = " ".join(
        " ".join(path.read_text().split()) for path in papers.rglob("*.*") if path.suffix in (".md", ".txt")
    )
    folded = " ".join(source.replace("#", "").split())
    for _, passages in manifest.documents(case.home):
        assert all(one.text in folded for one in passages)


def test_the_same_files_again_change_nothing(case: Case, papers: Path) -> None:
    first = case.ingest(papers)
    ids = [one.id for _, passages in manifest.documents(case.home) for one in passages]
    second = case.ingest(papers)

    assert second == first
    assert [one.id for _, passages in manifest.documents(case.home) for one in passages] == ids


def test_a_new_edition_takes_the_place_of_the_old_one_which_can_still_be_opened(
    case: Case, papers: Path
) -> None:
    case.ingest(papers)
    old = case.found("глина сохнет медленно")[0]
    (papers / "more" / "note.txt").write_text("Слово о лепке.\n\nГлина сохнет быстро.")

    case.ingest(papers)

    assert all("медленно" not in one.text for one in case.found("глина сохнет"))
    library = case.library()
    assert library.passage(old.id) == old
    library.close()
    standing = {one.name: one.superseded_by for one in manifest.records(case.home) if one.superseded_by}
    assert set(standing) == {"note.txt"}


def test_two_schools_with_the_same_file_do_not_meet(case: Case, papers: Path) -> None:
    case.ingest(papers, school="one")
    case.ingest(papers, school="two")

    assert {one.school for one in case.found("глина сохнет", school="two")} == {"two"}
    assert (
        len({one.id for school in ("one", "two") for one in case.found("глина сохнет", school=school)}) == 2
    )


def test_what_cannot_be_read_is_reported_and_leaves_the_rest(case: Case, papers: Path) -> None:
    (papers / "bad.pdf").write_bytes(b"%PDF-1.7 nothing")
    (papers / "program.exe").write_bytes(b"MZ")

    report = case.ingest(papers, papers / "absent.txt")

    states = {one.name: one.status for one in report.documents}
    assert states["bad.pdf"] == states["program.exe"] == states["absent.txt"] == Status.REFUSED
    assert states["plan.md"] == Status.INDEXED
    assert not report.whole
    assert all(one.warnings for one in report.documents if one.status is Status.REFUSED)
    assert case.found("глина сохнет")


def test_passages_that_must_stay_out_are_kept_apart(case: Case, papers: Path) -> None:
    report = case.ingest(papers, exclude=lambda one: "Глина" in one.text)

    note = next(one for one in report.documents if one.name == "note.txt")
    assert (note.status, note.passages, note.excluded) == (Status.INCOMPLETE, 0, 1)
    assert case.found("глина сохнет") == []
    assert [one.text for one in manifest.held_back(case.home)] == ["Слово о лепке. Глина сохнет медленно."]


def test_a_scan_is_incomplete_and_not_in_the_index(case: Case, samples: Path) -> None:
    report = case.ingest(samples / "ai_law_pages1-2_scan_ru.pdf")

    assert report.documents[0].status is Status.INCOMPLETE
    assert report.documents[0].passages == 0
    assert [record.complete for record in manifest.records(case.home)] == [False]


def test_an_official_document_is_seen_by_every_school(case: Case, papers: Path) -> None:
    case.ingest(papers, school=None)
    library = case.library()

    for school in (None, "one", "two"):
        assert any(
            "Глина" in hit.passage.text for hit in library.retrieve(Query(text="глина", school=school)).hits
        )
    library.close()
