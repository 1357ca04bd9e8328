"""A text as a reader sees it: nothing unseen in it, disguised letters as letters, plain white space."""

import re
import unicodedata

_PLAIN = re.compile(r"[\n\t -~]*")
_FOLDED = re.compile("[\uff01-\uff5e\U0001d400-\U0001d7ff\u24b6-\u24e9\ufb00-\ufb06\U0001f130-\U0001f149]")
_SQUARED = re.compile("[\U0001f150-\U0001f169\U0001f170-\U0001f189]")
_LINES = re.compile("\r\n?|[\u2028\u2029\x0b\x0c\x85]")
_SPACES = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0\U000e0000-\U000e0fff\ufe00-\ufe0e\ufff9-\ufffb]"
)
_SMUGGLED = re.compile("[\u202a-\u202e\u2066-\u2069\U000e0000-\U000e0fff]")
_PILED = re.compile(
    r"([\u0300-\u036f\u1ab0-\u1aff\u20d0-\u20ff]{2})[\u0300-\u036f\u1ab0-\u1aff\u20d0-\u20ff]+"
)


def is_plain(text: str) -> bool:
    """Whether there can be nothing to take out."""
    return _PLAIN.fullmatch(text) is not None


def is_smuggled(text: str) -> bool:
    """Whether the text holds characters that hide or turn what is written: tags, direction marks."""
    return _SMUGGLED.search(text) is not None


def normalised(text: str) -> tuple[str, int]:
    """The text as a reader sees it, and how many unseen characters were taken out. Stable: a second time changes nothing."""
    before, unseen = "", 0
    while text != before:
        before = text
        seen = "".join(c for c in _UNSEEN.sub("", text) if c in "\n\t\r" or not _is_unseen(c))
        unseen += len(text) - len(seen)
        text = _SPACES.sub(" ", _LINES.sub("\n", seen))
        text = _FOLDED.sub(lambda match: unicodedata.normalize("NFKC", match.group()), text)
        text = _SQUARED.sub(_letter, text)
        text = unicodedata.normalize("NFC", _PILED.sub(r"\1", text))
    return text, unseen


def _is_unseen(char: str) -> bool:
    return (
        (char > "~" and unicodedata.category(char) in ("Cf", "Cc", "Cs", "Co"))
        or char < " "
        or char == "\x7f"
    )


def _letter(match: re.Match[str]) -> str:
    code = ord(match.group())
    return chr(ord("A") + (code - (0x1F150 if code < 0x1F170 else 0x1F170)))
