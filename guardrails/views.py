"""Other readings of a text, for rails that look for what a writer hides; the text itself is never changed.

Every view is folded and comes in two readings: `latin`, where words of mixed scripts are written in Latin letters,
and `cyrillic`. Beside the plain view: letters set apart are joined, leet is read as letters, and base64, hex, escapes,
rot13 and reversed text are decoded.
"""

import base64
import binascii
import codecs
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from guardrails.letters import fold, unleet, unmixed

LONGEST = 20_000
"""Characters of a text that views are taken of: the size rail refuses longer messages, passages are shorter."""
_DECODED_AT_MOST = 8

_APART = re.compile(r"(?<!\w)\w(?:[ \t.\-_*·•|/,~+]{1,4}\w(?!\w)){3,200}")
_GAP = re.compile(r"[ \t.\-_*·•|/,~+]{1,4}")
_INSIDE = re.compile(r"(?<=[^\W\d_])[*_~·.\-|]{1,3}(?=[^\W\d_])")
_LEET_WORD = re.compile(r"(?<!\w)(?=[\d@$!|€£]{0,12}[^\W\d_])[\w@$!|€£]{3,40}")
_LEET_INSIDE = re.compile(r"[0134678@$|€£][^\W\d_]|[^\W\d_][0134678@$!|€£]+[^\W\d_]")
_BASE64 = re.compile(r"(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{16,4000}={0,2}")
_HEX = re.compile(
    r"(?<![0-9A-Za-z])(?:0x|\\x)?[0-9A-Fa-f]{2}(?:[\s:,]{0,2}(?:0x|\\x)?[0-9A-Fa-f]{2}){7,2000}(?![0-9A-Za-z])"
)
_BITS = re.compile(r"(?<!\d)[01]{8}(?:\s{0,2}[01]{8}){3,500}(?!\d)")
_CODES = re.compile(r"(?<!\d)\d{2,4}(?:[\s,]{1,2}\d{2,4}){7,500}(?!\d)")
_ESCAPES = re.compile(r"\\u[0-9a-fA-F]{4}|\\x[0-9a-fA-F]{2}|&#x?[0-9a-fA-F]{1,6};|%[0-9a-fA-F]{2}")
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})|\\x([0-9a-fA-F]{2})")
_TELLING = (
    "ignor",
    "instruc",
    "system",
    "prompt",
    "reveal",
    "forget",
    "rules",
    "previous",
    "bypass",
    "pretend",
)
_TELLING_CYRILLIC = (
    "игнор",
    "инструкц",
    "систем",
    "промпт",
    "забудь",
    "правил",
    "нұсқау",
    "ереже",
    "елеме",
    "ұмыт",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """One reading of a text; `joined` views may hold words glued together."""

    name: str
    latin: str
    cyrillic: str
    joined: bool = False


def plain(text: str) -> View:
    """The folded text, in both readings."""
    return _view("plain", fold(text[:LONGEST]))


def views(text: str) -> tuple[View, ...]:
    """The plain view and those that differ from it, each text once."""
    text = text[:LONGEST]
    found: dict[tuple[str, str], View] = {}
    for view in _all(text):
        found.setdefault((view.latin, view.cyrillic), view)
    return tuple(found.values())


def _all(text: str) -> Iterator[View]:
    folded = fold(text)
    yield _view("plain", folded)
    yield from _loosened(folded, "")
    for name, decoded in _decoded(text, folded):
        folded = fold(decoded[:LONGEST])
        yield _view(name, folded)
        yield from _loosened(folded, f"{name}.")


def _view(name: str, folded: str, *, joined: bool = False) -> View:
    return View(
        name=name, latin=unmixed(folded, latin=True), cyrillic=unmixed(folded, latin=False), joined=joined
    )


def _loosened(folded: str, prefix: str) -> Iterator[View]:
    joined = _INSIDE.sub("", _APART.sub(_join, folded))
    if joined != folded:
        yield _view(f"{prefix}joined", joined, joined=True)
    if _LEET_INSIDE.search(joined):
        yield View(
            name=f"{prefix}leet",
            latin=unmixed(_LEET_WORD.sub(_leet_latin, joined), latin=True),
            cyrillic=unmixed(_LEET_WORD.sub(_leet_cyrillic, joined), latin=False),
            joined=True,
        )


def _join(match: re.Match[str]) -> str:
    """Letters set apart as words: the commonest separator is dropped, any other one is a space."""
    gaps = _GAP.findall(match.group())
    common = max(dict.fromkeys(gaps), key=gaps.count)
    return _GAP.sub(lambda gap: "" if gap.group() == common else " ", match.group())


def _leet_latin(match: re.Match[str]) -> str:
    word = match.group()
    return unleet(word, latin=True) if _LEET_INSIDE.search(word) else word


def _leet_cyrillic(match: re.Match[str]) -> str:
    word = match.group()
    return unleet(word, latin=False) if _LEET_INSIDE.search(word) else word


def _decoded(text: str, plain: str) -> Iterator[tuple[str, str]]:
    for count, match in enumerate(_BASE64.finditer(text)):
        if count >= _DECODED_AT_MOST:
            break
        yield from _readable("base64", _from_base64(match.group()))
    for count, match in enumerate(_HEX.finditer(text)):
        if count >= _DECODED_AT_MOST:
            break
        digits = re.sub(r"0x|\\x|[^0-9A-Fa-f]", "", match.group())
        yield from _readable("hex", _from_bytes(bytes.fromhex(digits[: len(digits) // 2 * 2])))
    for match in _BITS.finditer(text):
        bits = re.sub(r"\s", "", match.group())
        yield from _readable(
            "bits", _from_bytes(bytes(int(bits[i : i + 8], 2) for i in range(0, len(bits), 8)))
        )
    for match in _CODES.finditer(text):
        codes = [int(code) for code in re.findall(r"\d+", match.group())]
        yield from _readable("codes", "".join(map(chr, codes)))
    if _ESCAPES.search(text):
        yield (
            "escapes",
            unquote(html.unescape(_ESCAPED.sub(lambda m: chr(int(m[1] or m[2], 16)), text)), errors="ignore"),
        )
    turned = codecs.encode(plain, "rot13")
    if any(word in turned for word in _TELLING):
        yield "rot13", turned
    backwards = plain[::-1]
    if any(word in backwards for word in _TELLING + _TELLING_CYRILLIC):
        yield "backwards", backwards


def _from_base64(token: str) -> str:
    bare = token.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return _from_bytes(base64.b64decode(bare + "=" * (-len(bare) % 4), validate=True))
    except binascii.Error:
        return ""


def _from_bytes(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return ""


def _readable(name: str, decoded: str) -> Iterator[tuple[str, str]]:
    """The decoded text if it is mostly letters and spaces: any code decodes to something."""
    words = sum(c.isalpha() or c == " " for c in decoded)
    if decoded and words >= 0.8 * len(decoded):
        yield name, decoded
