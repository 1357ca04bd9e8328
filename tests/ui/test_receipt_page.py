"""A receipt is checked by anybody: genuine, absent, or not to be told; and nothing of the content ever shows."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from streamlit.testing.v1 import AppTest

import app.audit.tables  # noqa: F401 - registers the tables of the log on Base
from app.audit import AuditLog, Outcome, Receipt, Record
from app.audit.verify import Status, verify_proof
from app.audit.witness.memory import Taken
from app.database import Base, Database, Entry
from app.errors import NotFound, TamperedLog
from app.i18n import LANGUAGES, translator
from app.runtime import Runtime
from app.ui.receipt_check import Checked, Finding, check, code_in, verifier_of
from tests.registry.lists import entry, registry
from tests.routing.lists import Held
from tests.ui.auditor_scene import Turning, auditor, drawn, ways
from tests.ui.pages_scene import context, home_with_key, open_page, texts

MODULE = "app.ui.receipt_page"
MODEL = "urn:test:model:plain"
SECRET = "Неге аспан көк?"
ABSENT = "7K3M-9QXT-2BVH"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("receipts") / "home"


@pytest.fixture(scope="module")
def log(home: Path) -> Iterator[AuditLog]:
    """A log on SQLite; what it proves on both engines is the audit's own test."""
    database = Database(f"sqlite:///{home.parent / 'log.db'}")
    tables = [table for name, table in Base.metadata.tables.items() if name.startswith("audit_")]
    database.write(lambda session: Base.metadata.create_all(session.connection(), tables=tables))
    opened = AuditLog(database, Runtime(), home, app_version="0.1.0")
    opened.start(threads=False)
    yield opened
    opened.close()
    database.close()


@pytest.fixture(scope="module")
def receipts(log: AuditLog) -> tuple[Receipt, Receipt]:
    """Receipts of a question and of its answer."""
    asked = Entry(
        kind="asked",
        school="s",
        actor="https://idp.example|1",
        role="teacher",
        exchange=Runtime().new_id(),
        clear={"language": "kk"},
        sealed={"raw": SECRET},
    )
    exchange = log.open(asked)
    ended = exchange.close(Outcome.ANSWERED, {"entry_id": MODEL, "registry_sequence": 4}, {"shown": SECRET})
    return exchange.receipt, ended


def opened(log: Any, home: Path, language: str = "en", listed: Any = None, **address: str) -> AppTest:
    services = {
        "audit": log,
        "settings": home_with_key(home),
        "registry": listed or Held(registry(entry(MODEL))),
    }
    return open_page(MODULE, services, None, language=language, **address)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", None),
        ("hello", None),
        ("7K3M-9QXT", None),
        ("7K3M-9QXT-2BVU", None),  # U is not a letter of these codes
        ("7K3M-9QXT-2BVH-AAAA-BBBB", "7K3M-9QXT-2BVH"),
        # as people paste it
        (ABSENT, ABSENT),
        ("7k3m 9qxt 2bvh", ABSENT),
        ("7K3M9QXT2BVH", ABSENT),
        ("Түбіртек: 7K3M–9QXT–2BVH.", ABSENT),
        ("https://ustaz.example.kz/receipt?code=7K3M-9QXT-2BVH", ABSENT),
        ("7К3М-9QХТ-2ВVН", "7К3М-9QХТ-2ВVН"),  # Cyrillic look-alikes are read as what they look like
    ],
)
def test_a_code_is_read_from_what_was_pasted(text: str, code: str | None) -> None:
    assert code_in(text) == code


def test_a_receipt_of_the_log_is_genuine_and_proved_against_the_public_key(
    log: AuditLog, home: Path, receipts: tuple[Receipt, Receipt]
) -> None:
    ended = receipts[1]

    checked = check(log, f"receipt {ended.code}", verifier=verifier_of(home))

    assert checked.finding is Finding.GENUINE
    assert checked.what == "answer"
    assert (checked.entry_id, checked.sequence) == (MODEL, 4)
    assert checked.leaf == ended.leaf_hash
    assert checked.index is not None
    assert checked.head_size > checked.index
    key = verifier_of(home)
    assert key is not None
    assert verify_proof(checked.proof, verifier=key).status is Status.OK


def test_a_question_has_a_receipt_too_and_names_no_model(
    log: AuditLog, home: Path, receipts: tuple[Receipt, Receipt]
) -> None:
    checked = check(log, receipts[0].code, verifier=verifier_of(home))

    assert checked.finding is Finding.GENUINE
    assert checked.what == "question"
    assert checked.entry_id is None


def test_a_code_that_no_record_has_is_not_in_this_log(log: AuditLog, home: Path) -> None:
    assert check(log, ABSENT, verifier=verifier_of(home)) == Checked(finding=Finding.ABSENT, code=ABSENT)


def test_without_the_public_key_nothing_can_be_told(
    log: AuditLog, tmp_path: Path, receipts: tuple[Receipt, Receipt]
) -> None:
    assert verifier_of(tmp_path) is None
    assert check(log, receipts[1].code, verifier=None).finding is Finding.CANNOT_TELL


class Bent:
    """A log whose answers are bent by the test."""

    def __init__(self, log: AuditLog, **bent: Any) -> None:
        self._log, self._bent = log, bent

    def find_code(self, code: str) -> Record | None:
        if "find" in self._bent:
            raise self._bent["find"]
        found = self._log.find_code(code)
        return replace(found, body=found.body + b" ") if found is not None and "body" in self._bent else found

    def find(self, record_id: UUID) -> Record | None:
        return self._log.find(record_id)

    def anchored(self, index: int) -> Taken | None:
        return self._log.anchored(index)

    def prove(self, record_id: UUID) -> str:
        if "prove" in self._bent:
            raise self._bent["prove"]
        return self._log.prove(record_id)


@pytest.mark.parametrize(
    ("bent", "finding"),
    [
        ({"body": True}, Finding.TAMPERED),
        ({"prove": NotFound("not signed")}, Finding.WAITING),
        ({"prove": TamperedLog("a hash is missing")}, Finding.TAMPERED),
        ({"find": TamperedLog("does not open")}, Finding.TAMPERED),
    ],
)
def test_what_does_not_add_up_is_never_called_genuine(
    log: AuditLog, home: Path, receipts: tuple[Receipt, Receipt], bent: dict[str, Any], finding: Finding
) -> None:
    assert check(Bent(log, **bent), receipts[1].code, verifier=verifier_of(home)).finding is finding


def test_a_key_of_another_log_proves_nothing(
    log: AuditLog, home: Path, receipts: tuple[Receipt, Receipt]
) -> None:
    name, _, _ = (verifier_of(home) or "").partition("+")

    assert check(log, receipts[1].code, verifier=f"{name}+00000000+AAAA").finding is not Finding.GENUINE


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_shows_when_and_by_which_model_and_nothing_of_the_content(
    log: AuditLog, home: Path, receipts: tuple[Receipt, Receipt], language: str
) -> None:
    t = translator(language)
    at = opened(log, home, language, code=receipts[1].code)

    drawn = texts(at)
    assert not at.exception
    assert at.success[0].value == t("receipt.finding.genuine")
    assert registry(entry(MODEL)).entries[0].names[language] in drawn
    assert receipts[1].leaf_hash in drawn
    assert t("receipt.inclusion.yes") in drawn
    assert SECRET not in drawn
    assert "idp.example" not in drawn


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("finding", Finding)
def test_every_finding_is_a_sentence(finding: Finding, language: str) -> None:
    assert translator(language).has(f"receipt.finding.{finding}")


def test_typing_a_code_answers_and_makes_an_address_of_it(
    log: AuditLog, home: Path, receipts: tuple[Receipt, Receipt]
) -> None:
    at = opened(log, home)
    assert not at.success

    at.text_input(key="receipt_code").input(receipts[1].code)
    at.button[0].click().run()

    assert at.success
    assert at.query_params["code"] == receipts[1].code


def test_another_link_in_the_same_session_shows_its_own_code(
    log: AuditLog, home: Path, receipts: tuple[Receipt, Receipt]
) -> None:
    at = opened(log, home, code=ABSENT)
    assert at.info

    at.query_params["code"] = receipts[1].code
    at.run()

    assert at.text_input[0].value == receipts[1].code
    assert at.success


@pytest.mark.parametrize(
    ("typed", "finding"),
    [(ABSENT, Finding.ABSENT), ("not a code", Finding.MALFORMED), ("<img src=x>", Finding.MALFORMED)],
)
def test_what_is_not_genuine_is_said_calmly(log: AuditLog, home: Path, typed: str, finding: Finding) -> None:
    at = opened(log, home)

    at.text_input(key="receipt_code").input(typed)
    at.button[0].click().run()

    assert at.info[0].value == translator("en")(f"receipt.finding.{finding}")
    assert not at.error


def test_an_empty_box_asks_for_a_code(log: AuditLog, home: Path) -> None:
    at = opened(log, home)

    at.button[0].click().run()

    assert at.info[0].value == translator("en")("receipt.missing")


def test_a_model_that_left_the_list_is_named_by_its_identifier(
    log: AuditLog, home: Path, receipts: tuple[Receipt, Receipt]
) -> None:
    for listed in (Held(None), Held(registry(entry("urn:test:model:other")))):
        assert MODEL in texts(opened(log, home, listed=listed, code=receipts[1].code))


def test_who_reads_the_log_is_led_from_a_code_to_its_record_there(
    log: AuditLog, home: Path, receipts: tuple[Receipt, Receipt]
) -> None:
    services = {
        "audit": log,
        "settings": home_with_key(home),
        "registry": Held(registry(entry(MODEL))),
        "receipts": SimpleNamespace(own=lambda person, code: None),
    }
    plain = context(services, auditor(), "en")
    given = Turning(
        services=plain.services, principal=plain.principal, refused=None, translator=plain.translator
    )
    code = receipts[1].code

    found = ways(drawn(MODULE, given, code=code))

    assert found[translator("en")("receipt.in_log")] == ("log", {"code": code})
    assert translator("en")("receipt.in_log") not in ways(drawn(MODULE, given, code=ABSENT))
