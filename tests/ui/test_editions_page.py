"""The Editions page: what is in force, what waits and what it would change, and the operator's own command."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from app.accounts import Role
from app.assistant.editions_reading import EditionLine, EditionsShown
from app.i18n import LANGUAGES, translator
from knowledge.difference import Change, ChangeKind, difference
from knowledge.edition import Doubt
from tests.conftest import NOON
from tests.knowledge.editions_made import ACT, edition, programme, text_of
from tests.ui.pages_scene import button, fetching, keys, open_page, person, shelf, texts

MODULE = "app.ui.editions"
RAW = "![x](https://elsewhere.example/x) <img src=x> :red[y]"
OLD = edition(text_of({"5.1.1.1": "Складывает.", "5.1.1.2": "Вычитает."}), name="a")
NEW = edition(text_of({"5.1.1.1": "Складывает дроби.", "5.1.1.3": "Делит."}), name="b")


def line(letter: str, **head: Any) -> EditionLine:
    plain: dict[str, Any] = {
        "id": f"order-999.ru.{letter}",
        "act": ACT,
        "language": "ru",
        "edition": "as of 2030-02-01",
        "amended_by": "unknown",
        "valid_from": "2030-09-01",
        "name": f"{letter}.html",
        "sha256": letter * 64,
        "programmes": 2,
        "objectives": 30,
        "doubts": {"gap": 2},
        **head,
    }
    return EditionLine(head=plain, taken_in=NOON, switched=None)


@dataclass
class Reading:
    """Stands in for the service."""

    all: EditionsShown
    found: tuple[Change, ...] = ()
    read: Mapping[str, Any] | None = None

    def shown(self, principal: object) -> EditionsShown:
        return self.all

    def difference(self, principal: object, edition_id: str) -> tuple[Change, ...]:
        return self.found

    def report(self, principal: object, edition_id: str) -> Mapping[str, Any]:
        assert self.read is not None
        return self.read


def shown(**by: tuple[EditionLine, ...]) -> EditionsShown:
    return EditionsShown(**{"index_version": "v3-abc", "in_force": (), "waiting": (), "superseded": (), **by})  # type: ignore[arg-type]


def open_editions(reading: Reading, language: str = "en", role: Role = Role.SCHOOL_ADMIN) -> AppTest:
    services = {"editions_reading": reading, "library": shelf()}
    return open_page(MODULE, services, person(role), language=language)


def codes(at: AppTest) -> list[str]:
    return [one.value for one in at.code]


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_an_edition_the_page_says_on_what_answers_rest_and_how_to_begin(language: str) -> None:
    at, t = open_editions(Reading(shown()), language), translator(language)

    assert not at.exception
    assert t("editions_page.in_force.none") in texts(at)
    assert t("editions_page.waiting.none") in texts(at)


@pytest.mark.parametrize("language", LANGUAGES)
def test_how_an_edition_is_taken_in_is_said_in_words_and_the_command_is_a_detail(language: str) -> None:
    at, t = open_editions(Reading(shown()), language), translator(language)
    (detail,) = at.expander

    assert t("editions_page.in_force.way") in texts(at)
    assert detail.label == t("editions_page.command")
    assert [one.value for one in detail.code] == codes(at) == ["ustaz ingest FILE"]


def test_an_edition_in_force_stands_there_with_where_it_comes_from() -> None:
    at = open_editions(Reading(shown(in_force=(line("a"),))), role=Role.AUDITOR)

    for words in ("999", "2030-09-01", "23 Nov 2026 12:00", "a.html", "a" * 64, "| Objectives | 30 |"):
        assert words in texts(at)
    assert codes(at) == ["ustaz curriculum back"]
    assert keys(at, "editions-changes") == []


def test_a_waiting_edition_names_the_exact_command_and_nothing_switches_here() -> None:
    at = open_editions(Reading(shown(waiting=(line("b"),))))

    assert "ustaz curriculum switch order-999.ru.b" in codes(at)
    assert [one.label for one in at.button] == ["What it changes", "How it was read"]


def test_the_difference_is_read_programme_by_programme() -> None:
    found = difference(OLD, NEW)
    at = open_editions(Reading(shown(waiting=(line("b"),)), found))
    button(at, "editions-changes").click().run()

    assert "added: 1 · removed: 1 · reworded: 1" in texts(at)
    assert "≠ **5.1.1.1** reworded" in texts(at)
    assert "> Before: Складывает." in texts(at)
    assert "> Now: Складывает дроби." in texts(at)
    (programmes,) = [one for one in at.selectbox if one.key == "editions_changes_programme"]
    assert programmes.options == ["Appendix 26 · Mathematics · +1 −1 ≠1"]


def test_an_edition_without_a_difference_says_so() -> None:
    first = open_editions(Reading(shown(waiting=(line("b"),))))
    button(first, "editions-changes").click().run()
    assert "There is nothing to compare it with" in texts(first)
    at = open_editions(Reading(shown(in_force=(line("a"),), waiting=(line("b"),))))
    button(at, "editions-changes").click().run()

    assert "It does not differ from the edition in force." in texts(at)


def test_doubts_are_shown_with_the_words_that_show_them() -> None:
    one = {
        "appendix": "26",
        "subject_name": "Математика",
        "track": "",
        "objectives": 30,
        "objectives_by_grade": {"5": 18, "6": 12},
        "doubts": {"gap": 2},
        "remarks": [{"what": "doubt", "kind": "gap", "code": "5.1.2.4", "detail": "5.1.2.3, 5.1.2.5"}],
    }
    at = open_editions(
        Reading(shown(in_force=(line("a"),)), read={"doubts": {"gap": 2}, "programmes": [one]})
    )
    button(at, "editions-report").click().run()

    assert "- a gap in the numbering: 2" in texts(at)
    assert "grade 5: 18, grade 6: 12" in texts(at)
    assert "- a gap in the numbering: **5.1.2.4** 5.1.2.3, 5.1.2.5" in texts(at)
    assert "1 more" in texts(at)
    button(at, "editions-report").click().run()
    assert "5.1.2.4" not in texts(at)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_doubt_and_every_kind_of_change_is_worded(language: str) -> None:
    t = translator(language)

    assert all(t.has(f"editions_page.doubt.{doubt}") for doubt in Doubt)
    assert all(t.has(f"editions_page.kind.{kind}") for kind in ChangeKind)


def test_official_wording_with_markup_in_it_fetches_nothing() -> None:
    hostile = tuple(replace(one, before=RAW, after=RAW, code="5.1.1.1") for one in difference(OLD, NEW))
    named = line("b", act=RAW, edition=RAW, name=RAW, amended_by=RAW)
    at = open_editions(Reading(shown(waiting=(named,)), hostile))
    button(at, "editions-changes").click().run()

    assert fetching(at) == set()
    assert ":red[y]" not in texts(at)


def test_many_changes_are_cut_and_counted() -> None:
    many = edition(text_of({f"5.1.1.{number}": "Знает." for number in range(1, 60)}, programme()), name="c")
    at = open_editions(Reading(shown(waiting=(line("c"),)), difference(None, many)))
    button(at, "editions-changes").click().run()

    assert "19 more" in texts(at)
