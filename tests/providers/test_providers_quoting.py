"""The extractive answer: verbatim, bound to the question, in its language, the same every time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import Failure, ProviderFailed
from app.providers import Call, Evidence, Prompt
from app.providers.catalogue import Means, load
from app.providers.quoting import MOST, quotes
from knowledge.sentences import sentences

VIETA = Evidence(
    id="p1",
    title="Quadratic equations",
    language="en",
    kind="note",
    codes=("8.2.2.1", "8.2.2.3"),
    text="A quadratic equation has the form ax² + bx + c = 0. The number D = b² − 4ac is called the discriminant. "
    "Two different real roots exist when D > 0. François Viète lived from 1540 to 1603.",
)
ROOTS = Evidence(
    id="p2",
    title="Algebra, grade 8",
    language="en",
    kind="objective",
    codes=("8.2.2.3",),
    text="Finds the roots of quadratic equations by the discriminant and by other methods.",
)
ROOTS_KK = Evidence(
    id="p3",
    title="Алгебра, 8-сынып",
    language="kk",
    kind="objective",
    codes=("8.2.2.3",),
    text="Квадрат теңдеудің түбірлерін дискриминант арқылы және басқа тәсілдермен табады.",
)
POWERS = Evidence(
    id="p4",
    title="Powers",
    language="en",
    kind="note",
    codes=("7.1.2.2",),
    text="The exponent counts equal factors. Powers of two go on as 2, 4, 8, 16.",
)


def said(question: str, language: str, *evidence: Evidence) -> tuple[str, ...]:
    return tuple(quote.text for quote in quotes(question, language, evidence))


def test_without_passages_nothing_is_quoted() -> None:
    assert quotes("What is a discriminant?", "en", ()) == ()


@given(
    question=st.text(max_size=80),
    texts=st.lists(st.text(st.sampled_from("абв әі ABC .!?…\n«»123.,г ст"), max_size=120), max_size=5),
    language=st.sampled_from(["kk", "ru", "en"]),
)
def test_every_quote_is_a_part_of_its_passage_and_the_same_each_time(
    question: str, texts: list[str], language: str
) -> None:
    evidence = tuple(Evidence(id=str(n), text=text, title="", language="ru") for n, text in enumerate(texts))
    found = quotes(question, language, evidence)

    assert len(found) <= MOST
    assert all(quote.text and quote.text in texts[int(quote.evidence_id)] for quote in found)
    assert len({quote.text for quote in found}) == len(found)
    assert quotes(question, language, evidence) == found
    assert bool(found) == any(text.strip() for text in texts)


def test_the_sentence_that_shares_most_with_the_question_is_quoted_and_unrelated_passages_are_not() -> None:
    found = said("What is the discriminant of a quadratic equation?", "en", VIETA, POWERS)

    assert "The number D = b² − 4ac is called the discriminant." in found
    assert not any("exponent" in sentence or "Powers" in sentence for sentence in found)


def test_a_passage_speaks_in_its_own_order() -> None:
    first, second, *_ = said("discriminant, quadratic form", "en", VIETA)

    assert VIETA.text.index(first) < VIETA.text.index(second)


def test_a_code_in_the_question_gets_the_wording_of_its_objective_first() -> None:
    for question in ("What does 8.2.2.3 mean?", "Explain objective 8.2.2.3, please."):
        assert said(question, "en", VIETA, POWERS, ROOTS)[0] == ROOTS.text


def test_a_code_question_is_not_filled_up_with_passages_of_other_codes() -> None:
    assert set(said("8.2.2.3", "en", POWERS, ROOTS, ROOTS_KK)) == {ROOTS.text}


def test_a_code_is_found_whole() -> None:
    longer = Evidence(
        id="p9", title="", language="en", kind="objective", codes=("8.2.2.31",), text="Another one."
    )

    assert said("8.2.2.3", "en", longer, ROOTS)[0] == ROOTS.text


def test_passages_in_the_language_of_the_answer_go_first() -> None:
    assert said("Дискриминант дегеніміз не?", "kk", VIETA, ROOTS, ROOTS_KK) == (ROOTS_KK.text,)


def test_another_language_is_quoted_where_the_own_one_has_nothing_on_the_matter() -> None:
    other = Evidence(id="p5", title="Көбелек", language="kk", text="Көбелектің төрт қанаты бар.")

    assert ROOTS.text in said("discriminant roots", "kk", other, ROOTS)


def test_kazakh_endings_do_not_hide_a_word() -> None:
    plants = Evidence(
        id="p6",
        title="Өсімдіктер",
        language="kk",
        text="Су тамыр арқылы көтеріледі. Фотосинтез жапырақтарда жүреді. Гүл тозаңданады.",
    )

    assert "Фотосинтез жапырақтарда жүреді." in said(
        "Жапырақ не істейді, фотосинтездің орны қайсы?", "kk", plants
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ()),
        ("One. Two! Three? Four… Five", ("One.", "Two!", "Three?", "Four…", "Five")),
        # not an end: shortened words, initials, decimals, codes
        ("В 1540 г. Виет родился. Он жил до 1603 г.", ("В 1540 г. Виет родился.", "Он жил до 1603 г.")),
        ("А. С. Пушкин и т.д. Читали. Да.", ("А. С. Пушкин и т.д. Читали.", "Да.")),
        ("Жеміс, көкөніс т.б. Азық. Дайын.", ("Жеміс, көкөніс т.б. Азық.", "Дайын.")),
        ("It is 2.5 and 3.1.2.4 here. Next.", ("It is 2.5 and 3.1.2.4 here.", "Next.")),
        # lines end sentences; quotation marks stay with theirs
        ("first line\nsecond line", ("first line", "second line")),
        ("«Кел!» деді. Ол келді.", ("«Кел!» деді.", "Ол келді.")),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text: str, expected: tuple[str, ...]) -> None:
    assert sentences(text) == expected


def test_each_chunk_of_the_answer_is_a_sentence_of_a_passage(means: Means, call: Call) -> None:
    prompt = Prompt(
        messages=(), question="discriminant of a quadratic equation", language="en", evidence=(VIETA,)
    )
    *pieces, last = load("extractive", means).stream(prompt, call=call)

    assert len(pieces) >= 2
    assert all(piece.text.strip() in VIETA.text for piece in pieces)
    assert "".join(piece.text for piece in pieces) == "\n".join(piece.text.strip() for piece in pieces)
    assert (last.finish, last.model) == ("stop", call.served_name)


def test_without_passages_the_answer_is_a_failure_and_not_a_word(means: Means, call: Call) -> None:
    prompt = Prompt(messages=(), question="anything", language="en", evidence=())

    with pytest.raises(ProviderFailed) as caught:
        list(load("extractive", means).stream(prompt, call=call))
    assert caught.value.failure is Failure.EMPTY
