"""Wording: gettext catalogues in Kazakh, Russian and English, read from `<language>/<area>.po`."""

import re
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_time
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, get_decimal_symbol

from app.errors import Words

LANGUAGES = ("kk", "ru", "en")
NAMES = {"kk": "Қазақша", "ru": "Русский", "en": "English"}
HOME = Path(__file__).parent
ZONE = ZoneInfo("Asia/Almaty")
PUBLISHED = re.compile(r"\d+\.\d+")
DECIMAL = "decimal"
"""How a text asks for a fact to be written as a published number: `{value:decimal}`."""


class MissingWords(LookupError):
    """A key that no catalogue of the language holds."""


class Translator:
    """Words one language; immutable after construction, so that all threads may share it.

    Catalogue keys are dotted (`chat.ask`); a text's `{name}` places are filled from facts, and `{name:decimal}` with a
    published number in the language's own way.
    """

    def __init__(self, language: str) -> None:
        if language not in LANGUAGES:
            raise LookupError(f"no such language: {language}; choose from {', '.join(LANGUAGES)}")
        self.language = language
        self.locale = Locale.parse(language)
        self._texts: dict[str, str | tuple[str, ...]] = {}
        for path in sorted((HOME / language).glob("*.po")):
            self._texts.update(catalogue(path))

    def __call__(self, key: str, /, **facts: str | int) -> str:
        """The text of a key, its places filled.

        Raises:
            MissingWords: no catalogue of this language has the key.
        """
        text = self._texts.get(key)
        if text is None:
            raise MissingWords(f"{self.language}: no text for {key}")
        return self._filled(text if isinstance(text, str) else text[0], facts)

    def words(self, words: Words) -> str:
        """The sentence for what the core returned."""
        return self(words.key, **words.facts)

    def plural(self, key: str, number: int, /, **facts: str | int) -> str:
        """The form of a key that fits a number; `{n}` is filled with it."""
        forms = self._texts.get(key)
        if forms is None:
            raise MissingWords(f"{self.language}: no text for {key}")
        if isinstance(forms, str):
            return self._filled(forms, {"n": number, **facts})
        return self._filled(forms[_form(self.language, number)], {"n": number, **facts})

    def has(self, key: str) -> bool:
        """Whether the language has a text for the key."""
        return key in self._texts

    def date(self, moment: datetime) -> str:
        """A day, as `31.08.2027` in kk and ru and `31 Aug 2027` in en, in Kazakhstan's time."""
        local = moment.astimezone(ZONE)
        return (
            local.strftime("%d.%m.%Y")
            if self.language != "en"
            else format_date(local, "d MMM yyyy", locale="en")
        )

    def time(self, moment: datetime) -> str:
        """A day and a time of day, in Kazakhstan's time."""
        return f"{self.date(moment)} {format_time(moment, 'HH:mm', tzinfo=ZONE, locale=self.locale)}"

    def number(self, value: float, *, places: int = 3) -> str:
        """A number with the language's separators and at most so many decimal places."""
        return format_decimal(value, format=f"#,##0.{'#' * places}", locale=self.locale)

    def decimal(self, value: str) -> str:
        """A published number with the language's decimal mark, to the last published digit; another text as it is."""
        return value.replace(".", get_decimal_symbol(self.locale)) if PUBLISHED.fullmatch(value) else value

    def _filled(self, text: str, facts: Mapping[str, str | int]) -> str:
        if f":{DECIMAL}}}" not in text:
            return text.format(**facts)
        return _Filling(self).format(text, **facts)


class _Filling(Formatter):
    """Fills places that ask for a number in the language's own way, beside the others."""

    def __init__(self, t: Translator) -> None:
        self._t = t

    def format_field(self, value: Any, format_spec: str) -> str:
        return self._t.decimal(str(value)) if format_spec == DECIMAL else str(format(value, format_spec))


def catalogue(path: Path) -> Mapping[str, str | tuple[str, ...]]:
    """The texts of one `.po` file by key; plural texts as tuples of forms."""
    with path.open("rb") as file:
        messages = read_po(file, locale=path.parent.name)
    texts: dict[str, str | tuple[str, ...]] = {}
    for message in messages:
        if not message.id:
            continue
        if isinstance(message.id, tuple | list):
            texts[str(message.id[0])] = tuple(str(form) for form in message.string or ())
        else:
            texts[str(message.id)] = str(message.string)
    return texts


def _form(language: str, number: int) -> int:
    """Index of the plural form.

    Source: the plural rules of gettext for kk, ru and en.
    """
    if language != "ru":
        return 0 if number == 1 else 1
    if number % 10 == 1 and number % 100 != 11:
        return 0
    return 1 if 2 <= number % 10 <= 4 and not 12 <= number % 100 <= 14 else 2


@cache
def translator(language: str) -> Translator:
    """The shared translator of a language."""
    return Translator(language)
