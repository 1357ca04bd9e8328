"""What counts as a quotation, and when two parts of a sentence took each other's role."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardrails.grounding import ground
from guardrails.policy import read
from guardrails.quotation import exchanged, quoted, wording
from guardrails.rails.groundedness import band
from guardrails.verdict import Action
from tests.guardrails.test_rails_output import OUT, One

FABLE = "In the fable the tortoise beats the hare. Red litmus shows acid, blue litmus shows alkali."


def told(text: str, passage: str, language: str) -> str:
    found = ground(text, (passage,), (language,), language)
    return band(found, *read().rails["groundedness"].thresholds(language))


def test_nothing_quotes_nothing_and_exchanges_nothing() -> None:
    assert not quoted(wording(""), wording(FABLE))
    assert not quoted(wording(FABLE), wording(""))
    assert not exchanged(wording(""), wording(""))


@pytest.mark.parametrize(
    ("text", "passage", "language"),
    [
        ("In the fable the hare beats the tortoise.", FABLE, "en"),
        ("Blue litmus shows acid, red litmus shows alkali.", FABLE, "en"),
        ("Red litmus shows alkali.", FABLE, "en"),
        ("Leaves turn yellow.", "If potassium is missing, leaves turn yellow.", "en"),
        ("Лакмус краснеет в щёлочи и синеет в кислоте.", "Лакмус краснеет в кислоте и синеет в щёлочи.", "ru"),
        ("Кукушку выкормила пеночка.", "Кукушка выкормила пеночку.", "ru"),
        ("Река замерзает.", "Если мороз крепок, река замерзает.", "ru"),
        ("Балқаштың шығысы тұщы, батысы тұзды.", "Балқаштың батысы тұщы, шығысы тұзды.", "kk"),
        ("Дабыл қағылады.", "Су көтерілсе, дабыл қағылады.", "kk"),
    ],
)  # fmt: skip
def test_the_words_of_a_passage_with_other_roles_or_no_condition_are_never_supported(
    text: str, passage: str, language: str
) -> None:
    assert told(text, passage, language) in {"weak", "unsupported"}


@pytest.mark.parametrize(
    ("text", "passage", "language"),
    [
        ("Күн Жерді айналып жүреді.", "Күн Жерді айналып жүреді, бұл қате түсінік.", "kk"),
        ("Күн Жерді айналып жүреді.", "Ежелгі адамдар жаңсақ ойлады: Күн Жерді айналып жүреді.", "kk"),
        ("Күн Жерді айналып жүреді.", "Күн Жерді айналып жүреді, бірақ бұл дұрыс емес.", "kk"),
        ("Күн Жерді айналып жүреді.", "Аңыз: Күн Жерді айналып жүреді.", "kk"),
        ("Күн Жерді айналып жүреді.", "Күн Жерді айналып жүреді (ғылым мұны растамайды).", "kk"),
        ("Солнце вращается вокруг Земли.", "Солнце вращается вокруг Земли, но это неверно.", "ru"),
        (
            "Солнце вращается вокруг Земли.",
            "Древние греки ошибочно считали: Солнце вращается вокруг Земли.",
            "ru",
        ),
        ("Солнце вращается вокруг Земли.", "Миф: Солнце вращается вокруг Земли.", "ru"),
        ("Солнце вращается вокруг Земли.", "Солнце вращается вокруг Земли, но это не так.", "ru"),
        (
            "Солнце вращается вокруг Земли.",
            "Солнце вращается вокруг Земли — распространённое заблуждение.",
            "ru",
        ),
        (
            "Солнце вращается вокруг Земли.",
            "Солнце вращается вокруг Земли, но наука с этим не согласна.",
            "ru",
        ),
        ("The Sun moves around the Earth.", "The Sun moves around the Earth, which is false.", "en"),
        (
            "The Sun moves around the Earth.",
            "The Greeks mistakenly taught: the Sun moves around the Earth.",
            "en",
        ),
        ("The Sun moves around the Earth.", "Myth: the Sun moves around the Earth.", "en"),
        ("The Sun moves around the Earth.", "The Sun moves around the Earth (this is not true).", "en"),
        (
            "The Sun moves around the Earth.",
            "Some say the wrong thing, the Sun moves around the Earth.",
            "en",
        ),
        # what stands before the sentence or behind it says so
        ("Күн Жерді айналып жүреді.", "Күн Жерді айналып жүреді. Бұл — қате түсінік.", "kk"),
        ("Күн Жерді айналып жүреді.", "Бірінші аңыз.\nКүн Жерді айналып жүреді.", "kk"),
        ("Солнце вращается вокруг Земли.", "Солнце вращается вокруг Земли. На самом деле это не так.", "ru"),
        ("Күн Жерді айналып жүреді.", "Күн Жерді айналып жүреді. Бірақ бұл олай емес.", "kk"),
        (
            "Солнце вращается вокруг Земли.",
            "Многие ошибались и учили так:\nСолнце вращается вокруг Земли.",
            "ru",
        ),
        ("The Sun moves around the Earth.", "The Sun moves around the Earth. This belief is wrong.", "en"),
        ("The Sun moves around the Earth.", "1. The Sun moves around the Earth. (False)", "en"),
    ],
)
def test_what_the_passage_itself_calls_false_is_not_supported(text: str, passage: str, language: str) -> None:
    assert told(text, passage, language) != "supported"


@pytest.mark.parametrize(
    ("text", "passage", "language"),
    [
        ("Күн Жерді айналып жүреді, бұл қате түсінік.", "Күн Жерді айналып жүреді, бұл қате түсінік.", "kk"),
        ("Жер Күнді айналып жүреді.", "Жер Күнді айналып жүреді. Ай Жерді айналады, жарық шығармайды.", "kk"),
        (
            "Солнце вращается вокруг Земли, но это неверно.",
            "Солнце вращается вокруг Земли, но это неверно.",
            "ru",
        ),
        (
            "Вода кипит при ста градусах.",
            "Вода кипит при ста градусах. Это свойство не зависит от её объёма.",
            "ru",
        ),
        (
            "Жұрнақ бірден жетіге дейінгі санға қосылады.",
            "Жұрнақ бірден жетіге дейінгі санға қосылады. Сегізге бұл жұрнақ жалғанбайды.",
            "kk",
        ),
        ("Сера горит синим огнём.", "Сера горит синим огнём. Это не металл.", "ru"),
        (
            "A secret ballot hides the choice of a voter.",
            "A secret ballot hides the choice of a voter. Before it came to Britain in 1872, landlords punished tenants who chose the wrong man.",
            "en",
        ),
        (
            "The Earth moves around the Sun.",
            "Some were wrong about it for long. The Earth moves around the Sun.",
            "en",
        ),
        (
            "The Earth moves around the Sun.",
            "The Earth moves around the Sun, and the Moon moves around the Earth.",
            "en",
        ),
    ],
)
def test_a_denial_of_something_else_or_a_denial_that_is_quoted_leaves_a_quotation(
    text: str, passage: str, language: str
) -> None:
    assert told(text, passage, language) == "supported"


@given(st.permutations("the tortoise beats the hare in many old fables of the east".split()))
def test_words_in_another_order_are_no_quotation(order: list[str]) -> None:
    passage = "The tortoise beats the hare in many old fables of the east."
    text = f"{' '.join(order)}."

    assert quoted(wording(text), wording(passage)) == (wording(text) == wording(passage))


def test_a_long_sentence_that_was_cut_is_quoted_on_both_sides_of_the_cut_but_not_without_its_condition() -> (
    None
):
    sentence = (
        "If the spring is dry, the farmers of the upper valley lead water from the old canal to the fields of "
        "barley and to the orchards of apricots that their grandfathers planted beside the wooden mill."
    )
    words = sentence.split()
    passage = wording(sentence)

    for cut in range(15, len(words) - 14):
        assert quoted(wording(" ".join(words[:cut])), passage)
        assert quoted(wording(" ".join(words[cut:])), passage)
    assert not quoted(wording(" ".join(words[5:])), passage)
    assert not quoted(wording(" ".join(words[:14])), passage)


@pytest.mark.parametrize(
    ("text", "passage"),
    [
        ("The hare beats the tortoise.", "The tortoise beats the hare."),
        ("The bank lends money to borrowers from savers.", "The bank lends money to savers from borrowers."),
        ("Пеночка выкормила кукушку.", "Кукушка выкормила пеночку."),
        ("Волк обогнал черепаху.", "Черепаха обогнала волка."),
        ("Лакмус краснеет в щёлочи и синеет в кислоте.", "Лакмус краснеет в кислоте и синеет в щёлочи."),
        ("Қоян тасбақадан озды.", "Тасбақа қояннан озды."),
        ("Абай Пушкинді аударды.", "Пушкин Абайды аударды."),
        ("Көлдің шығысы тұщы, батысы тұзды.", "Көлдің батысы тұщы, шығысы тұзды."),
    ],
)
def test_two_parts_that_took_each_others_role_are_told(text: str, passage: str) -> None:
    assert exchanged(wording(text), wording(passage))


@pytest.mark.parametrize(
    ("text", "passage"),
    [
        ("Astana is the capital of Kazakhstan.", "The capital of Kazakhstan is Astana."),
        ("Cats and dogs sleep.", "Dogs and cats sleep."),
        ("In spring snow melts in the mountains.", "In the mountains snow melts in spring."),
        ("Книгу написал автор.", "Автор написал книгу."),
        ("Зайца обогнала черепаха.", "Черепаха обогнала зайца."),
        ("Рабочие построили дом.", "Дом построен рабочими."),
        ("Весной снег тает в горах.", "В горах снег тает весной."),
        ("Бала мен ана келді.", "Ана мен бала келді."),
        ("Қыста көл мұздайды.", "Көл қыста мұздайды."),
    ],
)
def test_another_order_that_says_the_same_is_not_told(text: str, passage: str) -> None:
    assert not exchanged(wording(text), wording(passage))


def test_a_reader_is_told_that_roles_were_changed(one: One) -> None:
    verdict = one("groundedness", "In the fable the hare beats the tortoise.", OUT, "en", evidence=(FABLE,))

    assert verdict.action is Action.WARN
    assert verdict.message_key == "guardrails.groundedness.contrary"


@pytest.mark.parametrize(
    ("text", "passage", "language"),
    [
        ("Өзен бойындағы қала — Сауран.", "Отырар қаласы өзен бойында тұрған.", "kk"),
        ("Автор этой оперы — Бородин.", "Оперу сочинил Глинка, она идёт четыре часа.", "ru"),
        ("The city on the river is — Perth.", "York is a city on the river.", "en"),
    ],
)
def test_a_name_behind_a_dash_is_looked_up(text: str, passage: str, language: str) -> None:
    assert ground(text, (passage,), (language,), language).names_absent


@pytest.mark.parametrize("text", ["— Жақсы қала екен.", "- Жақсы қала екен."])
def test_a_capital_behind_the_dash_of_a_list_or_a_speaker_is_no_name(text: str) -> None:
    assert ground(text, ("Отырар қаласы өзен бойында тұрған.",), ("kk",), "kk").names_absent == ()
