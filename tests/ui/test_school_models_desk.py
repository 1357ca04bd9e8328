"""The rest of the Models page: where work goes, defaults, entries side by side, and the sandbox."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from app.accounts import Role
from app.assistant.events import Answered, Event, Grounding, Refused, Sentence, Text
from app.documents import Kind
from app.errors import Forbidden, Words
from app.i18n import LANGUAGES, translator
from app.registry.entry import DataClass
from app.routing import Default, Router
from app.ui.context import ScreenWords
from app.ui.school_models_draft import Draft
from app.ui.school_models_effects import KINDS, WORK, effects, outlook
from app.ui.school_models_outlook import work_name
from tests.registry.lists import SCORE, entry, registry
from tests.routing.lists import Held, policy
from tests.ui.pages_scene import button, fetching, keys, open_page, person, texts
from tests.ui.test_school_models_page import FAR, LISTED, MODULE, NEAR, OWN, House, house, named, save

WRITER = "urn:test:model:writer"
WRITING = registry(
    *(
        entry(one, names=named(name), provider="openai_compatible", artefact__hosts=["llm.test.example"])
        for one, name in ((OWN, "Own"), (WRITER, "Writer"))
    )
)
__all__ = ["house"]


def test_no_choice_leaves_every_kind_of_work_without_a_model() -> None:
    (block,) = outlook(Router(Held(LISTED)), policy(version=0))

    assert {one.entry for one in block.cells.values()} == {None}
    assert len(block.cells) == 9


def test_the_outlook_says_who_takes_what_by_language_and_data() -> None:
    blocks = {block.work: block.cells for block in outlook(Router(Held(LISTED)), policy(NEAR, OWN))}

    cells = next(cells for work, cells in blocks.items() if "answer" in work)
    names = {place: one.entry.names["en"] for place, one in cells.items() if one.entry is not None}
    assert names["ru", DataClass.NONE] == "Near"
    assert names["ru", DataClass.PUPIL] == "Own"
    assert names["kk", DataClass.NONE] == "Own"


def test_a_default_changes_its_work_alone_and_the_preview_says_so() -> None:
    router, before = Router(Held(WRITING)), policy(OWN, WRITER)
    after = Draft.of(before).wanting("write.plan", "kk", WRITER).policy

    (effect,) = effects(router, before, after)

    assert effect.work == ("write.plan",)
    (group,) = effect.groups
    assert (group.languages, group.classes) == (("kk",), tuple(DataClass))
    assert group.after.entry is not None
    assert group.after.entry.entry_id == WRITER


def test_an_entry_that_is_taken_away_takes_its_defaults_with_it() -> None:
    draft = Draft.of(policy(OWN, NEAR)).wanting("answer", "kk", NEAR)

    assert draft.changed
    assert draft.without(NEAR).defaults == ()
    assert draft.wanting("answer", "kk", "").defaults == ()
    assert draft.wanting("answer", "kk", OWN).defaults == (
        Default(task="answer", language="kk", entry_id=OWN),
    )


def test_every_kind_of_document_that_models_write_can_have_a_default() -> None:
    assert set(KINDS) == {str(kind) for kind in Kind} - {"calendar"}
    for language in LANGUAGES:
        assert len({work_name(work, ScreenWords(translator(language))) for work in WORK}) == len(WORK)


def test_a_default_is_set_saved_shown_and_removed(house: House) -> None:
    house.choose(OWN, NEAR)
    at = house.open()
    at.selectbox(key="models_default_language").select("ru")
    at.selectbox(key="models_default_entry").select(NEAR)
    press(at, "school_models.defaults.set")
    assert house.policies.of("school-5").defaults == ()

    save(at)

    assert house.policies.of("school-5").defaults == (Default(task="answer", language="ru", entry_id=NEAR),)
    assert "Questions · Russian: **Near**" in texts(at)
    button(at, "models-default-remove-").click().run()
    save(at)
    assert house.policies.of("school-5").defaults == ()


def press(at: AppTest, key: str) -> AppTest:
    label = translator("en")(key)
    return next(one for one in at.button if one.label == label).click().run()


def test_entries_beside_each_other_show_scores_with_protocol_and_what_is_not_known(house: House) -> None:
    house.choose(OWN)
    at = house.open()
    t = translator("en")

    at.multiselect(key="models_compared").set_value([OWN, NEAR, FAR]).run()

    drawn = texts(at)
    assert not at.exception
    assert f"**{SCORE['value']}** · n = 50 · test/1" in drawn
    for key in (
        "registry_page.not_measured",
        "school_models.compare.not_offered",
        "school_models.compare.unknown",
        "registry.residency.abroad",
        "registry_page.not_audited",
    ):
        assert t(key) in drawn
    assert t("school_models.compare.allowed", n=1) in drawn


def test_more_than_four_are_not_put_beside_each_other(house: House) -> None:
    ids = [f"urn:test:model:m{number}" for number in range(6)]
    house.held.registry = registry(*(entry(one, names=named(f"Model {one[-1]}")) for one in ids))
    at = house.open()

    at.multiselect(key="models_compared").set_value(ids).run()

    assert translator("en")("school_models.compare.too_many", most=4) in texts(at)
    assert "**Model 3**" in texts(at)
    assert "**Model 4** |" not in texts(at)


class Trials:
    """A sandbox that says what it is told to, and keeps what it was asked."""

    def __init__(self, *events: Event, error: Exception | None = None) -> None:
        self.events, self.error, self.asked = events, error, list[dict[str, Any]]()

    def ask(self, principal: object, **asked: Any) -> Iterator[Event]:
        self.asked.append(asked)
        if self.error is not None:
            raise self.error
        yield from self.events


SENTENCE = Sentence(number=1, text="Three quarters.", citations=(), grounding=Grounding.SUPPORTED)


def opened(house: House, trials: Trials, **person_: Any) -> AppTest:
    services = {
        **house.services,
        "trials": trials,
        "assistant": SimpleNamespace(restore=lambda text, hidden: text),
    }
    return open_page(MODULE, services, person(Role.SCHOOL_ADMIN, **person_))


def ask(at: AppTest, text: str = "What is a half and a quarter?") -> AppTest:
    at.selectbox(key="sandbox_entry").select(OWN)
    at.text_area(key="sandbox_text").input(text)
    return press(at, "school_models.sandbox.ask")


def test_the_sandbox_asks_the_chosen_model_and_shows_its_answer(house: House) -> None:
    trials = Trials(Text(sentence=SENTENCE), Answered())
    at = ask(opened(house, trials))

    assert not at.exception
    assert trials.asked == [{"entry_id": OWN, "text": "What is a half and a quarter?", "language": "en"}]
    assert "Three quarters." in texts(at)
    assert house.allowed == ()


def test_what_the_sandbox_refuses_is_said(house: House) -> None:
    refused = Refused(words=Words(key="routing.none.setup"))

    assert translator("en")("routing.none.setup") in texts(ask(opened(house, Trials(refused))))
    forbidden = Trials(error=Forbidden("no", key="accounts.refused.suspended"))
    assert translator("en")("accounts.refused.suspended") in texts(ask(opened(house, forbidden)))


def test_before_the_notice_is_accepted_nothing_is_tried(house: House) -> None:
    at = opened(house, Trials(), notice=False)

    assert translator("en")("ask.refused.notice") in texts(at)
    assert not keys(at, "FormSubmitter:models_sandbox")


def test_a_hostile_answer_in_the_sandbox_is_drawn_as_text(house: House) -> None:
    trap = Sentence(
        number=1,
        text="![x](https://trap.example/a) <img src=x>",
        citations=(),
        grounding=Grounding.SUPPORTED,
    )

    assert fetching(ask(opened(house, Trials(Text(sentence=trap), Answered())))) == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_tabs_are_worded(house: House, language: str) -> None:
    at = house.open(language)

    assert not at.exception
    assert [tab.label for tab in at.tabs] == [
        translator(language)(f"school_models.tab.{name}") for name in ("choice", "where", "compare", "try")
    ]
