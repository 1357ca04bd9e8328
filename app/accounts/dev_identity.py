"""The development identity provider: real OpenID Connect without passwords, for invented people on one's own machine.

It is mounted only while no `[auth]` is configured, the server is bound to loopback and the public URL is localhost.
Authorization code flow with PKCE (S256), one-time codes, exact client and redirect address, RS256 with a key made at start.
Source: OpenID Connect Core 1.0, RFC 6749, RFC 7636, OpenID Connect RP-Initiated Logout 1.0.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import unquote_plus, urlencode

from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Mount, Route

from app.accounts import demo, dev_identity_page
from app.runtime import Runtime

CODE_LIFE = timedelta(seconds=60)
TOKEN_LIFE = timedelta(minutes=10)
MOST_CODES = 1000
FRESH = {"Cache-Control": "no-store"}


@dataclass(frozen=True, slots=True)
class _Issued:
    """What a one-time code stands for."""

    identifier: str
    challenge: str
    nonce: str
    expires: datetime


class DevelopmentIdentity:
    """One provider for one client."""

    def __init__(
        self, address: str, *, client_id: str, client_secret: str, redirect_uri: str, runtime: Runtime
    ) -> None:
        self._address = address
        self._client_id = client_id
        self._client_secret = client_secret
        self._redirect_uri = redirect_uri
        self._runtime = runtime
        self._codes: dict[str, _Issued] = {}
        kid = runtime.randomness(8).hex()
        self._key = RSAKey.generate_key(2048, {"kid": kid, "use": "sig", "alg": "RS256"}, private=True)

    def routes(self) -> list[Route]:
        """The provider's addresses, relative to its own."""
        return [
            Route("/.well-known/openid-configuration", self._metadata, methods=["GET"]),
            Route("/jwks", self._jwks, methods=["GET"]),
            Route("/authorize", self._authorize, methods=["GET", "POST"]),
            Route("/token", self._token, methods=["POST"]),
            Route("/logout", self._logout, methods=["GET"]),
        ]

    async def _metadata(self, _: Request) -> Response:
        return JSONResponse(
            {
                "issuer": demo.ISSUER,
                "authorization_endpoint": f"{self._address}/authorize",
                "token_endpoint": f"{self._address}/token",
                "jwks_uri": f"{self._address}/jwks",
                "end_session_endpoint": f"{self._address}/logout",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "code_challenge_methods_supported": ["S256"],
                "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
                "scopes_supported": ["openid", "profile", "email"],
            },
            headers=FRESH,
        )

    async def _jwks(self, _: Request) -> Response:
        return JSONResponse({"keys": [self._key.as_dict(private=False)]}, headers=FRESH)

    async def _authorize(self, request: Request) -> Response:
        asked: Mapping[str, Any] = request.query_params if request.method == "GET" else await request.form()
        asked = {name: value for name, value in asked.items() if isinstance(value, str)}
        language = dev_identity_page.language(
            asked.get("lang", ""), request.headers.get("accept-language", "")
        )
        if asked.get("client_id") != self._client_id or asked.get("redirect_uri") != self._redirect_uri:
            return HTMLResponse(dev_identity_page.refusal(language), status_code=400, headers=FRESH)
        problem = _problem(asked)
        if problem is not None:
            return self._back({"error": problem, "state": asked.get("state", "")})
        if request.method == "GET":
            return HTMLResponse(dev_identity_page.page(language, asked), headers=FRESH)
        person = next((person for person in demo.PEOPLE if person.identifier == asked.get("person")), None)
        if person is None:
            return self._back({"error": "access_denied", "state": asked.get("state", "")})
        code = self._issue(person.identifier, asked)
        return self._back({"code": code, "state": asked.get("state", "")})

    def _issue(self, identifier: str, asked: Mapping[str, str]) -> str:
        now = self._runtime.now()
        self._codes = {code: issued for code, issued in self._codes.items() if issued.expires > now}
        while len(self._codes) >= MOST_CODES:
            del self._codes[next(iter(self._codes))]
        code = self._runtime.randomness(32).hex()
        self._codes[code] = _Issued(
            identifier, asked["code_challenge"], asked.get("nonce", ""), now + CODE_LIFE
        )
        return code

    def _back(self, answer: Mapping[str, str]) -> Response:
        return RedirectResponse(f"{self._redirect_uri}?{urlencode(answer)}", status_code=303, headers=FRESH)

    async def _token(self, request: Request) -> Response:
        form = {name: value for name, value in (await request.form()).items() if isinstance(value, str)}
        if not self._is_client(request.headers.get("authorization", ""), form):
            return JSONResponse({"error": "invalid_client"}, status_code=401, headers=FRESH)
        if form.get("grant_type") != "authorization_code":
            return JSONResponse({"error": "unsupported_grant_type"}, status_code=400, headers=FRESH)
        issued = self._codes.pop(form.get("code", ""), None)
        if (
            issued is None
            or issued.expires <= self._runtime.now()
            or form.get("redirect_uri") != self._redirect_uri
            or not hmac.compare_digest(challenge_of(form.get("code_verifier", "")), issued.challenge)
        ):
            return JSONResponse({"error": "invalid_grant"}, status_code=400, headers=FRESH)
        return JSONResponse(
            {
                "access_token": self._runtime.randomness(32).hex(),
                "token_type": "Bearer",
                "expires_in": int(TOKEN_LIFE.total_seconds()),
                "id_token": self._id_token(issued),
            },
            headers=FRESH,
        )

    def _is_client(self, authorization: str, form: Mapping[str, str]) -> bool:
        name, secret = form.get("client_id", ""), form.get("client_secret", "")
        scheme, _, credentials = authorization.partition(" ")
        if scheme.lower() == "basic":
            try:
                name, _, secret = base64.b64decode(credentials, validate=True).decode().partition(":")
            except ValueError:
                return False
            name, secret = unquote_plus(name), unquote_plus(secret)
        same_name = hmac.compare_digest(name.encode(), self._client_id.encode())
        return hmac.compare_digest(secret.encode(), self._client_secret.encode()) and same_name

    def _id_token(self, issued: _Issued) -> str:
        """An ID token with no more than it needs: the browser keeps it in a readable cookie."""
        now = int(self._runtime.now().timestamp())
        claims = {
            "iss": demo.ISSUER,
            "sub": issued.identifier,
            "aud": self._client_id,
            "iat": now,
            "auth_time": now,
            "exp": now + int(TOKEN_LIFE.total_seconds()),
            "nonce": issued.nonce,
        }
        return jwt.encode(
            {"alg": "RS256", "kid": str(self._key.kid)}, claims, self._key, algorithms=["RS256"]
        )

    async def _logout(self, request: Request) -> Response:
        back = request.query_params.get("post_logout_redirect_uri")
        if (
            back != self._redirect_uri
            or request.query_params.get("client_id", self._client_id) != self._client_id
        ):
            language = dev_identity_page.language("", request.headers.get("accept-language", ""))
            return HTMLResponse(dev_identity_page.refusal(language), status_code=400, headers=FRESH)
        return RedirectResponse(self._redirect_uri, status_code=303, headers=FRESH)


@dataclass(frozen=True, slots=True, kw_only=True)
class DevelopmentSignIn:
    """The provider as routes, and the `[auth]` section that points Streamlit at it."""

    mount: Mount
    auth: Mapping[str, Any]


def build(public_url: str, runtime: Runtime) -> DevelopmentSignIn:
    """The development sign-in under a public URL; secrets are new at every start."""
    address = demo.address(public_url)
    client = {
        "client_id": "ustaz",
        "client_secret": runtime.randomness(16).hex(),
        "redirect_uri": f"{public_url.rstrip('/')}/oauth2callback",
    }
    provider = DevelopmentIdentity(address, **client, runtime=runtime)
    auth = {
        **client,
        "cookie_secret": runtime.randomness(32).hex(),
        "server_metadata_url": f"{address}/.well-known/openid-configuration",
        "client_kwargs": {"scope": "openid", "trust_env": False},
    }
    return DevelopmentSignIn(mount=Mount(demo.PATH, routes=provider.routes()), auth=auth)


def challenge_of(verifier: str) -> str:
    """The S256 challenge of a PKCE verifier.

    Source: RFC 7636, section 4.2.
    """
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _problem(asked: Mapping[str, str]) -> str | None:
    """The error of an authorization request whose client and redirect address are right, or None.

    Source: RFC 6749, section 4.1.2.1; RFC 7636, section 4.4.1.
    """
    if asked.get("response_type") != "code":
        return "unsupported_response_type"
    if "openid" not in asked.get("scope", "").split():
        return "invalid_scope"
    challenge = asked.get("code_challenge", "")
    if asked.get("code_challenge_method") != "S256" or len(challenge) != 43 or not challenge.isascii():
        return "invalid_request"
    return None
