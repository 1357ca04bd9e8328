"""The watch at the callback records what broke, without letting anybody fill the log."""

from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from app.ui.sign_in_watch import SECONDS_BETWEEN, SignInWatch
from tests.conftest import StillClock


@pytest.fixture
def told() -> list[int]:
    return []


@pytest.fixture
def browser(told: list[int], clock: StillClock) -> Iterator[TestClient]:
    async def callback(request: Request) -> Response:
        answer = RedirectResponse("/")
        if request.query_params.get("code") == "good":
            answer.set_cookie("_streamlit_user", "signed", httponly=True)
        else:
            answer.delete_cookie("_streamlit_user")
        return answer

    app = Starlette(routes=[Route("/oauth2callback", callback), Route("/other", callback)])
    with TestClient(
        SignInWatch(app, refused=told.append, clock=clock.monotonic), follow_redirects=False
    ) as client:
        yield client


def test_a_sign_in_is_not_a_refusal(browser: TestClient, told: list[int]) -> None:
    browser.get("/oauth2callback?code=good")

    assert told == []


def test_a_broken_sign_in_is_told(browser: TestClient, told: list[int]) -> None:
    browser.get("/oauth2callback?code=bad")

    assert told == [1]


def test_a_return_from_signing_out_and_other_pages_are_not_looked_at(
    browser: TestClient, told: list[int]
) -> None:
    browser.get("/oauth2callback")
    browser.get("/other?code=bad")

    assert told == []


def test_many_are_told_as_one_number(browser: TestClient, told: list[int], clock: StillClock) -> None:
    for _ in range(7):
        browser.get("/oauth2callback?code=bad")
    clock.move(seconds=SECONDS_BETWEEN)
    browser.get("/oauth2callback?code=bad")

    assert told == [1, 7]
