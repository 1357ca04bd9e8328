"""Wording: gettext catalogues in Kazakh, Russian and English, read from `<language>/<area>.po`."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_time
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from app.errors import Words

LANGUAGES = ("kk", "ru", "en")
NAMES = {"kk": "Қазақша", "ru": "Русский", "en": "English"}
HOME = Path(__file__).parent
ZONE = ZoneInfo("Asia/Almaty")


class MissingWords(LookupError):
    """A key that no catalogue of the language holds."""


class Translator:
    """Words one language; immutable after construction, so that all threads may share it.

    Catalogue keys are dotted (`chat.ask`); a text's `{name}` places are filled from facts.
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
        return (text if isinstance(text, str) else text[0]).format(**facts)

    def words(self, words: Words) -> str:
        """The sentence for what the core returned."""
        return self(words.key, **words.facts)

    def plural(self, key: str, number: int, /, **facts: str | int) -> str:
        """The form of a key that fits a number; `{n}` is filled with it."""
        forms = self._texts.get(key)
        if forms is None:
            raise MissingWords(f"{self.language}: no text for {key}")
        if isinstance(forms, str):
            return forms.format(n=number, **facts)
        return forms[_form(self.language, number)].format(n=number, **facts)

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
