"""A school's own documents: read once, found by that school alone, reported as they are."""

from pathlib import Path

import pytest

from knowledge import manifest
from knowledge.embedding import HashEmbedder
from knowledge.ingest import Report, Stage, Status, ingest, remove
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

    def remove(self, sha256: str, school: str = "one") -> bool:
        hashes = self.hashes
        return remove(
            self.home,
            sha256,
            school=school,
            corpus=self.corpus,
            embed=hashes.embed_documents,
            model_id=hashes.model_id,
            dim=hashes.dim,
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
    report = case.ingest(papers, exclude=lambda one: "orders: 0.9" if "Глина" in one.text else None)

    note = next(one for one in report.documents if one.name == "note.txt")
    assert (note.status, note.passages, note.excluded) == (Status.INCOMPLETE, 0, 1)
    assert case.found("глина сохнет") == []
    assert [(one.passage.text, one.why) for one in manifest.held_back(case.home)] == [
        ("Слово о лепке. Глина сохнет медленно.", "orders: 0.9")
    ]


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


def test_a_file_goes_by_the_name_it_was_given(case: Case, papers: Path) -> None:
    stored = papers / "more" / "note.txt"
    case.ingest(stored, called={stored: "Керамика.txt"}, added_at="2026-11-23T07:00:00+00:00")

    (record,) = manifest.school_records(case.home, "one")
    assert (record.name, record.title, record.added_at[:10]) == ("Керамика.txt", "Керамика", "2026-11-23")
    assert {(one.place, one.source) for one in case.found("глина сохнет")} == {("Керамика", "Керамика")}


def test_where_it_may_not_be_recorded_or_embedded_nothing_is_kept(case: Case, papers: Path) -> None:
    case.ingest(papers / "plan.md")

    def refuse(*_: object) -> None:
        raise PermissionError("no")

    real, case.hashes.embed_documents = case.hashes.embed_documents, refuse  # type: ignore[method-assign, assignment]
    with pytest.raises(PermissionError):
        case.ingest(papers / "more")
    case.hashes.embed_documents = real  # type: ignore[method-assign]
    with pytest.raises(PermissionError):
        case.ingest(papers / "more", before=refuse)

    assert [one.name for one in manifest.records(case.home)] == ["plan.md"]


def test_what_would_be_kept_is_told_before_it_is(case: Case, papers: Path) -> None:
    seen = []
    case.ingest(
        papers / "plan.md",
        before=lambda outcome, record: seen.append((outcome.passages, manifest.records(case.home), record)),
    )

    assert [(passages, before) for passages, before, _ in seen] == [(4, ())]


def test_an_index_that_cannot_be_built_leaves_the_documents_as_they_were(
    case: Case, papers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case.ingest(papers / "more")
    before = manifest.records(case.home)
    (papers / "more" / "note.txt").write_text("Глина сохнет быстро.")

    def broken(*_: object, **__: object) -> None:
        raise ValueError("the new index does not find its own row 0")

    monkeypatch.setattr("knowledge.build._build", broken)
    with pytest.raises(ValueError, match="its own row"):
        case.ingest(papers)

    assert manifest.records(case.home) == before


def test_a_removed_document_is_found_no_more_and_its_text_is_nowhere(case: Case, papers: Path) -> None:
    case.ingest(papers)
    (papers / "more" / "note.txt").write_text("Слово о лепке.\n\nГлина сохнет быстро.")
    case.ingest(papers)
    case.ingest(papers / "more", school="two")
    note = next(one for one in manifest.school_records(case.home, "one") if "note" in one.name)
    current = next(
        one
        for one in manifest.school_records(case.home, "one")
        if one.name == note.name and one.superseded_by is None
    )

    assert not case.remove(current.sha256, school="three")
    assert case.remove(current.sha256)

    assert case.found("глина сохнет") == []
    assert case.found("глина сохнет", school="two")
    assert {one.name for one in manifest.school_records(case.home, "one")} == {"plan.md"}
    assert "медленно" not in text_under(case.home)
    case.remove(current.sha256, school="two")
    assert "быстро" not in text_under(case.home)
    assert not case.remove(current.sha256, school="two")


def test_a_removed_document_may_come_again(case: Case, papers: Path) -> None:
    case.ingest(papers)
    (digest,) = (one.sha256 for one in manifest.records(case.home) if one.name == "note.txt")
    case.remove(digest)
    case.ingest(papers)

    assert case.found("глина сохнет")


def test_what_was_held_back_is_shown_for_its_school_alone(case: Case, papers: Path) -> None:
    case.ingest(papers / "more", exclude=lambda one: "orders")
    (record,) = manifest.records(case.home)

    assert len(manifest.school_held_back(case.home, "one", record.sha256)) == 1
    assert manifest.school_held_back(case.home, "two", record.sha256) == ()
    assert manifest.school_held_back(case.home, "one", "../" + record.sha256) == ()


def test_the_stages_are_told_in_their_order_and_each_to_its_end(case: Case, papers: Path) -> None:
    told: list[tuple[Stage, int, int]] = []

    case.ingest(papers, exclude=lambda one: None, stages=lambda *one: told.append(one))

    first = {stage: next(at for at, one in enumerate(told) if one[0] is stage) for stage in Stage}
    assert list(first) == sorted(first, key=lambda stage: first[stage])
    assert all(0 <= done <= total for _, done, total in told)
    assert {stage: (done, total) for stage, done, total in told if done == total}.keys() == set(Stage)
    assert told[-1] == (Stage.BUILDING, 1, 1)


def test_the_report_counts_documents_passages_and_doubts(case: Case, papers: Path) -> None:
    assert case.ingest(papers.parent / "nothing here.txt").counts["refused"] == 1
    (papers / "old.txt").write_bytes(
        ("Для урока возьмите глину, но не сушите её: это для детей. " * 3).encode("cp1251")
    )
    (papers / "old.doc").write_bytes(b"x")

    report = case.ingest(papers, exclude=lambda one: "orders" if "Кубик" in one.text else None)

    assert report.counts == {
        "indexed": 2,
        "incomplete": 1,
        "refused": 1,
        "passages": sum(one.passages for one in report.documents),
        "excluded": 1,
        "doubts": 2,
    }
    plain = report.to_mapping()
    assert plain["counts"] == report.counts
    assert all(0 < one["seconds"] <= plain["seconds"] for one in plain["documents"])
    reasons = {one["name"]: [reason["key"] for reason in one["reasons"]] for one in plain["documents"]}
    assert reasons["old.doc"] == ["other_format"]
    assert reasons["old.txt"] == ["encoding_guessed"]


def test_what_a_killed_writer_left_is_cleared(case: Case, papers: Path) -> None:
    case.ingest(papers)
    (stored,) = (case.home / manifest.DOCUMENTS).iterdir()
    (stored / ".0123.json.77").write_bytes(b"{ha")

    case.ingest(papers)

    assert not [one for one in stored.iterdir() if one.name.startswith(".")]


def text_under(folder: Path) -> str:
    """Whatever is written in the files of a folder."""
    return "".join(
        path.read_text(encoding="utf-8", errors="ignore") for path in folder.rglob("*") if path.is_file()
    )
