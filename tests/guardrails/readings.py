"""What a coded message may say: each code is undone on its own, and the caller finds out which reading has sense."""

import base64
import binascii
import html
import re
from collections.abc import Callable, Iterator
from urllib.parse import unquote

ALPHABETS = (
    "abcdefghijklmnopqrstuvwxyz",
    "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
    "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя",
)
"""English, Russian and Kazakh letters, in their order."""

_LEET = ("013457@$!", "oieastasi"), ("013467@$9", "оізчбтасд"), ("013467@$8", "оіеабтасв")

_SIGNS = ".- -... -.-. -.. . ..-. --. .... .. .--- -.- .-.. -- -. --- .--. --.- .-. ... - ..- ...- .-- -..- -.-- --.."
_MORSE = dict(zip(_SIGNS.split(), ALPHABETS[0], strict=True))


def readings(text: str) -> Iterator[str]:
    """Every reading of the text and of the coded pieces within it; most of them are nonsense."""
    yield from _bytes(text)
    yield from _escapes(text)
    yield from _shifted(text)
    yield from _turned(text)
    yield from _apart(text)
    yield from _leet(text)
    yield from _numbers(text)
    yield from _morse(text)


def _bytes(text: str) -> Iterator[str]:
    for token in re.findall(r"[A-Za-z0-9+/_-]{12,}={0,2}", text):
        bare = token.rstrip("=").replace("-", "+").replace("_", "/")
        yield from _utf8(base64.b64decode, bare + "=" * (-len(bare) % 4))
    for token in re.findall(r"(?:(?:0x|\\x)?[0-9A-Fa-f]{2}[\s:,]{0,2}){8,}", text):
        yield from _utf8(bytes.fromhex, re.sub(r"0x|\\x|[^0-9A-Fa-f]", "", token))
    for token in re.findall(r"(?:[01]{8}\s?){4,}", text):
        bits = re.sub(r"\s", "", token)
        yield from _utf8(bytes.fromhex, f"{int(bits, 2):0{len(bits) // 4}x}")


def _utf8(decode: Callable[[str], bytes], token: str) -> Iterator[str]:
    try:
        yield decode(token).decode("utf-8")
    except (binascii.Error, ValueError):
        return


def _escapes(text: str) -> Iterator[str]:
    yield unquote(html.unescape(re.sub(r"\\u([0-9a-fA-F]{4})", lambda m: chr(int(m[1], 16)), text)))


def _shifted(text: str) -> Iterator[str]:
    """Every rotation of each alphabet, and the alphabet read from its end; quoted parts alone, too."""
    for piece in {text, *_quoted(text)}:
        for letters in ALPHABETS:
            for turned in (letters[::-1], *(letters[by:] + letters[:by] for by in range(1, len(letters)))):
                yield piece.lower().translate(str.maketrans(letters, turned))


def _turned(text: str) -> Iterator[str]:
    for piece in {text, *_quoted(text)}:
        yield piece[::-1]
        yield " ".join(word[::-1] for word in piece.split())


def _apart(text: str) -> Iterator[str]:
    """Letters set apart by one sign; a wider gap, or another sign, ends a word."""
    for piece in re.findall(r"\w(?:[ .\-_*·|/,~+]{1,4}\w(?!\w)){5,}", text):
        gaps = re.findall(r"[\W_]+", piece)
        common = max(gaps, key=gaps.count)
        letters = re.findall(r"[^\W_]", piece)
        yield "".join(
            letter + ("" if gap == common else " ")
            for letter, gap in zip(letters, [*gaps, common], strict=True)
        )


def _leet(text: str) -> Iterator[str]:
    for signs, letters in _LEET:
        yield text.lower().translate(str.maketrans(signs, letters))


def _numbers(text: str) -> Iterator[str]:
    """Places in an alphabet or code points, parted by spaces, commas or dashes; a slash or a bar ends a word."""
    for piece in re.findall(r"\d{1,4}(?:[\s,\-/|]+\d{1,4}){7,}", text):
        found = [[int(n) for n in re.findall(r"\d+", word)] for word in re.split(r"[/|]", piece)]
        yield " ".join("".join(map(chr, word)) for word in found)
        for letters in ALPHABETS:
            yield " ".join("".join(letters[n - 1] for n in word if n <= len(letters)) for word in found)


def _morse(text: str) -> Iterator[str]:
    for piece in re.findall(r"[.\-]{1,5}(?:[ /]+[.\-]{1,5}){5,}", text):
        yield " ".join("".join(_MORSE.get(sign, "") for sign in word.split()) for word in piece.split("/"))


def _quoted(text: str) -> list[str]:
    """The parts in quotation marks, and those after a colon."""
    return re.findall(r"[«\"“]([^»\"”]+)[»\"”]", text) + re.findall(r":\s*([^:\n]+)", text)
