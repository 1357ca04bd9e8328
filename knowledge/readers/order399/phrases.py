"""The fixed phrases of an act's pages in Russian and Kazakh by which its parts are known."""

import re

MONTHS = {
    **dict.fromkeys(("января", "қаңтар"), 1),
    **dict.fromkeys(("февраля", "ақпан"), 2),
    **dict.fromkeys(("марта", "наурыз"), 3),
    **dict.fromkeys(("апреля", "сәуір"), 4),
    **dict.fromkeys(("мая", "мамыр"), 5),
    **dict.fromkeys(("июня", "маусым"), 6),
    **dict.fromkeys(("июля", "шілде"), 7),
    **dict.fromkeys(("августа", "тамыз"), 8),
    **dict.fromkeys(("сентября", "қыркүйек"), 9),
    **dict.fromkeys(("октября", "қазан"), 10),
    **dict.fromkeys(("ноября", "қараша"), 11),
    **dict.fromkeys(("декабря", "желтоқсан"), 12),
}
MONTH = "|".join(MONTHS)
ORDER = re.compile(
    rf"(?:(?P<date>\d{{1,2}}\.\d{{2}}\.\d{{4}})(?:\s*г(?:ода|\.)?)?"
    rf"|(?P<day>\d{{1,2}})\s+(?P<month>{MONTH})\s+(?P<year>\d{{4}})\s*г(?:ода|\.)?"
    rf"|(?P<year_kk>\d{{4}})\s+жылғы\s+(?P<day_kk>\d{{1,2}})\s+(?P<month_kk>{MONTH})[а-яәіңғүұқөһ]*)"
    r"\s*(?:№|N)\s*(?P<number>\d{1,6}(?:-?[\wӘ-ӿ]{1,4})?)",
    re.IGNORECASE,
)
"""A date and the number of an order, in both languages."""

FROM_DATE = re.compile(
    rf"(?:вводится|вступает)\s+в\s+(?:действие|силу)\s+с\s+(?:(\d{{1,2}})\.(\d{{2}})\.(\d{{4}})|(\d{{1,2}})\s+({MONTH})\s+(\d{{4}}))"
    r"|(\d{1,2})\.(\d{2})\.(\d{4})\s*(?:ж\.?\s*)?бастап",
    re.IGNORECASE,
)
"""From when a change is in force."""

NOTE = re.compile(
    r"^\s*(?:Примечание\s+(?:ИЗПИ|РЦПИ)|Ескерту\s*[.:]|Сноска|(?:ЗҚАИ|РҚАО)-ның\s+ескертпесі|©|Footnote)",
    re.IGNORECASE,
)
APPENDIX_RU = re.compile(r"^Приложение\s*№?\s*(\d{1,3})\b\s*(.*)$", re.IGNORECASE | re.DOTALL)
TO_ORDER_RU = re.compile(r"^к\s+(?:настоящему\s+)?приказу\b", re.IGNORECASE)
APPENDIX_KK = re.compile(
    r"^(?:.{0,260}\bбұйры(?:ғына|ққа|ғының)\s+)?(\d{1,3})\s?-\s?қосымша(?:сы)?\s*$", re.IGNORECASE | re.DOTALL
)
EACH_APPENDIX = re.compile(
    r"Приложение\s*№?\s*(\d{1,3})\s+к\s+(?:настоящему\s+)?приказу|бұйры(?:ғына|ққа)\s+(\d{1,3})\s?-\s?қосымша",
    re.IGNORECASE,
)
LEFT_OUT = re.compile(
    r"^\s*Сноска\.?\s*Приложение\s*№?\s*(\d{1,3})\s+(?:исключен|утратил)|^\s*Ескерту\.?\s*(\d{1,3})\s?-\s?қосымша\s+(?:алып\s+таст|күші\s+жой)",
    re.IGNORECASE,
)
"""A note that stands in place of an appendix."""
NOT_A_HEADING = re.compile(
    r"изложить|исключить|дополнить|согласно|в\s+редакции|жазылсын|толықтырылсын|сәйкес", re.IGNORECASE
)
CHANGED = re.compile(
    r"^\s*(?:Сноска\.?|Ескерту\.?)\s*(?:Приложение\s*№?\s*\d|\d{1,3}\s?-\s?қосымша)", re.IGNORECASE
)

PART = re.compile(
    r"^\s*(?:(?:Глава|Параграф|§|Chapter)\s*\d+|\d+\s?-\s?(?:тарау|параграф)|Раздел\s+\d+\.?\s+(?:Система|Долгосрочный))\b",
    re.IGNORECASE,
)
GOALS = re.compile(
    r"систем[аы]\s+целей\s+обучения|оқу\s+мақсаттарының\s+жүйесі|оқу\s+мақсаттары\s+жүйесі", re.IGNORECASE
)
PLAN = re.compile(
    r"долгосрочн\w+\s+план|ұзақ\s+мерзімді\s+жоспар|распределени\w+\s+целей\s+обучения\s+по\s+четвертям",
    re.IGNORECASE,
)
TITLE = re.compile(r"учебн\w+\s+программ|оқу\s+бағдарлама", re.IGNORECASE)
GRADE_HEAD = re.compile(
    r"^(?:(?:цели\s+обучения|оқу\s+мақсаттары)\W*)?(\d{1,2})\s*[-–—]?\s*(?:й\s+)?(?:класс|сынып|кл\b)\.?"
    r"(?:[\s.:*]*|\W*(?:цели\s+обучения|оқу\s+мақсаттары)|\s*[(*].{0,25})$",
    re.IGNORECASE,
)
LABEL_HEAD = re.compile(
    r"^(?:подраздел|раздел|бөлімше|бөлім|навыки|дағды|содержание|мазмұн|тема|тақырып|сквозные|ортақ|класс|сынып|"
    r"цели|оқу\s+мақсат|виды|основные|негізгі|№|обучающ|учащ|оқушы|білім\s+алушы|учен)",
    re.IGNORECASE,
)
SECTION = re.compile(
    r"^(?:\d{1,2}\)\s*)?(?:раздел\s+(?P<ru>\d{1,2})|(?P<kk>\d{1,2})\s?-\s?(?:бөлім|бөлімі)\b)[\s.:–—-]*[«\"“]?\s*(?P<name>.*?)\s*[»\"”]?\s*[:;.]*$"
    r"|^(?P<listed>\d{1,2})\)\s*раздел\s*[«\"“]\s*(?P<quoted>[^«»\"“”]{2,150})[»\"”]\s*[:;.]*$"
    r"|^(?P<listed_kk>\d{1,2})\)\s*[«\"“]\s*(?P<quoted_kk>[^«»\"“”]{2,150})[»\"”]\s*бөлімі\s*[:;.]*$",
    re.IGNORECASE,
)
SPANNING_SECTION = re.compile(r"^(\d{1,2})\.?\s+([A-ZА-ЯЁӘҒҚҢӨҰҮҺІ][^\d]{2,150})$")
LONGEST_SECTION = 200


def section(text: str) -> tuple[int, str] | None:
    """The number and the name (maybe empty) of the section that a line opens."""
    match = SECTION.match(text) if len(text) <= LONGEST_SECTION else None
    if match is None:
        return None
    number = match["ru"] or match["kk"] or match["listed"] or match["listed_kk"]
    name = match["name"] or match["quoted"] or match["quoted_kk"] or ""
    return int(number), name.strip(' «»"“”:;.')


SUBSECTION = re.compile(r"^(\d{1,2}\s?\.\s?\d{1,2})\.?(?!\s?\.?\d)\s*(.*)$", re.DOTALL)
QUARTER = re.compile(
    r"^\W*(?:(?P<ru>[1-4]|IV|I{1,3})\s*[-–—]?\s*(?:ая|я|й|ой)?\s*четверть|четверть\s*(?P<after>[1-4]|IV|I{1,3})"
    r"|(?P<kk>[1-4]|IV|I{1,3})\s*[-–—]?\s*тоқсан)\b",
    re.IGNORECASE,
)
ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
AS_LATIN = str.maketrans("ІіӀ", "IiI")
LONGEST_QUARTER = 60


def quarter(text: str) -> int | None:
    """The quarter that a line or cell opens; Roman numerals may be typed with the Kazakh letter."""
    match = QUARTER.match(text.translate(AS_LATIN)) if len(text) <= LONGEST_QUARTER else None
    if match is None:
        return None
    word = (match["ru"] or match["after"] or match["kk"]).lower()
    return ROMAN.get(word) or int(word)


PLAN_GRADE = re.compile(r"^(?:\d{1,2}\)\s*)?(\d{1,2})\s*[-–—]?\s*(?:класс|сынып)\w*\s*[:.;]?$", re.IGNORECASE)
STUCK = re.compile(
    r"(?:(?<=[;.:!?)])|(?<=\s)|^)\s*(?P<rest>(?:Распределение\s+(?:учебных\s+)?(?:часов|целей)|Параграф\s+\d|Глава\s+\d|Долгосрочный\s+план|"
    r"Примечани[ея]|Сноска|Объ[её]м\s+учебной\s+нагрузки|Типовая\s+учебная\s+программа|Типовой\s+учебный|"
    r"Сағат(?:тар|тарды|тардың|\s+санының|\s+санын)\s+бөл\w*|Оқу\s+жүктемесінің|\d-параграф|\d-тарау|Ұзақ\s+мерзімді\s+жоспар|Ескерт(?:у|пе)\b|"
    r"Оқу\s+сағаттары|Үлгілік\s+оқу|Тоқсандарға\s+бөлінген)\b.*)$",
    re.DOTALL,
)
HOURS = (
    re.compile(
        r"\b(\d{1,2})(?:\s*[-–—]\s*(\d{1,2}))?\s*(?:-?м|-?х)?\s*класс(?:е|ах|ы)?\s*[-–—:]*\s*(?:по\s+)?(\d{1,2}(?:[.,]\d)?)\s*час\w*\s+в\s+неделю"
        r"(?:\s*[,;(]?\s*(?:или\s+|по\s+|всего\s+|[-–—]\s*)?(\d{1,3})\s*час\w*\s+в\s+(?:учебном\s+)?год)?",
        re.IGNORECASE,
    ),
    re.compile(
        r"\b(\d{1,2})(?:\s*[-–—]\s*(\d{1,2}))?\s*[-–—]?\s*сынып\w*\s*[-–—:]*\s*аптасына\s*[-–—]?\s*(\d{1,2}(?:[.,]\d)?)\s*сағат\w*"
        r"(?:\s*[,;(]?\s*(?:немесе\s+|барлығы\s+)?оқу\s+жылында\s*[-–—]?\s*(\d{1,3})\s*сағат)?",
        re.IGNORECASE,
    ),
)
