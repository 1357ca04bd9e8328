"""Cards, homes, papers, birth dates and keys that are nobody's, in the ways people write them."""

from calendar import monthrange
from random import Random

from guardrails.personal.checks import luhn_holds

_MONTHS = {
    "kk": "қаңтар ақпан наурыз сәуір мамыр маусым шілде тамыз қыркүйек қазан қараша желтоқсан".split(),
    "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря".split(),
    "en": "January February March April May June July August September October November December".split(),
}
_STREETS = {
    "kk": ("Жеңіс", "Бейбітшілік", "Достық", "Алатау", "Сарыарқа", "Ақбұлақ", "Наурыз", "Көктем"),
    "ru": ("Мира", "Садовая", "Победы", "Степная", "Школьная", "Озёрная", "Полевая", "Дружбы"),
    "en": ("Abay", "Samal", "Orchard", "Steppe", "Park", "Lake", "Station", "Mill"),
}
_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


def card(chance: Random) -> str:
    """A card number whose last digit holds."""
    start = chance.choice(("4400", "5169", "4042", "5356", "3777"))
    length = 15 if start[0] == "3" else 16
    body = start + "".join(chance.choice("0123456789") for _ in range(length - 5))
    number = next(body + last for last in "0123456789" if luhn_holds(body + last))
    if length == 15:
        return chance.choice((number, f"{number[:4]} {number[4:10]} {number[10:]}"))
    groups = [number[at : at + 4] for at in range(0, 16, 4)]
    return chance.choice((number, " ".join(groups), "-".join(groups)))


def document(chance: Random) -> str:
    """An identity card of nine digits, a passport `N` with eight, a birth certificate."""
    digits = "".join(chance.choice("0123456789") for _ in range(9))
    return chance.choice((f"0{digits[1:]}", digits, f"N{digits[:8]}", f"N {digits[:8]}", digits[:7]))


def birth_date(chance: Random, language: str) -> str:
    """A day on which a pupil of today may have been born."""
    year, month = chance.randint(2007, 2019), chance.randint(1, 12)
    day = chance.randint(1, monthrange(year, month)[1])
    word = _MONTHS[language][month - 1]
    written = {
        "kk": f"{year} жылғы {day} {word}",
        "ru": f"{day} {word} {year}",
        "en": chance.choice((f"{day} {word} {year}", f"{word} {day}, {year}")),
    }
    return chance.choice(
        (
            f"{day:02}.{month:02}.{year}",
            f"{day:02}/{month:02}/{year}",
            f"{year}-{month:02}-{day:02}",
            written[language],
        )
    )


def address(chance: Random, language: str) -> str:
    """A street, a house and mostly a flat."""
    street, house, flat = chance.choice(_STREETS[language]), chance.randint(1, 180), chance.randint(1, 99)
    return chance.choice(
        {
            "kk": (
                f"{street} көшесі, {house} үй, {flat} пәтер", f"{street} көшесі {house}, {flat}-пәтер", f"{street} даңғылы, {house}, {flat} пәтер", f"{street} көш. {house}-{flat}",
                f"{street} ықшам ауданы, {house} үй", f"ул. {street}, {house}, кв. {flat}", f"{street} мөлтек ауданы, {house}, {flat} пәтер",
            ),
            "ru": (
                f"ул. {street}, д. {house}, кв. {flat}", f"улица {street}, дом {house}, квартира {flat}", f"пр. {street}, {house}-{flat}", f"мкр {street}, дом {house}, кв {flat}",
                f"ул {street} {house}, кв.{flat}", f"проспект {street}, {house}, кв. {flat}", f"улице {street}, дом {house}",
            ),
            "en": (
                f"{house} {street} Street", f"{street} street, {house}, apt. {flat}", f"{house} {street} Avenue, flat {flat}", f"{street} Road {house}, apartment {flat}", f"{house} {street} Lane",
            ),
        }[language]
    )  # fmt: skip


def secret(chance: Random) -> str:
    """A password or a key."""
    key = "".join(chance.choice(_LETTERS) for _ in range(chance.choice((32, 40))))
    word = "".join(chance.choice(_LETTERS) for _ in range(7))
    return chance.choice((f"sk-{key}", f"ghp_{key[:32]}{key[:4]}", f"{word[:4]}!{word[4:]}9Q", f"api-{key}"))
