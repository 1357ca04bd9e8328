"""Undoing a mask: names only, never beside a diagnosis, never a number; a placeholder that a model invented stays."""

import pytest

from benchmarks.personal_data import rail
from guardrails.personal.undo import undoable
from guardrails.placeholders import kind_of, restore, restore_map
from guardrails.policy import SHIPPED, PolicyRefused, parse
from guardrails.verdict import Action, Stage, Subject, Verdict


def inspect(text: str, *unmasked: str, language: str = "kk") -> Verdict:
    return rail().inspect(Subject(stage=Stage.INPUT, text=text, language=language, unmasked=unmasked))


def test_without_a_wish_nothing_is_let_through() -> None:
    assert "Айгерім" not in inspect("Оқушым Айгерім сабаққа кешікті").text
    assert undoable("", {}) == ()


def test_a_name_goes_on_as_it_is_in_every_ending_and_is_still_told_of() -> None:
    text = "Оқушым Айгерім кешікті, Айгерімге хат жаз"
    verdict = inspect(text, "Айгерім")

    assert verdict.text == text
    assert verdict.action is Action.WARN
    assert {finding.category for finding in verdict.findings} == {"personal_data.person"}


def test_only_the_name_that_was_meant_goes_on() -> None:
    verdict = inspect("Оқушым Айгерім мен оқушым Дамир төбелесіп қалды", "Дамир")

    assert "Айгерім" not in verdict.text
    assert "Дамир" in verdict.text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Оқушының ЖСН 130523500121, анықтама жаз", "130523500121"),
        ("Ата-ана карта 4400430211112222 жіберді", "4400430211112222"),
        ("Оқушының жеке куәлігі 012345678", "012345678"),
        ("Айгерімге дислексия диагнозы қойылған, оқушыма көмектес", "Айгерім"),
    ],
)
def test_numbers_papers_and_a_name_beside_a_diagnosis_stay_hidden(text: str, value: str) -> None:
    before = inspect(text).text

    assert inspect(text, value).text == before
    assert undoable(text, restore_map(text, before)) == ()


def test_what_may_be_undone_is_offered_by_its_placeholder() -> None:
    text = "Оқушым Айгерім кешікті, анасының телефоны +7 701 123 45 67"
    hidden = restore_map(text, inspect(text).text)

    assert undoable(text, hidden) == ("[ОҚУШЫ_1]",)
    assert set(hidden) > {"[ОҚУШЫ_1]"}


def test_a_placeholder_that_a_model_invented_stays_as_it_is() -> None:
    hidden = {"[ОҚУШЫ_1]": "Айгерім"}

    assert restore("[ОҚУШЫ_1] мен [ОҚУШЫ_2], [КОСМОС_1]", hidden) == "Айгерім мен [ОҚУШЫ_2], [КОСМОС_1]"
    assert kind_of("[КОСМОС_1]") == ""
    assert kind_of("[PUPIL_3]") == "pupil"


def test_a_policy_may_let_names_be_undone_and_nothing_else() -> None:
    shipped = SHIPPED.read_text(encoding="utf-8")
    assert parse(shipped).rails["personal_data"].undo == {"name"}
    assert not parse(shipped.replace('undo = ["name"]', "undo = []")).rails["personal_data"].undo
    with pytest.raises(PolicyRefused, match="undo"):
        parse(shipped.replace('undo = ["name"]', 'undo = ["iin"]'))
