"""A receipt: little to whoever holds the code, more to its owner; on paper and in a file it proves itself."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from sqlalchemy import delete
from streamlit.testing.v1 import AppTest

import app.audit.tables  # noqa: F401 - registers the tables of the log on Base
from app.accounts import Principal, Role
from app.accounts.principal import Reason, Refused
from app.assistant.receipts import Receipts
from app.audit import AuditLog, Outcome, Receipt, Status, Step
from app.audit.tables import KEY
from app.database import Base, Database, Entry
from app.errors import Words
from app.i18n import LANGUAGES, translator
from app.runtime import Runtime
from app.ui.receipt_check import check, verifier_of
from app.ui.receipt_proof import check_file, proof_in
from app.ui.receipt_sheet import address_of, to_html
from tests.registry.lists import entry, registry
from tests.routing.lists import Held
from tests.ui.pages_scene import SCHOOL, home_with_key, open_page, person, texts
from tests.ui.qr_scene import drawn_code
from tests.ui.shell_scene import Asked

MODEL = "urn:test:model:plain"
SECRET = "Неге аспан көк?"
VERDICTS = [
    {"rail": "personal_data", "stage": "input", "action": "mask", "status": "ok", "findings": []},
    {"rail": "size", "stage": "input", "action": "allow", "status": "ok", "findings": []},
]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("own") / "home"


@pytest.fixture(scope="module")
def database(home: Path) -> Iterator[Database]:
    opened = Database(f"sqlite:///{home.parent / 'log.db'}")
    tables = [table for name, table in Base.metadata.tables.items() if name.startswith("audit_")]
    opened.write(lambda session: Base.metadata.create_all(session.connection(), tables=tables))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def log(home: Path, database: Database) -> Iterator[AuditLog]:
    opened = AuditLog(database, Runtime(), home, app_version="0.1.0")
    opened.start(threads=False)
    yield opened
    opened.close()


def ended(log: AuditLog, owner: Principal) -> Receipt:
    asked = Entry(
        kind="asked",
        school=owner.school,
        actor=owner.subject,
        role="teacher",
        exchange=Runtime().new_id(),
        clear={"language": "kk"},
        sealed={"raw": SECRET},
    )
    exchange = log.open(asked)
    exchange.journal(Step(kind="checked", clear={"verdicts": VERDICTS}, sealed={"masked": SECRET}))
    clear = {"entry_id": MODEL, "registry_sequence": 4, "passages": [{"chunk_id": "a"}, {"chunk_id": "b"}]}
    return exchange.close(Outcome.ANSWERED, clear, {"shown": SECRET})


@pytest.fixture(scope="module")
def receipt(log: AuditLog) -> Receipt:
    return ended(log, person(Role.TEACHER))


class Register:
    """Accounts in which nobody changed, unless the test says so."""

    def __init__(self, refused: bool = False) -> None:
        self.refused = refused

    def recheck(self, principal: Principal) -> Principal | Refused:
        if self.refused:
            return Refused(reason=Reason.SUSPENDED)
        return principal


def opened(
    log: AuditLog, home: Path, code: str, who: Principal | None, language: str = "en", refused: bool = False
) -> AppTest:
    services: dict[str, Any] = {
        "audit": log,
        "settings": home_with_key(home),
        "registry": Held(registry(entry(MODEL))),
        "approvals": Asked(),
        "receipts": Receipts(log, Register(refused)),  # type: ignore[arg-type]
    }
    return open_page("app.ui.receipt_page", services, who, language=language, code=code)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_owner_sees_what_was_recorded_in_words(
    log: AuditLog, home: Path, receipt: Receipt, language: str
) -> None:
    t, owner = translator(language), person(Role.TEACHER)
    at = opened(log, home, receipt.code, owner, language)
    drawn = texts(at)

    assert not at.exception
    assert t("receipt.own.title") in drawn
    for words in (
        owner.school_names[language],
        t("audit.outcome.answered"),
        f"{t('auditor.rail.personal_data')} ({t('auditor.action.mask')})",
        t("receipt.own.text.sealed"),
        t("receipt.anchored.none"),
    ):
        assert words in drawn
    assert t("auditor.rail.size") not in drawn
    assert SECRET not in drawn
    assert t("erasure.ask") in [button.label for button in at.button]


@pytest.mark.parametrize("who", [None, "another", "auditor", "suspended"])
def test_nobody_else_who_holds_the_code_learns_of_person_school_or_outcome(
    log: AuditLog, home: Path, receipt: Receipt, who: str | None
) -> None:
    people: dict[str | None, Principal | None] = {
        None: None,
        "another": replace(person(Role.TEACHER), subject="issuer|another"),
        "auditor": replace(person(Role.AUDITOR), subject="issuer|auditor"),
        "suspended": person(Role.TEACHER),
    }
    principal = people[who]
    at = opened(log, home, receipt.code, principal, refused=who == "suspended")
    drawn, t = texts(at), translator("en")

    assert at.success[0].value == t("receipt.finding.genuine")
    for words in ("receipt.own.title", "receipt.own.school", "audit.outcome.answered", "receipt.own.rails"):
        assert t(words) not in drawn
    assert person(Role.TEACHER).school_names["en"] not in [line.strip() for line in drawn.split("|")]
    assert SCHOOL not in drawn
    assert "issuer" not in drawn


def test_an_erased_text_is_said_to_be_erased_and_the_proof_stands(
    log: AuditLog, home: Path, database: Database
) -> None:
    owner = person(Role.TEACHER)
    gone = ended(log, owner)
    record = log.find(gone.record_id)
    assert record is not None
    assert log.readable(record) is True
    database.write(lambda session: session.execute(delete(KEY).where(KEY.c.owner_id == gone.exchange_id)))
    at = opened(log, home, gone.code, owner)

    assert translator("en")("receipt.own.text.erased") in texts(at)
    assert at.success[0].value == translator("en")("receipt.finding.genuine")


def test_a_head_kept_outside_is_told_to_anybody(log: AuditLog, home: Path, receipt: Receipt) -> None:
    log.print_head(log.newest_head())
    at = opened(log, home, receipt.code, None)

    assert "yes: the checkpoint was printed" in texts(at)


def sheet(log: AuditLog, home: Path, receipt: Receipt, language: str = "en") -> bytes:
    checked = check(log, receipt.code, verifier=verifier_of(home))
    address = address_of("https://ustaz.example.kz", receipt.code)
    return to_html(checked, address=address, model="<b>Model</b>", t=translator(language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sheet_leads_to_its_page_by_a_code_and_holds_nothing_of_the_person(
    log: AuditLog, home: Path, receipt: Receipt, language: str
) -> None:
    page = sheet(log, home, receipt, language).decode()
    found = zxingcpp.read_barcodes(drawn_code(page), formats=zxingcpp.BarcodeFormat.QRCode)

    assert [one.text for one in found] == [f"https://ustaz.example.kz/receipt?code={receipt.code}"]
    assert "&lt;b&gt;Model" in page
    for private in (SECRET, "issuer", SCHOOL, "answered"):
        assert private not in page


def test_a_saved_proof_and_a_saved_sheet_are_checked_without_the_database(
    log: AuditLog, home: Path, receipt: Receipt
) -> None:
    saved = log.prove(receipt.record_id).encode()
    for data in (saved, saved.replace(b"\n", b"\r\n"), b"\xef\xbb\xbf" + saved, sheet(log, home, receipt)):
        proof = proof_in(data)
        assert proof is not None
        found = check_file(proof, verifier=verifier_of(home), witnesses=None)
        assert (found.status, found.code) == (Status.OK, receipt.code)
        assert found.size > found.index
        assert found.witnessed_at is None


def test_a_changed_proof_is_tampering_and_one_of_another_log_cannot_be_told(
    log: AuditLog, home: Path, receipt: Receipt
) -> None:
    proof = log.prove(receipt.record_id)
    changed = proof.replace("index 1", "index 0")
    foreign = "ustaz.local/other+" + (verifier_of(home) or "").split("+", 1)[1]

    assert check_file(changed, verifier=verifier_of(home), witnesses=None).status is Status.TAMPERED
    assert check_file(proof, verifier=foreign, witnesses=None).status is Status.CANNOT_TELL
    assert check_file(proof, verifier=None, witnesses=None).status is Status.CANNOT_TELL


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK\x03\x04",
        b"\xff\xfe",
        b"hello",
        b"<!DOCTYPE html><p>x",
        b"c2sp.org/tlog-proof@v1" + b"x" * 70_000,
    ],
)
def test_another_file_is_no_receipt(data: bytes) -> None:
    assert proof_in(data) is None


@pytest.mark.parametrize(
    "text",
    ["c2sp.org/tlog-proof@v1", "c2sp.org/tlog-proof@v1\nextra \nindex x\n\n", "c2sp.org/tlog-proof@v1\n\n\n"],
)
def test_a_broken_receipt_cannot_be_told_and_breaks_nothing(home: Path, log: AuditLog, text: str) -> None:
    assert check_file(text, verifier=verifier_of(home), witnesses=None).status is Status.CANNOT_TELL


def test_every_verdict_on_an_upload_has_its_words() -> None:
    for language in LANGUAGES:
        assert all(translator(language).words(Words(key=f"receipt.upload.{one.value}")) for one in Status)
