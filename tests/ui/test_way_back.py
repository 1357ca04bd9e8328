"""The place that a sign-in leads back to: a browser is known by Streamlit's token, and places are few, short and brief."""

import os
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from streamlit.web.server.starlette.starlette_app_utils import generate_xsrf_token_string

from app.ui.way_back import LASTS, LONGEST, MOST, Place, WaysBack, told_apart
from tests.conftest import NOON

PLACE = Place(page="work", query={"id": "1"})


def test_a_browser_is_the_same_however_streamlit_writes_its_token() -> None:
    mine, other = os.urandom(16), os.urandom(16)

    first, second = (told_apart(generate_xsrf_token_string(mine, 1)) for _ in range(2))

    assert first
    assert first == second
    assert first != told_apart(generate_xsrf_token_string(other, 1))


@given(cookie=st.text() | st.from_regex(r"2\|[0-9a-f]*\|[0-9a-f]*\|[0-9]*"))
def test_no_cookie_breaks_it(cookie: str) -> None:
    assert len(told_apart(cookie)) in (0, 64)


def test_nobody_has_no_place() -> None:
    ways = WaysBack()
    ways.keep("", PLACE, NOON)

    assert ways.take("", NOON) is None


def test_a_place_is_given_once_and_in_time() -> None:
    ways = WaysBack()
    for browser in ("a", "b"):
        ways.keep(browser, PLACE, NOON)

    assert ways.take("a", NOON + LASTS) == PLACE
    assert ways.take("a", NOON) is None
    assert ways.take("b", NOON + LASTS + timedelta(seconds=1)) is None


def test_a_long_query_is_not_kept_and_replaces_the_place_before() -> None:
    ways = WaysBack()
    ways.keep("a", PLACE, NOON)
    ways.keep("a", Place(page="ask", query={"q": "x" * LONGEST}), NOON)

    assert ways.take("a", NOON) is None


def test_the_oldest_of_too_many_is_forgotten() -> None:
    ways = WaysBack()
    for number in range(MOST + 1):
        ways.keep(str(number), PLACE, NOON)

    assert ways.take("0", NOON) is None
    assert ways.take("1", NOON) == PLACE
