"""The entries of a list as a visitor narrows them; the address is the only memory, so that every view can be shared."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

from app.registry.entry import DataClass, RegistryEntry
from app.registry.registry import Registry
from app.ui.alphabet import alphabetical
from app.ui.words_of_entry import Now, languages, now_of

ON_ONE_PAGE = 25
LONGEST = 200
HERE, ELSEWHERE = "here", "elsewhere"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One entry and how it stands now."""

    entry: RegistryEntry
    now: Now


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What of the list is shown; empty filters do not narrow.

    Attributes:
        place: `here`: computes in the list's country with proof; `elsewhere`: everything else.
        personal: at least this class of personal data.
        entry: the entry whose card is open.
        page: from 1.
    """

    status: str = ""
    language: str = ""
    place: str = ""
    personal: str = ""
    entry: str = ""
    page: int = 1

    @classmethod
    def read(cls, address: Mapping[str, str]) -> Self:
        """The view that an address names; what it names wrongly does not narrow."""
        page = address.get("page", "1")
        return cls(
            status=_one_of(address.get("status", ""), set(Now)),
            language=address.get("language", "")[:LONGEST],
            place=_one_of(address.get("place", ""), {HERE, ELSEWHERE}),
            personal=_one_of(address.get("personal", ""), set(DataClass)),
            entry=address.get("entry", "")[:LONGEST],
            page=max(1, int(page)) if page.isdecimal() and len(page) < 6 else 1,
        )

    def query(self) -> dict[str, str]:
        """The address that names this view; what is empty is left out."""
        wanted = {
            "status": self.status,
            "language": self.language,
            "place": self.place,
            "personal": self.personal,
            "entry": self.entry,
            "page": "" if self.page == 1 else str(self.page),
        }
        return {name: value for name, value in wanted.items() if value}

    @property
    def narrowed(self) -> bool:
        """Whether any filter is set."""
        return bool(self.status or self.language or self.place or self.personal)

    def opened(self, entry_id: str) -> Self:
        """This view with a card open; an empty id closes it."""
        return replace(self, entry=entry_id)

    def shows(self, row: Row, registry: Registry) -> bool:
        """Whether an entry passes the filters."""
        entry = row.entry
        here = entry.processing_country == registry.country and entry.localisation_proof is not None
        return (
            (not self.status or row.now == self.status)
            and (not self.language or self.language in entry.languages)
            and (not self.place or here == (self.place == HERE))
            and (not self.personal or entry.personal_data.covers(DataClass(self.personal)))
        )


def rows(registry: Registry, at: datetime, language: str) -> tuple[Row, ...]:
    """All entries: what is in force first, each part by name; no score ever orders them."""
    made = (Row(entry=entry, now=now_of(entry, registry, at)) for entry in registry.entries)

    def place(row: Row) -> tuple[bool, tuple[int, ...], str]:
        name = row.entry.names.get(language, row.entry.model_id)
        return (row.now is not Now.IN_FORCE, alphabetical(name), row.entry.entry_id)

    return tuple(sorted(made, key=place))


def languages_of(registry: Registry) -> tuple[str, ...]:
    """Every language that some entry offers, the product's three first."""
    found = {language: None for entry in registry.entries for language in languages(entry)}
    first = [language for language in ("kk", "ru", "en") if language in found]
    return (*first, *sorted(set(found) - set(first)))


def page_of(found: tuple[Row, ...], number: int) -> tuple[tuple[Row, ...], int, int]:
    """The rows of a page, its number within bounds, and how many pages there are."""
    pages = max(1, -(-len(found) // ON_ONE_PAGE))
    number = min(number, pages)
    return found[(number - 1) * ON_ONE_PAGE : number * ON_ONE_PAGE], number, pages


def _one_of(value: str, known: set[str]) -> str:
    return value if value in known else ""
