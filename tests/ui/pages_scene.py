"""The curriculum, registry, receipt and models pages under AppTest, with the corpus that ships and small stand-ins."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID

from markdown_it import MarkdownIt
from streamlit.testing.v1 import AppTest

from app.accounts import Grant, Principal, Role
from app.bootstrap import Services
from app.i18n import translator
from app.ui.context import Context, ScreenWords
from knowledge import starter
from knowledge.curriculum import Catalogue, LearningObjective
from knowledge.difference import Change
from knowledge.language import fold
from knowledge.passage import Kind, Passage
from knowledge.past import Past, Switched
from knowledge.plan import Topic
from knowledge.retriever import Hit
from tests.conftest import NOON

SCHOOL = "school-5"
MOVING = frozenset({"image", "html_inline", "html_block", "link_open"})


@cache
def corpus() -> starter.Corpus:
    """The corpus that ships, read once."""
    return starter.load()


@dataclass(frozen=True)
class Shelf:
    """A library that finds by codes and by whole words; no index, no vectors."""

    catalogue: Catalogue
    passages: tuple[Passage, ...]
    past: Past = field(default_factory=lambda: Past((), ()))

    def topics(self, objective: LearningObjective) -> tuple[Topic, ...]:
        """No plan was read."""
        return ()

    def history(self, objective: LearningObjective) -> tuple[Change, ...]:
        return self.past.of(objective.programme.key, objective.code)

    def earlier(
        self,
        words: str,
        *,
        language: str,
        subject: str | None = None,
        grade: int | None = None,
        limit: int = 30,
    ) -> tuple[Change, ...]:
        return self.past.search(words, language=language, subject=subject, grade=grade, limit=limit)

    def editions(self) -> tuple[Switched, ...]:
        return self.past.editions

    def search(
        self,
        words: str,
        *,
        language: str,
        subject: str | None = None,
        grade: int | None = None,
        school: str | None = None,
        limit: int = 50,
    ) -> tuple[Hit, ...]:
        wanted = fold(words).split()
        found = [
            one
            for one in self.passages
            if one.language == language
            and (subject is None or one.subject == subject)
            and (grade is None or not one.grades or grade in one.grades)
            and one.school in (None, school)
            and all(word in fold(one.search_text) or word in one.codes for word in wanted)
        ]
        return tuple(
            Hit(passage=one, rank=at, score=1.0, ranks={}) for at, one in enumerate(found[:limit], start=1)
        )


def shelf(*more: Passage) -> Shelf:
    """The shipped corpus with more passages."""
    read = corpus()
    return Shelf(read.catalogue, (*read.passages, *more))


def note(text: str, *, title: str = "A note", codes: tuple[str, ...] = (), **changes: Any) -> Passage:
    """A passage that is a topic note in English."""
    plain: dict[str, Any] = {
        "id": "p" + "0" * 20,
        "text": text,
        "language": "en",
        "kind": Kind.NOTE,
        "title": title,
        "subject": "mathematics",
        "grades": (5,),
        "codes": codes,
        "family": "note:invented#1",
        "source": "Ustaz starter corpus",
        "paraphrase": True,
    }
    return Passage(**{**plain, **changes})


def person(*roles: Role, school: str = SCHOOL, notice: bool = True) -> Principal:
    """An invented person of the school."""
    return Principal(
        person_id=UUID(int=7),
        subject="issuer|invented",
        name="Айжан Серікова",
        school=school,
        school_names={"kk": "Мектеп", "ru": "Школа", "en": "School"},
        grants=tuple(Grant(role=role, scope=school) for role in roles),
        notice_accepted=notice,
    )


def context(services: Mapping[str, Any], principal: Principal | None, language: str = "en") -> Context:
    """What a page is given."""
    made = SimpleNamespace(**{"runtime": SimpleNamespace(now=lambda: NOON), **services})
    return Context(
        services=cast(Services, made),
        principal=principal,
        refused=None,
        translator=ScreenWords(translator(language)),
    )


def open_page(
    module: str,
    services: Mapping[str, Any],
    principal: Principal | None = None,
    *,
    language: str = "en",
    **address: str,
) -> AppTest:
    """A page as a browser shows it first at an address."""

    def script(module: str, given: object) -> None:
        import importlib

        importlib.import_module(module).render(given)

    at = AppTest.from_function(
        script, default_timeout=60, kwargs={"module": module, "given": context(services, principal, language)}
    )
    for name, value in address.items():
        at.query_params[name] = value
    return at.run()


def texts(at: AppTest) -> str:
    """Everything drawn on the page: texts and the labels of what can be pressed."""
    drawn = []
    for element in at.main:
        if element.type in ("html", "UnknownElement"):
            continue
        label = getattr(element, "label", None)
        value = getattr(element, "value", None)
        drawn += [str(part) for part in (label, value) if isinstance(part, str)]
        drawn += getattr(element, "options", ())
    return "\n".join(drawn)


def button(at: AppTest, key: str) -> Any:
    """The button of a key, or of the first key that begins so."""
    return next(one for one in at.button if (one.key or "").startswith(key))


def keys(at: AppTest, begin: str) -> list[str]:
    """The keys of the buttons that begin so, in the order of the page."""
    return [one.key for one in at.button if one.key is not None and one.key.startswith(begin)]


def lists(at: AppTest, begin: str) -> list[Any]:
    """The lists of a page whose keys begin so, in the order of the page."""
    return [one for one in at.button_group if (one.key or "").startswith(begin)]


def rows(at: AppTest, begin: str) -> list[str]:
    """What stands in those lists, as it is drawn."""
    return [label for one in lists(at, begin) for label in one.options]


def follow(at: AppTest, begin: str, words: str) -> AppTest:
    """Click the one row of those lists that has these words in it."""
    found = [
        (one, choice)
        for one in lists(at, begin)
        for choice, label in one.format_func.__self__.items()
        if words in label
    ]
    assert len(found) == 1, rows(at, begin)
    group, choice = found[0]
    return cast(AppTest, group.select(choice).run())


def home_with_key(folder: Path) -> SimpleNamespace:
    """Settings that name a data folder."""
    return SimpleNamespace(home=folder, public_url="https://ustaz.example.kz", witness_keys="")


def fetching(at: AppTest) -> set[str]:
    """What of the drawn markdown could fetch, run or lead away: images, HTML, links."""
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    found = set()
    for element in at.main:
        options = getattr(element, "options", ())
        value = None if element.type in ("text_input", "text_area") else getattr(element, "value", None)
        for part in (getattr(element, "label", None), value, *options):
            if isinstance(part, str) and element.type not in ("html", "code", "UnknownElement"):
                for token in parser.parse(part):
                    kinds = [token, *(token.children or ())]
                    found |= {f"{one.type} {one.attrs}" for one in kinds if one.type in MOVING}
    return found
