"""Words of a page mended from the page itself: cut in two by narrow columns, a wrong letter, letters that were lost."""

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from knowledge.edition import Doubt, Remark, Repair
from knowledge.language import visible
from knowledge.readers.order399.pieces import Paragraph, Piece

WORD = re.compile(r"[^\W\d_]+")
WHOLE_WORD = re.compile(r"(?<![?\ufffd\w])[^\W\d_]+(?![?\ufffd\w])")
"""A word that has lost no letter: what stands beside a lost one is a fragment."""
HYPHEN_AT_END = re.compile(r"([^\W\d_]{2,})[-\u2010]\n([^\W\d_]{2,})")
FUNCTION_WORDS = frozenset(
    "в на по с к у о и а не ни за до из от об под над при про со во ко для без как что чем то же ли бы или так "
    "мен бен пен да де та те ал әр ең бір бұл сол осы the a an of to in on at and or for by with".split()
)
LEAST_TIMES = 2
LEAST_AFTER_FUNCTION_WORD = 5
LONGEST_PART = 24
HARDLY = 20
WRONG_IN_RUSSIAN = re.compile(r"[^\W\d_]*[Ұұ][^\W\d_]*")
KAZAKH_ONLY = re.compile(r"[әғқңөүһі]", re.IGNORECASE)
RUSSIAN_ONLY = re.compile(r"[ъьщцфчэ]", re.IGNORECASE)
LOST = re.compile(
    r"\ufffd|[^\W\d_]\?(?=[^\W\d_])|(?<![^\s(«\"“-])\?+(?=[^\W\d_])|[^\W\d_]\?(?=\s+[а-яёәғқңөұүһi\d]|[,;])|\?\?(?=\s)"
)
QUESTION_WORDS = frozenset(
    "кто что где когда как какой какая какое какие чей чья чьё чье сколько зачем почему откуда куда чем кого чего кому чему "
    "кім не қайда қашан қалай қандай неше неге қанша кімнің ненің нені "
    "who what where when how why which whose whom wer was wo wann wie warum qui que quoi où quand comment pourquoi".split()
)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """How often each word stands on the page, and each pair of neighbours whose joined form stands there too."""

    words: Counter[str]
    pairs: Counter[tuple[str, str]]

    def joins(self, first: str, second: str) -> bool:
        """Whether a pair of neighbours is one word cut in two: the page knows the whole, and hardly the parts."""
        one, two = first.lower(), second.lower()
        whole = self.words[one + two]
        together = self.pairs[one, two]
        alone = min(self.words[one], self.words[two]) - together
        if one in FUNCTION_WORDS or two in FUNCTION_WORDS:
            other = two if one in FUNCTION_WORDS else one
            apart = self.words[other] - together
            return whole >= LEAST_AFTER_FUNCTION_WORD and len(other) >= 4 and apart <= min(1, whole // HARDLY)
        return whole >= LEAST_TIMES and alone <= min(3, whole // HARDLY) and together * 2 <= whole + 1

    def may_join(self, first: str, second: str) -> bool:
        """Whether it may be: the whole is common and one part is rare."""
        one, two = first.lower(), second.lower()
        whole, together = self.words[one + two], self.pairs[one, two]
        if one in FUNCTION_WORDS or two in FUNCTION_WORDS:
            other = two if one in FUNCTION_WORDS else one
            return whole >= 5 and len(other) >= 4 and self.words[other] - together <= whole // HARDLY
        alone = min(self.words[one], self.words[two]) - together
        return whole >= 5 and 0 <= alone <= whole // 5


def vocabulary(pieces: Sequence[Piece], *, running: bool = False) -> Vocabulary:
    """The words of a page; in running text the words at the ends of lines are neighbours too."""
    words: Counter[str] = Counter()
    texts = [_words(piece) for piece in pieces]
    if running:
        texts = [[[word for one in texts for line in one for word in line]]]
    for one in texts:
        for line in one:
            words.update(line)
    pairs: Counter[tuple[str, str]] = Counter()
    for one in texts:
        for line in one:
            for first, second in itertools.pairwise(line):
                if len(first) + len(second) <= 2 * LONGEST_PART and first + second in words:
                    pairs[first, second] += 1
    return Vocabulary(words, pairs)


def _words(piece: Piece) -> list[list[str]]:
    texts: Iterable[str] = (
        [piece.text] if isinstance(piece, Paragraph) else [cell.text for cell in piece.cells]
    )
    return [WHOLE_WORD.findall(visible(text).lower()) for text in texts if text]


def one_line(text: str, known: Vocabulary) -> str:
    """The lines of a wording as one; a hyphen at a line's end goes where the page knows the word without it."""

    def whole(match: re.Match[str]) -> str:
        first, second = match[1], match[2]
        return first + second if known.words[(first + second).lower()] else f"{first}-{second}"

    return " ".join(HYPHEN_AT_END.sub(whole, text).split())


def mend(code: str, text: str, known: Vocabulary, *, russian: bool) -> tuple[str, list[Remark]]:
    """A wording with its words mended, and what was mended or is doubtful; `text` is one visible line."""
    remarks: list[Remark] = []
    joined = _join(code, text, known, remarks)
    if russian:
        joined = WRONG_IN_RUSSIAN.sub(lambda match: _letter(code, match[0], known, remarks), joined)
    lost = [match for match in LOST.finditer(joined) if not _is_question(joined, match)]
    if lost:
        start = max(0, lost[0].start() - 60)
        remarks.append(Remark(kind=Doubt.LOST_LETTERS, code=code, detail=joined[start : start + 200]))
    return joined, remarks


def _join(code: str, text: str, known: Vocabulary, remarks: list[Remark]) -> str:
    words = list(WORD.finditer(text))
    parts: list[str] = []
    copied = number = 0
    while number < len(words):
        first = words[number]
        taken = 1
        if number + 1 < len(words) and text[first.end() : words[number + 1].start()] == " ":
            second = words[number + 1]
            third = words[number + 2] if number + 2 < len(words) else None
            if known.joins(first[0], second[0]):
                taken = 2
            elif (
                third is not None
                and text[second.end() : third.start()] == " "
                and _three(known, first[0], second[0], third[0])
            ):
                taken = 3
            elif known.may_join(first[0], second[0]):
                remarks.append(Remark(kind=Doubt.SPLIT_WORD, code=code, detail=f"{first[0]} {second[0]}"))
        if taken > 1:
            run = words[number : number + taken]
            remarks.append(
                Remark(kind=Repair.SPLIT_WORD, code=code, detail=text[run[0].start() : run[-1].end()])
            )
            parts += [text[copied : run[0].start()], "".join(word[0] for word in run)]
            copied = run[-1].end()
        number += taken
    return "".join(parts) + text[copied:]


def _three(known: Vocabulary, first: str, second: str, third: str) -> bool:
    """Whether three neighbours are one word: the page knows the whole and hardly any of the parts."""
    whole = known.words[(first + second + third).lower()]
    counts = sorted(known.words[part.lower()] for part in (first, second, third))
    return whole >= LEAST_TIMES and counts[1] <= 1 and len(first + second + third) >= 6


def _letter(code: str, word: str, known: Vocabulary, remarks: list[Remark]) -> str:
    """A Russian word with ё where Ұ stood; a Kazakh word as it is."""
    if KAZAKH_ONLY.search(word):
        return word
    mended = word.replace("Ұ", "Ё" if word.isupper() and len(word) > 1 else "ё").replace("ұ", "ё")
    if word[0] == "Ұ":
        mended = "Ё" + mended[1:]
    lower = mended.lower()
    proved = known.words[lower] > 0 or known.words[lower.replace("ё", "е")] > 0
    inside = "Ұ" in word[1:] and not word.isupper()
    if not (proved or inside or RUSSIAN_ONLY.search(word)):
        return word
    remarks.append(Remark(kind=Repair.WRONG_LETTER, code=code, detail=word))
    return mended


def _is_question(text: str, match: re.Match[str]) -> bool:
    """Whether the mark ends a question and stands in no word."""
    if "\ufffd" in match[0]:
        return False
    before = WORD.findall(text[: text.index("?", match.start())])
    return bool(before) and before[-1].lower() in QUESTION_WORDS and text[match.start()] != "?"
