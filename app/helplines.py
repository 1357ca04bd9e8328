"""Numbers to call when a child may be in danger: a school's or a ministry's own, from the settings; none are invented here."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from app.errors import BadSetting

MOST = 8
_LANGUAGES = ("kk", "ru", "en")
_NUMBER = re.compile(r"\+?[0-9][0-9 ()\-]{1,24}")
_LONGEST_NAME = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Helpline:
    """One number and what it is called in each language."""

    names: Mapping[str, str]
    number: str


def parse(text: str) -> tuple[Helpline, ...]:
    """The numbers of a setting: `kk|ru|en=number; name=number`, one name serving all languages.

    Raises:
        BadSetting: an entry without a name or a number, a number that is none, or more than a card can hold.
    """
    entries = [one.strip() for one in text.split(";") if one.strip()]
    if len(entries) > MOST:
        raise BadSetting(f"USTAZ_HELPLINES: {len(entries)} numbers, at most {MOST}")
    return tuple(map(_helpline, entries))


def _helpline(entry: str) -> Helpline:
    told, _, number = entry.rpartition("=")
    names = [name.strip() for name in told.split("|")]
    number = number.strip()
    if not _NUMBER.fullmatch(number) or not all(names) or len(names) not in (1, len(_LANGUAGES)):
        raise BadSetting(f"USTAZ_HELPLINES: {entry!r} is not `name=number` or `kk|ru|en=number`")
    if any(len(name) > _LONGEST_NAME for name in names):
        raise BadSetting(f"USTAZ_HELPLINES: a name in {entry!r} is longer than {_LONGEST_NAME} characters")
    each = names if len(names) > 1 else names * len(_LANGUAGES)
    return Helpline(names=MappingProxyType(dict(zip(_LANGUAGES, each, strict=True))), number=number)
