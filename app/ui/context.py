"""What every page is given: the services, who asks, and words in their language that are safe to draw."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.navigation.page import Page as Address

from app.accounts import Principal, Refused
from app.bootstrap import Services
from app.errors import Words
from app.i18n import Translator
from app.ui.rendering import plain


class ScreenWords:
    """A translator for the screen: facts that are text are drawn as text, whatever they contain.

    `raw` is the translator itself, for what is not markdown (cells of a table, file names, placeholders).
    """

    def __init__(self, raw: Translator) -> None:
        self.raw = raw
        self.language = raw.language

    def __call__(self, key: str, /, **facts: str | int) -> str:
        """The text of a key, its places filled with facts drawn as text."""
        return self.raw(key, **_drawn(facts))

    def words(self, words: Words) -> str:
        """The sentence for what the core returned."""
        return self.raw(words.key, **_drawn(dict(words.facts)))

    def plural(self, key: str, number: int, /, **facts: str | int) -> str:
        """The form of a key that fits a number."""
        return self.raw.plural(key, number, **_drawn(facts))

    def date(self, moment: datetime) -> str:
        """A day in Kazakhstan's time."""
        return self.raw.date(moment)

    def time(self, moment: datetime) -> str:
        """A day and a time of day in Kazakhstan's time."""
        return self.raw.time(moment)

    def number(self, value: float, *, places: int = 3) -> str:
        """A number with the language's separators and at most so many decimal places."""
        return self.raw.number(value, places=places)


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """One run of one page.

    Attributes:
        principal: None for anybody who is not let in; `refused` then says why, if they tried.
        addresses: the pages that exist for this person by their `url_path`, the first being where they land.
        aside: the place in the sidebar between the menu and the person, for what belongs to a page.
    """

    services: Services
    principal: Principal | None
    refused: Refused | None
    translator: ScreenWords
    addresses: dict[str, Address] = field(default_factory=dict)
    aside: DeltaGenerator = field(default_factory=lambda: st.sidebar)

    @property
    def language(self) -> str:
        """The language of the screens: kk, ru or en."""
        return self.translator.language

    @property
    def person(self) -> Principal:
        """The signed-in person, on pages that exist for them only.

        Raises:
            LookupError: the page was drawn for somebody who is not signed in.
        """
        if self.principal is None:
            raise LookupError("this page needs a signed-in person")
        return self.principal

    @property
    def first(self) -> str:
        """The `url_path` of the page where this person lands."""
        return next(iter(self.addresses), "")

    def link(self, page: str, label: str, *, query: Mapping[str, str] | None = None) -> None:
        """Draw a link to a page by its `url_path`; nothing if the page does not exist for this person."""
        address = self.addresses.get(page)
        if address is not None:
            st.page_link(address, label=label, query_params=dict(query or {}))

    def go(self, page: str, *, query: Mapping[str, str] | None = None) -> None:
        """Open a page by its `url_path`; stays if the page does not exist for this person."""
        address = self.addresses.get(page)
        if address is not None:
            st.switch_page(address, query_params=dict(query or {}))


def _drawn(facts: dict[str, str | int]) -> dict[str, str | int]:
    return {name: plain(fact) if isinstance(fact, str) else fact for name, fact in facts.items()}
