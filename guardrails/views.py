"""Other readings of a text, for rails that look for what a writer hides; the text itself is never changed.

Every view is folded and comes in two readings: `latin`, where words of mixed scripts are written in Latin letters,
and `cyrillic`. Beside the plain view: letters set apart are joined, leet is read as letters, and base64, base32, base85, hex, escapes,
rot13 and reversed text are decoded. Tokens of bytes that are decoded, and checksums, which spell nothing, stand in the plain view as a number.
"""

import base64
import codecs
import html
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from urllib.parse import unquote

from guardrails.letters import fold, unleet, unmixed

LONGEST = 20_000
"""Characters of a text that views are taken of: the size rail refuses longer messages, passages are shorter."""
_DECODED_AT_MOST = 8
"""Tokens of each packing that are decoded."""
_NUMBER = "0000"
"""What stands for a code."""

_APART = re.compile(r"(?<!\w)\w(?:[ \t.\-_*·•|/,~+]{1,4}\w(?!\w)){3,200}")
_GAP = re.compile(r"[ \t.\-_*·•|/,~+]{1,4}")
_INSIDE = re.compile(r"(?<=[^\W\d_])[*_~·.\-|]{1,3}(?=[^\W\d_])")
_LEET_WORD = re.compile(r"(?<!\w)(?=[\d@$!|€£]{0,12}[^\W\d_])[\w@$!|€£]{3,40}")
_LEET_INSIDE = re.compile(r"[0134678@$|€£][^\W\d_]|[^\W\d_][0134678@$!|€£]+[^\W\d_]")
_BASE64 = re.compile(r"(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{16,4000}={0,2}")
_BASE32 = re.compile(r"(?<![A-Za-z0-9])[A-Za-z2-7]{16,4000}={0,6}(?![A-Za-z0-9])")
_BASE85 = re.compile(r"(?<![^\s\"'`«»“”])[!#-&(-~]{20,4000}(?![^\s\"'`«»“”])")
_AROUND = "`.,"
"""What may stand around a code and may belong to it."""
_ASCII85 = re.compile(r"<~[!-uz]{16,4000}~>")
_DIGEST = re.compile(
    r"(?<![0-9A-Za-z])(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32,128})(?![0-9A-Za-z])",
    re.IGNORECASE,
)
"""The digits of an MD5, of any SHA, or a UUID: letters from a to f spell nothing."""
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


@dataclass(frozen=True, slots=True)
class _Packed:
    """A token in one of the usual packings of bytes, and what it holds."""

    name: str
    span: tuple[int, int]
    text: str


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
    """The plain view first, without codes, and those that differ from it, each text once."""
    text = text[:LONGEST]
    found: dict[tuple[str, str], View] = {}
    for view in _all(text):
        found.setdefault((view.latin, view.cyrillic), view)
    return tuple(found.values())


def without_codes(text: str) -> str:
    """The text with a number for each checksum and for each token of bytes that a view decodes; bits, numbers of letters and escapes stay."""
    text = text[:LONGEST]
    return _without(text, _packed(text))


def _without(text: str, packed: Iterable[_Packed]) -> str:
    found, end = [], 0
    digests = (one.span() for one in _DIGEST.finditer(text) if not _unpacked(_from_hex, one.group()))
    for first, last in sorted({*(one.span for one in packed), *digests}):
        if first >= end:
            found += [text[end:first], _NUMBER]
            end = last
    return "".join([*found, text[end:]])


def _all(text: str) -> Iterator[View]:
    packed = list(_packed(text))
    folded = fold(_without(text, packed))
    yield _view("plain", folded)
    yield from _loosened(folded, "")
    for name, decoded in (*((one.name, one.text) for one in packed), *_decoded(text, folded)):
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


def _packed(text: str) -> Iterator[_Packed]:
    """The first readable tokens of each packing."""
    for name, shape, decode in _PACKINGS:
        readable = (
            _Packed(name, match.span(), decoded)
            for match in shape.finditer(text)
            if (decoded := _unpacked(decode, match.group()))
        )
        yield from islice(readable, _DECODED_AT_MOST)


def _unpacked(decode: Callable[[str], bytes], token: str) -> str:
    """What a token holds, with or without the marks around it; nothing where that cannot be read."""
    readings = (_decoded_by(decode, bare) for bare in (token, token.strip(_AROUND)))
    return next(filter(_is_readable, readings), "")


def _decoded_by(decode: Callable[[str], bytes], token: str) -> str:
    try:
        return decode(token).decode("utf-8")
    except ValueError:
        return ""


def _from_base64(token: str) -> bytes:
    bare = token.rstrip("=").replace("-", "+").replace("_", "/")
    return base64.b64decode(bare + "=" * (-len(bare) % 4), validate=True)


def _from_base32(token: str) -> bytes:
    bare = token.rstrip("=")
    return base64.b32decode(bare + "=" * (-len(bare) % 8), casefold=True)


def _from_base85(token: str) -> bytes:
    return base64.b85decode(token)


def _from_ascii85(token: str) -> bytes:
    return base64.a85decode(token, adobe=True)


def _from_hex(token: str) -> bytes:
    digits = re.sub(r"0x|\\x|[^0-9A-Fa-f]", "", token)
    return bytes.fromhex(digits[: len(digits) // 2 * 2])


_PACKINGS: tuple[tuple[str, re.Pattern[str], Callable[[str], bytes]], ...] = (
    ("base64", _BASE64, _from_base64),
    ("base32", _BASE32, _from_base32),
    ("base85", _BASE85, _from_base85),
    ("ascii85", _ASCII85, _from_ascii85),
    ("hex", _HEX, _from_hex),
)


def _from_bytes(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return ""


def _readable(name: str, decoded: str) -> Iterator[tuple[str, str]]:
    if _is_readable(decoded):
        yield name, decoded


def _is_readable(decoded: str) -> bool:
    """Whether it is mostly letters and spaces: any code decodes to something."""
    words = sum(c.isalpha() or c == " " for c in decoded)
    return bool(decoded) and words >= 0.8 * len(decoded)
