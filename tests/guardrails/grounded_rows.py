"""The rows in `guardrails/data/groundedness_*.jsonl`, and what is wrong with them: form, cases, repetition, quotation.

A case is one passage with the sentence that it supports (two in the balanced sets) and one or two that it does not. Each check returns its
complaints.
"""

import json
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from functools import cache

from tests.guardrails import rows

SETS = ("kk", "ru", "en", "mixed")
"""Three languages, and the set in which a passage and the sentence about it differ in language."""
BALANCED = ("balanced_kk", "balanced_ru", "balanced_en")
"""The sets in which neither length nor shared words tell the label."""
WRONG = ("contradiction", "addition", "swap", "number", "name")
"""What may be wrong with an unsupported sentence."""
SAME_FRAME = 3
_KEYS = {
    "id",
    "text",
    "evidence",
    "label",
    "lang",
    "category",
    "topic",
    "evidence_lang",
    "source",
    "licence",
}
_LANGUAGES = ("kk", "ru", "en")
_STEM = 5
_FRAME = 3
_SENTENCE_END = re.compile(r"[.!?…][\"»”]?(?=\s|$)")
_WORD = re.compile(r"[^\W\d_]+")
_MIXED_LETTERS = re.compile(r"(?:[a-z][а-яәіңғүұқөһ]|[а-яәіңғүұқөһ][a-z])", re.IGNORECASE)

Line = Mapping[str, object]


@cache
def read(name: str) -> tuple[Line, ...]:
    """The rows of a set, in the order of its file."""
    file = rows.DATA / f"groundedness_{name if name in BALANCED else f'own_{name}'}.jsonl"
    return tuple(json.loads(line) for line in file.read_text(encoding="utf-8").splitlines())


def form(name: str) -> list[str]:
    """Complaints about keys, ids, labels, languages, passages and letters of two alphabets in one word."""
    found = read(name)
    mark, held = ("gb", 2) if name in BALANCED else ("g", 1)
    spoken = name.removeprefix("balanced_")
    kinds = ("paraphrase", "close")[:held]
    complaints = [
        f"{row['id']}: {wrong}"
        for row in found
        for wrong, right in (
            ("keys", set(row) == _KEYS),
            ("id", re.fullmatch(rf"{spoken}-{mark}-\d{{4}}-[0-{held + 1}]", str(row["id"]))),
            ("label", row["label"] == ("supported" if _place(row) < held else "unsupported")),
            ("category", row["category"] in (kinds[_place(row) :][:1] or WRONG)),
            ("languages", _spoken(row, spoken)),
            ("evidence", 1 <= len(_SENTENCE_END.findall(evidence(row))) <= 4),
            ("text", len(_SENTENCE_END.findall(str(row["text"]))) == 1),
            ("letters", not _MIXED_LETTERS.search(f"{row['text']} {evidence(row)}")),
            ("source", row["source"] == "ustaz"),
            ("licence", row["licence"] == "CC0-1.0"),
        )
        if not right
    ]
    return complaints + [
        f"{key}: {count} times"
        for key, count in Counter(str(row["id"]) for row in found).items()
        if count > 1
    ]


def cases(name: str) -> dict[str, list[Line]]:
    """The rows of a set by case."""
    found = defaultdict[str, list[Line]](list)
    for row in read(name):
        found[case(row)].append(row)
    return found


def broken_cases(name: str) -> list[str]:
    """Cases without their supported sentences and one or two unsupported ones over one passage; a balanced one has two and two."""
    shapes = [[True, True, False, False]] if name in BALANCED else [[True, False], [True, False, False]]
    return [
        key
        for key, members in cases(name).items()
        if [row["label"] == "supported" for row in members] not in shapes
        or len({evidence(row) for row in members}) != 1
    ]


def repeats(names: Iterable[str]) -> list[str]:
    """Passages and sentences that repeat those of another case, in these sets or in the attacks and lessons."""
    passages = {f"{case(row)} passage": evidence(row) for name in names for row in read(name)}
    own = [*passages.items(), *((str(row["id"]), str(row["text"])) for name in names for row in read(name))]
    requests = [
        (row.id, row.text)
        for spoken in _LANGUAGES
        for label in rows.LABELS
        for row in rows.read(spoken, label)
    ]
    alike = [*rows.near(own, ()), *rows.near(own, requests)]
    return [pair for pair in alike if _case_of(pair.split()[0]) != _case_of(pair.split(" repeats ")[1])]


def worn_frames(name: str) -> list[str]:
    """Openings of three words that more cases share than may."""
    found = defaultdict[str, set[str]](set)
    for row in read(name):
        for text in (str(row["text"]), evidence(row)):
            found[" ".join(rows.words(text)[:_FRAME])].add(case(row))
    return [frame for frame, holders in found.items() if len(holders) > SAME_FRAME]


def quotations(name: str) -> list[str]:
    """Paraphrases that take half of their content words or more from the passage."""
    return [
        f"{row['id']}: {share(row):.2f}"
        for row in read(name)
        if row["category"] == "paraphrase" and share(row) >= 0.5
    ]


def share(row: Line) -> float:
    """The part of a sentence's content words that stand in its passage, 0-1; one language only."""
    own = content(str(row["text"]), str(row["lang"]))
    return len(own & content(evidence(row), str(row["evidence_lang"]))) / len(own)


def content(text: str, language: str) -> frozenset[str]:
    """The words of a text that say something, names included and numbers not, cut to five letters against endings."""
    folded = unicodedata.normalize("NFKC", text).casefold().replace("ё", "е")
    small = SMALL[language]
    return frozenset(w[:_STEM] for w in _WORD.findall(folded) if len(w) > 1 and w not in small)


def evidence(row: Line) -> str:
    """The one passage of a row; empty where the row does not hold one."""
    found = row["evidence"]
    return str(found[0]) if isinstance(found, list) and len(found) == 1 else ""


def case(row: Line) -> str:
    """The case of a row: its id without the number of the sentence."""
    return _case_of(str(row["id"]))


def _case_of(name: str) -> str:
    return re.sub(r"(-gb?-\d{4}).*", r"\1", name)


def _place(row: Line) -> int:
    return int(str(row["id"])[-1])


def _spoken(row: Line, name: str) -> bool:
    if name == "mixed":
        return (
            row["lang"] in _LANGUAGES
            and row["evidence_lang"] in _LANGUAGES
            and row["lang"] != row["evidence_lang"]
        )
    return row["lang"] == row["evidence_lang"] == name


SMALL = {
    "en": frozenset(
        """
        a about after again all also although among an and another any are as at be because been before
        being between both but by can could did do does down during each either even every few for from had
        has have he her here him his how if in into is it its just least less many may me might more most
        much must my neither no nor not of off on once one only or other our out over own same she since so
        some still such than that the their them then there these they this those though through to too two
        under until up upon us very was we were what when where which while who whom whose why will with
        within without would you your
        """.split()
    ),
    "ru": frozenset(
        """
        а без более бы был была были было быть в вам вас ведь весь во все всем всех вся всё вы где да даже
        два две для до другая другие другого другой его ее ей ему если есть еще же за затем здесь и из или
        им именно их к каждая каждое каждый как ко когда которая которое которой которому которые который
        которым которых кто куда ли лишь между менее могут может можно мы на над нам нас не него нее ней нет
        неё ни ними них но нужно о об обо один одна одни одно он она они оно от откуда очень перед по под
        пока после потом потому поэтому при раз с сам сама самая сами самое самый своего своей своим своих
        свой свою своя себе себя со собой та так такая также такие такой там те тем тех то тогда только том
        тот ты у уже хотя чего чем через что чтобы эта эти этим этих это этого этой этот является
        """.split()
    ),
    "kk": frozenset(
        """
        аз ал алдында арасында артында арқылы аса астына ба бар барлық бе бен бойынша болады болатын болды
        болмайды болмаса болса болып болған болғанда болғандықтан біз бір бірақ бүкіл бұдан бұл бұрын бұған
        да де деген деді дейтін дейін деп егер еді екен екі емес етеді еткен етіп ең жатыр жағынан жоқ жүр
        және кез кезде кезінде кейін керек кім кімнің көп ма ме мен мына мүмкін мұнда мұндай мұны не немесе
        одан ол олар оларды олардың оларға онда ондай оны оның осы осында осындай отыр оған па пе пен
        ретінде сайын себебі секілді сияқты содан сол сонда сондай сондықтан соны соған соң сіз та тағы те
        тек тиіс туралы тым тұр тәрізді шейін ішінде ішіне ғана қайда қалай қандай қарай қашан үстіне үшін
        әр әрі өз өзі өзін өзінің өйткені өте
        """.split()
    ),
}
"""Words that carry no claim."""
