"""A file is checked by its mark: a mark alone proves nothing, the log decides, and nothing of the file is shown or kept."""

import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from streamlit.testing.v1 import AppTest

import app.audit.tables  # noqa: F401 - registers the tables of the log on Base
from app.assistant.upload import LARGEST
from app.audit import AuditLog, Receipt
from app.database import Base, Database, Entry
from app.documents import Kind
from app.errors import NotFound, TamperedLog
from app.exports import Mark, export, formats
from app.i18n import LANGUAGES, translator
from app.runtime import Runtime
from app.ui.file_chooser_style import ONE, TOO_LARGE
from app.ui.receipt_check import verifier_of
from app.ui.receipt_mark import Told, check_file
from tests.exports.exports_samples import MARK, WORDS, document, form
from tests.registry.lists import entry, registry
from tests.routing.lists import Held
from tests.ui.pages_scene import fetching, home_with_key, open_page, texts

MODULE = "app.ui.receipt_page"
TRAP = "![x](https://trap.example/a) <img src=https://trap.example/b> | x"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("files") / "home"


@pytest.fixture(scope="module")
def log(home: Path) -> Iterator[AuditLog]:
    """A log on SQLite."""
    database = Database(f"sqlite:///{home.parent / 'log.db'}")
    tables = [table for name, table in Base.metadata.tables.items() if name.startswith("audit_")]
    database.write(lambda session: Base.metadata.create_all(session.connection(), tables=tables))
    opened = AuditLog(database, Runtime(), home, app_version="0.1.0")
    opened.start(threads=False)
    yield opened
    opened.close()
    database.close()


def recorded(log: AuditLog, **other: Any) -> Receipt:
    clear = {
        "purpose": "document",
        "count": 1,
        "language": "kk",
        "document_id": str(MARK.document),
        "document_kind": "plan",
        "revision": MARK.revision,
        "format": "docx",
        **other,
    }
    plain = Entry(kind="export", school="s", actor="https://idp.example|1", role="teacher", clear=clear)
    return log.append(plain)


@pytest.fixture(scope="module")
def receipt(log: AuditLog) -> Receipt:
    """The receipt of giving out revision 3 of the sample document."""
    return recorded(log)


def told(log: Any, home: Path, data: bytes) -> Told:
    return check_file(log, data, verifier=verifier_of(home)).told


def exported(mark: Mark, format: str = "docx") -> bytes:
    return export(document(Kind.PLAN, "kk"), form(Kind.PLAN, "kk"), mark, format).data


def opened(log: Any, home: Path, data: bytes | None, language: str = "en", **address: str) -> AppTest:
    """The page after a file was checked."""
    services = {
        "audit": log,
        "settings": home_with_key(home),
        "registry": Held(registry(entry("urn:test:model:plain"))),
    }
    at = open_page(MODULE, services, None, language=language, **address)
    if data is not None:
        at.file_uploader(key="receipt_file").set_value(("plan.docx", data, "application/octet-stream"))
    t = translator(language)
    return next(one for one in at.button if one.label == t("receipt.file.check")).click().run()


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"%PDF-1.7", "Сабақ жоспары".encode()])
def test_a_file_without_a_mark_is_only_that(log: AuditLog, home: Path, data: bytes) -> None:
    found = check_file(log, data, verifier=verifier_of(home))

    assert (found.told, found.mark, found.checked) == (Told.NO_MARK, None, None)


@pytest.mark.parametrize("format", [one.name for one in formats(Kind.PLAN)])
def test_a_file_of_every_format_is_found_in_the_log(
    log: AuditLog, home: Path, receipt: Receipt, format: str
) -> None:
    found = check_file(log, exported(replace(MARK, receipt=receipt.code), format), verifier=verifier_of(home))

    assert found.told is Told.RECORDED
    assert found.checked is not None
    assert found.checked.what == "file"
    assert found.checked.leaf == receipt.leaf_hash


def test_a_mark_whose_code_nobody_recorded_is_not_in_this_log(log: AuditLog, home: Path) -> None:
    assert told(log, home, exported(MARK)) is Told.ABSENT
    assert told(log, home, replace(MARK, receipt="none").json().encode()) is Told.ABSENT


@pytest.mark.parametrize("other", [{"document": UUID(int=5)}, {"revision": 4}])
def test_a_mark_that_borrows_the_code_of_another_document_is_found_out(
    log: AuditLog, home: Path, receipt: Receipt, other: dict[str, Any]
) -> None:
    assert told(log, home, exported(replace(MARK, receipt=receipt.code, **other))) is Told.ANOTHER


def test_a_mark_that_borrows_the_code_of_something_else_is_found_out(log: AuditLog, home: Path) -> None:
    something = recorded(log, purpose="inspection")

    assert told(log, home, exported(replace(MARK, receipt=something.code))) is Told.ANOTHER


class Bent:
    """A log whose answers are bent by the test."""

    def __init__(self, log: AuditLog, **bent: Exception) -> None:
        self._log, self._bent = log, bent

    def find_code(self, code: str) -> Any:
        if "find" in self._bent:
            raise self._bent["find"]
        return self._log.find_code(code)

    def find(self, record_id: UUID) -> Any:
        return self._log.find(record_id)

    def prove(self, record_id: UUID) -> str:
        raise self._bent["prove"]


@pytest.mark.parametrize(
    ("bent", "expected"),
    [
        ({"prove": NotFound("not signed")}, Told.WAITING),
        ({"prove": TamperedLog("a hash is missing")}, Told.TAMPERED),
        ({"find": TamperedLog("does not open")}, Told.TAMPERED),
        ({"find": NotFound("no connection")}, Told.CANNOT_TELL),
    ],
)
def test_what_does_not_add_up_is_never_called_recorded(
    log: AuditLog, home: Path, receipt: Receipt, bent: dict[str, Exception], expected: Told
) -> None:
    data = exported(replace(MARK, receipt=receipt.code))

    assert told(Bent(log, **bent), home, data) is expected


def test_without_the_public_key_nothing_can_be_told(log: AuditLog, receipt: Receipt) -> None:
    data = exported(replace(MARK, receipt=receipt.code))

    assert check_file(log, data, verifier=None).told is Told.CANNOT_TELL


@pytest.mark.parametrize(
    "monstrous",
    [
        {"made_at": datetime(9999, 12, 31, 23, tzinfo=UTC)},
        {"revision": 0},
        {"revision": 10**9},
        {"models": ("x",) * 500},
        {"models": ("x" * 5_000,)},
        {"app_version": "x" * 5_000},
    ],
)
def test_a_mark_that_none_of_ours_could_be_counts_as_none(
    log: AuditLog, home: Path, receipt: Receipt, monstrous: dict[str, Any]
) -> None:
    mark = replace(MARK, receipt=receipt.code, **monstrous)

    assert told(log, home, mark.json().encode()) is Told.NO_MARK


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_says_in_words_what_the_file_is_and_shows_nothing_of_it(
    log: AuditLog, home: Path, receipt: Receipt, language: str
) -> None:
    t = translator(language)
    at = opened(log, home, exported(replace(MARK, receipt=receipt.code, demonstration=True)), language)

    drawn = texts(at)
    assert not at.exception
    assert at.success[0].value == t("receipt.file.recorded")
    assert t("receipt.file.words.models", models=MARK.models[0]) in drawn
    assert t("receipt.file.revision.of", number=MARK.revision) in drawn
    assert t("receipt.file.demonstration.yes") in drawn
    assert t.time(MARK.made_at) in drawn
    assert t("receipt.what.file") in drawn
    assert t("receipt.inclusion.yes") in drawn
    assert WORDS["kk"]["topic"] not in drawn
    assert "idp.example" not in drawn
    assert str(MARK.document) not in drawn


def test_words_from_curriculum_and_form_alone_are_said_so(log: AuditLog, home: Path) -> None:
    at = opened(log, home, exported(replace(MARK, models=())))

    t = translator("en")
    assert at.info[0].value == t("receipt.file.absent")
    assert t("receipt.file.words.none") in texts(at)
    assert t("receipt.file.demonstration.yes") not in texts(at)
    assert not at.success


def test_a_mark_with_traps_in_it_is_drawn_as_text(log: AuditLog, home: Path) -> None:
    trapped = replace(
        MARK, models=(TRAP, "a\ud800b"), app_version="`|![x](https://t.ex)", receipt=f"`{TRAP}`"
    )
    at = opened(log, home, trapped.json().encode())

    assert not at.exception
    assert at.info
    assert fetching(at) == set()


def test_a_file_that_is_too_large_is_said_in_words(log: AuditLog, home: Path) -> None:
    at = opened(log, home, MARK.json().encode() + b" " * LARGEST)

    assert at.info[0].value == translator("en")("receipt.file.too_large", most=10)


def test_no_file_asks_for_one(log: AuditLog, home: Path) -> None:
    assert opened(log, home, None).info[0].value == translator("en")("receipt.file.missing", most=10)


def test_the_answer_to_a_file_takes_the_place_of_the_answer_to_a_code(
    log: AuditLog, home: Path, receipt: Receipt
) -> None:
    at = opened(log, home, b"nothing", code=receipt.code)

    assert not at.success
    assert at.info[0].value == translator("en")("receipt.file.no_mark")
    assert "code" not in at.query_params


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("one", Told)
def test_everything_that_can_be_told_is_a_sentence(one: Told, language: str) -> None:
    assert translator(language).has(f"receipt.file.{one}")


def test_the_words_of_the_file_chooser_are_those_of_the_catalogues() -> None:
    assert {one: translator(one)("receipt.file.choose") for one in LANGUAGES} == ONE
    said = {one: translator(one)("file_chooser.too_large", most=LARGEST // 2**20) for one in LANGUAGES}
    assert said == TOO_LARGE


def test_properties_of_an_office_file_are_never_unpacked_whole(log: AuditLog, home: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("docProps/custom.xml", b" " * 60_000_000 + MARK.json().encode())

    assert told(log, home, out.getvalue()) is Told.NO_MARK
