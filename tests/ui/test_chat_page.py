"""The Ask page under AppTest: every state that a question can end in."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from app.assistant import Question
from app.assistant.events import (
    Answered,
    Checked,
    Event,
    Failed,
    Flagged,
    Refused,
    Retrieved,
    Text,
    Withheld,
)
from app.audit import Outcome
from app.errors import Forbidden, NotRecorded, Words
from app.i18n import LANGUAGES, translator
from app.ui.chat_memory import AT_ONCE, KEY, Memory
from app.ui.chat_state import End
from benchmarks.national import national
from tests.ui import chat_scene
from tests.ui.chat_scene import Assistant, Scene, answered, blocked, ended, nothing, opening, texts

QUESTION = "Как сложить дроби?"


def opened(scene: Scene, **address: str) -> AppTest:
    """The page as a browser first shows it."""
    chat_scene.use(scene)
    at = AppTest.from_function(chat_scene.page, default_timeout=30)
    for name, value in address.items():
        at.query_params[name] = value
    at.run()
    assert not at.exception
    return at


def asked(scene: Scene, text: str = QUESTION) -> AppTest:
    """The page after one question."""
    at = opened(scene)
    at.chat_input[0].set_value(text).run()
    assert not at.exception
    return at


def memory(at: AppTest) -> Memory:
    kept = at.session_state[KEY]
    assert isinstance(kept, Memory)
    return kept


def boxed(at: AppTest) -> str:
    """The text that the page put into the question box."""
    proto = at.chat_input[0].proto
    return str(proto.value) if proto.set_value else ""


def drawn(at: AppTest) -> str:
    """All text on the page."""
    return "\n".join(texts(part) for part in (at.title, at.subheader, at.markdown, at.caption, at.info))


def labels(elements: Any) -> list[str]:
    return [element.label for element in elements]


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_empty_page_offers_four_questions_in_the_language_of_the_page(language: str) -> None:
    t, at = translator(language), opened(Scene(language=language))
    offered = [button for button in at.button if (button.key or "").startswith("chat-example-")]

    assert at.title[0].value == t("chat.intro")
    assert len(offered) == 4
    assert offered[0].label == t("chat.example.fractions")
    assert at.chat_input[0].placeholder == t("chat.placeholder")


def test_an_example_is_asked_at_once() -> None:
    scene = Scene()
    at = opened(scene)
    at.button(key="chat-example-1").click().run()

    assert [question.text for question in scene.assistant.asked] == [translator("ru")("chat.example.food")]
    assert memory(at).turns[-1].end is End.ANSWERED


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_answer_stands_with_marks_sources_row_and_receipt(language: str) -> None:
    t, at = translator(language), asked(Scene(language=language))
    text = drawn(at)

    assert "](#src-1-0-1 " in text
    assert t("chat.grounding.unsupported") in text
    assert t("chat.sources") in texts(at.subheader)
    assert [heading.anchor for heading in at.subheader if heading.anchor] == ["src-1-0-1", "src-1-0-2"]
    assert {t("chat.retry"), t("chat.report")} <= set(labels(at.button))
    assert "(receipt?code=7K3M-9QXT-0001 " in text
    assert chat_scene.entry().names[language] in text
    assert t("model_label.in_country") in text


def test_a_source_says_code_source_edition_place_and_paraphrase() -> None:
    at = asked(Scene(language="en"))
    first = chat_scene.hits("en")[0].passage
    text = drawn(at)

    assert first.codes[0] in at.subheader[1].value
    assert first.text in text
    for part in ("Source: ", "Edition: ", "Place: ", "Act: ", "paraphrase"):
        assert part in text


def test_the_other_languages_of_a_source_stand_behind_a_toggle() -> None:
    at = asked(Scene(language="en"))
    toggles = [one for one in at.expander if one.label == translator("en")("chat.sources.siblings")]

    assert len(toggles) == 2
    assert "Қазақша" in texts(toggles[0].markdown)


def test_the_question_goes_out_with_what_the_chips_say_and_in_a_conversation() -> None:
    scene = Scene(language="en")
    at = opened(scene)
    at.selectbox(key="chat_language").set_value("kk").run()
    at.selectbox(key="chat_grade").set_value(5).run()
    at.selectbox(key="chat_subject").set_value("mathematics").run()
    at.chat_input[0].set_value(QUESTION).run()

    [question] = scene.assistant.asked
    assert (question.language, question.grade, question.subject) == ("kk", 5, "mathematics")
    assert question.conversation in scene.conversations.kept
    assert at.query_params["c"] in (str(question.conversation), [str(question.conversation)])


def test_the_second_question_goes_into_the_same_conversation() -> None:
    scene = Scene()
    at = asked(scene)
    at.chat_input[0].set_value("И ещё?").run()

    first, second = scene.assistant.asked
    assert first.conversation == second.conversation
    assert len(memory(at).turns) == 2
    assert labels(at.get("menu_button")).count(translator("ru")("chat.more")) == 2


def test_history_survives_a_rerun_without_a_second_question() -> None:
    scene = Scene()
    at = asked(scene)
    at.run()

    assert len(scene.assistant.asked) == 1
    assert scene.assistant.closed == 1
    assert "](#src-" in drawn(at)


def test_a_refused_question_is_calm_and_goes_back_into_the_box() -> None:
    at = asked(Scene(assistant=Assistant(script=blocked)), "Ненужные слова")

    assert translator("ru")("ask.refused.queue") in drawn(at)
    assert ":red" not in drawn(at)
    assert not at.error
    assert boxed(at) == "Ненужные слова"
    assert memory(at).turns[-1].end is End.REFUSED


def test_nothing_found_says_so_and_shows_what_was_nearest() -> None:
    def script(place: int, question: Question) -> Iterator[Event]:
        yield Retrieved(hits=chat_scene.hits("ru"), relevant=False)
        yield from nothing(place, question)

    at = asked(Scene(assistant=Assistant(script=script)))

    assert translator("ru")("ask.nothing_found") in drawn(at)
    assert labels(at.expander)[0] == translator("ru").plural("chat.sources.nearest", 4)
    assert chat_scene.entry().names["ru"] not in texts(at.markdown)


@pytest.mark.parametrize("language", LANGUAGES)
def test_own_papers_that_may_answer_are_offered_with_links_to_their_passages(language: str) -> None:
    def script(place: int, question: Question) -> Iterator[Event]:
        yield Retrieved(hits=chat_scene.hits("ru"), relevant=False)
        yield Flagged(notices=(Words(key="ask.flag.papers", facts={"n": 2}),))
        yield from nothing(place, question)

    at = asked(Scene(language=language, assistant=Assistant(script=script)))
    words = translator(language)
    offered = [hit.passage for hit in chat_scene.hits("ru")[:2]]

    assert words("ask.nothing_found") in drawn(at)
    assert words("ask.flag.papers") in drawn(at)
    links = re.findall(r"- \[(.+)\]\(#(src-\d+-\d+-paper-\d)\)", texts(at.markdown))
    assert len(links) == 2
    assert all("Русский" in label for label, _ in links)
    assert {one.proto.anchor for one in at.subheader if one.proto.anchor} == {place for _, place in links}
    assert all(one.text in drawn(at).replace("\\", "") for one in offered)
    assert labels(at.expander)[0] == words.plural("chat.sources.nearest", 2)


def test_what_was_masked_is_shown_and_the_title_hides_it_too() -> None:
    def script(place: int, question: Question) -> Iterator[Event]:
        for event in answered(place, question):
            masked = Checked(
                text="[ЖСН_1] и дроби",
                notices=(Words(key="guardrails.personal_data.pupil"),),
                hidden={"[ЖСН_1]": "990101300123"},
            )
            yield masked if isinstance(event, Checked) else event

    scene = Scene(assistant=Assistant(script=script))
    at = asked(scene, "990101300123 и дроби")

    assert translator("ru")("guardrails.personal_data.pupil") in drawn(at)
    assert translator("ru")("chat.masked.sent") in drawn(at)
    assert [title for title, _, _ in scene.conversations.kept.values()] == ["[ЖСН_1] и дроби"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_card_for_a_child_in_danger_stands_above_the_pane_that_shows_its_end_first(language: str) -> None:
    def script(place: int, question: Question) -> Iterator[Event]:
        for event in answered(place, question):
            seen = Checked(text=question.text, notices=(Words(key="guardrails.safeguarding.self_harm"),))
            yield seen if isinstance(event, Checked) and place == 1 else event

    at = asked(Scene(language=language, assistant=Assistant(script=script)))
    heading = translator(language)("chat.card.title")
    shown = [one.value for one in at.markdown]

    (card,) = [place for place, text in enumerate(shown) if heading in text]
    assert card < shown.index(QUESTION)
    # An earlier turn keeps its card where it stood.
    at.chat_input[0].set_value(QUESTION).run()
    shown = [one.value for one in at.markdown]
    (card,) = [place for place, text in enumerate(shown) if heading in text]
    assert card > shown.index(QUESTION)


def test_a_withheld_rest_keeps_what_was_shown() -> None:
    def script(place: int, question: Question) -> Iterator[Event]:
        yield from opening(place, question)
        yield Text(sentence=chat_scene.sentences("ru")[0])
        yield Withheld(words=Words(key="ask.withheld.rail"))

    at = asked(Scene(assistant=Assistant(script=script)))

    assert "](#src-1-0-1" in drawn(at)
    assert translator("ru")("ask.withheld.rail") in drawn(at)
    assert ":red" not in drawn(at)


def test_a_broken_model_is_red_and_the_question_is_kept() -> None:
    broken = ended(Failed(words=Words(key="error.provider.timeout")), Outcome.FAILED)
    at = asked(Scene(assistant=Assistant(script=broken)))

    assert translator("ru")("error.provider.timeout") in drawn(at)
    assert ":red-badge[" in drawn(at)
    assert boxed(at) == QUESTION


def test_what_could_not_be_recorded_shows_nothing_of_an_answer() -> None:
    class Broken(Assistant):
        def ask(self, principal: Any, question: Question) -> Iterator[Event]:
            raise NotRecorded("the disk is full")

    at = asked(Scene(assistant=Broken()))

    assert translator("ru")("error.not_recorded") in drawn(at)
    assert memory(at).turns[-1].sentences == []
    assert boxed(at) == QUESTION


def test_who_may_not_ask_any_more_is_told_calmly() -> None:
    class Closed(Assistant):
        def ask(self, principal: Any, question: Question) -> Iterator[Event]:
            raise Forbidden("suspended", key="ask.refused.suspended")

    at = asked(Scene(assistant=Closed()))

    assert translator("ru")("ask.refused.suspended") in drawn(at)
    assert ":red" not in drawn(at)


def test_a_question_that_is_too_long_begins_no_conversation() -> None:
    scene = Scene()
    at = asked(scene, "а" * 8_001)

    assert translator("ru")("ask.bad.long", most=8000, length=8001) in drawn(at)
    assert scene.conversations.kept == {}
    assert scene.assistant.asked == []


def test_the_line_is_closed_when_the_page_breaks_while_it_runs() -> None:
    def script(place: int, question: Question) -> Iterator[Event]:
        yield from opening(place, question)
        yield Text(sentence=chat_scene.sentences("ru")[0])
        raise ZeroDivisionError

    scene = Scene(assistant=Assistant(script=script))
    at = opened(scene)
    at.chat_input[0].set_value(QUESTION).run()

    assert at.exception
    assert scene.assistant.closed == 1
    assert memory(at).turns[-1].end is End.FAILED


def test_an_answer_that_was_ended_early_reads_as_stopped() -> None:
    def script(place: int, question: Question) -> Iterator[Event]:
        yield from opening(place, question)
        yield Text(sentence=chat_scene.sentences("ru")[0])

    at = asked(Scene(assistant=Assistant(script=script)))

    assert memory(at).turns[-1].end is End.STOPPED
    assert translator("ru")("ask.stopped") in drawn(at)


def test_whatever_ends_the_run_closes_the_line_and_keeps_what_was_shown() -> None:
    def script(place: int, question: Question) -> Iterator[Event]:
        yield from opening(place, question)
        yield Text(sentence=chat_scene.sentences("ru")[0])
        st.rerun()  # what a click on Stop does to the running script

    scene = Scene(assistant=Assistant(script=script))
    at = asked(scene)

    assert scene.assistant.closed == 1
    assert len(scene.assistant.asked) == 1
    assert memory(at).turns[-1].end is End.STOPPED
    assert "](#src-1-0-1" in drawn(at)
    assert translator("ru")("ask.stopped") in drawn(at)
    assert translator("ru")("chat.stop") not in labels(at.button)


def test_retry_asks_the_same_as_a_child_of_the_first() -> None:
    scene = Scene()
    at = asked(scene)
    next(one for one in at.button if one.label == translator("ru")("chat.retry")).click().run()

    first, second = scene.assistant.asked
    assert second.text == first.text
    assert second.parent == chat_scene.receipt(1).exchange_id


def report() -> None:
    """The form of a report, as a script."""
    from app.ui.chat_report import report_form
    from tests.ui import chat_scene

    report_form(chat_scene.current().context(), chat_scene.number(7), "x")


def test_the_row_opens_the_form_of_a_report() -> None:
    t, at = translator("ru"), asked(Scene())
    next(one for one in at.button if one.label == t("chat.report")).click().run()

    assert t("chat.report.reason") in labels(at.radio)


def test_a_report_needs_a_reason_and_gives_a_receipt() -> None:
    scene, t = chat_scene.use(Scene()), translator("ru")
    at = AppTest.from_function(report, default_timeout=30).run()
    at.button[0].click().run()
    assert t("chat.report.missing") in texts(at.caption)
    assert scene.feedback.reports == []

    at.radio[0].set_value("inaccurate")
    at.text_area[0].set_value("Не тот код")
    at.button[0].click().run()

    assert scene.feedback.reports == [(chat_scene.number(7), "inaccurate", "Не тот код")]
    assert t("chat.report.thanks", code=chat_scene.receipt(900).code) in texts(at.success)


def test_thumbs_are_recorded_once() -> None:
    scene = Scene()
    at = asked(scene)
    next(one for one in at.button if one.label == translator("ru")("chat.thumbs.up")).click().run()
    at.run()

    assert translator("ru")("chat.thumbs.thanks") in drawn(at)
    assert scene.feedback.thumbed == [(chat_scene.receipt(1).exchange_id, True)]


def test_a_thumb_down_asks_what_was_wrong_and_records_both() -> None:
    scene, t = Scene(), translator("ru")
    at = asked(scene)
    next(one for one in at.button if one.label == t("chat.thumbs.down")).click().run()
    assert t("chat.thumbs.thanks") not in drawn(at)
    why = next(one for one in at.button_group if one.label == t("chat.thumbs.why"))
    why.set_value("too_hard").run()

    exchange = chat_scene.receipt(1).exchange_id
    assert scene.feedback.thumbed == [(exchange, False), (exchange, False)]
    assert scene.feedback.reasons == ["too_hard"]
    assert t("chat.thumbs.thanks") in drawn(at)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_row_offers_to_copy_and_to_take_into_a_task(language: str) -> None:
    t, at = translator(language), asked(Scene(language=language))

    assert {t("chat.copy"), t("chat.task")} <= set(labels(at.button))
    next(one for one in at.button if one.label == t("chat.copy")).click().run()
    assert not at.exception
    assert len(at.code) == 2
    assert chat_scene.receipt(1).code in at.code[1].value


def test_an_answer_without_words_has_nothing_to_copy() -> None:
    at = asked(Scene(assistant=Assistant(script=blocked)))

    assert translator("ru")("chat.copy") not in labels(at.button)


def test_a_code_in_several_programmes_is_asked_back() -> None:
    catalogue = chat_scene.corpus().catalogue
    two = (catalogue.objectives(subject="mathematics")[0], catalogue.objectives(subject="algebra")[0])

    def script(place: int, question: Question) -> Iterator[Event]:
        for event in answered(place, question):
            both = Retrieved(hits=chat_scene.hits("ru"), relevant=True, ambiguous=two)
            yield both if isinstance(event, Retrieved) else event

    scene = Scene(assistant=Assistant(script=script))
    at = asked(scene)
    choices = [one for one in at.button if (one.key or "").startswith("chat-choice-")]
    assert len(choices) == 2
    choices[1].click().run()

    assert (scene.assistant.asked[1].subject, scene.assistant.asked[1].grade) == ("algebra", two[1].grade)


def test_asking_back_says_its_sentence_once() -> None:
    catalogue = chat_scene.corpus().catalogue
    two = (catalogue.objectives(subject="mathematics")[0], catalogue.objectives(subject="algebra")[0])
    why = Words(key="ask.ambiguous", facts={"code": two[0].code})

    def script(place: int, question: Question) -> Iterator[Event]:
        for event in ended(Refused(words=why), Outcome.REFUSED)(place, question):
            if isinstance(event, Refused):
                yield Retrieved(hits=chat_scene.hits("ru"), relevant=True, ambiguous=two)
            yield event

    at = asked(Scene(assistant=Assistant(script=script)))

    assert [one for one in at.button if (one.key or "").startswith("chat-choice-")]
    assert drawn(at).count(translator("ru")("ask.ambiguous", code=two[0].code)) == 1


def test_programmes_of_one_subject_and_grade_are_told_apart_in_words() -> None:
    shared = [one for one in national(3_000).find("10.1.1.1", subject="algebra-analysis") if one.official]

    def script(place: int, question: Question) -> Iterator[Event]:
        for event in answered(place, question):
            both = Retrieved(hits=chat_scene.hits("ru"), relevant=True, ambiguous=tuple(shared))
            yield both if isinstance(event, Retrieved) else event

    scene = Scene(assistant=Assistant(script=script))
    at = asked(scene)
    choices = [one for one in at.button if (one.key or "").startswith("chat-choice-")]

    t = translator("ru")
    assert len(shared) == len(choices) == 2
    for choice, track in zip(choices, ("natural-mathematical", "social-humanitarian"), strict=True):
        assert t(f"curriculum.track.{track}") in choice.label
    choices[1].click().run()
    assert scene.assistant.asked[1].programme == shared[1].programme.key


def test_only_one_refusal_is_one_event() -> None:
    once = ended(Refused(words=Words(key="ask.refused.no_embedder")), Outcome.REFUSED)
    scene = Scene(assistant=Assistant(script=once))
    asked(scene)

    assert len(scene.assistant.asked) == 1


def test_a_long_conversation_opens_at_its_end_and_shows_more_on_request() -> None:
    scene = Scene()
    key = chat_scene.number(77)
    turns = tuple(chat_scene.stored(place) for place in range(50))
    scene.conversations.kept[key] = ("Длинная", chat_scene.NOON, turns)
    at = opened(scene, c=str(key))

    assert at.title[0].value == "Длинная"
    assert len(at.chat_message) == 2 * AT_ONCE
    assert "Вопрос номер 49?" in drawn(at)
    assert "Вопрос номер 39?" not in drawn(at)

    at.button(key="chat-earlier-button").click().run()
    assert "Вопрос номер 39?" in drawn(at)


def test_somebody_elses_conversation_is_an_empty_page_that_says_so() -> None:
    at = opened(Scene(), c=str(chat_scene.number(5)))

    assert translator("ru")("chat.not_found") in texts(at.info)
    assert "c" not in at.query_params


def test_nonsense_in_the_address_is_nothing() -> None:
    at = opened(Scene(), c="../../etc/passwd")

    assert at.title[0].value == translator("ru")("chat.intro")


def test_another_person_in_the_same_browser_sees_nothing_of_the_first() -> None:
    scene = Scene()
    at = asked(scene)
    scene.person = chat_scene.number(2)
    del at.query_params["c"]
    at.run()

    assert QUESTION not in drawn(at)
    assert memory(at).turns == []


def test_without_the_notice_nothing_can_be_asked() -> None:
    at = opened(Scene(accepted=False))

    assert at.chat_input[0].disabled
    assert all(one.disabled for one in at.button if (one.key or "").startswith("chat-example-"))
    assert translator("ru")("ask.refused.notice") in texts(at.info)


def test_an_answer_without_a_model_names_none() -> None:
    def script(place: int, question: Question) -> Iterator[Event]:
        yield Answered()

    at = asked(Scene(assistant=Assistant(script=script)))

    assert "receipt?code" not in drawn(at)
