"""What the groundedness rail can tell, and what its head may not learn."""

import json
import re
import tomllib
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from guardrails import grounding_training as training
from guardrails.contrast import turns, with_contrary, without_denial
from guardrails.grounding import Grounding, ground
from guardrails.grounding_evaluation import evaluate_groundedness
from guardrails.grounding_head import SHIPPED, SIGNS, Signs, load, shipped
from guardrails.policy import read
from guardrails.rails.groundedness import band
from guardrails.verdict import Action
from tests.guardrails import grounded_rows
from tests.guardrails.test_rails_output import OUT, One

NOTES = Path(__file__).parents[2] / "knowledge" / "corpus" / "notes"
NOTHING = Signs(**dict.fromkeys(SIGNS, 0.0))
PASSAGES = {
    "kk": "Балқаш көлінің батысы тұщы, шығысы тұзды. Көлге Іле өзені құяды, суы мұзданбайды. Тереңдігі 26 метр.",
    "ru": "Вогнутое зеркало собирает лучи в одной точке. В прожекторе лампу не ставят за зеркалом. Луч идёт 2 километра.",
    "en": "A concave mirror gathers rays at one point. Sailors do not look into the lamp. The beam is seen for 2 miles.",
}


def judged(text: str, language: str, passage: str | None = None) -> tuple[str, Grounding]:
    found = ground(text, (passage or PASSAGES[language],), (language,), language)
    return band(found, *read().rails["groundedness"].thresholds(language)), found


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_nothing_is_no_claim_and_nothing_holds_nothing(language: str) -> None:
    assert not ground("", (PASSAGES[language],), (language,), language).claim
    assert ground(PASSAGES[language], (), (), language).suspicion > 0.9


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_a_quoted_sentence_is_supported_and_a_foreign_one_is_not(language: str) -> None:
    for sentence in PASSAGES[language].split(". "):
        assert judged(sentence, language)[0] == "supported"
    other = {
        "kk": "Абай Құнанбаев өлеңдерінде достық пен білімді жырлайды.",
        "ru": "Пушкин написал роман о молодом дворянине и его друге.",
        "en": "Shakespeare wrote a tragedy about two young lovers of Verona.",
    }
    assert judged(other[language], language)[0] == "unsupported"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Көлдің батыс жағындағы су тұщы болып келеді.", "kk"),
        ("Такое зеркало сводит все лучи в точку.", "ru"),
        ("Such a mirror brings the rays together at a single point.", "en"),
    ],
)
def test_other_words_are_neither_warned_of_nor_called_supported(text: str, language: str) -> None:
    assert judged(text, language)[0] == "weak"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Көлге Іле өзені құяды, суы мұзданады.", "kk"),
        ("Балқаш көлінің батысы тұщы емес, шығысы тұзды.", "kk"),
        ("В прожекторе лампу ставят за зеркалом.", "ru"),
        ("Вогнутое зеркало рассеивает лучи в одной точке.", "ru"),
        ("Sailors do look into the lamp.", "en"),
        ("A convex mirror gathers rays at one point.", "en"),
    ],
)
def test_a_sentence_that_follows_a_passage_and_turns_it_round_is_told(text: str, language: str) -> None:
    name, found = judged(text, language)

    assert found.turned
    assert name == "unsupported"


def test_what_another_passage_says_as_well_is_not_turned() -> None:
    both = "Zinc dissolves in this acid. Zinc does not dissolve in this acid."

    assert not judged("Zinc does not dissolve in this acid.", "en", both)[1].turned
    assert not judged("Zinc dissolves in this acid.", "en", both)[1].turned


@pytest.mark.parametrize(
    ("part", "passage", "language"),
    [
        ("Painters treat red as a primary colour.", "Painters treat red as a primary colour, but it cannot be mixed.", "en"),
        ("Функция непрерывна в этой точке.", "Функция непрерывна в этой точке, обратное не всегда верно.", "ru"),
        ("Бояу тегіс бетке жағылып, қағаз басылады.", "Бояу тегіс бетке жағылып, қағаз басылады, бедер ойылмайды.", "kk"),
    ],
)  # fmt: skip
def test_a_part_of_a_sentence_is_not_turned_by_a_denial_in_the_rest_but_is_no_quotation(
    part: str, passage: str, language: str
) -> None:
    name, found = judged(part, language, passage)

    assert not found.turned
    assert name == "weak"


def test_a_sentence_that_quotes_another_language_stands_in_its_passage() -> None:
    passage = "Вежливое повеление строят аффиксы -ңыз, -ңіз: отыр — отырыңыз, сөйле — сөйлеңіз."

    assert judged(passage, "ru", passage)[0] == "supported"


def test_a_name_with_an_ending_behind_a_hyphen_is_held() -> None:
    passage = "АҚШ-тың ақшасы доллар, Ресейдің ақшасы рубль."

    assert judged("Ресейдің ақшасы рубль, АҚШ-тың ақшасы доллар.", "kk", passage)[1].names_absent == ()


def test_every_sentence_of_the_notes_that_ship_is_supported_by_its_note() -> None:
    notes = sorted(NOTES.rglob("*.toml"))[::8]
    told = []
    for path in notes:
        for language, text in tomllib.loads(path.read_text(encoding="utf-8"))["text"].items():
            for sentence in re.split(r"(?<=[.!?…])\s+", text):
                name, found = judged(sentence, language, text)
                if found.claim and name != "supported":
                    told.append(f"{path.stem} {name}: {sentence}")

    assert len(notes) > 5
    assert told == []


def test_the_reader_is_told_which_way_it_is_wrong(one: One) -> None:
    verdict = one("groundedness", "Sailors do look into the lamp.", OUT, "en", evidence=(PASSAGES["en"],))

    assert verdict.action is Action.WARN
    assert verdict.message_key == "guardrails.groundedness.contrary"
    assert [finding.category for finding in verdict.findings] == [
        "groundedness.unsupported",
        "groundedness.contrary",
    ]


def test_an_absent_number_is_unsupported_however_close_the_words_are() -> None:
    assert judged("Луч идёт 7 километров.", "ru")[0] == "unsupported"
    assert judged("The beam is seen for nine miles.", "en")[0] == "unsupported"


def test_another_language_is_never_called_supported() -> None:
    found = ground("Зеркало собирает лучи в одной точке.", (PASSAGES["en"],), ("en",), "ru")

    assert band(found, 0.3, 0.6) == "language_differs"


@pytest.mark.parametrize("sign", SIGNS)
def test_no_sign_speaks_for_a_sentence(sign: str) -> None:
    head = shipped()
    more = replace(NOTHING, **{sign: 1.0})

    assert head.suspicion(more) >= head.suspicion(NOTHING)
    assert all(head.suspicion(more, n) >= head.suspicion(NOTHING, n) for n in range(training.FOLDS))


def test_the_signs_are_those_of_the_weights(tmp_path: Path) -> None:
    assert [field.name for field in fields(Signs)] == list(SIGNS)
    other = json.loads(SHIPPED.read_text(encoding="utf-8"))
    other["signs"] = other["signs"][::-1]
    path = tmp_path / "other.json"
    path.write_text(json.dumps(other), encoding="utf-8")

    with pytest.raises(ValueError, match="holds weights of"):
        load(path)


def test_a_case_stands_in_one_fold_and_all_folds_have_cases() -> None:
    names = [f"kk-g-{n:04}" for n in range(1, 203)]

    assert all(training.fold_of(f"{name}-0") == training.fold_of(f"{name}-2") for name in names)
    assert {training.fold_of(f"{name}-0") for name in names} == set(range(training.FOLDS))


def test_what_is_made_from_a_passage_stands_in_the_fold_of_its_case() -> None:
    folds = {
        grounded_rows.evidence(row): training.fold_of(str(row["id"]))
        for name in ("en", "balanced_en")
        for row in _rows(name)
    }

    assert all(one.fold == folds[one.passage] for one in training.examples("en"))


def test_balanced_cases_of_odd_number_are_kept_for_reporting() -> None:
    odd = {
        grounded_rows.evidence(row)
        for row in _rows("balanced_kk")
        if training.fold_of(str(row["id"])) is None
    }

    assert len(odd) == len(grounded_rows.cases("balanced_kk")) / 2
    assert not odd & {one.passage for one in training.examples("kk")}
    assert training.fold_of("mixed-g-0001-0") is None


def test_a_fit_keeps_its_signs_and_finds_what_tells() -> None:
    signs = np.array([[1.0, 0.0], [1.0, 1.0], [0.0, 0.0], [0.0, 1.0]] * 20)
    wrong = signs[:, 0]

    found = training.fit(signs, wrong, np.ones(len(signs)))
    turned = training.fit(1 - signs, wrong, np.ones(len(signs)))

    assert found[1] > 1 > 0.1 > found[2] >= 0
    assert turned[1] == 0


@pytest.mark.slow
def test_training_again_gives_the_shipped_weights(tmp_path: Path) -> None:
    found = [one for language in training.LANGUAGES for one in training.examples(language)]
    path = tmp_path / "again.json"
    training.write(training.train(found, training.signs_of(found)), path)

    assert path.read_bytes() == SHIPPED.read_bytes()


def test_the_shipped_weights_are_made_of_the_rows_that_are_here() -> None:
    row = {**_rows("kk")[0]}

    assert evaluate_groundedness([row])["out_of_fold"] == 1
    assert evaluate_groundedness([{**row, "source": "another"}])["out_of_fold"] == 0


@pytest.mark.parametrize(
    ("text", "passage", "language"),
    [
        ("Тұщысы үш пайызға да жетпейді.", "Судың үш пайызға жетпейтіні ғана тұщы.", "kk"),
        ("Күркірін естімей тұрып найзағайды көреміз.", "Найзағайды көреміз, күркірін кейін естиміз.", "kk"),
        ("Ауа жоқ, сондықтан термоста шай суымайды.", "Термоста ауа сорылған, шай суымайды.", "kk"),
        ("Водоёмы не промерзают до дна.", "Если бы лёд тонул, водоёмы промерзали бы до дна.", "ru"),
        ("Years that do not divide by 400 are no leap years.", "Years are leap years only if they divide by 400.", "en"),
    ],
)  # fmt: skip
def test_a_denial_that_says_the_same_is_not_told(text: str, passage: str, language: str) -> None:
    assert not judged(text, language, passage)[1].turned


@pytest.mark.parametrize("text", ["Он вошёл в знатную семью.", "Второй раз файл не сжать."])
def test_a_family_and_a_second_time_are_no_absent_numbers(text: str) -> None:
    assert ground(text, ("Файл сжимают, а граф женится.",), ("ru",), "ru").numbers_absent == ()


def test_figures_of_no_rows_are_empty() -> None:
    figures = evaluate_groundedness([])

    assert (figures["rows"], figures["errors"], figures["languages"]) == (0, 0, {})


def test_figures_tell_source_kind_and_what_length_alone_would_tell() -> None:
    rows = [
        _row("supported", PASSAGES["en"].split(". ")[0] + ".", "verbatim"),
        _row("unsupported", "The beam is seen for 9 miles.", "number"),
    ]
    figures = evaluate_groundedness(rows)
    english = figures["languages"]["en"]

    assert english["auroc"] == english["by_source"]["invented"]["auroc"] == 1.0
    assert english["auroc_of_length_alone"] == 1.0
    assert english["by_category"]["number"]["number_told"]["hits"] == 1
    assert english["bands"]["supported"]["supported"]["hits"] == 1


def test_denials_and_contraries_are_read_in_three_languages() -> None:
    assert turns("").denied == ()
    assert turns("Ол мектепке бармайды.").denied == ("бар",)
    assert turns("Вода не кипит.").denied == ("кипит",)
    assert len(turns("It is not so.").denied) == 1
    assert without_denial("Вода не кипит.") == "Вода кипит."
    assert without_denial("Вода кипит.") is None
    assert with_contrary("There is more water.") == "There is less water."
    assert with_contrary("Вода.") is None


def _rows(language: str) -> tuple[grounded_rows.Line, ...]:
    return grounded_rows.read(language)


def _row(label: str, text: str, category: str) -> dict[str, Any]:
    return {
        "id": "one",
        "text": text,
        "evidence": [PASSAGES["en"]],
        "label": label,
        "lang": "en",
        "category": category,
        "source": "invented",
    }
