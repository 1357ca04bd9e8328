"""What a teacher says of an answer: a record of its own, of their own exchanges only."""

from uuid import uuid4  # noqa: TID251 - an exchange of nobody

import pytest

from app.errors import NotFound
from tests.assistant.conftest import House
from tests.assistant.fakes import Says, ask, closed, with_parts


def test_a_report_is_a_record_beside_the_exchange_and_its_words_are_sealed(house: House) -> None:
    exchange = closed(house, ask(house, with_parts(house, Says()))).exchange_id
    assert exchange is not None
    receipt = house.services.feedback.report(
        house.teacher, exchange, reason="inaccurate", comment="Айгүл түсінбеді"
    )

    record = house.services.audit.find(receipt.record_id)
    assert record is not None
    assert record.kind == "feedback"
    assert record.clear["reason"] == "inaccurate"
    assert b"\\u0410" not in record.body
    assert "Айгүл".encode() not in record.body
    assert house.services.audit.unseal(record, actor=house.teacher.subject)["comment"] == "Айгүл түсінбеді"


def test_an_unknown_reason_and_an_unknown_exchange_leave_no_record(house: House) -> None:
    exchange = closed(house, ask(house, with_parts(house, Says()))).exchange_id
    assert exchange is not None
    with pytest.raises(ValueError, match="reason"):
        house.services.feedback.report(house.teacher, exchange, reason="because")
    with pytest.raises(NotFound):
        house.services.feedback.thumbs(house.teacher, uuid4(), up=True)
    for up, why in ((False, "because"), (True, "inaccurate")):
        with pytest.raises(ValueError, match="why"):
            house.services.feedback.thumbs(house.teacher, exchange, up=up, why=why)

    assert [record.kind for record in house.services.audit.records_of(exchange)] == ["asked", "closed"]


def test_a_thumb_down_says_why_in_a_record_of_its_own(house: House) -> None:
    exchange = closed(house, ask(house, with_parts(house, Says()))).exchange_id
    assert exchange is not None
    house.services.feedback.thumbs(house.teacher, exchange, up=False)
    receipt = house.services.feedback.thumbs(house.teacher, exchange, up=False, why="too_hard")

    record = house.services.audit.find(receipt.record_id)
    assert record is not None
    assert (record.clear["what"], record.clear["reason"]) == ("thumbs", "down")
    assert record.clear["details"]["why"] == "too_hard"
    kinds = [one.kind for one in house.services.audit.records_of(exchange)]
    assert kinds == ["asked", "closed", "feedback", "feedback"]
