"""The page of safety checks: rules within the floor, what a change would have meant, a text to try, and the history."""

import re
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

import app.tables  # noqa: F401 - registers every table on Base
from app.accounts import Role
from app.database import Base, Database
from app.errors import Words
from app.i18n import LANGUAGES, translator
from app.routing import NoRoute
from app.runtime import Runtime
from app.ui.safety_draft import GROUPS, Draft, differences
from app.ui.safety_try import places
from guardrails.choice import NOTHING, choice_of, effective
from guardrails.policy import SHIPPED as SHIPPED_FILE
from guardrails.policy import parse, read
from guardrails.reading import LANGUAGES as SPOKEN
from guardrails.verdict import Action, Finding
from tests.conftest import NOON
from tests.protection.protection_room import INSULT, MILD, SCHOOL, STRICT, House, opened, person, unreadable
from tests.protection.test_protection_sightings import INSULT as SEEN_INSULT
from tests.protection.test_protection_sightings import verdict
from tests.ui.pages_scene import fetching, open_page, texts

PAGE = "app.ui.safety"
SHIPPED = read()
SHIPPED_TEXT = SHIPPED_FILE.read_text(encoding="utf-8")
NOBODY = NoRoute(
    reason=Words(key="routing.refused.quotes_only"),
    considered=(),
    registry_sequence=1,
    registry_digest="ab" * 32,
    policy_version=1,
)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    database = Database(f"sqlite:///{tmp_path / 'school.db'}")
    database.write(lambda session: Base.metadata.create_all(session.connection()))
    with opened(database, tmp_path / "home", Runtime(now=lambda: NOON)) as made:
        yield made
    database.close()


def open_safety(house: House, language: str = "en", role: Role = Role.SCHOOL_ADMIN) -> AppTest:
    services: dict[str, Any] = {
        "school_protection": house.school,
        "audit": house.log,
        "accounts": SimpleNamespace(people=lambda who: ()),
        "second_look": SimpleNamespace(by=lambda school, language: NOBODY),
    }
    return open_page(PAGE, services, person(role), language=language)


def press(at: AppTest, key: str, language: str = "en") -> AppTest:
    label = translator(language)(key)
    return next(one for one in at.button if one.label == label).click().run()


def choose(at: AppTest, category: str, action: Action) -> AppTest:
    wanted = f"safety-{category}-"
    return next(one for one in at.selectbox if (one.key or "").startswith(wanted)).set_value(action).run()


def test_every_category_of_the_policy_stands_in_one_group() -> None:
    grouped = [name for names in GROUPS.values() for name in names]

    assert sorted(grouped) == sorted(SHIPPED.categories)
    assert len(set(grouped)) == len(grouped)


def test_a_draft_that_goes_back_to_what_is_shipped_is_no_change(house: House) -> None:
    draft = Draft.of(house.protections.standing(SCHOOL))
    blocked = dict.fromkeys(SPOKEN, Action.BLOCK)
    away = draft.acting(SHIPPED, "conduct.insult", blocked)
    back = away.acting(SHIPPED, "conduct.insult", dict.fromkeys(SPOKEN, Action.WARN))
    lower = draft.setting(SHIPPED, "injection", "warn", dict.fromkeys(SPOKEN, 0.4))

    assert away.changed
    assert lower.changed
    assert not back.changed
    assert not lower.setting(SHIPPED, "injection", "warn", SHIPPED.rails["injection"].warn).changed


def test_what_two_policies_do_otherwise_is_told_by_languages() -> None:
    apart = choice_of(
        {
            "actions": {"conduct.insult": {"kk": "block", "ru": "warn", "en": "block"}},
            "thresholds": {},
            "rails": {},
        }
    )
    (one,) = differences(SHIPPED, effective(SHIPPED, apart))

    assert (one.name, one.languages, one.before, one.after) == (
        "conduct.insult",
        ("kk", "en"),
        "warn",
        "block",
    )
    assert differences(SHIPPED, SHIPPED) == ()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_school_that_chose_nothing_sees_every_rule_and_no_change(house: House, language: str) -> None:
    at = open_safety(house, language)
    t = translator(language)
    drawn = texts(at)

    assert not at.exception
    for name in SHIPPED.categories:
        assert t(f"auditor.category.{name}") in drawn
    assert t("safety.history.none") in drawn
    assert t("safety.month.none") in drawn
    assert t("safety.change") not in drawn
    assert fetching(at) == set()


def test_a_choice_offers_nothing_below_the_floor(house: House) -> None:
    at = open_safety(house)
    offered = {
        (one.key or "").removeprefix("safety-").rpartition("-0-0")[0]: one.options for one in at.selectbox
    }
    t = translator("en")

    for name, bound in SHIPPED.floor.categories.items():
        if bound.choices:
            assert offered[name] == [t(f"safety.action.{one}") for one in bound.choices]
        else:
            assert name not in offered


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_preview_counts_before_anything_is_saved(house: House, language: str) -> None:
    for _ in range(14):
        house.sightings.note(SCHOOL, "ru", [SEEN_INSULT], SHIPPED)
    at = choose(open_safety(house, language), "conduct.insult", Action.BLOCK)
    t = translator(language)
    before, after = (t(f"safety.action.{word}") for word in ("warn", "block"))

    assert t.plural("safety.impact.question", 14, before=before, after=after) in texts(at)
    assert house.protections.standing(SCHOOL).choice == NOTHING
    assert fetching(at) == set()


def test_a_change_needs_a_reason_is_saved_and_stands_in_the_history(house: House) -> None:
    at = press(choose(open_safety(house), "conduct.insult", Action.BLOCK), "safety.save")
    assert translator("en")("protection.change.no_reason") in texts(at)

    at.text_area(key="safety_reason").input("Педкеңес шешімі")
    at = press(at, "safety.save")

    assert not at.exception
    assert house.protections.standing(SCHOOL).choice == STRICT
    assert "Педкеңес шешімі" in texts(at)
    assert translator("en")("safety.change") not in texts(at)
    assert [event["event"] for event in house.events()] == ["protection_changed"]


def test_discarding_goes_back_to_what_is_stored(house: House) -> None:
    at = press(choose(open_safety(house), "conduct.insult", Action.BLOCK), "safety.discard")

    assert translator("en")("safety.change") not in texts(at)
    assert house.protections.standing(SCHOOL).choice == NOTHING


def test_a_language_may_be_told_apart(house: House) -> None:
    at = open_safety(house)
    toggle = next(one for one in at.toggle if (one.key or "").startswith("safety-conduct.insult-"))
    at = toggle.set_value(True).run()
    at = next(
        one for one in at.selectbox if (one.key or "").startswith("safety-conduct.insult-") and one.label == "Қазақша"
    ).set_value(Action.BLOCK).run()  # fmt: skip
    at.text_area(key="safety_reason").input("шешім")
    at = press(at, "safety.save")

    assert not at.exception
    assert house.protections.standing(SCHOOL).choice.actions["conduct.insult"] == {
        "kk": Action.BLOCK,
        "ru": Action.WARN,
        "en": Action.WARN,
    }


def test_a_slider_says_what_the_month_would_have_been(house: House) -> None:
    low = [verdict("injection", "injection.override", scored=0.45, action=Action.ALLOW)]
    for _ in range(3):
        house.sightings.note(SCHOOL, "kk", low, SHIPPED)
    at = open_safety(house)
    assert "| Қазақша | 3 | 0 | 0 |" in texts(at)
    slider = next(one for one in at.select_slider if (one.key or "").startswith("safety-injection-warn-kk"))
    at = slider.set_value(0.4).run()

    assert "| Қазақша | 3 → **0** | 0 → **3** | 0 |" in texts(at)
    assert at.session_state["safety_draft"][1].choice.thresholds["injection"]["warn"]["kk"] == 0.4


@pytest.mark.parametrize(("language", "mark"), [("kk", ","), ("ru", ","), ("en", ".")])
def test_a_slider_writes_its_number_as_the_language_does(house: House, language: str, mark: str) -> None:
    at = open_safety(house, language)
    (slider,) = (one for one in at.select_slider if (one.key or "").startswith("safety-injection-warn-kk"))

    assert f"{slider.value}".replace(".", mark) in slider.options
    assert f"0{mark}4" in slider.options
    assert not at.slider


def test_marks_that_cross_are_not_saved(house: House) -> None:
    """As shipped they lie so far apart that no school can bring them across; a release may let schools go farther."""
    wide = re.sub(
        r"^block = \{ stricter = 0\.\d+", "block = { stricter = 0.5", SHIPPED_TEXT, flags=re.MULTILINE
    )
    assert wide != SHIPPED_TEXT
    house.school = house.desk(house.of_release(parse(wide)), lambda tell: nullcontext())
    at = open_safety(house)
    for band, end in (("warn", -1), ("block", 0)):
        slider = next(
            one for one in at.select_slider if (one.key or "").startswith(f"safety-injection-{band}-en")
        )
        at = slider.set_value(slider.options[end]).run()

    assert not at.exception
    assert any("injection.warn" in one.value for one in at.warning)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_is_tried_by_the_rules_on_the_page_and_kept_nowhere(house: House, language: str) -> None:
    at = choose(open_safety(house, language), "conduct.insult", Action.BLOCK)
    at.text_area(key="safety_try_text").input(INSULT.text)
    at.selectbox(key="safety_try_language").set_value("ru")
    at = press(at, "safety.try.ask", language)
    t = translator(language)
    drawn = texts(at)

    assert not at.exception
    assert t("auditor.rail.conduct") in drawn
    warn, block = SHIPPED.rails["injection"].thresholds("ru")
    told = t(
        "safety.try.score", score="SCORE", warn=t.number(warn, places=2), block=t.number(block, places=2)
    )
    before, after = told.split("SCORE")
    assert re.search(re.escape(before) + r"0([.,]\d\d?)?" + re.escape(after), drawn)
    # What was found comes first, then what was measured, then one line for whatever found nothing.
    seen = drawn[drawn.index(t("safety.try.outcome")) :]
    found, measured, rest, quiet = (
        seen.index(words)
        for words in (
            f"**{t('auditor.rail.conduct')}**",
            f"**{t('auditor.rail.injection')}**",
            t("safety.try.quiet", names="NAMES").split("NAMES")[0],
            t("auditor.rail.secrets"),
        )
    )
    assert found < measured < rest < quiet
    assert f"**{t('safety.try.outcome')}** :gray-badge[{t('safety.action.block')}]" in drawn
    assert t("safety.try.kept") in drawn
    (event,) = house.events()
    assert event["event"] == "protection_tried"
    assert house.sightings.of(SCHOOL) == ()
    assert fetching(at) == set()


@pytest.mark.parametrize(
    ("spans", "number"),
    [
        ([None], 1),
        ([None, None], 1),
        # Two cues in the same words, and words that follow each other
        ([(0, 9), (3, 5)], 1),
        ([(0, 9), (9, 12)], 2),
        # What has no place beside what has one
        ([None, (0, 4)], 1),
    ],
)
def test_cues_in_the_same_words_are_one_finding(spans: list[tuple[int, int] | None], number: int) -> None:
    findings = [Finding(category="injection.override", label="cue", score=1.0, span=span) for span in spans]

    assert places(findings) == number


def test_a_tried_answer_is_held_against_its_passage_and_drawn_as_text(house: House) -> None:
    at = open_safety(house)
    at = at.button_group(key="safety_try_side").select("answer").run()
    at.text_area(key="safety_try_text").input(
        "Абай 1999 жылы туған. ![x](http://e.example/a.png) <img src=x>"
    )
    at.text_area(key="safety_try_source").input("Абай 1845 жылы дүниеге келді.")
    at.selectbox(key="safety_try_language").set_value("kk")
    at = press(at, "safety.try.ask")
    drawn = texts(at)

    assert not at.exception
    assert translator("en")("auditor.category.groundedness.number") in drawn
    assert translator("en")("auditor.rail.links") in drawn
    assert fetching(at) == set()


def test_an_empty_text_is_not_tried(house: House) -> None:
    at = press(open_safety(house), "safety.try.ask")

    assert translator("en")("safety.try.empty") in texts(at)
    assert house.events() == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_rules_that_cannot_be_read_are_told_and_can_be_saved_anew(house: House, language: str) -> None:
    house.change(MILD)
    unreadable(house, "?")
    at = open_safety(house, language)
    t = translator(language)
    assert t("safety.unreadable") in texts(at)
    assert t("safety.history.unreadable") in texts(at)

    at.text_area(key="safety_reason").input("қайта сақтау")
    at = press(at, "safety.save", language)
    assert not at.exception
    assert house.protections.standing(SCHOOL).policy is not None


def test_what_somebody_else_saved_meanwhile_is_told_and_not_overwritten(house: House) -> None:
    at = choose(open_safety(house), "conduct.insult", Action.BLOCK)
    house.change(MILD)
    at.text_area(key="safety_reason").input("шешім")
    at = press(at, "safety.save")
    t = translator("en")

    assert t("protection.change.elsewhere") in texts(at)
    assert house.protections.standing(SCHOOL).choice == MILD
    at = press(at, "safety.take_theirs")
    assert t("safety.change") not in texts(at)


def test_nobody_but_an_admin_sees_the_page(house: House) -> None:
    at = open_safety(house, role=Role.TEACHER)

    assert len(at.exception) == 1
    assert len(at.selectbox) == 0
    assert [event["event"] for event in house.events()] == ["denied"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_second_look_is_off_says_what_it_costs_and_is_switched_on_record(
    house: House, language: str
) -> None:
    at = open_safety(house, language)
    t = translator(language)
    switch = next(one for one in at.toggle if (one.key or "").startswith("safety-second-"))
    assert switch.value is False
    assert t("safety.second.cost") in texts(at)

    at = switch.set_value(True).run()
    assert t.words(NOBODY.reason) in texts(at)
    at.text_area(key="safety_reason").input("шешім")
    at = press(at, "safety.save", language)

    assert not at.exception
    assert dict(house.protections.standing(SCHOOL).choice.rails) == {"judge": True}
