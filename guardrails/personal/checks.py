"""Check digits and dates of Kazakhstan's identification numbers.

Source: the rules for IIN (order 521 of 2023) and BIN (order 423 of 2023); ISO 13616 for the IBAN; ISO/IEC 7812 for cards.
"""

from calendar import monthrange

_FIRST = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)
_SECOND = (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)
_CENTURY = {"1": 1800, "2": 1800, "3": 1900, "4": 1900, "5": 2000, "6": 2000}
_PUPILS_SINCE = 2006


def check_digit_holds(number: str) -> bool:
    """Whether the twelfth of twelve digits follows from the first eleven."""
    digits = [int(digit) for digit in number]
    for weights in (_FIRST, _SECOND):
        rest = sum(weight * digit for weight, digit in zip(weights, digits, strict=False)) % 11
        if rest < 10:
            return rest == digits[11]
    return False


def is_iin(number: str) -> bool:
    """Twelve digits with a date of birth, a century and a right check digit."""
    return birth_year(number) is not None and check_digit_holds(number)


def birth_year(number: str) -> int | None:
    """The year of birth in an IIN, or None where the first digits are no date."""
    century = _CENTURY.get(number[6])
    if century is None:
        return None
    year, month, day = century + int(number[:2]), int(number[2:4]), int(number[4:6])
    return year if 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1] else None


def of_a_pupil(number: str) -> bool:
    """Whether an IIN is of somebody born late enough to be at school."""
    year = birth_year(number)
    return year is not None and year >= _PUPILS_SINCE


def is_bin(number: str) -> bool:
    """Twelve digits with year and month, a kind of body (4-6), its detail (0-4) and a right check digit."""
    return (
        1 <= int(number[2:4]) <= 12
        and number[4] in "456"
        and number[5] in "01234"
        and check_digit_holds(number)
    )


def is_kazakh_iban(value: str) -> bool:
    """`KZ`, two check digits, a bank of three digits, thirteen letters or digits; mod 97 is 1."""
    if len(value) != 20 or not value.startswith("KZ") or not value[2:7].isdigit() or not value.isalnum():
        return False
    turned = value[4:] + value[:4]
    return int("".join(str(int(char, 36)) for char in turned)) % 97 == 1


def luhn_holds(number: str) -> bool:
    """Whether the last digit of a card number follows from the others."""
    total = 0
    for place, char in enumerate(reversed(number)):
        digit = int(char) * (2 if place % 2 else 1)
        total += digit - 9 if digit > 9 else digit
    return total % 10 == 0
