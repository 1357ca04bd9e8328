"""A field that a model fills in: whole or not at all, every text of it railed and journalled before anybody sees it."""

import itertools
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.assistant import Question
from app.assistant.events import (
    Answered,
    Done,
    Event,
    Failed,
    Filled,
    Flagged,
    NothingFound,
    Progress,
    Recorded,
    Refused,
    Retrieved,
    Routed,
    Text,
    Withheld,
)
from app.assistant.question import FieldWork
from app.i18n import translator
from app.providers import Call, Chunk, Prompt, Usage
from guardrails.verdict import Stage
from tests.assistant.conftest import House
from tests.assistant.fakes import Admits, Blocks, Log, Says, ask, closed, of, places_are_free, with_parts

DOCUMENT = UUID("01931a2b-0000-7000-8000-00000000d0c1")
SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "properties": {
        "aim": {"type": "string", "minLength": 1, "maxLength": 220},
        "level": {"enum": ["knowledge", "application"]},
        "steps": {
            "type": "array",
            "items": {"type": "string", "minLength": 1, "maxLength": 220},
            "minItems": 1,
            "maxItems": 4,
        },
    },
    "required": ["aim", "level", "steps"],
    "additionalProperties": False,
}
VALUE: dict[str, Any] = {
    "aim": "Оқушылар бөлімдері бірдей бөлшектерді салыстырады.",
    "level": "application",
    "steps": ["Бөлшектердің алымдарына қараңыз.", "Алымы үлкен бөлшек үлкен болады."],
}
ASKED = "Сабақтың мақсатын жазыңыз."
LAST_COMMIT = 4  # checked, retrieved and routed, the whole field, flagged


def work(house: House, **changed: Any) -> FieldWork:
    made = FieldWork(
        document=DOCUMENT,
        field="header.aim",
        template="field",
        schema=SCHEMA,
        most_tokens=300,
        codes=(fractions(house),),
    )
    return replace(made, **changed)


def fractions(house: House) -> str:
    """The code of an objective about fractions."""
    found = house.services.library.catalogue.objectives(subject="mathematics")
    return next(one.code for one in found if "бөлшек" in one.text("kk"))


def fill(house: House, provider: Any, *, text: str = ASKED, **more: Any) -> list[Event]:
    parts = {name: more.pop(name) for name in ("audit", "gate", "guardrails") if name in more}
    more.setdefault("work", work(house))
    return ask(house, with_parts(house, provider, **parts), text, subject="mathematics", **more)


def said(value: object) -> Says:
    return Says((json.dumps(value, ensure_ascii=False),))


def filled(events: list[Event]) -> list[Filled]:
    return [event for event in events if isinstance(event, Filled)]


@pytest.mark.parametrize("pieces", [(), ("",), (" \n", " ")], ids=["none", "empty", "blank"])
def test_a_reply_without_text_is_a_failure_and_fills_nothing(house: House, pieces: tuple[str, ...]) -> None:
    events = fill(house, Says(pieces))

    assert not filled(events)
    assert closed(house, events).clear["failure"] == "empty_answer"
    assert places_are_free(house)


def test_a_field_comes_in_the_order_of_the_law(house: House) -> None:
    events = fill(house, said(VALUE))

    kinds = [type(event).__name__ for event in events if not isinstance(event, Progress | Flagged)]
    assert kinds == ["Recorded", "Checked", "Retrieved", "Routed", "Filled", "Answered", "Done"]
    assert of(Filled, events).value == VALUE
    assert [leaf.text for leaf in of(Filled, events).leaves] == [VALUE["aim"], *VALUE["steps"]]
    assert [leaf.number for leaf in of(Filled, events).leaves] == [1, 2, 3]


def test_the_log_holds_the_value_its_document_and_its_field(house: House) -> None:
    events = fill(house, said(VALUE))
    end = closed(house, events)
    asked, _ = house.services.audit.records_of(of(Recorded, events).receipt.exchange_id)
    sealed = house.services.audit.unseal(end, actor=house.teacher.subject)

    for record in (asked, end):
        assert (record.clear["document_id"], record.clear["field_id"]) == (str(DOCUMENT), "header.aim")
    assert sealed["value"] == of(Filled, events).value
    assert sealed["shown"] == [leaf.text for leaf in of(Filled, events).leaves]
    assert end.clear["characters_shown"] == sum(map(len, sealed["shown"]))
    assert end.clear["prompt_id"] == "field"
    assert not any(text in json.dumps(end.clear, ensure_ascii=False) for text in sealed["shown"])


def test_an_answer_in_words_names_no_document(house: House) -> None:
    end = closed(house, ask(house, with_parts(house, Says())))

    assert (end.clear["document_id"], end.clear["field_id"]) == (None, None)
    assert "value" not in house.services.audit.unseal(end, actor=house.teacher.subject)


def test_a_leaf_rests_on_the_passage_that_holds_it(house: House) -> None:
    provider = said(VALUE)
    fill(house, provider)
    (evidence, *_) = [one for one in provider.prompts[0].evidence if one.kind == "note"]
    sentence = evidence.text.split(". ")[0] + "."
    leaf = of(Filled, fill(house, said({**VALUE, "aim": sentence}))).leaves[0]

    assert evidence.id in [citation.passage_id for citation in leaf.citations]
    assert leaf.grounding == "supported"


def test_a_known_code_finds_its_passages_and_nothing_is_asked_back(house: House) -> None:
    catalogue = house.services.library.catalogue
    code = next(
        one.code
        for one in catalogue.objectives()
        if len({same.subject for same in catalogue.find(one.code)}) > 1
    )
    assistant = with_parts(house, said(VALUE))
    of(Refused, ask(house, assistant, f"{code}: {ASKED}"))
    events = ask(house, assistant, "Xyz.", work=work(house, codes=(code,)))

    assert code in of(Retrieved, events).hits[0].passage.codes
    assert filled(events)
    of(NothingFound, ask(house, assistant, "Xyz.", work=work(house, codes=())))


def test_the_call_is_as_long_as_the_field_and_never_longer_than_the_entry_allows(house: House) -> None:
    for most, expected in ((80, 80), (2_000, 700)):
        events = fill(house, said(VALUE), work=work(house, most_tokens=most))
        assert closed(house, events).clear["parameters"]["output_tokens"] == expected


@pytest.mark.parametrize(
    "changed",
    [
        {"field": "Айгүл"},
        {"field": "header.aim; x"},
        {"most_tokens": 0},
        {"most_tokens": 9_999},
        {"schema": {}},
    ],
    ids=["name", "sign", "0", "9999", "schema"],
)
def test_work_that_cannot_be_done_is_not_recorded(house: House, changed: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        fill(house, said(VALUE), work=work(house, **changed))


def test_what_was_talked_about_stays_out_of_a_field(house: House) -> None:
    conversation = house.services.conversations.start(house.teacher, title="x")
    ask(house, with_parts(house, Says()), conversation=conversation)
    provider = said(VALUE)
    fill(house, provider, conversation=conversation)

    assert [str(message.role) for message in provider.prompts[0].messages] == ["system", "user"]


# Whatever a model writes


@pytest.mark.parametrize(
    ("written", "gone"),
    [
        ("Алымы үлкен бөлшек үлкен <script>alert(1)</script>болады.", "<script"),
        ("Алымы үлкен бөлшек үлкен болады: [осында](https://evil.example/a).", "evil.example"),
        ("Оқу мақсаты 5.9.9.99 бойынша бөлшектерді салыстырады.", "5.9.9.99"),
        ("Алымы үлкен бөлшек үлкен болады [1].", "[1]"),
        ("Кілт: sk-proj-Zx81QmT4vB7nL2pRw9Yc6Kd3Fh5Jg0Aa1Ss2Dd3 болады.", "Zx81QmT4"),
    ],
    ids=["html", "link", "invented code", "typed mark", "secret"],
)
def test_what_the_rails_take_out_of_a_leaf_is_out_of_the_value(house: House, written: str, gone: str) -> None:
    events = fill(house, said({**VALUE, "steps": [VALUE["steps"][0], written]}))

    event = of(Filled, events)
    assert gone not in json.dumps(event.value, ensure_ascii=False)
    assert event.value["steps"][1] == event.leaves[2].text
    assert event.value["steps"][0] == VALUE["steps"][0]
    sealed = house.services.audit.unseal(closed(house, events), actor=house.teacher.subject)
    assert gone not in json.dumps([sealed["value"], sealed["shown"]], ensure_ascii=False)


def test_a_leaf_in_another_language_is_told(house: House) -> None:
    russian = "Учащиеся сравнивают дроби с одинаковыми знаменателями и объясняют свой ответ."
    events = fill(house, said({**VALUE, "aim": russian}))

    assert filled(events)
    keys = {notice.key for notice in of(Flagged, events).notices}
    assert keys & {"ask.flag.language", "guardrails.language"}


@pytest.mark.parametrize("leaf", range(3))
def test_a_leaf_that_a_rail_blocks_withholds_the_whole_field(house: House, leaf: int) -> None:
    texts = [VALUE["aim"], *VALUE["steps"]]
    rails = Blocks(house.services.guardrails, Stage.OUTPUT, texts[leaf])
    events = fill(house, said(VALUE), guardrails=rails)

    end = closed(house, events)
    assert end.outcome == "withheld"
    assert not filled(events)
    assert of(Withheld, events).words.key == "guardrails.rail_failed"
    sealed = house.services.audit.unseal(end, actor=house.teacher.subject)
    assert (sealed["shown"], end.clear["characters_shown"]) == ([], 0)
    assert sealed["withheld"] == texts[: leaf + 1]
    assert "value" not in sealed
    assert places_are_free(house)


def test_a_field_that_is_blocked_as_a_whole_is_never_shown(house: House) -> None:
    rails = Blocks(house.services.guardrails, Stage.ANSWER, "бөлшек")
    events = fill(house, said(VALUE), guardrails=rails)

    end = closed(house, events)
    assert end.outcome == "withheld"
    assert not filled(events)
    assert house.services.audit.unseal(end, actor=house.teacher.subject)["shown"] == []


@dataclass(slots=True)
class Leaks:
    """A model that puts the mark of its system prompt into a field, in one piece or over two texts."""

    halves: bool

    def stream(self, prompt: Prompt, *, call: Call) -> Iterator[Chunk]:
        canary = next(word for word in prompt.messages[0].text.replace(".", " ").split() if _is_canary(word))
        parts = [canary[:8], canary[8:]] if self.halves else [canary, "Алымы үлкен."]
        yield Chunk(text=json.dumps({**VALUE, "steps": parts}, ensure_ascii=False))
        yield Chunk(usage=Usage(), finish="stop", model="said")


def _is_canary(word: str) -> bool:
    return len(word) == 16 and set(word) <= set("0123456789abcdef")


@pytest.mark.parametrize("halves", [False, True], ids=["whole", "over two texts"])
def test_the_mark_of_the_prompt_withholds_the_field(house: House, halves: bool) -> None:
    events = fill(house, Leaks(halves))

    assert closed(house, events).outcome == "withheld"
    assert not filled(events)


WRONG: Mapping[str, str] = {
    "no JSON": "Мақсат: бөлшектерді салыстыру.",
    "a list": json.dumps([VALUE, VALUE]),
    "cut": json.dumps(VALUE)[:-20],
    "cut in a text": json.dumps(VALUE)[:40],
    "two objects": json.dumps(VALUE) * 2,
    "a key is missing": json.dumps({"aim": "a", "level": "application"}),
    "a key too many": json.dumps({**VALUE, "note": "<b>x</b>"}),
    "a number for a text": json.dumps({**VALUE, "aim": 5}),
    "a text for a list": json.dumps({**VALUE, "steps": "a"}),
    "an object for a text": json.dumps({**VALUE, "aim": {"text": "a"}}),
    "no word of the list": json.dumps({**VALUE, "level": "magic"}),
    "too many": json.dumps({**VALUE, "steps": ["a"] * 5}),
    "an empty text": json.dumps({**VALUE, "aim": "  "}),
    "half a letter": json.dumps({**VALUE, "aim": "a\ud800"}),
    "a zero byte": json.dumps({**VALUE, "aim": "a\0"}),
    "not a number": '{"aim": NaN, "level": "application", "steps": ["a"]}',
    "too deep": '{"aim": ' + "[" * 5_000,
    "deep and whole": '{"aim": ' + "[" * 2_000 + "]" * 2_000 + "}",
}


@pytest.mark.parametrize("reply", WRONG.values(), ids=WRONG)
def test_a_reply_in_another_form_is_a_failure_in_words_and_fills_nothing(house: House, reply: str) -> None:
    events = fill(house, Says((reply,)))

    end = closed(house, events)
    assert end.clear["failure"] == "wrong_form"
    assert not filled(events)
    assert house.services.audit.unseal(end, actor=house.teacher.subject)["shown"] == []
    for language in ("kk", "ru", "en"):
        assert translator(language).words(of(Failed, events).words)
    assert places_are_free(house)


def test_a_reply_beyond_all_tokens_is_ended(house: House) -> None:
    events = fill(house, Says(("{" * 4_000,) * 4))

    assert closed(house, events).clear["failure"] == "too_large"


def test_a_text_that_only_markup_made_up_fails_the_form(house: House) -> None:
    events = fill(house, said({**VALUE, "aim": "<img src=x onerror=alert(1)>"}))

    assert closed(house, events).clear["failure"] == "wrong_form"
    assert not filled(events)


@pytest.mark.parametrize(
    "frame",
    ["```json\n{}\n```", "Here is the JSON:\n{}", "{}\n\nHope it helps!", "[{}]"],
    ids=["fence", "before", "after", "list"],
)
def test_what_a_model_writes_around_the_json_is_left_out(house: House, frame: str) -> None:
    reply = frame.replace("{}", json.dumps(VALUE, ensure_ascii=False))

    assert of(Filled, fill(house, Says((reply,)))).value == VALUE


@settings(max_examples=15, deadline=None)
@given(cuts=st.sets(st.integers(min_value=1, max_value=200), max_size=6))
def test_however_a_reply_is_cut_into_chunks_the_value_is_the_same(house: House, cuts: set[int]) -> None:
    reply = json.dumps(VALUE, ensure_ascii=False)
    places = [0, *sorted(place for place in cuts if place < len(reply)), len(reply)]
    pieces = tuple(reply[start:end] for start, end in itertools.pairwise(places))

    assert of(Filled, fill(house, Says(pieces))).value == VALUE


# Nothing is shown that is not in the journal


@pytest.mark.parametrize("commit", range(LAST_COMMIT))
def test_a_field_that_cannot_be_journalled_is_not_shown(house: House, commit: int) -> None:
    provider, log = said(VALUE), Log(house.services.audit, fails_at=commit)
    events = fill(house, provider, audit=log)

    end = closed(house, events)
    assert end.outcome == "failed"
    assert of(Failed, events).words.key == "error.not_recorded"
    assert len(log.commits) == commit
    assert bool(filled(events)) == (commit == LAST_COMMIT - 1)
    assert ("value" in house.services.audit.unseal(end, actor=house.teacher.subject)) == bool(filled(events))
    assert bool(provider.prompts) == (commit > 1)


def test_all_texts_of_a_field_are_one_commit(house: House) -> None:
    log = Log(house.services.audit)
    fill(house, said(VALUE), audit=log)

    assert "sentence+sentence+sentence+filled" in log.commits


@pytest.mark.parametrize("times", range(3))
def test_a_model_that_goes_out_of_force_fills_nothing(house: House, times: int) -> None:
    """The gate is asked before the call and before the value is shown."""
    provider = said(VALUE)
    events = fill(house, provider, gate=Admits(house.services.gate, times))

    end = closed(house, events)
    assert bool(provider.prompts) == (times > 0)
    assert end.outcome == ("refused", "withheld", "answered")[times]
    assert bool(filled(events)) == (times == 2)
    assert ("value" in house.services.audit.unseal(end, actor=house.teacher.subject)) == (times == 2)


def test_a_stop_at_any_event_closes_the_record_once(house: House) -> None:
    assistant = with_parts(house, said(VALUE))
    question = Question(text=ASKED, language="kk", subject="mathematics", work=work(house))
    whole = len(list(assistant.ask(house.teacher, question)))
    for count in range(1, whole + 1):
        events = assistant.ask(house.teacher, question)
        seen = [event for _, event in zip(range(count), events, strict=False)]
        events.close()  # type: ignore[attr-defined]
        recorded = [event for event in seen if isinstance(event, Recorded)]
        if not recorded:
            continue
        records = house.services.audit.records_of(recorded[0].receipt.exchange_id)  # type: ignore[arg-type]
        over = any(isinstance(event, Answered) for event in seen)
        assert [record.outcome for record in records] == [None, "answered" if over else "stopped"]
        if filled(seen):
            assert (
                house.services.audit.unseal(records[1], actor=house.teacher.subject)["value"]
                == filled(seen)[0].value
            )
    assert places_are_free(house)


def test_a_pupils_name_in_an_instruction_never_reaches_the_model(house: House) -> None:
    provider = said(VALUE)
    events = fill(house, provider, text=f"{ASKED} Айгүл Серікова деген оқушымның ЖСН 130523500121.")

    assert filled(events)
    assert not [event for event in events if isinstance(event, Text)]
    sent = "\n".join(message.text for message in provider.prompts[0].messages)
    assert "130523500121" not in sent
    assert "Серікова" not in sent
    assert of(Routed, events)
    assert of(Done, events)
