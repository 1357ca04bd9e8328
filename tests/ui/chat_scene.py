"""A school for the Ask page without database, log or model: the corpus that ships, and an assistant that reads from a script."""

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID

from app.accounts import Principal, Role
from app.accounts.principal import Grant
from app.assistant import ConversationLine, Question, StoredTurn
from app.assistant.events import (
    Answered,
    Checked,
    Done,
    Event,
    Flagged,
    Grounding,
    NothingFound,
    Progress,
    Recorded,
    Refused,
    Retrieved,
    Routed,
    Sentence,
    StepName,
    Text,
)
from app.audit import Outcome, Receipt
from app.errors import NotFound, Words
from app.i18n import translator
from app.routing import Route
from app.ui.context import Context, ScreenWords
from knowledge import starter
from knowledge.passage import Passage
from knowledge.retriever import Hit

NOON = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
ENTRY = "urn:ustaz:demo:quotes"
TOPIC = {"kk": "бөлшектерді", "ru": "дроби", "en": "fractions"}
TITLE = {
    "kk": "Жай бөлшектерді қосу және азайту",
    "ru": "Сложение и вычитание",
    "en": "Adding and subtracting",
}


@cache
def corpus() -> starter.Corpus:
    """The corpus that ships."""
    return starter.load()


def number(place: int) -> UUID:
    """An id that says its place."""
    return UUID(int=(0x7 << 76) | (0x2 << 62) | place)


def receipt(place: int) -> Receipt:
    """A receipt for the exchange of that place."""
    return Receipt(
        record_id=number(10_000 + place),
        exchange_id=number(20_000 + place),
        leaf_hash=f"{place:064x}",
        index=None,
        code=f"7K3M-9QXT-{place:04d}",
    )


class Library:
    """Passages and objectives of the corpus that ships."""

    catalogue = property(lambda self: corpus().catalogue)

    def __init__(self) -> None:
        self.by_id = {passage.id: passage for passage in corpus().passages}

    def passage(self, passage_id: str) -> Passage | None:
        return self.by_id.get(passage_id)

    def siblings(self, passage: Passage) -> tuple[Passage, ...]:
        return tuple(
            other for other in corpus().passages if other.family == passage.family and other.id != passage.id
        )


def hits(language: str, most: int = 4) -> tuple[Hit, ...]:
    """Passages of that language on one topic, the note first."""
    found = [one for one in corpus().passages if one.language == language and "5.1.2.17" in one.codes]
    found += [one for one in corpus().passages if one.language == language and one.subject == "mathematics"]
    unique = list(dict.fromkeys(found))[:most]
    return tuple(
        Hit(passage=one, rank=n, score=1 / n, ranks={"lexical": n}) for n, one in enumerate(unique, 1)
    )


def entry(**changes: Any) -> Any:
    """What the label needs to know of a registry entry."""
    facts = {
        "entry_id": ENTRY,
        "names": {"kk": "Дәйексөз құрастырушы", "ru": "Составитель цитат", "en": "Quote composer"},
        "model_id": "quotes-1",
        "provider": "extractive",
        "expires_at": NOON + timedelta(days=280),
        "processing_country": "KZ",
    }
    return SimpleNamespace(**{**facts, **changes})


class Registry:
    """A list with one entry."""

    def __init__(self, *entries: Any) -> None:
        self.entries = entries or (entry(),)
        self.country, self.demonstration, self.issued_at = "KZ", True, NOON - timedelta(hours=1)

    def find(self, entry_id: str) -> Any:
        return next((one for one in self.entries if one.entry_id == entry_id), None)

    def in_force(self, entry_id: str, at: datetime) -> Any:
        return SimpleNamespace(entry=self.find(entry_id), reason=None)


def opening(place: int, question: Question) -> Iterator[Event]:
    """The events up to the answer's text."""
    yield Progress(step=StepName.RECORDING)
    yield Recorded(receipt=receipt(place))
    yield Progress(step=StepName.CHECKING)
    yield Checked(text=question.text)
    yield Progress(step=StepName.RETRIEVING)
    yield Retrieved(hits=hits(question.language), relevant=True)
    yield Routed(entry=entry(), reason=Words(key="ask.flag.quotes"), registry_sequence=3, demonstration=True)
    yield Progress(step=StepName.WRITING)


def sentences(language: str) -> tuple[Sentence, ...]:
    """An answer: two quotes, and one sentence that nothing supports."""
    found = [hit.passage for hit in hits(language)]
    first = found[0].text.split(". ")
    lost = {
        "kk": "Бұл сөйлемнің дерегі жоқ.",
        "ru": "У этого предложения нет опоры.",
        "en": "Nothing supports this.",
    }
    return (
        Sentence(
            number=1, text=first[0] + ". ", citations=(found[0].citation(),), grounding=Grounding.SUPPORTED
        ),
        Sentence(
            number=2, text=found[1].text + " ", citations=(found[1].citation(),), grounding=Grounding.WEAK
        ),
        Sentence(number=3, text=lost[language], grounding=Grounding.UNSUPPORTED),
    )


def answered(place: int, question: Question) -> Iterator[Event]:
    """A whole answer."""
    yield from opening(place, question)
    for sentence in sentences(question.language):
        yield Text(sentence=sentence)
    yield Progress(step=StepName.SOURCES)
    flags = (Words(key="ask.flag.quotes"), Words(key="ask.flag.unsupported", facts={"n": 1}))
    yield Flagged(notices=flags)
    yield Answered()
    yield Done(receipt=receipt(place), outcome=Outcome.ANSWERED, times_ms={})


def ended(event: Event, outcome: Outcome) -> Callable[[int, Question], Iterator[Event]]:
    """A line that ends right after the input check."""

    def script(place: int, question: Question) -> Iterator[Event]:
        yield Recorded(receipt=receipt(place))
        yield event
        yield Done(receipt=receipt(place), outcome=outcome, times_ms={})

    return script


blocked = ended(Refused(words=Words(key="ask.refused.queue")), Outcome.REFUSED)
nothing = ended(NothingFound(words=Words(key="ask.nothing_found")), Outcome.NO_PASSAGE)


@dataclass
class Assistant:
    """Plays one script per question and remembers what was asked and closed."""

    script: Callable[[int, Question], Iterator[Event]] = answered
    asked: list[Question] = field(default_factory=list)
    closed: int = 0

    def ask(self, principal: Principal, question: Question) -> Iterator[Event]:
        self.asked.append(question.checked())
        return self._play(len(self.asked), question)

    def _play(self, place: int, question: Question) -> Generator[Event, None, None]:
        try:
            yield from self.script(place, question)
        finally:
            self.closed += 1

    def restore(self, text: str, hidden: Mapping[str, str]) -> str:
        for placeholder, value in hidden.items():
            text = text.replace(placeholder, value)
        return text


@dataclass
class Conversations:
    """Conversations in memory."""

    kept: dict[UUID, tuple[str, datetime, tuple[StoredTurn, ...]]] = field(default_factory=dict)

    def lines(self, principal: Principal, *, limit: int = 500) -> tuple[ConversationLine, ...]:
        newest = sorted(self.kept.items(), key=lambda row: row[1][1], reverse=True)[:limit]
        return tuple(ConversationLine(id=key, title=title, updated_at=at) for key, (title, at, _) in newest)

    def start(self, principal: Principal, title: str) -> UUID:
        key = number(len(self.kept) + 1)
        self.kept[key] = (title, NOON, ())
        return key

    def open(self, principal: Principal, key: UUID, *, last: int | None = None) -> tuple[StoredTurn, ...]:
        if key not in self.kept:
            raise NotFound("no such conversation of this person")
        turns = self.kept[key][2]
        return turns if last is None else turns[-last:]

    def rename(self, principal: Principal, key: UUID, title: str) -> None:
        self.kept[key] = (title, *self.kept[key][1:])

    def archive(self, principal: Principal, key: UUID) -> None:
        del self.kept[key]

    def search(self, principal: Principal, words: str) -> tuple[ConversationLine, ...]:
        return tuple(line for line in self.lines(principal) if words.casefold() in line.title.casefold())


@dataclass
class Feedback:
    """What was reported."""

    reports: list[tuple[UUID, str, str]] = field(default_factory=list)
    thumbed: list[tuple[UUID, bool]] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)

    def report(self, principal: Principal, exchange: UUID, *, reason: str, comment: str = "") -> Receipt:
        self.reports.append((exchange, reason, comment))
        return receipt(900)

    def thumbs(self, principal: Principal, exchange: UUID, *, up: bool, why: str = "") -> Receipt:
        self.thumbed.append((exchange, up))
        self.reasons.extend([why] if why else [])
        return receipt(901)


def stored(place: int, language: str = "ru", **changes: Any) -> StoredTurn:
    """One answered turn as the log gives it back: citations by passage id only."""
    bare = tuple(
        replace(
            one,
            citations=tuple(replace(c, source="", edition="", place="", code=None) for c in one.citations),
        )
        for one in sentences(language)
    )
    facts = {
        "exchange_id": number(20_000 + place),
        "asked_at": NOON - timedelta(minutes=place),
        "question": f"Вопрос номер {place}?",
        "masked": f"Вопрос номер {place}?",
        "hidden": {},
        "outcome": "answered",
        "sentences": bare,
        "passages": tuple(hit.passage.id for hit in hits(language)),
        "entry_id": ENTRY,
        "reason": None,
        "receipt": receipt(place),
        "language": language,
    }
    return StoredTurn(**{**facts, **changes})


@dataclass
class Scene:
    """All that the page is given."""

    language: str = "ru"
    accepted: bool = True
    assistant: Assistant = field(default_factory=Assistant)
    conversations: Conversations = field(default_factory=Conversations)
    feedback: Feedback = field(default_factory=Feedback)
    registry: Registry | None = field(default_factory=Registry)
    library: Library = field(default_factory=Library)
    person: UUID = field(default_factory=lambda: number(1))

    def route(self) -> Route:
        """Where a plain question would go."""
        return Route(
            entry=entry(),
            reason=Words(key="ask.flag.quotes"),
            registry_sequence=3,
            registry_digest="0" * 64,
            considered=(),
        )

    def context(self) -> Context:
        """The context of one run."""
        principal = Principal(
            person_id=self.person,
            subject="https://id.example.kz|1",
            name="Айгүл Сапарова",
            school="s1",
            school_names={"kk": "№1 мектеп", "ru": "Школа №1", "en": "School 1"},
            grants=(Grant(role=Role.TEACHER, scope="s1"),),
            notice_accepted=self.accepted,
        )
        services = SimpleNamespace(
            runtime=SimpleNamespace(now=lambda: NOON),
            registry=SimpleNamespace(current=lambda: self.registry, now=lambda: NOON, trouble=lambda: None),
            accounts=SimpleNamespace(recheck=lambda person: person),
            policies=SimpleNamespace(of=lambda school: None),
            router=SimpleNamespace(route=lambda labels, policy: self.route()),
            library=self.library,
            assistant=self.assistant,
            conversations=self.conversations,
            feedback=self.feedback,
            settings=SimpleNamespace(helplines=()),
        )
        return Context(
            services=cast("Any", services),
            principal=principal,
            refused=None,
            translator=ScreenWords(translator(self.language)),
        )


_current: list[Scene] = []


def use(scene: Scene) -> Scene:
    """Make this the scene that the page under test draws."""
    _current[:] = [scene]
    return scene


def current() -> Scene:
    """The scene in use."""
    return _current[0]


def page() -> None:
    """The page under test, as a script."""
    from app.ui import chat
    from tests.ui import chat_scene

    chat.render(chat_scene.current().context())


def texts(elements: Iterable[Any]) -> str:
    """The texts of some elements, one under the other."""
    return "\n".join(str(element.value) for element in elements)
