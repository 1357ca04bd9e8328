"""What people and operators learn when a page breaks."""

import logging

import pytest
from streamlit.testing.v1 import AppTest

from app.errors import Conflict
from app.i18n import LANGUAGES, translator
from app.ui import failure


def broken() -> None:
    from app.ui import failure

    try:
        raise ValueError("IIN 990101300123 of Ойдан")
    except ValueError as error:
        failure.show(error)


def refused() -> None:
    from app.errors import NotRecorded
    from app.ui import failure

    failure.show(NotRecorded("the disk is full"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_broken_page_says_so_calmly_with_an_id(language: str, caplog: pytest.LogCaptureFixture) -> None:
    at = AppTest.from_function(broken)
    at.context = {"locale": language}
    with caplog.at_level(logging.ERROR, logger="ustaz.ui"):
        at.run()
    (record,) = [record for record in caplog.records if record.name == "ustaz.ui"]
    code = record.getMessage().split()[2].rstrip(":")

    assert not at.exception
    assert at.error[0].value == translator(language)("shell.failure", id=code)
    assert "ValueError" in record.getMessage()


def test_what_was_typed_never_reaches_the_operators_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, logger="ustaz.ui"):
        AppTest.from_function(broken).run()

    written = "".join(record.getMessage() for record in caplog.records if record.name == "ustaz.ui")
    assert written
    assert "990101300123" not in written
    assert "Ойдан" not in written


def test_our_own_errors_speak_for_themselves() -> None:
    at = AppTest.from_function(refused)
    at.context = {"locale": "en"}
    at.run()

    assert at.warning[0].value == translator("en")("error.not_recorded")
    assert not at.error


def test_streamlits_own_box_is_never_drawn() -> None:
    assert failure.show(Conflict("x")) is True
