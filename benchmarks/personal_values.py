"""Numbers and addresses that are nobody's: valid ones of each kind in the ways people write them, and near misses of each."""

from calendar import monthrange
from random import Random

from benchmarks.personal_papers import address, birth_date, card, document, secret
from guardrails.personal.checks import check_digit_holds, is_bin, is_iin, is_kazakh_iban, luhn_holds

_MAILBOXES = ("aigerim", "d.omarova", "nurlan_87", "a-serikov", "TEACHER.7B", "zh.bekova+sabaq", "mektep12", "ivanov.s.p", "k2013dana", "olga.m", "info", "abc.def.ghi")  # fmt: skip
_DOMAINS = ("mektep.example.kz", "bilim.example", "pochta.example.ru", "mail.example.com", "school-12.example.org", "edu.example.kz", "x1.example.com")  # fmt: skip
_MOBILE = ("700", "701", "702", "705", "707", "708", "747", "771", "775", "776", "777", "778")
_AREA = ("7172", "7212", "7252", "7102", "7132", "7182")
_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"


def value(kind: str, chance: Random, language: str) -> str:
    """A valid value of a kind, as people of a language write it."""
    if kind in ("address", "birth_date"):
        return {"address": address, "birth_date": birth_date}[kind](chance, language)
    makers = {"iin": _iin, "bin": _bin, "iban": _iban, "phone": _phone, "email": _email}
    return {**makers, "card": card, "document": document, "secret": secret}[kind](chance)


def near_miss(kind: str, chance: Random, language: str) -> str:
    """Something that looks like a personal value and is none."""
    makers = {
        "bad_iin": _bad_twelve,
        "bad_iban": _bad_iban,
        "bad_card": _bad_card,
        "isbn": _isbn,
        "coordinates": _coordinates,
        "url": _url,
        "handle": _handle,
        "large": _large,
        "sequence": _sequence,
        "short_phone": lambda chance: chance.choice(
            ("101", "102", "103", "112", "111", "150", "1414", "109")
        ),
        "time": _time,
        "page": _page,
        "room": lambda chance: str(chance.choice((chance.randint(1, 9), chance.randint(10, 412)))),
        "years": _years,
        "code": _code,
    }
    in_language = {"order": _order, "date": _date, "sum": _sum}
    return in_language[kind](chance, language) if kind in in_language else makers[kind](chance)


def _digits(chance: Random, count: int) -> str:
    return "".join(chance.choice("0123456789") for _ in range(count))


def _closed(chance: Random, start: str, good: object) -> str:
    """The first digits with a serial and a check digit that hold."""
    while True:
        number = start + _digits(chance, 11 - len(start))
        for last in "0123456789":
            if check_digit_holds(number + last) and (is_iin if good == "iin" else is_bin)(number + last):
                return number + last


def _iin(chance: Random) -> str:
    year, month = (
        chance.choice((chance.randint(2007, 2019), chance.randint(1962, 2001))),
        chance.randint(1, 12),
    )
    day = chance.randint(1, monthrange(year, month)[1])
    century = ("3", "4") if year < 2000 else ("5", "6")
    number = _closed(chance, f"{year % 100:02}{month:02}{day:02}{chance.choice(century)}", "iin")
    return _twelve(chance, number)


def _bin(chance: Random) -> str:
    start = (
        f"{chance.randint(0, 25):02}{chance.randint(1, 12):02}{chance.choice('456')}{chance.choice('0123')}"
    )
    return _twelve(chance, _closed(chance, start, "bin"))


def _twelve(chance: Random, number: str) -> str:
    n = number
    return chance.choices(
        (n, f"{n[:6]} {n[6:]}", f"{n[:6]}-{n[6:]}", f"{n[:4]} {n[4:8]} {n[8:]}", f"{n[:3]} {n[3:6]} {n[6:9]} {n[9:]}", f"{n[:6]}\u00a0{n[6:]}"),
        (70, 10, 5, 5, 5, 5),
    )[0]  # fmt: skip


def _iban(chance: Random) -> str:
    while True:
        body = _digits(chance, 3) + "".join(chance.choice(_LETTERS + "0123456789" * 3) for _ in range(13))
        for check in range(2, 99):
            whole = f"KZ{check:02}{body}"
            if is_kazakh_iban(whole):
                grouped = [whole[at : at + 4] for at in range(0, 20, 4)]
                return chance.choices(
                    (whole, " ".join(grouped), "-".join(grouped), whole.lower()), (65, 20, 5, 10)
                )[0]


def _phone(chance: Random) -> str:
    area = chance.choice(_MOBILE)
    a, b, c = _digits(chance, 3), _digits(chance, 2), _digits(chance, 2)
    city, d, e, f = chance.choice(_AREA), _digits(chance, 2), _digits(chance, 2), _digits(chance, 2)
    return chance.choice(
        (
            f"+7 {area} {a} {b} {c}", f"8 ({area}) {a}-{b}-{c}", f"8{area}{a}{b}{c}", f"+7{area}{a}{b}{c}", f"8-{area}-{a}-{b}-{c}", f"+7({area}){a}{b}{c}",
            f"8 {area} {a} {b} {c}", f"+7-{area}-{a}-{b}{c}", f"8.{area}.{a}.{b}.{c}", f"+7 {area} {a}{b}{c}", f"+7 ({area}) {a} {b} {c}", f"8 {area} {a}{b}{c}",
            f"8 ({city}) {d}-{e}-{f}", f"+7 {city} {d} {e} {f}", f"8{city}{d}{e}{f}", f"+7 {area} {a}-{b}-{c}",
        )
    )  # fmt: skip


def _email(chance: Random) -> str:
    box = chance.choice(_MAILBOXES)
    if chance.random() < 0.5:
        box += _digits(chance, 2)
    return f"{box}@{chance.choice(_DOMAINS)}"


def _bad_twelve(chance: Random) -> str:
    good = _closed(
        chance, f"{chance.randint(7, 19):02}0{chance.randint(1, 9)}1{chance.randint(0, 9)}5", "iin"
    )
    while True:
        number = good[:11] + chance.choice("0123456789") if chance.random() < 0.7 else _digits(chance, 12)
        if not (is_iin(number) or is_bin(number)):
            return number


def _bad_iban(chance: Random) -> str:
    while True:
        code = f"KZ{_digits(chance, 2)}{chance.choice(_LETTERS) * 2}{_digits(chance, 8)}"
        if chance.random() < 0.6:
            code = f"KZ{_digits(chance, 5)}" + "".join(
                chance.choice(_LETTERS + "0123456789") for _ in range(13)
            )
        if not is_kazakh_iban(code):
            return code


def _bad_card(chance: Random) -> str:
    while True:
        number = _digits(chance, 16)
        if number[0] in "3456" and not luhn_holds(number):
            return chance.choice((number, " ".join(number[at : at + 4] for at in range(0, 16, 4))))


def _isbn(chance: Random) -> str:
    return chance.choice(
        (
            f"978-601-{_digits(chance, 2)}-{_digits(chance, 4)}-{_digits(chance, 1)}",
            f"978-5-{_digits(chance, 3)}-{_digits(chance, 5)}-{_digits(chance, 1)}",
            f"978601{_digits(chance, 7)}",
            f"978 0 {_digits(chance, 3)} {_digits(chance, 5)} {_digits(chance, 1)}",
        )
    )


def _coordinates(chance: Random) -> str:
    north, east = (
        f"{chance.randint(40, 55)}.{_digits(chance, 6)}",
        f"{chance.randint(46, 87)}.{_digits(chance, 6)}",
    )
    return chance.choice(
        (f"{north}, {east}", f"{north} {east}", f"{north[:7]}° N, {east[:7]}° E", f"{chance.randint(40, 55)}°{chance.randint(10, 59)}′ {chance.randint(46, 87)}°{chance.randint(10, 59)}′")
    )  # fmt: skip


def _url(chance: Random) -> str:
    return chance.choice(
        (
            f"https://bilim.example.kz/lesson/{_digits(chance, 8)}", f"http://test.example.com/?id={_digits(chance, 11)}", f"www.kitap.example.org/{chance.randint(5, 11)}-synyp",
            f"https://video.example.com/watch?v={chance.choice(_LETTERS)}{_digits(chance, 10)}", f"https://docs.example.com/d/1{_digits(chance, 12)}/edit", "mektep.example.kz",
        )
    )  # fmt: skip


def _handle(chance: Random) -> str:
    return chance.choice(("@property", "@staticmethod", "@bilim_club", "@robotics.kz", "@dataclass", "@kitap_oqu", "@debate2024", "user@host", "@app.route"))  # fmt: skip


def _large(chance: Random) -> str:
    return chance.choice(
        (
            f"{chance.randint(7, 8)} {_digits(chance, 3)} {_digits(chance, 3)} {_digits(chance, 3)}", f"{chance.choice((77, 70, 87))} {_digits(chance, 3)} {_digits(chance, 3)} {_digits(chance, 3)}", "299 792 458",
            f"{chance.randint(1, 9)}{_digits(chance, 8)}", f"{chance.randint(1, 9)},{_digits(chance, 3)} · 10^{chance.randint(3, 23)}", f"{chance.randint(100, 999)} {_digits(chance, 3)} {_digits(chance, 3)} 000",
            f"149 {_digits(chance, 3)} {_digits(chance, 3)}", f"{chance.randint(1, 99)}.{_digits(chance, 9)}",
        )
    )  # fmt: skip


def _sequence(chance: Random) -> str:
    start, step, count = chance.randint(1, 9), chance.randint(1, 9), chance.randint(6, 14)
    return chance.choice((", ", " ", "; ")).join(str(start + step * n) for n in range(count))


def _time(chance: Random) -> str:
    return f"{chance.randint(8, 19)}:{chance.choice('0345')}{chance.choice('05')}" + chance.choice(
        ("", f"-{chance.randint(9, 20)}:{chance.choice('0345')}{chance.choice('05')}")
    )


def _page(chance: Random) -> str:
    first = chance.randint(3, 220)
    return chance.choice((f"{first}-{first + chance.randint(1, 9)}", str(first), f"{first}, {first + 2}, {first + 5}", f"{chance.randint(1, 60)}.{chance.randint(1, 9)}"))  # fmt: skip


def _years(chance: Random) -> str:
    first = chance.randint(1450, 2024)
    return chance.choice((f"{first}-{first + chance.randint(1, 40)}", f"{first}–{first + 1}", f"{first}/{(first + 1) % 100:02}"))  # fmt: skip


def _code(chance: Random) -> str:
    parts = [chance.randint(1, 11), chance.randint(1, 5), chance.randint(1, 4), chance.randint(1, 15)]
    return ".".join(map(str, parts[: chance.choice((4, 4, 4, 3))]))


def _order(chance: Random, language: str) -> str:
    return f"№ {chance.randint(1, 999)}" + chance.choice(
        ("", "-НҚ", f"/{chance.randint(1, 20)}", f"-{chance.randint(1, 40)}-{chance.randint(100, 999)}")
    )


def _date(chance: Random, language: str) -> str:
    year, month, day = chance.randint(2019, 2027), chance.randint(1, 12), chance.randint(1, 28)
    return chance.choice((f"{day:02}.{month:02}.{year}", f"{year}-{month:02}-{day:02}", f"{day:02}/{month:02}/{year}", f"{day}.{month:02}.{year % 100}"))  # fmt: skip


def _sum(chance: Random, language: str) -> str:
    number = chance.choice(
        (chance.randint(500, 99_000), chance.randint(10**6, 10**8), chance.randint(10**11, 10**12 - 1))
    )
    written = f"{number:,}".replace(",", chance.choice((" ", " ", "", "\u00a0")))
    return f"{written} {chance.choice({'kk': ('теңге', 'тг', '₸'), 'ru': ('тенге', 'тг', '₸'), 'en': ('tenge', 'KZT', '₸')}[language])}"  # fmt: skip
