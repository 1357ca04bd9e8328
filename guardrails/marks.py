"""The marks of citation that we and models write, told from brackets that hold words, an interval or an index."""

import re

MARK = re.compile(
    r" {0,2}(?P<open>[\[【])(?P<word>\^|(?:source|passage|источник|дереккөз|дерек көзі|үзінді|отрывок|№)\s?)?"
    r"(?P<body>\d{1,3}(?:\s?[,;–-]\s?\d{1,3}){0,7}|p[0-9a-f]{6,40}(?:\s?[,;]\s?p[0-9a-f]{6,40}){0,7})(?:†[^\]】]{0,40})?(?P<close>[\]】])",
    re.IGNORECASE,
)
INTERVAL = re.compile(
    r"(?:(?:интервал|отрез|промежут|аралы|кесінді|interval|segment|range)\w{0,10}|[∈=]|\b(?:от|между|between))\s{0,2}$",
    re.IGNORECASE,
)
"""What stands before the brackets of an interval."""
INDEXED = re.compile(r"(?:^|[^\w])[A-Za-z]\w?$|`[^`]{0,80}$")
"""What stands before the brackets of an index."""
_NEAR = 40
_REFERENCE = re.compile(r"【\d{1,3}(?::\d{1,3})?†[^】]{0,40}】")
_SINGLE = re.compile(r"\w+")


def is_no_mark(mark: re.Match[str], text: str) -> bool:
    """Whether what has the form of a mark is an interval or an index."""
    found = mark.group()
    before = text[max(0, mark.start() - _NEAR) : mark.start() + len(found) - len(found.lstrip())]
    if mark["word"] or mark["open"] != "[":
        return False
    two = len(re.split(r"[,;]", mark["body"])) == 2
    return bool((two and INTERVAL.search(before)) or INDEXED.search(before))


def without_marks(text: str, *, lists: bool = True) -> str:
    """A text with a space for each mark of citation; brackets with words keep them, and so do those with a semicolon.

    Args:
        lists: whether marks of several passages are taken out too. In a passage `[2, 5]` is an interval rather than a mark.
    """
    if "[" not in text and "【" not in text:
        return text

    def settle(mark: re.Match[str]) -> str:
        body = mark["body"]
        kept = ";" in body or not (lists or _SINGLE.fullmatch(body)) or is_no_mark(mark, text)
        return mark.group() if kept else " "

    return MARK.sub(settle, _REFERENCE.sub(" ", text))
