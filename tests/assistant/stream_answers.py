"""Answers by lot with everything in them that may not be shown, and the ways to cut and to time them."""

import random
from collections.abc import Callable, Sequence
from itertools import pairwise

from tests.assistant.stream import CANARY, RULES, letters

SAFE = (
    "Вода кипит при 100 градусах. ", "Абай 1845 ж. дүниеге келген.\n", "Су 100 градуста қайнайды [1]. ", "Бөлшекті 1 000,5 м деп жазамыз, т.б. мысалдар да бар. ",
    "Қараңыз: 7.2.1.3 мақсаты. ", "А. Құнанбайұлы өлең жазды… ", "1. Бірінші қадам.\n2. Екінші қадам.\n", "- тармақ бір;\n- тармақ екі;\n", "```python\nprint('1 < 2')\n```\n",
    "Формула: x² + 2x = 0 → x₁ = 0. ", "Жақсы жұмыс 👩‍🏫👍🏽! ", "Й және ё, а́ әріптері. ", "«Ана тілі.» деген кітап. ", "H₂O — су. ", "[УЧЕНИК_1] подготовил доклад. ", "| а | б |\n|---|---|\n| 1 | 2 |\n",
    "сөз " * 90 + "соңы. ", "ұзақ сөйлем " * 30, "Көп ашық жақша (((( [[[[ 【【 болса да. ", "Қ" * 300 + " аяғы. ", "12 345 678 901 234 сан. ", "\n\n\n", " . . . ! ? ", "\u200bКөрінбейтін\u202e таңба. ",
)  # fmt: skip
REMOVED = (
    ("https://evil.example/steal?q=1", "См. https://evil.example/steal?q=1 и далее. "),
    ("http://e.example/pixel.png", "![схема](http://e.example/pixel.png) рядом. "),
    ("javascript:alert", "[жми сюда](javascript:alert(1)) сейчас. "),
    ("<iframe", "<iframe src='http://evil.example/x'></iframe> вставка. "),
    ("onerror", "Текст <img src=x onerror=alert(1)> дальше. "),
    ("9.9.9.9", "Цель 9.9.9.9 по программе. "),
    ("бляди", "Вот бляди какие. "),
    ("втайнерассуждаю", "<think>втайне рассуждаю о тебе. И ещё.</think>Ответ готов. "),
    ("[77]", "Источник указан [77]. "),
    ("sk-abcdefghij0123456789klmnop", "Ключ sk-abcdefghij0123456789klmnop лежит тут. "),
)  # fmt: skip
"""(what may not be seen, a text that holds it): it is taken out, and the answer goes on."""
STOPPED = (
    ("130523500121", "ЖСН 130523500121 болатын. "),
    ("87011234567", "Звоните 8 701 123 45 67 завтра. "),
    ("77011234567", "Тел. +7 (701) 123-45-67, вечером. "),
    ("KZ86125KZT5004100100", "Шот KZ86 125K ZT50 0410 0100 ашылды. "),
    ("KZ86125KZT5004100100", "Счёт KZ86125KZT5004100100 открыт. "),
    ("aigerim.s@mail.kz", "Пишите на aigerim.s@mail.kz в любой день. "),
    ("Айгерім Серікова", "Ученица Айгерім Серікова болеет второй день. "),
    ("Данияр Ахметов", "Оқушы Данияр Ахметов екі алды. "),
    ("Абая 12, кв. 5", "Ученик живёт по адресу: ул. Абая 12, кв. 5, рядом. "),
    ("4400430211223349", "Карта 4400 4302 1122 3349 его мамы. "),
    (CANARY, f"Моя метка {CANARY} тайная. "),
    (CANARY, f"Моя метка {CANARY[:8]} {CANARY[8:]} тайная. "),
    (" ".join(RULES.split()[:12]), f"{RULES}. "),
    (" ".join(RULES.split()[:12]), RULES.replace(" и ", " и.\nЕщё: и ", 1) + ". "),
)  # fmt: skip
"""(what may not be seen, a text that holds it): the answer ends before it."""
HALVES = ("Айгерім", "Данияр", "улАбая", "KZ86125K", "87011", "77011", "44004302", "1305235")
"""Beginnings of these values: a model that stalls may not leave one of them on the screen either."""


def answer(draw: random.Random) -> tuple[str, list[str]]:
    """A text and what of it no reader may ever see."""
    parts: list[str] = []
    hidden: list[str] = []
    for _ in range(draw.randrange(1, 7)):
        parts.append(draw.choice(SAFE))
        if draw.random() < 0.5:
            value, text = draw.choice(REMOVED)
            parts.append(text)
            hidden.append(value)
    if draw.random() < 0.2:  # a model that ends no sentence
        parts = [part.replace(". ", " ") for part in parts]
    if draw.random() < 0.6:
        value, text = draw.choice(STOPPED)
        parts.insert(draw.randrange(len(parts) + 1), text)
        hidden.append(value)
    return "".join(parts), [*hidden, *HALVES]


def cut(draw: random.Random, text: str) -> list[str]:
    """The text in pieces: letter by letter, by tokens, by a few cuts, or anywhere."""
    kind = draw.randrange(4)
    if kind == 0:
        return list(text)
    if kind == 1:
        sizes = iter(lambda: draw.randrange(1, 7), 0)
    elif kind == 2:
        sizes = iter(lambda: draw.randrange(1, 40), 0)
    else:
        places = sorted({0, len(text), *(draw.randrange(len(text) + 1) for _ in range(draw.randrange(6)))})
        return [text[a:b] for a, b in pairwise(places)]
    pieces, at = [], 0
    while at < len(text):
        size = next(sizes)
        pieces.append(text[at : at + size])
        at += size
    return pieces


def uneven(draw: random.Random) -> Callable[[], float]:
    """A clock of a model that stalls: from time to time more than the rule of a second and a half."""
    at = 0.0

    def now() -> float:
        nonlocal at
        at += draw.choice((0.0, 0.0, 0.01, 0.2, 0.9, 1.6))
        return at

    return now


def seen_of(prefix: str, hidden: Sequence[str]) -> list[str]:
    """Which of the values can be read in what was shown."""
    plain = letters(prefix)
    return [
        value for value in hidden if (letters(value) in plain if len(letters(value)) > 4 else value in prefix)
    ]
