"""Where somebody was when they were asked to sign in: an identity provider brings everybody back to the first page.

Kept in the memory of this process, by browser, for as long as a sign-in takes. Another process, or a browser that
cannot be told, shows the first page.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

import streamlit as st

COOKIE = "_streamlit_xsrf"
"""Streamlit's own token of a browser; it outlives a sign-in."""
LASTS = timedelta(minutes=15)
MOST = 2_000
"""Browsers that are remembered at once; the oldest is forgotten first."""
LONGEST = 1_000
"""Characters of an address's query."""


@dataclass(frozen=True, slots=True)
class Place:
    """A page by its `url_path`, and its query."""

    page: str
    query: Mapping[str, str]


@dataclass(slots=True)
class WaysBack:
    """The places of all browsers that are signing in now; safe for threads."""

    _places: OrderedDict[str, tuple[datetime, Place]] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def keep(self, browser: str, place: Place, now: datetime) -> None:
        """Remember a browser's place in the stead of an earlier one."""
        with self._lock:
            self._places.pop(browser, None)
            if not browser or sum(map(len, (*place.query, *place.query.values()))) > LONGEST:
                return
            self._places[browser] = (now, place)
            if len(self._places) > MOST:
                self._places.popitem(last=False)

    def take(self, browser: str, now: datetime) -> Place | None:
        """A browser's place, once; None where there is none or it is too old."""
        with self._lock:
            since, place = self._places.pop(browser, (None, None))
        return place if since is not None and now - since <= LASTS else None


WAYS = WaysBack()


def browser() -> str:
    """What tells the browser of this run from others; empty where nothing does."""
    return told_apart(st.context.cookies.get(COOKIE, ""))


def told_apart(cookie: str) -> str:
    """A digest of the token in Streamlit's cookie, which writes the same token in another way each time."""
    try:
        _, key, hidden, _ = cookie.strip("\"'").split("|")
        mask, masked = bytes.fromhex(key), bytes.fromhex(hidden)
    except ValueError:
        return ""
    if len(mask) != 4 or not masked:
        return ""
    return hashlib.sha256(bytes(byte ^ mask[at % 4] for at, byte in enumerate(masked))).hexdigest()
