"""A token that is not right signs nobody in, whatever is wrong with it; and the attempt is told to the record."""

import base64
import hmac
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import uvicorn
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from joserfc import jwk
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient
from streamlit.auth_util import encode_provider_token
from streamlit.runtime.secrets import secrets_singleton
from streamlit.web.server.starlette.starlette_auth_routes import create_auth_routes

from app.runtime import Runtime
from app.ui.sign_in_watch import SignInWatch

HERE = "http://localhost:8501"
KEY = jwk.RSAKey.generate_key(2048, {"kid": "k1", "use": "sig", "alg": "RS256"})
OTHER = jwk.RSAKey.generate_key(2048, {"kid": "k1", "use": "sig", "alg": "RS256"})
Claims = dict[str, Any]
Forge = Callable[[Claims], str]


@dataclass
class Provider:
    """An identity provider that says whatever a test makes it say."""

    address: str = ""
    nonce: str = ""
    forge: Forge | None = None
    used: list[str] = field(default_factory=list)

    def claims(self) -> Claims:
        now = int(Runtime().now().timestamp())
        return {
            "iss": self.address,
            "sub": "somebody",
            "aud": "ustaz",
            "iat": now,
            "exp": now + 300,
            "nonce": self.nonce,
        }

    async def metadata(self, _: Request) -> Response:
        return JSONResponse(
            {
                "issuer": self.address,
                "authorization_endpoint": f"{self.address}/authorize",
                "token_endpoint": f"{self.address}/token",
                "jwks_uri": f"{self.address}/jwks",
                "id_token_signing_alg_values_supported": ["RS256"],
                "code_challenge_methods_supported": ["S256"],
            }
        )

    async def jwks(self, _: Request) -> Response:
        return JSONResponse({"keys": [KEY.as_dict(private=False)]})

    async def token(self, request: Request) -> Response:
        code = str((await request.form()).get("code"))
        if code in self.used:
            return JSONResponse({"error": "invalid_grant"}, status_code=400)
        self.used.append(code)
        assert self.forge is not None
        return JSONResponse(
            {"access_token": "a", "token_type": "Bearer", "id_token": self.forge(self.claims())}
        )

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self.metadata),
                Route("/jwks", self.jwks),
                Route("/token", self.token, methods=["POST"]),
            ]
        )


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    made = Provider()
    server = uvicorn.Server(uvicorn.Config(made.app(), host="127.0.0.1", port=0, log_level="critical"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        threading.Event().wait(0.02)
    made.address = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    yield made
    server.should_exit = True
    thread.join(timeout=5)


@dataclass
class Browser:
    """A browser in front of Streamlit's own sign-in routes and our watch."""

    client: TestClient
    provider: Provider
    refused: list[int]

    def begin(self) -> str:
        """Go to the provider; gives the state to come back with."""
        answer = self.client.get(f"/auth/login?provider={encode_provider_token('default')}")
        asked = parse_qs(urlsplit(answer.headers["location"]).query)
        self.provider.nonce = asked["nonce"][0]
        return asked["state"][0]

    def come_back(self, state: str, code: str) -> bool:
        """Return with a code; whether that signed somebody in."""
        answer = self.client.get(f"/oauth2callback?state={state}&code={code}")
        cookies = answer.headers.get_list("set-cookie")
        return any(cookie.startswith("_streamlit_user=") and "Max-Age=0" not in cookie for cookie in cookies)


@pytest.fixture
def browser(provider: Provider, monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    auth = {
        "redirect_uri": f"{HERE}/oauth2callback",
        "cookie_secret": "c" * 64,
        "client_id": "ustaz",
        "client_secret": "s",
        "server_metadata_url": f"{provider.address}/.well-known/openid-configuration",
        "client_kwargs": {"scope": "openid", "trust_env": False},
    }
    monkeypatch.setattr(secrets_singleton, "_secrets", {"auth": auth})
    provider.used.clear()
    refused: list[int] = []
    ticks = iter(range(0, 10_000, 100))
    app = Starlette(
        routes=create_auth_routes(""),
        middleware=[
            Middleware(SignInWatch, refused=refused.append, clock=lambda: float(next(ticks))),
            Middleware(SessionMiddleware, secret_key="k" * 32),
        ],
    )
    with TestClient(app, base_url=HERE, follow_redirects=False) as client:
        yield Browser(client, provider, refused)


def encoded(part: Any) -> str:
    content = (
        part if isinstance(part, bytes) else (part if isinstance(part, str) else json.dumps(part)).encode()
    )
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def rs256(head: dict[str, Any], body: Any, key: jwk.RSAKey = KEY) -> str:
    """A token signed by hand: the library refuses to make most of what stands below."""
    text = f"{encoded(head)}.{encoded(body)}"
    private = load_pem_private_key(key.as_pem(private=True), password=None)
    assert isinstance(private, RSAPrivateKey)
    return f"{text}.{encoded(private.sign(text.encode(), PKCS1v15(), SHA256()))}"


def signed(key: jwk.RSAKey = KEY, more: dict[str, Any] | None = None) -> Forge:
    return lambda claims: rs256({"alg": "RS256", "kid": "k1", **(more or {})}, claims, key)


def with_claims(**changed: Any) -> Forge:
    def forge(claims: Claims) -> str:
        merged = {name: value for name, value in (claims | changed).items() if value is not None}
        return signed()(merged)

    return forge


def shifted(**by: int) -> Forge:
    return lambda claims: signed()(claims | {name: claims[name] + seconds for name, seconds in by.items()})


def unsigned(algorithm: str) -> Forge:
    return lambda claims: f"{encoded({'alg': algorithm})}.{encoded(claims)}."


def hmac_with_the_public_key(claims: Claims) -> str:
    text = f"{encoded({'alg': 'HS256', 'kid': 'k1'})}.{encoded(claims)}"
    return f"{text}.{encoded(hmac.digest(KEY.as_pem(private=False), text.encode(), 'sha256'))}"


def twice_named(claims: Claims) -> str:
    """Two issuers in one token: readers differ on which they take, so it must not sign anybody in."""
    return rs256(
        {"alg": "RS256", "kid": "k1"}, json.dumps(claims)[:-1] + ', "iss": "https://other.example.kz"}'
    )


def cut(claims: Claims) -> str:
    head, _, signature = signed()(claims).split(".")
    return f"{head}.{encoded(claims | {'sub': 'admin'})}.{signature}"


BAD: dict[str, Forge] = {
    "alg none": unsigned("none"),
    "alg None": unsigned("None"),
    "alg unknown": unsigned("XS256"),
    "HS256 with the public key": hmac_with_the_public_key,
    "signed by another key": signed(OTHER),
    "body changed after signing": cut,
    "wrong issuer": with_claims(iss="https://other.example.kz"),
    "no issuer": with_claims(iss=None),
    "wrong audience": with_claims(aud="other"),
    "no audience": with_claims(aud=None),
    "no subject": with_claims(sub=None),
    "wrong nonce": with_claims(nonce="other"),
    "no nonce": with_claims(nonce=None),
    "wrong authorised party": with_claims(aud=["ustaz", "other"], azp="other"),
    "expired": shifted(exp=-1000, iat=-2000),
    "no expiry": with_claims(exp=None),
    "issued in the future": shifted(iat=1000, exp=2000),
    "unknown critical header": signed(more={"crit": ["x-must"], "x-must": True}),
    "unknown key id": signed(more={"kid": "../../k1"}),
    "two issuers": twice_named,
    "not a token": lambda claims: "x.y.z",
    "empty": lambda claims: "",
}


def test_a_right_token_signs_in(browser: Browser) -> None:
    browser.provider.forge = signed()

    assert browser.come_back(browser.begin(), "code-1")
    assert browser.refused == []


@pytest.mark.parametrize("wrong", BAD)
def test_a_bad_token_signs_nobody_in_and_is_told(browser: Browser, wrong: str) -> None:
    state = browser.begin()
    token = BAD[wrong](browser.provider.claims())
    browser.provider.forge = lambda _: token

    assert not browser.come_back(state, "code-1")
    assert browser.refused == [1]
    assert browser.provider.used == ["code-1"]  # the token was fetched and it was the token that failed


def test_a_header_that_names_its_own_keys_is_not_followed(browser: Browser) -> None:
    browser.provider.forge = signed(OTHER, {"jku": f"{browser.provider.address}/evil"})

    assert not browser.come_back(browser.begin(), "code-1")


def test_a_state_of_somebody_else_signs_nobody_in(browser: Browser) -> None:
    browser.provider.forge = signed()
    browser.begin()

    assert not browser.come_back("another-state", "code-1")
    assert browser.refused == [1]


def test_a_code_that_was_used_signs_nobody_in(browser: Browser) -> None:
    browser.provider.forge = signed()
    assert browser.come_back(browser.begin(), "code-1")

    assert not browser.come_back(browser.begin(), "code-1")


def test_a_callback_out_of_nowhere_signs_nobody_in(browser: Browser) -> None:
    assert not browser.come_back("x", "y")
