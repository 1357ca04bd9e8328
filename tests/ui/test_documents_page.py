"""The Documents page: what may be fed, what is on its way, what stands in the index, what stayed out, and its removal."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

import pytest
from streamlit.testing.v1 import AppTest

from app.accounts import Role
from app.assistant.upload import Stage, Upload, Wish
from app.errors import Conflict, NotFound, Words
from app.i18n import LANGUAGES, translator
from app.ui.context import ScreenWords
from app.ui.documents_words import place, reasons, runs, step
from app.ui.file_chooser_style import MANY
from knowledge.ingest import Status
from knowledge.manifest import DocumentRecord, HeldBack
from knowledge.readers.reasons import Reason, ReasonKey
from tests.ui.pages_scene import SCHOOL, button, fetching, keys, note, open_page, person, shelf, texts

MODULE = "app.ui.documents"
RAW = "<img src=x onerror=1> ![x](https://elsewhere.example/x) [go](https://elsewhere.example) :red[y].txt"
FACTS: Mapping[str, str | int] = {
    "suffix": ".doc",
    "found": "zip",
    "bytes": 12_000_000,
    "most": 10_485_760,
    "format": "pdf",
    "pages": 900,
    "entries": 9000,
    "part": "word/document.xml",
    "megabytes": 512,
    "seconds": 20,
    "count": 4,
    "page": 3,
    "encoding": "windows-1251",
    "text": "an old reason",
}


def record(name: str = "Жоспар.docx", **changes: Any) -> DocumentRecord:
    plain: dict[str, Any] = {
        "name": name,
        "sha256": name.encode().hex()[:64].ljust(64, "0"),
        "size": 4_000,
        "school": SCHOOL,
        "reader": "docx",
        "reader_version": 1,
        "title": name,
        "language": "kk",
        "subject": "mathematics",
        "grades": (5, 6),
        "passages": 12,
        "codes": (),
        "complete": True,
        "warnings": (),
        "added_at": "2026-11-23T07:00:00+00:00",
    }
    return DocumentRecord(**{**plain, **changes})


def upload(stage: Stage = Stage.DONE, name: str = "Жоспар.docx", **changes: Any) -> Upload:
    plain: dict[str, Any] = {
        "id": UUID(int=len(name)),
        "school": SCHOOL,
        "wish": Wish.ADD,
        "name": name,
        "sha256": "0" * 64,
        "size": 10,
        "stage": stage,
    }
    return Upload(**{**plain, **changes})


@dataclass
class Documents:
    """Stands in for the service: what it holds, and what was asked of it."""

    listed: list[DocumentRecord] = field(default_factory=list)
    on_the_way: list[Upload] = field(default_factory=list)
    held: list[HeldBack] = field(default_factory=list)
    asked: list[tuple[Any, ...]] = field(default_factory=list)
    error: Exception | None = None

    def list(self, principal: object) -> tuple[DocumentRecord, ...]:
        return tuple(self.listed)

    def uploads(self, principal: object) -> tuple[Upload, ...]:
        return tuple(self.on_the_way)

    def held_back(self, principal: object, sha256: str) -> tuple[HeldBack, ...]:
        return tuple(self.held)

    def add(self, principal: object, name: str, data: bytes, **more: Any) -> Upload:
        self.asked.append(("add", name, data, more))
        if self.error is not None:
            raise self.error
        self.on_the_way.append(upload(Stage.WAITING, name))
        return self.on_the_way[-1]

    def remove(self, principal: object, sha256: str) -> Upload:
        self.asked.append(("remove", sha256))
        if self.error is not None:
            raise self.error
        return upload(Stage.WAITING, wish=Wish.REMOVE, sha256=sha256)

    def dismiss(self, principal: object) -> None:
        self.on_the_way = [one for one in self.on_the_way if not one.over]


def open_documents(service: Documents, language: str = "en") -> AppTest:
    services = {"documents": service, "library": shelf()}
    return open_page(MODULE, services, person(Role.SCHOOL_ADMIN), language=language)


def bars(at: AppTest) -> list[str]:
    """The words at the bars of what is on its way."""
    return [one.proto.text for one in at.get("progress")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_empty_page_says_what_may_be_fed_and_what_not(language: str) -> None:
    at, t = open_documents(Documents(), language), translator(language)

    assert not at.exception
    for key in ("documents.title", "documents.lead", "documents.empty"):
        assert t(key) in texts(at)
    assert t("documents.uploads") not in texts(at)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", ReasonKey)
def test_every_reason_is_worded_in_every_language(key: ReasonKey, language: str) -> None:
    (said,) = reasons([Reason(key=key, facts=FACTS)], ScreenWords(translator(language)))

    assert said.strip()
    assert "{" not in said
    assert "_" not in said


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("wish", Wish)
def test_every_step_is_worded_in_every_language(wish: Wish, stage: Stage, language: str) -> None:
    said = step(upload(stage, wish=wish, done=3, total=9, passages=5), ScreenWords(translator(language)))

    assert said.strip()
    assert "{" not in said


def test_a_scan_is_not_told_as_added() -> None:
    at = open_documents(Documents(on_the_way=[upload(status=Status.INCOMPLETE, passages=0)]), "kk")

    assert "Оқылды, бірақ одан табылатын мәтін шықпады." in texts(at)
    assert "Қосылды" not in texts(at)


def test_pages_of_one_kind_are_told_once() -> None:
    scanned = [Reason.of(ReasonKey.PAGE_IMAGE_ONLY, page=page) for page in (1, 2, 3, 7)]
    words = ScreenWords(translator("kk"))

    assert reasons(scanned, words) == ("1–3, 7-бет: тек сурет, мәтін жоқ, индекске енбеді.",)
    assert runs([]) == ""


def test_a_place_is_worded() -> None:
    words = ScreenWords(translator("kk"))

    assert place("page 3", words) == "3-бет"
    assert place("Жоспар / 2-бөлім", words) == "Орны: Жоспар / 2-бөлім"


def test_the_words_of_the_file_chooser_are_those_of_the_catalogues() -> None:
    assert {one: translator(one)("documents.choose") for one in LANGUAGES} == MANY


def test_a_document_stands_there_with_what_is_known_of_it() -> None:
    at = open_documents(Documents([record()]))

    assert "1 document" in texts(at)
    assert "**Жоспар.docx** :green-badge[whole]" in texts(at)
    assert "DOCX · added 23 Nov 2026 12:00 · 12 passages · Kazakh · Mathematics · Grades 5–6" in texts(at)


def test_what_is_unknown_is_left_out() -> None:
    plain = record(added_at="unknown", subject="", grades=())
    at = open_documents(Documents([plain]))

    assert "DOCX · 12 passages · Kazakh" in texts(at)


def test_an_incomplete_document_says_why() -> None:
    scan = record(
        "Скан.pdf",
        reader="pdf",
        passages=0,
        complete=False,
        warnings=(Reason.of(ReasonKey.PAGE_IMAGE_ONLY, page=1),),
    )
    at = open_documents(Documents([scan, record()]), "kk")

    assert "толық енбегені: 1" in texts(at)
    assert ":yellow-badge[толық енбеді]" in texts(at)
    assert "- 1-бет: тек сурет, мәтін жоқ, индекске енбеді." in texts(at)
    assert "- Бұл құжаттан ештеңе табылмайды." in texts(at)


def test_what_was_held_back_is_read_as_text_with_its_reason_and_place() -> None:
    held = HeldBack(passage=replace(note(RAW), place="page 4"), why="injection: override 0.90")
    other = HeldBack(passage=note("second"), why="unheard_of: x")
    at = open_documents(Documents([record(excluded=2)], held=[held, other]))
    button(at, "documents_open").click().run()

    assert "page 4 · reads like an order to the assistant" in texts(at)
    assert "did not pass the safety check" in texts(at)
    assert fetching(at) == set()
    button(at, "documents_open").click().run()
    assert "page 4" not in texts(at)


def test_removal_is_asked_for_once_more_and_then_done() -> None:
    service = Documents([record()])
    at = open_documents(service)
    button(at, "documents_asked").click().run()
    assert "Remove **Жоспар.docx**?" in texts(at)
    button(at, "documents_kept").click().run()
    assert service.asked == []
    button(at, "documents_asked").click().run()
    button(at, "documents_sure").click().run()

    assert service.asked == [("remove", record().sha256)]
    assert "Remove **Жоспар.docx**?" not in texts(at)


def test_a_removal_that_is_refused_is_told() -> None:
    service = Documents([record()], error=NotFound("x", key="documents.gone"))
    at = open_documents(service)
    button(at, "documents_asked").click().run()
    button(at, "documents_sure").click().run()

    assert translator("en")("documents.gone") in [one.value for one in at.info]


def test_what_is_being_removed_has_no_button() -> None:
    leaving = upload(Stage.FINISHING, wish=Wish.REMOVE, sha256=record().sha256)
    at = open_documents(Documents([record()], [leaving]))

    assert keys(at, "documents_asked") == []
    assert bars(at) == ["Being taken out of the index."]


def test_without_a_file_the_page_asks_for_one() -> None:
    service = Documents()
    at = open_documents(service)
    button(at, "FormSubmitter:documents-feed").click().run()

    assert [one.value for one in at.info][:1] == [translator("en")("documents.none_chosen")]
    assert service.asked == []


def test_files_are_handed_over_with_subject_and_grades() -> None:
    service = Documents()
    at = open_documents(service)
    at.file_uploader(key="documents_files").set_value(
        [("a.txt", b"one", "text/plain"), ("b.md", b"two", "x/y")]
    )
    at.selectbox(key="documents_subject").set_value("art")
    at.multiselect(key="documents_grades").set_value([6, 5])
    button(at, "FormSubmitter:documents-feed").click().run()

    assert [one[:3] for one in service.asked] == [("add", "a.txt", b"one"), ("add", "b.md", b"two")]
    assert service.asked[0][3] == {"subject": "art", "grades": (5, 6)}
    assert "**a.txt**" in texts(at)
    assert bars(at) == ["Waiting for its turn."] * 2


def test_a_file_that_is_refused_at_once_is_told_with_its_name() -> None:
    service = Documents(error=Conflict("x", key="documents.waits_already"))
    at = open_documents(service)
    at.file_uploader(key="documents_files").set_value([(RAW, b"one", "text/plain")])
    button(at, "FormSubmitter:documents-feed").click().run()

    assert "This document is waiting already." in at.info[0].value
    assert fetching(at) == set()


def test_how_uploads_ended_is_told_until_it_is_hidden() -> None:
    service = Documents(
        on_the_way=[
            upload(Stage.DONE, passages=3, status=Status.INDEXED),
            upload(Stage.REFUSED, "a.doc", reasons=(Reason.of(ReasonKey.OTHER_FORMAT, suffix=".doc"),)),
            upload(Stage.REFUSED, "ab.txt", words=Words(key="documents.no_embedder")),
            upload(Stage.INTERRUPTED, "abc.txt"),
        ]
    )
    at = open_documents(service)

    assert "Added: 3 passages can be found now." in texts(at)
    assert ".doc files are not read. Save the document as DOCX or PDF and add it again." in texts(at)
    assert translator("en")("documents.no_embedder") in texts(at)
    assert "**abc.txt** · Not taken in: the work was interrupted. Please add the file again." in texts(at)
    button(at, "documents_dismiss").click().run()
    assert "abc.txt" not in texts(at)


def test_hostile_names_fetch_nothing_and_lead_nowhere() -> None:
    service = Documents(
        [record(RAW, warnings=(Reason.of(ReasonKey.OTHER, text=RAW),))],
        [upload(name=RAW), upload(Stage.READING, RAW + "2")],
    )
    at = open_documents(service)
    button(at, "documents_asked").click().run()

    assert fetching(at) == set()
    assert ":red[y]" not in texts(at)


def test_many_documents_are_paged() -> None:
    at = open_documents(Documents([record(f"{number}.docx") for number in range(45)]))

    assert "45 documents" in texts(at)
    assert len(keys(at, "documents_asked")) == 20
    at.selectbox(key="documents_page").select(2).run()
    assert len(keys(at, "documents_asked")) == 5
