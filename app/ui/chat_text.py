"""The text of a question and of an answer as safe markdown: marks, honest labels, notices, how it ended."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from app.assistant.ends import PAPERS
from app.assistant.events import Grounding, Sentence
from app.errors import Words
from app.helplines import Helpline
from app.ui.chat_card import card, is_card
from app.ui.chat_state import End, Turn
from app.ui.chat_topic import is_topic
from app.ui.context import ScreenWords
from app.ui.rendering import plain, safe

# Rare brackets stand for our marks while the untrusted text is made safe; no text may bring its own. As punctuation
# they leave the emphasis beside them what it is.
OPEN, CLOSE, MARK_OPEN, MARK_CLOSE = "\u2e28", "\u2e29", "\u2e22", "\u2e23"
OURS = str.maketrans("", "", OPEN + CLOSE + MARK_OPEN + MARK_CLOSE)

ENDS: Mapping[End, str] = {
    End.REFUSED: "chat.end.refused",
    End.NO_PASSAGE: "chat.end.nothing",
    End.WITHHELD: "chat.end.withheld",
    End.STOPPED: "chat.end.stopped",
    End.FAILED: "chat.end.failed",
    End.ABANDONED: "chat.end.abandoned",
}
FALLBACKS: Mapping[End, str] = {
    End.STOPPED: "ask.stopped",
    End.FAILED: "ask.failed",
    End.ABANDONED: "chat.abandoned",
    End.NO_PASSAGE: "ask.nothing_found",
    End.REFUSED: "error.internal",
    End.WITHHELD: "ask.withheld.rail",
}
DOUBTS: Mapping[Grounding, str] = {
    Grounding.UNSUPPORTED: "chat.grounding.unsupported",
    Grounding.WEAK: "chat.grounding.weak",
    Grounding.LANGUAGE_DIFFERS: "chat.grounding.language_differs",
}


def nothing_about(question_or_passage: str) -> str:
    """Where there is no curriculum to point into."""
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What the text of a turn is worded with.

    Attributes:
        helplines: numbers on the card for a child in danger.
        restore: puts hidden names back into a text for this screen: `restore(text, hidden)`.
        about: links to the objectives that a question on a sensitive topic speaks of, as safe markdown.
        name: title and language of the passage of an id, as safe markdown; empty for one that is gone.
    """

    t: ScreenWords
    restore: Callable[[str, Mapping[str, str]], str]
    helplines: Sequence[Helpline] = ()
    about: Callable[[str], str] = nothing_about
    name: Callable[[str], str] = nothing_about

    def say(self, words: Words) -> str:
        """A reason in words, as safe markdown; an unknown key reads as a fault of ours."""
        return self.t.words(words) if self.t.raw.has(words.key) else self.t("error.internal")


PREFIX = re.compile(r"\s*(?:(?:[-*+]|\d{1,3}[.)]|#{1,6}|>)\s+)*")
SUFFIX = re.compile(r"[ \t]*\|?[ \t]*$")
RULED = re.compile(r"[\s|:-]*")
GREY = re.compile(f"{OPEN}([^{OPEN}{CLOSE}]*){CLOSE}")
MARK = re.compile(f"{MARK_OPEN}(\\d+){MARK_CLOSE}")
ESCAPED = re.compile(r"\\.")
FENCE = re.compile(r"^\s*(?:```|~~~)", re.MULTILINE)


def question_text(turn: Turn) -> str:
    """The question as typed, line by line."""
    return as_typed(turn.question)


def as_typed(text: str) -> str:
    """A person's own lines, exactly as they typed them."""
    return "\\\n".join(filter(None, map(plain, text.strip().split("\n"))))


def answer_text(turn: Turn, wording: Wording, *, anchor: str, with_cards: bool = True) -> str:
    """Everything under the question as one piece of markdown.

    Args:
        anchor: prefix of the sources' places on this page; mark 2 leads to `#<anchor>-2`.
        with_cards: the card for a child in danger stands here, and not elsewhere (`card_text`).
    """
    parts = [card_text(turn, wording)] if with_cards else []
    parts += [_masked(turn, wording), written(turn, wording, anchor=anchor), _ended(turn, wording)]
    if turn.step is not None:
        waits = wording.t("chat.step.queued.place", n=turn.place) if turn.place else None
        parts.append(f":shimmer[{waits or wording.t(f'chat.step.{turn.step}')}…]")
    parts.append(_offered(turn, wording, anchor))
    plain_flags = [flag for flag in turn.flags if flag.key != PAPERS]
    parts.append(" \n".join(f":small[:gray[{wording.say(flag)}]]" for flag in plain_flags))
    parts.append(_pointer(turn, turn.flags, wording))
    return "\n\n".join(part for part in parts if part)


def card_text(turn: Turn, wording: Wording) -> str:
    """The card for a child in danger, where a notice asks for one."""
    return quoted([card(one, wording.t, wording.helplines) for one in turn.notices if is_card(one)])


def written(turn: Turn, wording: Wording, *, anchor: str) -> str:
    """The released sentences: made safe as one text, then given our marks and labels."""
    numbers, pieces, fenced = turn.numbers(), [], False
    for place, sentence in enumerate(turn.sentences):
        text = wording.restore(sentence.text, turn.hidden).translate(OURS)
        breaks = len(FENCE.findall(text))
        pieces.append(text if fenced or breaks else _marked(text, place, sentence))
        fenced ^= breaks % 2 == 1
    drawn = GREY.sub(lambda found: _grey(found[1]), safe("".join(pieces))).translate(
        str.maketrans("", "", OPEN + CLOSE)
    )
    return MARK.sub(
        lambda found: _marks(turn.sentences[int(found[1])], numbers, wording.t, anchor), drawn
    ).strip()


def _marked(text: str, place: int, sentence: Sentence) -> str:
    """The text with stand-ins for its marks, placed so that lists and tables stay what they are."""
    doubt = sentence.grounding in DOUBTS
    if RULED.fullmatch(text) or not (sentence.citations or doubt):
        return text
    lines = text.split("\n")
    # The rule under a table's head and blank lines carry no mark.
    last = next(row for row in reversed(range(len(lines))) if not RULED.fullmatch(lines[row]))
    begin, tail = PREFIX.match(lines[last]), SUFFIX.search(lines[last])
    start = begin.end() if begin else 0
    stop = max(start, tail.start() if tail else len(lines[last]))
    body = lines[last][start:stop]
    if sentence.grounding is Grounding.UNSUPPORTED and not any(map(str.strip, lines[:last])):
        body = f"{OPEN}{body}{CLOSE}"
    mark = f"\u00a0{MARK_OPEN}{place}{MARK_CLOSE}"
    lines[last] = f"{lines[last][:start]}{body}{mark}{lines[last][stop:]}"
    return "\n".join(lines)


def _grey(text: str) -> str:
    """Greyed text; left as it is where a markup reaches across the sentence."""
    bare = ESCAPED.sub("", text)
    whole = "\n" not in bare and bare.count("[") == bare.count("]")
    for sign in ("**", "~~", "*", "_", "`"):
        whole = whole and bare.count(sign) % 2 == 0
        bare = bare.replace(sign, "")
    return f":gray[{text}]" if whole and bare.strip() else text


def _marks(sentence: Sentence, numbers: Mapping[str, int], t: ScreenWords, anchor: str) -> str:
    places = dict.fromkeys(numbers[citation.passage_id] for citation in sentence.citations)
    marks = [f'[\\[{n}\\]](#{anchor}-{n} "{t("chat.sources.mark", n=n)}")' for n in places]
    if sentence.grounding in DOUBTS:
        marks.append(f":gray-badge[{t(DOUBTS[sentence.grounding])}]")
    return "\u00a0".join(marks)


def _masked(turn: Turn, wording: Wording) -> str:
    lines = [wording.say(notice) for notice in turn.notices if not is_card(notice)]
    lines.append(_pointer(turn, turn.notices, wording))
    if turn.was_masked and turn.masked is not None:
        lines.append(f"{wording.t('chat.masked.sent')} «{plain(turn.masked)}»")
    if turn.understood:
        meant = plain(wording.restore(turn.understood, turn.hidden))
        lines.append(f"{wording.t('chat.understood')} «{meant}»")
    return quoted(lines)


def _offered(turn: Turn, wording: Wording, anchor: str) -> str:
    """Own papers of the school that may answer where nothing else does, each with a link to its passage."""
    said = [wording.say(flag) for flag in turn.flags if flag.key == PAPERS]
    links = [
        f"- [{wording.name(passage)}](#{paper_anchor(anchor, place)})"
        for place, passage in enumerate(turn.offered, start=1)
        if wording.name(passage)
    ]
    return quoted([*said, "\n".join(links)])


def paper_anchor(anchor: str, place: int) -> str:
    """Where an offered passage stands among the sources of a turn."""
    return f"{anchor}-paper-{place}"


def _pointer(turn: Turn, notices: Sequence[Words], wording: Wording) -> str:
    """Where the curriculum speaks of a sensitive topic that was noticed."""
    return wording.about(turn.question) if any(map(is_topic, notices)) else ""


def _ended(turn: Turn, wording: Wording) -> str:
    """How it ended, if not with a whole answer: calm for what the rules did, red for what broke."""
    if turn.end is None or turn.end is End.ANSWERED:
        return ""
    head = wording.t(ENDS[turn.end])
    words = turn.words or Words(key=FALLBACKS[turn.end])
    colour = "red" if turn.end is End.FAILED else "gray"
    return quoted([f":{colour}-badge[{head}]", wording.say(words)])


def quoted(lines: list[str]) -> str:
    """A calm notice: lines set apart from the answer's own text."""
    return "\n>\n".join("> " + line.replace("\n", "\n> ") for line in lines if line)
