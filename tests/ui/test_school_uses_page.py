"""The public page of a school: what it uses, approved and until when; open to anybody, without a person in it."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from app.accounts.schools import School
from app.i18n import LANGUAGES, translator
from tests.conftest import NOON
from tests.registry.lists import entry, registry
from tests.ui.pages_scene import SCHOOL, fetching, open_page, texts
from tests.ui.test_school_models_page import FAR, NEAR, OWN, House, house, named

PAGE = "app.ui.school_uses"
__all__ = ["house"]


def school(code: str = SCHOOL, name: str = "School five") -> School:
    return School(code=code, names=named(name))


def opened(house: House, *schools: School, language: str = "en", **address: str) -> AppTest:
    services = {
        **house.services,
        "policies": house.policies,
        "accounts": SimpleNamespace(schools=lambda: schools),
        "embedder": SimpleNamespace(entry_id=lambda: "urn:test:model:embedder"),
    }
    return open_page(PAGE, services, None, language=language, **address)


def test_without_a_school_there_is_nothing_to_show(house: House) -> None:
    assert translator("en")("school_uses.no_school") in texts(opened(house))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_school_that_allows_nothing_says_so(house: House, language: str) -> None:
    at = opened(house, school(), language=language)

    assert not at.exception
    assert translator(language)("school_uses.none") in texts(at)


def test_what_is_allowed_stands_there_with_approval_and_expiry(house: House) -> None:
    house.choose(OWN, FAR)
    t = translator("en")
    listed = house.held.registry
    assert listed is not None
    own = listed.entries[0]

    drawn = texts(opened(house, school()))

    assert "School five" in drawn
    assert "**Own**" in drawn
    assert "Near" not in drawn
    assert t("school_uses.approved", since=t.date(own.effective_from), until=t.date(own.expires_at)) in drawn
    assert t("registry.residency.abroad") in drawn
    assert t("school_uses.since", date=t.date(NOON)) in drawn
    assert "Embedder" in drawn


def test_what_left_force_is_said_not_to_be_called(house: House) -> None:
    house.choose(OWN, NEAR)
    house.held.registry = registry(entry(OWN, names=named("Own"), status="suspended", reason_code="drift"))
    t = translator("en")

    drawn = texts(opened(house, school()))

    assert f"{t('school_uses.not_called')} {t('registry.refused.suspended')}" in drawn
    assert t("registry.refused.unknown") in drawn


def test_without_a_list_and_with_an_ended_one_the_page_says_that_nothing_is_called(house: House) -> None:
    house.choose(OWN)
    house.held.at = NOON + timedelta(days=4000)
    assert translator("en")("school_uses.not_called") in texts(opened(house, school()))
    house.held.registry = None
    assert translator("en")("school_uses.no_list") in texts(opened(house, school()))


def test_of_many_schools_the_address_names_one_and_others_can_be_chosen(house: House) -> None:
    house.choose(OWN)
    both = (school(), school("other", "Another school"))

    assert "**Own**" in texts(opened(house, *both, school=SCHOOL))
    at = opened(house, *both)
    assert "**Own**" not in texts(at)
    at.selectbox(key="uses_school").select("other").run()
    assert translator("en")("school_uses.none") in texts(at)
    assert at.query_params["school"] in ("other", ["other"])


def test_an_unknown_school_is_told_and_shows_nothing_of_another(house: House) -> None:
    house.choose(OWN)
    drawn = texts(opened(house, school(), school="nobody"))

    assert translator("en")("school_uses.unknown") in drawn
    assert "**Own**" not in drawn


def test_hostile_names_are_drawn_as_text(house: House) -> None:
    trap = "![x](https://trap.example/a) <img src=https://trap.example/b>"
    house.choose(OWN)
    house.held.registry = registry(entry(OWN, names=named(trap)))

    assert fetching(opened(house, school(name=trap))) == set()
