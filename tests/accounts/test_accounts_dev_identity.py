"""The development identity provider: real codes, real keys, one client, nobody else."""

import base64
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet
from starlette.applications import Starlette
from starlette.testclient import TestClient

from app.accounts import demo, dev_identity
from app.accounts.dev_identity import DevelopmentSignIn, challenge_of
from app.runtime import Runtime
from tests.conftest import StillClock

PUBLIC = "http://localhost:8501"
VERIFIER = "v" * 64


@pytest.fixture
def built(runtime: Runtime) -> DevelopmentSignIn:
    return dev_identity.build(PUBLIC, runtime)


@pytest.fixture
def browser(built: DevelopmentSignIn) -> Iterator[TestClient]:
    with TestClient(Starlette(routes=[built.mount]), base_url=PUBLIC, follow_redirects=False) as client:
        yield client


def asked(**changed: str | None) -> dict[str, str]:
    fields: dict[str, str | None] = {
        "response_type": "code",
        "client_id": "ustaz",
        "redirect_uri": f"{PUBLIC}/oauth2callback",
        "scope": "openid",
        "state": "s1",
        "nonce": "n1",
        "code_challenge": challenge_of(VERIFIER),
        "code_challenge_method": "S256",
        **changed,
    }
    return {name: value for name, value in fields.items() if value is not None}


def code_for(browser: TestClient, person: str = "demo-teacher", **changed: str | None) -> str:
    answer = browser.post("/dev-idp/authorize", data=asked(person=person, **changed))
    assert answer.status_code == 303
    where = urlsplit(answer.headers["location"])
    assert f"{where.scheme}://{where.netloc}{where.path}" == f"{PUBLIC}/oauth2callback"
    return parse_qs(where.query)["code"][0]


def redeem(browser: TestClient, built: DevelopmentSignIn, code: str, **changed: Any) -> Any:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": f"{PUBLIC}/oauth2callback",
        "code_verifier": VERIFIER,
        "client_id": "ustaz",
        "client_secret": built.auth["client_secret"],
    }
    return browser.post("/dev-idp/token", data=form | changed)


def test_the_way_from_the_button_to_a_signed_token(
    browser: TestClient, built: DevelopmentSignIn, clock: StillClock
) -> None:
    answer = redeem(browser, built, code_for(browser))

    keys = KeySet.import_key_set(browser.get("/dev-idp/jwks").json())
    token = jwt.decode(answer.json()["id_token"], keys, algorithms=["RS256"])
    now = int(clock.now().timestamp())
    assert answer.headers["cache-control"] == "no-store"
    assert token.claims == {
        "iss": demo.ISSUER,
        "sub": "demo-teacher",
        "aud": "ustaz",
        "iat": now,
        "auth_time": now,
        "exp": now + 600,
        "nonce": "n1",
    }


def test_the_metadata_offers_s256_and_rs256_only(browser: TestClient) -> None:
    metadata = browser.get("/dev-idp/.well-known/openid-configuration").json()

    assert metadata["code_challenge_methods_supported"] == ["S256"]
    assert metadata["id_token_signing_alg_values_supported"] == ["RS256"]
    assert metadata["authorization_endpoint"] == f"{PUBLIC}/dev-idp/authorize"
    assert metadata["issuer"] == demo.ISSUER


def test_no_private_part_of_the_key_is_published(browser: TestClient) -> None:
    (key,) = browser.get("/dev-idp/jwks").json()["keys"]

    assert set(key) == {"kty", "n", "e", "kid", "use", "alg"}


def test_basic_authentication_of_the_client_is_taken(browser: TestClient, built: DevelopmentSignIn) -> None:
    credentials = base64.b64encode(f"ustaz:{built.auth['client_secret']}".encode()).decode()
    answer = browser.post(
        "/dev-idp/token",
        headers={"Authorization": f"Basic {credentials}"},
        data={
            "grant_type": "authorization_code",
            "code": code_for(browser),
            "redirect_uri": f"{PUBLIC}/oauth2callback",
            "code_verifier": VERIFIER,
        },
    )

    assert answer.status_code == 200


def test_a_code_serves_once(browser: TestClient, built: DevelopmentSignIn) -> None:
    code = code_for(browser)

    assert redeem(browser, built, code).status_code == 200
    assert redeem(browser, built, code).json() == {"error": "invalid_grant"}


@pytest.mark.parametrize(("seconds", "status"), [(59, 200), (60, 400), (3600, 400)])
def test_a_code_lives_sixty_seconds(
    browser: TestClient, built: DevelopmentSignIn, clock: StillClock, seconds: int, status: int
) -> None:
    code = code_for(browser)
    clock.move(seconds=seconds)

    assert redeem(browser, built, code).status_code == status


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"code_verifier": "w" * 64}, "invalid_grant"),  # somebody stole the code
        ({"code_verifier": ""}, "invalid_grant"),
        ({"redirect_uri": f"{PUBLIC}/other"}, "invalid_grant"),
        ({"code": "made-up"}, "invalid_grant"),
        ({"client_secret": "guess"}, "invalid_client"),
        ({"client_id": "other"}, "invalid_client"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
    ],
)
def test_a_wrong_redemption_gives_no_token(
    browser: TestClient, built: DevelopmentSignIn, changed: dict[str, str], error: str
) -> None:
    answer = redeem(browser, built, **{"code": code_for(browser), **changed})

    assert answer.status_code in (400, 401)
    assert answer.json() == {"error": error}


@pytest.mark.parametrize("broken", ["Basic", "Basic ???", "Basic dXN0YXo=", "Bearer x"])
def test_a_broken_authorization_header_gives_no_token(
    browser: TestClient, built: DevelopmentSignIn, broken: str
) -> None:
    answer = browser.post(
        "/dev-idp/token", headers={"Authorization": broken}, data={"code": code_for(browser)}
    )

    assert answer.status_code == 401


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    "changed",
    [
        {"client_id": "other"},
        {"client_id": None},
        {"redirect_uri": "http://localhost:8501/oauth2callback/x"},
        {"redirect_uri": "http://localhost:8501/oauth2callback?next=x"},
        {"redirect_uri": "http://evil.example/oauth2callback"},
        {"redirect_uri": None},
    ],
)
def test_a_foreign_client_or_address_is_never_redirected_to(
    browser: TestClient, method: str, changed: dict[str, str | None]
) -> None:
    fields = asked(**{"person": "demo-teacher", **changed})
    kind = {"params": fields} if method == "GET" else {"data": fields}

    answer = browser.request(method, "/dev-idp/authorize", **kind)  # type: ignore[arg-type]

    assert answer.status_code == 400
    assert "location" not in answer.headers


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "profile"}, "invalid_scope"),
        ({"code_challenge": None}, "invalid_request"),  # PKCE is not optional
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"person": "somebody"}, "access_denied"),
        ({"person": None}, "access_denied"),
    ],
)
def test_a_wrong_request_comes_back_with_an_error_and_no_code(
    browser: TestClient, changed: dict[str, str | None], error: str
) -> None:
    answer = browser.post("/dev-idp/authorize", data=asked(**{"person": "demo-teacher", **changed}))

    query = parse_qs(urlsplit(answer.headers["location"]).query)
    assert query == {"error": [error], "state": ["s1"]}


@pytest.mark.parametrize(
    ("accepted", "language", "word"),
    [
        ("kk-KZ,kk;q=0.9,ru;q=0.8", "kk", "Мұғалім"),
        ("ru-RU,ru;q=0.9", "ru", "Учитель"),
        ("de-DE,en;q=0.5", "en", "Teacher"),
        ("", "kk", "Мұғалім"),
    ],
)
def test_the_page_speaks_the_browsers_language_and_offers_all_people(
    browser: TestClient, accepted: str, language: str, word: str
) -> None:
    page = browser.get("/dev-idp/authorize", params=asked(), headers={"Accept-Language": accepted}).text

    assert f'<html lang="{language}">' in page
    assert word in page
    assert all(person.name in page and f'value="{person.identifier}"' in page for person in demo.PEOPLE)
    assert page.count("<button") == len(demo.PEOPLE)


def test_the_page_takes_nothing_from_outside_and_runs_nothing(browser: TestClient) -> None:
    page = browser.get("/dev-idp/authorize", params=asked()).text

    for forbidden in ("<script", "<img", "<link", "url(", "@import", "javascript:", "onclick", "https://"):
        assert forbidden not in page


def test_what_a_request_brings_is_escaped_on_the_page(browser: TestClient) -> None:
    page = browser.get("/dev-idp/authorize", params=asked(state='"><script>alert(1)</script>')).text

    assert "<script" not in page


def test_signing_out_returns_to_the_app_only(browser: TestClient) -> None:
    home = f"{PUBLIC}/oauth2callback"

    assert (
        browser.get("/dev-idp/logout", params={"post_logout_redirect_uri": home}).headers["location"] == home
    )
    for where in ("http://evil.example/", "", f"{home}x"):
        assert browser.get("/dev-idp/logout", params={"post_logout_redirect_uri": where}).status_code == 400


def test_every_start_has_its_own_secrets_and_key() -> None:
    first, second = (dev_identity.build(PUBLIC, Runtime()) for _ in range(2))

    assert first.auth["client_secret"] != second.auth["client_secret"]
    assert first.auth["cookie_secret"] != second.auth["cookie_secret"]
    assert len(first.auth["cookie_secret"]) == 64


def test_outstanding_codes_do_not_grow_without_end(
    browser: TestClient, built: DevelopmentSignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dev_identity, "MOST_CODES", 3)
    first, *_, last = [code_for(browser) for _ in range(4)]

    assert redeem(browser, built, first).json() == {"error": "invalid_grant"}
    assert redeem(browser, built, last).status_code == 200
