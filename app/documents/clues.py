"""The words that tell a sentence worth asking from any other, by language; data in `gaps.toml`."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).parent / "gaps.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clues:
    """What `gaps.toml` says of a language; its head explains each name."""

    units: frozenset[str]
    stems: tuple[str, ...]
    about: tuple[str, ...]
    compare: tuple[str, ...]
    after: tuple[str, ...]
    either: tuple[str, ...]
    starts: tuple[str, ...]
    defines: tuple[str, ...]
    names_after: tuple[str, ...]
    names_before: tuple[str, ...]
    leans: tuple[str, ...]


@cache
def load(language: str) -> Clues:
    """The clues of kk, ru or en."""
    plain = tomllib.loads(FILE.read_text(encoding="utf-8"))[language]
    names = (
        "stems",
        "about",
        "compare",
        "after",
        "starts",
        "defines",
        "names_after",
        "names_before",
        "leans",
    )
    return Clues(
        units=frozenset(plain["units"]),
        either=tuple(plain["or"]),
        **{name: tuple(plain[name]) for name in names},
    )


@cache
def alike() -> Mapping[str, frozenset[str]]:
    """By the Kazakh word of a term: the terms that a sentence can be true of alike."""
    groups = tomllib.loads(FILE.read_text(encoding="utf-8"))["alike"]["groups"]
    words = {word for group in groups for word in group}
    return {word: frozenset(one for group in groups if word in group for one in group) for word in words}


@cache
def never_asked() -> frozenset[str]:
    """The Kazakh words of terms that are too common to be asked."""
    return frozenset(tomllib.loads(FILE.read_text(encoding="utf-8"))["alike"]["never"])
