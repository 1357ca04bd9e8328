"""From bytes to letters: by mark, by declaration, as UTF-8; an old Cyrillic encoding is recognised or refused."""

import codecs
import re
from dataclasses import dataclass

from knowledge.readers.limits import Limits
from knowledge.readers.reasons import Reason, ReasonKey, Refused

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
DECLARED = re.compile(
    rb"<(?:meta|\?xml)[^>]{0,300}?(?:charset|encoding)\s*=\s*[\"']?\s*([A-Za-z0-9._:-]{2,40})", re.I
)
DECLARED_WITHIN = 8192
OLD = ("kz1048", "koi8_r", "cp866")
"""KZ-1048 is windows-1251 with the Kazakh letters in the places of letters that neither language has."""
ONLY_KAZAKH = frozenset("ҚһҚқҺҰұӘҒҮғәҢңүӨө")
USUAL = frozenset(
    "на не что по для из от как или его при это за но же то мы они все мен және үшін бұл бар деп оның "
    "сынып сабақ оқу бойынша туралы класс урок".split()
)
WORD = re.compile(r"[^\W\d_]+")
CYRILLIC = re.compile(r"[а-яёәғқңөұүһі]", re.IGNORECASE)
ODD = re.compile(r"[а-яё][А-ЯЁ]|[а-яёА-ЯЁ][\u2500-\u259f]|[\u2500-\u259f][а-яёА-ЯЁ]")
LOWER = re.compile(r"[а-яёәғқңөұүһі]")
FEWEST_LETTERS = 40
LEAST_USUAL = 0.03
MOST_ODD = 0.003
CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """A text and what is doubtful about its letters."""

    text: str
    doubts: tuple[Reason, ...] = ()


def decode(content: bytes, limits: Limits, *, declaring: bool = False) -> Decoded:
    """The text of a file; `declaring` files (pages) may name their encoding in their first lines.

    Raises:
        Refused: no text, too long, or in an encoding that is neither marked, declared nor recognised safely.
    """
    decoded = _marked(content) or _utf8(content) or (_declared(content) if declaring else None)
    decoded = decoded or _recognised(content)
    if decoded is None:
        raise Refused(ReasonKey.NOT_TEXT if b"\0" in content[:4096] else ReasonKey.UNKNOWN_ENCODING)
    if "\0" in decoded.text:
        raise Refused(ReasonKey.NOT_TEXT)
    if len(decoded.text) > limits.letters:
        raise Refused(ReasonKey.TOO_LONG, most=limits.letters)
    return decoded


def _marked(content: bytes) -> Decoded | None:
    for mark, encoding in MARKS:
        if content.startswith(mark):
            try:
                return Decoded(text=content.decode(encoding))
            except UnicodeDecodeError as error:
                raise Refused(ReasonKey.UNKNOWN_ENCODING) from error
    return None


def _utf8(content: bytes) -> Decoded | None:
    """What is valid UTF-8 is UTF-8, whatever a page says of itself: no Cyrillic text in another encoding is that by chance.

    ASCII alone says nothing, but then every declared encoding means the same (UTF-7 and the like are not read).
    """
    try:
        return Decoded(text=content.decode("utf-8"))
    except UnicodeDecodeError:
        return None


def _declared(content: bytes) -> Decoded | None:
    found = DECLARED.search(content[:DECLARED_WITHIN])
    if found is None:
        return None
    name = found[1].decode("ascii").lower()
    try:
        encoding = codecs.lookup(name).name
    except LookupError:
        return None
    if encoding not in (
        "cp1251",
        "kz1048",
        "ptcp154",
        "koi8-r",
        "koi8-u",
        "iso8859-5",
        "cp866",
        "mac-cyrillic",
    ):
        return None
    text = content.decode(encoding, errors="replace")
    if encoding == "cp1251" and ONLY_KAZAKH & set(kazakh := content.decode("kz1048", errors="replace")):
        doubt = Reason.of(ReasonKey.ENCODING_GUESSED, encoding="kz1048")
        return Decoded(text=kazakh, doubts=(doubt,))
    lost = text.count("\N{REPLACEMENT CHARACTER}")
    return Decoded(text=text, doubts=(Reason.of(ReasonKey.LETTERS_LOST, count=lost),) if lost else ())


def _recognised(content: bytes) -> Decoded | None:
    """The text in the one old encoding in which it reads like Russian or Kazakh; None if none or several do."""
    likely = []
    for encoding in OLD:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _reads_well(text):
            likely.append(
                Decoded(text=text, doubts=(Reason.of(ReasonKey.ENCODING_GUESSED, encoding=encoding),))
            )
    return likely[0] if len(likely) == 1 else None


def _reads_well(text: str) -> bool:
    """Whether enough of its words are the usual ones, written in letters and cases that belong together."""
    sample = text[:200_000]
    letters = len(CYRILLIC.findall(sample))
    words = [word for word in WORD.findall(sample) if CYRILLIC.search(word)]
    if letters < FEWEST_LETTERS or CONTROL.search(sample):
        return False
    usual = sum(word.lower() in USUAL for word in words)
    small = len(LOWER.findall(sample))
    odd = len(ODD.findall(sample))
    return usual >= LEAST_USUAL * len(words) and odd <= MOST_ODD * letters and small >= letters / 2
