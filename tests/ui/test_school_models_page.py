"""The Models page: what can be allowed and why not the rest, the order, what changes, and a change on record."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.orm import Session
from streamlit.testing.v1 import AppTest

import app.routing.tables  # noqa: F401 - registers the table on Base
from app.accounts import Role
from app.audit.receipt import code_of
from app.database import Base, Database, Entry
from app.errors import Forbidden, NotRecorded
from app.i18n import LANGUAGES, translator
from app.registry.entry import DataClass
from app.routing import Changed, Policies, Router, SchoolModels, SchoolPolicy
from app.runtime import Runtime
from app.ui.school_models_draft import Draft, differences, grouped
from tests.conftest import NOON
from tests.registry.lists import SCORE, entry, registry
from tests.routing.lists import Held, policy
from tests.ui.pages_scene import SCHOOL, button, context, fetching, keys, open_page, person, texts

MODULE = "app.ui.school_models"
OWN, NEAR, FAR, PAUSED = (f"urn:test:model:{name}" for name in ("own", "near", "far", "paused"))


def named(text: str) -> dict[str, str]:
    return {"kk": text, "ru": text, "en": text}


LISTED = registry(
    entry(OWN, names=named("Own")),
    entry(
        NEAR, names=named("Near"), data__personal_data="teacher", purpose__languages={"ru": SCORE, "kk": None}
    ),
    entry(
        FAR,
        names=named("Far"),
        provider="openai_compatible",
        artefact__hosts=["far.test.example"],
        data__personal_data="none",
        data__processing_country="IE",
        data__localisation_proof=None,
        data__origin="foreign",
    ),
    entry(PAUSED, names=named("Paused"), status="suspended", reason_code="drift"),
    entry("urn:test:model:embedder", names=named("Embedder"), kind="embedder"),
)
LEAF = "ab" * 32


@dataclass
class Recorder:
    """A log in memory; `broken` makes it refuse."""

    entries: list[Entry] = field(default_factory=list)
    broken: bool = False

    def record(self, session: Session, entry: Entry) -> UUID:
        if self.broken:
            raise NotRecorded("the disk is full")
        self.entries.append(entry)
        return Runtime().new_id()

    def receipt(self, record_id: UUID) -> SimpleNamespace:
        return SimpleNamespace(code=code_of(LEAF))


@dataclass
class House:
    """The real service on SQLite with a list that stands still."""

    database: Database
    held: Held
    recorder: Recorder
    policies: Policies
    models: SchoolModels

    def open(self, language: str = "en", roles: tuple[Role, ...] = (Role.SCHOOL_ADMIN,)) -> AppTest:
        return open_page(MODULE, self.services, person(*roles), language=language)

    @property
    def services(self) -> dict[str, Any]:
        return {
            "school_models": self.models,
            "registry": self.held,
            "router": Router(self.held),
            "audit": self.recorder,
        }

    @property
    def allowed(self) -> tuple[str, ...]:
        return self.policies.of(SCHOOL).allowed

    def choose(self, *allowed: str, reason: str = "for lessons") -> None:
        done = self.models.change(person(Role.SCHOOL_ADMIN), allowed, reason)
        assert isinstance(done, Changed)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    database = Database(f"sqlite:///{tmp_path / 'school.db'}")
    mine = [table for name, table in Base.metadata.tables.items() if name.startswith("routing")]
    database.write(lambda session: Base.metadata.create_all(session.connection(), tables=mine))
    held, recorder, policies = Held(LISTED), Recorder(), Policies(database)
    models = SchoolModels(
        database, recorder, Runtime(now=lambda: NOON), registry=held, router=Router(held), policies=policies
    )
    yield House(database, held, recorder, policies, models)
    database.close()


def save(at: AppTest, reason: str = "the council decided") -> AppTest:
    at.text_area(key="models_reason").input(reason)
    return next(one for one in at.button if one.label == translator("en")("school_models.save")).click().run()


def test_an_empty_draft_of_an_empty_choice_has_not_changed() -> None:
    draft = Draft.of(policy(version=0))

    assert not draft.changed
    assert draft.moved("nobody", 1) == draft.without("nobody") == draft


def test_a_draft_is_added_to_ordered_and_shortened() -> None:
    draft = Draft.of(policy("a", "b"))

    assert draft.with_one("c").allowed == ("a", "b", "c")
    assert draft.with_one("a") == draft
    assert draft.moved("b", -1).allowed == ("b", "a")
    assert draft.moved("a", -1) == draft.moved("b", 1) == draft
    assert draft.without("a").allowed == ("b",)
    assert not draft.moved("b", -1).moved("b", 1).changed


def test_the_preview_says_who_takes_each_kind_of_question_before_and_after() -> None:
    before, after = policy(OWN), policy(NEAR, OWN)

    found = {
        (one.language, one.personal_data): one for one in differences(Router(Held(LISTED)), before, after)
    }

    assert set(found) == {("ru", DataClass.NONE), ("ru", DataClass.TEACHER)}
    one = found["ru", DataClass.NONE]
    assert one.before.entry is not None
    assert one.after.entry is not None
    assert (one.before.entry.entry_id, one.after.entry.entry_id) == (OWN, NEAR)


def test_the_preview_of_no_change_is_empty_and_equal_changes_stand_together() -> None:
    router = Router(Held(LISTED))

    assert differences(router, policy(OWN), policy(OWN)) == ()
    (whole,) = grouped(differences(router, policy(version=0), policy(OWN)))
    assert whole.languages == ("kk", "ru", "en")
    assert whole.classes == tuple(DataClass)
    some = grouped(differences(router, policy(OWN), policy(NEAR, OWN)))
    assert [(one.languages, one.classes) for one in some] == [(("ru",), (DataClass.NONE, DataClass.TEACHER))]


def test_a_school_that_has_not_chosen_is_told_so_and_offered_what_is_in_force(house: House) -> None:
    at = house.open()

    drawn = texts(at)
    assert not at.exception
    assert translator("en")("school_models.allowed.none") in drawn
    assert set(keys(at, "models-allow-")) == {f"models-allow-{one}" for one in (OWN, NEAR, FAR)}
    assert "Embedder" not in drawn


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_cannot_be_chosen_is_listed_with_the_reason_in_words(house: House, language: str) -> None:
    t = translator(language)
    at = house.open(language)

    drawn = texts(at)
    assert not at.exception
    assert ":gray[Paused]" in drawn
    assert t("registry.refused.suspended") in drawn
    assert t("registry.reason.drift") in drawn
    assert not keys(at, f"models-allow-{PAUSED}")
    assert not at.error


def test_residency_data_class_scores_and_validity_stand_at_every_model(house: House) -> None:
    drawn, t = texts(house.open()), translator("en")

    assert t("registry.residency.abroad") in drawn
    assert t("registry.data.teacher") in drawn
    assert "50 items, test/1" in drawn
    assert t("registry_page.until", date=t.date(LISTED.entries[0].expires_at)) in drawn


def test_allowing_ordering_and_saving_makes_one_recorded_change(house: House) -> None:
    at = house.open()
    button(at, f"models-allow-{OWN}").click().run()
    button(at, f"models-allow-{NEAR}").click().run()
    button(at, f"models-up-{NEAR}").click().run()
    stored = [house.allowed]

    save(at)

    assert [*stored, house.allowed] == [(), (NEAR, OWN)]
    assert [one.kind for one in house.recorder.entries] == ["admin_change"]
    assert code_of(LEAF) in at.success[0].value
    assert not keys(at, "FormSubmitter:models_change")


def test_the_preview_stands_before_the_button(house: House) -> None:
    house.choose(OWN)
    at = house.open()

    button(at, f"models-remove-{OWN}").click().run()

    t = translator("en")
    drawn = texts(at)
    assert t("school_models.effect") in drawn
    assert "Own → **no model**" in drawn
    assert t("school_models.effect.told", words=t("routing.none.no_policy")) in drawn


def test_a_change_without_a_reason_is_not_saved_and_the_draft_stays(house: House) -> None:
    at = house.open()
    button(at, f"models-allow-{OWN}").click().run()

    save(at, reason="   ")

    assert house.allowed == ()
    assert translator("en")("routing.change.no_reason") in texts(at)
    assert keys(at, f"models-remove-{OWN}")


def test_a_change_that_somebody_else_overtook_is_not_saved_and_the_draft_stays(house: House) -> None:
    at = house.open()
    button(at, f"models-allow-{NEAR}").click().run()
    house.choose(FAR)

    save(at)

    t = translator("en")
    assert house.allowed == (FAR,)
    assert t("school_models.elsewhere") in texts(at)
    assert keys(at, f"models-remove-{NEAR}")

    button(at, "models-theirs").click().run()
    assert keys(at, "models-remove-") == [f"models-remove-{FAR}"]


def test_what_cannot_be_recorded_is_not_changed(house: House) -> None:
    at = house.open()
    button(at, f"models-allow-{OWN}").click().run()
    house.recorder.broken = True

    save(at)

    assert house.allowed == ()
    assert not at.exception
    assert translator("en")("error.not_recorded") in texts(at)


def test_discarding_leads_back_to_what_is_stored(house: House) -> None:
    house.choose(OWN)
    at = house.open()
    button(at, f"models-allow-{NEAR}").click().run()

    next(one for one in at.button if one.label == translator("en")("school_models.discard")).click().run()

    assert keys(at, "models-remove-") == [f"models-remove-{OWN}"]
    assert len(house.recorder.entries) == 1


def test_an_allowed_model_that_left_force_stays_with_its_reason_and_can_be_removed(house: House) -> None:
    house.choose(OWN, NEAR)
    house.held.registry = registry(entry(OWN, names=named("Own"), status="suspended"))
    t = translator("en")

    at = house.open()

    drawn = texts(at)
    assert t("school_models.kept") in drawn
    assert t("registry.refused.suspended") in drawn
    assert t("registry.refused.unknown") in drawn
    assert len(keys(at, "models-remove-")) == 2


def test_an_expired_list_is_said_and_nothing_can_be_added(house: House) -> None:
    house.held.at = NOON + timedelta(days=30)
    t = translator("en")

    at = house.open()

    assert t("registry_page.expired", since=t.time(LISTED.expires_at)) in texts(at)
    assert not keys(at, "models-allow-")


def test_without_a_list_the_page_says_why(house: House) -> None:
    house.held.registry = None

    assert translator("en")("registry.trouble.none") in texts(house.open())


@pytest.mark.parametrize("role", [Role.TEACHER, Role.AUDITOR])
def test_who_is_no_admin_is_refused_by_the_service(house: House, role: Role) -> None:
    import importlib

    with pytest.raises(Forbidden):
        importlib.import_module(MODULE).render(context(house.services, person(role)))


@pytest.mark.parametrize(
    ("text", "data", "name"),
    [
        ("Как объяснить дроби в пятом классе?", "none", "Near"),
        ("Жай бөлшектерді қалай түсіндіремін?", "none", "Own"),
        ("Как объяснить дроби в пятом классе?", "pupil", "Own"),
    ],
)
def test_the_test_box_says_where_a_question_would_go_and_why(
    house: House, text: str, data: str, name: str
) -> None:
    house.choose(NEAR, OWN)
    at = house.open()

    at.text_area(key="models_trial_text").input(text)
    at.selectbox(key="models_trial_data").select(data)
    next(one for one in at.button if one.label == translator("en")("school_models.trial.ask")).click().run()

    assert not at.exception
    assert f"**{name}**" in [one.value for one in at.markdown]
    assert "Paused" in texts(at)
    assert len(house.recorder.entries) == 1


def test_the_test_box_says_why_no_model_takes_a_question(house: House) -> None:
    at = house.open()

    at.text_area(key="models_trial_text").input("Why is the sky blue?")
    next(one for one in at.button if one.label == translator("en")("school_models.trial.ask")).click().run()

    assert translator("en")("routing.none.no_policy") in texts(at)
    assert not at.error


def test_hostile_names_are_drawn_as_text(house: House) -> None:
    trap = "![x](https://trap.example/a) <img src=https://trap.example/b>"
    house.held.registry = registry(
        entry(OWN, names=named(trap)), entry(PAUSED, names=named(trap), status="suspended")
    )

    assert fetching(house.open()) == set()


def test_a_draft_of_another_school_is_never_carried_over(house: House) -> None:
    at = house.open()
    at.session_state["models_draft"] = Draft(
        base=SchoolPolicy(school="other", allowed=(), version=3), allowed=(OWN,)
    )

    at.run()

    assert not keys(at, "models-remove-")
