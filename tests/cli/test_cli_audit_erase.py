"""`ustaz audit erase`, `requests`, `approve`, `refuse`: who asks, who decides, what is printed, what is gone."""

import argparse
import json
from typing import Any

import jsonschema
import pytest

from app import cli
from app.accounts import demo
from app.audit import Held
from app.cli import audit, audit_erase
from app.errors import UstazError
from app.settings import ROOT
from tests.assistant.conftest import House
from tests.assistant.people import asks, person, teacher
from tests.cli.test_cli_commands import served

__all__ = ["served"]

TEACHER, ADMIN, AUDITOR, APPROVER = (demo.subject(demo.PEOPLE[number]) for number in range(4))
WHY = ("--reason", "The teacher asked for it in writing")
ALL = ("--person", TEACHER)


def schema(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((ROOT / "docs" / f"{name}.schema.json").read_text(encoding="utf-8"))
    return found


class Desk:
    """The verbs over one house without a start for each; every answer is held against its schema."""

    def __init__(self, house: House) -> None:
        self._services = house.services
        self._parser = argparse.ArgumentParser()
        audit.add_arguments(self._parser)

    def __call__(self, verb: str, *arguments: str, by: str) -> dict[str, Any]:
        given = self._parser.parse_args([verb, *arguments, "--as", by, "--json"])
        document = audit_erase.carry_out(self._services, given)
        jsonschema.validate(document, schema("audit-requests" if verb == "requests" else "audit-erase"))
        return document

    def refused(self, verb: str, *arguments: str, by: str) -> str:
        """The key of the sentence that refuses it."""
        with pytest.raises(UstazError) as refusal:
            self(verb, *arguments, by=by)
        return refusal.value.words.key


@pytest.fixture
def desk(house: House) -> Desk:
    return Desk(house)


def waiting(desk: Desk, request: str | None = None) -> list[dict[str, Any]]:
    """What waits, page by page; of one request, or all."""
    found: list[dict[str, Any]] = []
    while True:
        page = desk("requests", "--start", str(len(found)), by=APPROVER)
        found += page["requests"]
        if not page["more"]:
            return [one for one in found if request in (None, one["request"])]


def test_who_left_no_text_loses_none(house: House, desk: Desk) -> None:
    newcomer = teacher(house, "newcomer")

    assert desk("erase", "--person", newcomer.subject, "--dry-run", by=ADMIN)["losses"]["exchanges"] == 0


def test_a_persons_texts_go_once_a_second_person_agreed_and_a_dry_run_changes_nothing(
    house: House, desk: Desk
) -> None:
    who = teacher(house, "leaves-in-june")
    asks(house, who)
    every = ("--person", who.subject)
    before = waiting(desk)
    counted = desk("erase", *every, "--dry-run", by=ADMIN)
    assert counted["request"] is None
    assert (counted["losses"]["exchanges"], counted["losses"]["conversations"]) == (1, 1)
    assert waiting(desk) == before
    asked = desk("erase", *every, *WHY, "--basis", "left_school", by=ADMIN)["request"]
    assert (asked["state"], asked["basis"]) == ("waiting", "left_school")
    assert waiting(desk, asked["request"]) == [asked]
    assert desk("approve", asked["request"], "--dry-run", by=APPROVER)["losses"]["conversations"] == 1
    assert house.services.conversations.lines(who) != ()
    decided = desk("approve", asked["request"], *WHY, by=APPROVER)["request"]

    assert decided["state"] == "approved"
    assert waiting(desk, asked["request"]) == []
    assert house.services.conversations.lines(who) == ()
    assert desk("erase", *every, "--dry-run", by=ADMIN)["losses"]["conversations"] == 0
    assert house.services.audit.verify().status == "ok"


@pytest.mark.parametrize("own", [True, False], ids=["teacher", "admin"])
def test_one_answer_is_named_by_its_receipt(house: House, desk: Desk, own: bool) -> None:
    who = teacher(house, f"receipt-holder-{own}".lower())
    by = who.subject if own else ADMIN
    _, record = asks(house, who)
    asks(house, who)
    asked = desk("erase", "--record", record.receipt.code, *WHY, by=by)
    assert asked["losses"]["exchanges"] == 1
    desk("approve", asked["request"]["request"], *WHY, by=APPROVER)

    assert desk("erase", "--record", record.receipt.code, "--dry-run", by=by)["losses"]["keys"] == 0
    left = desk("erase", "--person", who.subject, "--dry-run", by=by)["losses"]
    assert (left["exchanges"], left["conversations"]) == (1, 2)


def test_by_age_the_admin_asks_for_the_school_and_never_for_the_last_half_year(desk: Desk) -> None:
    old = desk("erase", "--before", "2020-01-01", *WHY, by=ADMIN)

    assert old["losses"]["keys"] == 0
    assert old["request"]["before"].startswith("2020-01-01T00:00:00")
    young = desk.refused("erase", "--before", "2999-01-01", "--dry-run", by=ADMIN)
    assert young == "erasure.cannot.too_young"
    assert desk.refused("erase", "--before", "2020-01-01", "--dry-run", by=TEACHER)


def test_what_is_on_hold_is_counted_and_not_erased(house: House, desk: Desk) -> None:
    who = teacher(house, "held-by-court")
    asks(house, who)
    approvals = house.services.approvals
    about = Held(pseudonym=house.services.audit.pseudonym(who.subject))
    approvals.place_hold(person(house, 3), about, reason="A court case is open")
    asked = desk("erase", "--person", who.subject, *WHY, by=ADMIN)
    assert asked["losses"]["held"] > 0
    refused = desk.refused("approve", asked["request"]["request"], *WHY, by=APPROVER)

    assert refused == "erasure.cannot.held"
    assert house.services.conversations.lines(who) != ()


def test_nobody_decides_the_own_request_and_a_refusal_ends_it(desk: Desk) -> None:
    asked = desk("erase", *ALL, *WHY, by=TEACHER)["request"]["request"]
    for by in (TEACHER, ADMIN, AUDITOR):
        assert desk.refused("approve", asked, *WHY, by=by)
    assert desk("refuse", asked, *WHY, by=APPROVER)["request"]["state"] == "refused"
    assert desk.refused("approve", asked, *WHY, by=APPROVER) == "approvals.cannot.decided"


def test_an_opening_is_approved_by_the_same_command(house: House, desk: Desk) -> None:
    _, record = asks(house, teacher(house, "read-by-two"))
    asked = house.services.approvals.ask_to_open(person(house, 2), [record.record_id], purpose=WHY[1])
    (one,) = waiting(desk, str(asked))
    assert (one["kind"], one["records"]) == ("open", [str(record.record_id)])

    assert desk("approve", one["request"], *WHY, by=APPROVER)["request"]["state"] == "approved"


@pytest.mark.parametrize(
    ("arguments", "by"),
    [
        (("--person", f"{demo.ISSUER}|nobody"), ADMIN),
        (("--record", "not a code"), ADMIN),
        (("--record", "7WD9-R000-0000"), ADMIN),
        (("--record", "7WD9-R000-0000"), TEACHER),
        (ALL, AUDITOR),
        (ALL, APPROVER),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_asked(
    desk: Desk, arguments: tuple[str, ...], by: str
) -> None:
    before = waiting(desk)
    assert desk.refused("erase", *arguments, *WHY, by=by)
    assert waiting(desk) == before


def test_beside_a_serving_process_it_says_in_words_what_would_go_and_asks_for_a_reason(
    served: House, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["audit", "erase", *ALL, "--as", ADMIN]) == 2
    assert "--reason" in capsys.readouterr().err
    assert cli.main(["audit", "erase", *ALL, *WHY, "--as", ADMIN]) == 0
    said = capsys.readouterr().out
    assert "Questions with answers: " in said
    assert "On legal hold: 0" in said
    assert said.endswith(": waiting\n")
    assert cli.main(["audit", "requests", "--as", APPROVER]) == 0
    assert " shown" in capsys.readouterr().out
