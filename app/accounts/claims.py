"""What the identity provider claims about a browser, checked before anything is looked up.

Streamlit hands over the claims of the ID token as they stood at sign-in and never looks at `exp` or `iat`
again, so the age of a session is judged here at every action.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from app.accounts.principal import Reason, Refused

MAXIMUM_AGE = timedelta(hours=10)
LEEWAY = timedelta(seconds=60)
LONGEST = 512
"""Longest issuer or subject, in characters; a claim beyond it is not one of ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """The part of an ID token that matters: who, and since when."""

    issuer: str
    identifier: str
    began_at: datetime
    session: str

    @property
    def subject(self) -> str:
        """`iss|sub`, the key of a person."""
        return f"{self.issuer}|{self.identifier}"


def read(claims: Mapping[str, Any], now: datetime) -> Claims | Refused:
    """Check claims; refuse what is malformed, from the future, or older than `MAXIMUM_AGE`.

    Args:
        claims: the claims of an ID token whose signature, issuer and audience the sign-in has verified.
        now: aware time.
    """
    issuer, identifier = claims.get("iss"), claims.get("sub")
    if not _name(issuer) or not _name(identifier) or "|" in str(issuer):
        return Refused(reason=Reason.BAD_CLAIMS)
    who = {"issuer": str(issuer), "identifier": str(identifier)}
    issued, authenticated = _moment(claims.get("iat")), _moment(claims.get("auth_time"))
    if issued is None or ("auth_time" in claims and authenticated is None):
        return Refused(reason=Reason.BAD_CLAIMS, **who)
    began = authenticated or issued
    if max(began, issued) > now + LEEWAY:
        return Refused(reason=Reason.FUTURE, **who)
    if now - began > MAXIMUM_AGE or now - issued > MAXIMUM_AGE:
        return Refused(reason=Reason.EXPIRED, **who)
    return Claims(issuer=str(issuer), identifier=str(identifier), began_at=began, session=session_key(claims))


def session_key(claims: Mapping[str, Any]) -> str:
    """Hex of a hash that names one sign-in; the browser cannot choose it, for all its parts stand in the signed token."""
    parts = [str(claims.get(name, "")) for name in ("iss", "sub", "iat", "auth_time", "nonce", "sid", "jti")]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _name(value: object) -> bool:
    return (
        isinstance(value, str)
        and 0 < len(value) <= LONGEST
        and value.isprintable()
        and value == value.strip()
    )


def _moment(value: object) -> datetime | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 1 << 33:
        return None
    return datetime.fromtimestamp(int(value), UTC)
