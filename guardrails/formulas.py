"""Which signs of a sentence belong to a formula or a figure, and which are dashes, marks of a list or of emphasis.

`x < 5` is not `x > 5` and `20%` is not `20`, but `5-6 сынып` may be set `5–6`, and `a * b` is `a · b`. So a sign counts beside
a digit, a single letter or another piece of a formula, in one form for all that are read alike.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from guardrails.letters import fold

_TOKEN = re.compile(r"\d(?:\d|[., ](?=\d))*|[^\W\d_](?:[^\W\d_]|['’-](?=[^\W\d_]))*|[^\w\s]")
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱ", "0123456789+-=()ni")
_SUPERSCRIPTS = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱ]+")
_PARTS = re.compile(r"(?<=\d)(?=[¼½¾⅐-⅞])")
_ONE_FORM = str.maketrans("º˚∆⁄∕∙⋅⩽≦⩾≧", "°°Δ//··≤≤≥≥")
_TYPED = (("<=", "≤"), (">=", "≥"), ("!=", "≠"))
_EMPHASIS = re.compile(r"(?<![\w)*])\*{1,3}(?=[^\s*])|(?<=[^\s*])\*{1,3}(?![\w(*])")
_LETTERS_JOINED = re.compile(r"(?<![^\W\d_])([^\W\d_])-(?=[^\W\d_](?![\w'’-]))")
"""Two letters with a minus between them, which are no word with a hyphen."""
_BOUND = r"[-−–+]?(?:[\d.]{1,12}|[^\W\d_]|∞)"
_INTERVAL = re.compile(rf"[\[(](?:[^\[\]();]{{1,24}};[^\[\]();]{{1,24}}|{_BOUND},\s?{_BOUND})[\])]")
_MINUS = frozenset("-−‐–")
_DASH = "—"
_TIMES = frozenset("*·×")
_BEHIND = frozenset("%‰°")
"""Signs of what stands before them."""
_FENCES = frozenset("|~")
"""Rules of tables and waves of emphasis, unless they touch a piece of a formula."""
_NAMED = frozenset({"sin", "cos", "tg", "ctg", "tan", "cot", "log", "lg", "ln", "lim"})
_RUN_BEFORE = re.compile(r"[\w^]+$")
_RUN_AFTER = re.compile(r"[\w^]+")
_NEAR = 40
"""Characters on either side of a sign that are looked at."""


@dataclass(frozen=True, slots=True)
class Token:
    """A word, a number or a sign of a formula, and where it stands in the plain text."""

    form: str
    start: int
    end: int


def plain(sentence: str) -> str:
    """A sentence folded for comparing, without emphasis; what is raised stands behind `^`."""
    text = _SUPERSCRIPTS.sub(lambda raised: f"^{raised.group().translate(_RAISED)}", sentence)
    text = _PARTS.sub("_", text.translate(_ONE_FORM))  # 5½ is not 51/2
    text = fold(text).replace("ё", "е").replace("⁄", "/")
    if text.isalpha():
        return text
    for typed, sign in _TYPED:
        text = text.replace(typed, sign)
    return _LETTERS_JOINED.sub(r"\1 - ", _EMPHASIS.sub("", text).replace("**", "^"))


def tokens(text: str) -> Iterator[Token]:
    """The words, numbers and signs of a plain text in their order."""
    ends = {at for found in _INTERVAL.finditer(text) for at in (found.start(), found.end() - 1)}
    for match in _TOKEN.finditer(text):
        form, start, end = match.group(), match.start(), match.end()
        if form[0].isalnum():
            yield Token(form.replace(" ", ""), start, end)
        elif (form in "[]" and start in ends) or _belongs(text, start):
            yield Token(_one_form(form), start, end)


def _one_form(sign: str) -> str:
    if sign in _TIMES:
        return "·"
    return "-" if sign in _MINUS or sign == _DASH else sign


def _is_operator(sign: str) -> bool:
    return unicodedata.category(sign) == "Sm" or sign in "·*/^%‰°" or sign in _MINUS or sign == _DASH


def _belongs(text: str, at: int) -> bool:
    """Whether what stands at a place of a text is a sign of a formula."""
    sign = text[at]
    before, after = text[max(0, at - _NEAR) : at], text[at + 1 : at + 1 + _NEAR]
    if sign in "()[":
        return _brackets(text, at, before, after)
    if sign != ":" and not _is_operator(sign):
        return False
    left, right = _ends_piece(before.rstrip()), _opens_piece(after.lstrip())
    touches_left, touches_right = before.rstrip() == before != "", after.lstrip() == after != ""
    if sign == "^":
        return True
    if sign in _BEHIND:
        return left
    if sign in _FENCES:
        return (left and touches_left) or (right and touches_right)
    if sign in ":*":
        return left and right and touches_left == touches_right
    if sign == _DASH:
        return before.rstrip()[-1:].isdigit() and after.lstrip()[:1].isdigit()
    if sign in _MINUS:
        opens = not touches_left or _is_operator(before[-1]) or before[-1] in "([{«\"'"
        return right and (left or (touches_right and opens))
    between_words = before.rstrip()[-1:].isalnum() and after.lstrip()[:1].isalnum()
    return left or right or between_words or (sign == "+" and touches_left)


def _brackets(text: str, at: int, before: str, after: str) -> bool:
    """Whether a bracket holds a part of a formula together: beside a factor or a sign."""
    if text[at] == ")":
        onward = at + 1 + len(after) - len(after.lstrip())
        touching = after[:1].isalnum() and _opens_piece(after)
        return touching or (onward < len(text) and _is_operator(text[onward]) and _belongs(text, onward))
    back = len(before.rstrip())
    touching = before[-1:].isalnum() and text[at] == "(" and _ends_piece(before)
    last = at - len(before) + back - 1
    return touching or (back > 0 and _is_operator(text[last]) and _belongs(text, last))


def _ends_piece(before: str) -> bool:
    """Whether a text ends with a piece of a formula: a figure, a letter, a bracket, or what is written with one of them."""
    run = _RUN_BEFORE.search(before)
    return before[-1:] in (")", "]", "|", *_BEHIND) if run is None else _is_piece(run.group())


def _opens_piece(after: str) -> bool:
    run = _RUN_AFTER.match(after)
    return after[:1] in ("(", "[", "|", "√", "∛") if run is None else _is_piece(run.group())


def _is_piece(run: str) -> bool:
    run = run.strip("_")
    return len(run) == 1 or run in _NAMED or any(c.isdigit() or c == "^" for c in run)
