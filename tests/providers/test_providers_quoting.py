"""The extractive answer: verbatim, bound to the question, in its language, the same every time."""

from dataclasses import replace

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


MUSEUM = Evidence(
    id="p10",
    title="museum.txt",
    language="ru",
    kind="document",
    text="Школьный музей «Мурагер» открыт на втором этаже, кабинет 214.\nМузей работает по вторникам с 14:00 до 16:30.\n"
    "Руководит музеем учитель истории.\nЭкскурсию бронируют за три дня в журнале на вахте.",
    nearest=("Музей работает по вторникам с 14:00 до 16:30.", "Руководит музеем учитель истории."),
    closest=True,
)
# Each shares one word with a question about the school museum, and none is about it.
PAINTER = Evidence(
    id="p11",
    title="Looking at pictures",
    language="en",
    kind="note",
    text="The State Museum of Arts in Almaty bears the name of the painter.",
)
QUESTIONS = Evidence(
    id="p12",
    title="Open and closed questions",
    language="en",
    kind="note",
    text="Open questions ask for a longer answer. The pupil tells both kinds apart at school.",
)
ORDER_KK = Evidence(
    id="p13",
    title="Сөздердің орын тәртібі",
    language="kk",
    kind="note",
    text="Мезгіл етістіктен ерте айтылады: Біз кеше мұражайға бардық. Ашық сұраққа ұзақ жауап беріледі.",
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


@pytest.mark.parametrize(
    ("question", "language", "beside"),
    [
        ("When is the school museum «Murager» open?", "en", (PAINTER, QUESTIONS)),
        ("«Мурагер» мектеп мұражайы қашан ашық?", "kk", (ORDER_KK,)),
        ("Школьный музей когда открыт?", "kk", (ORDER_KK,)),
    ],
)
def test_a_foreign_passage_found_by_meaning_is_quoted_where_own_ones_share_single_words_alone(
    question: str, language: str, beside: tuple[Evidence, ...]
) -> None:
    for evidence in ((MUSEUM, *beside), (beside[0], MUSEUM, *beside[1:])):
        found = said(question, language, *evidence)

        assert set(found) <= set(sentences(MUSEUM.text))
        assert "Музей работает по вторникам с 14:00 до 16:30." in found


def test_what_the_retriever_holds_nearest_is_found_however_the_passage_breaks_its_lines() -> None:
    broken = replace(
        MUSEUM, text="Музей работает\tпо вторникам с 14:00 до 16:30. Руководит\u00a0музеем учитель."
    )

    assert said("When is it open?", "en", broken)[0] == "Музей работает\tпо вторникам с 14:00 до 16:30."


def test_a_foreign_passage_whose_nearest_sentences_are_not_known_is_quoted_from_its_start() -> None:
    unknown = replace(MUSEUM, nearest=())

    assert said("When is it open at school?", "en", unknown, PAINTER) == sentences(MUSEUM.text)[:2]


def test_another_foreign_passage_lends_no_sentence_that_shares_nothing_with_the_question() -> None:
    other = replace(
        MUSEUM,
        id="p14",
        title="canteen.txt",
        text="Столовая работает с 9:00.",
        nearest=("Столовая работает с 9:00.",),
    )

    assert "Столовая работает с 9:00." not in said("When is the school museum open?", "en", MUSEUM, other)


def test_a_foreign_passage_that_is_neither_first_nor_closest_is_no_answer() -> None:
    trailing = (PAINTER, replace(MUSEUM, closest=False), QUESTIONS)

    assert not set(said("When is the school museum open?", "en", *trailing)) & set(sentences(MUSEUM.text))


def test_an_english_passage_that_is_only_closest_says_nothing_on_a_kazakh_question() -> None:
    english = replace(MUSEUM, language="en", text="The museum works on Tuesdays.", nearest=("The museum works on Tuesdays.",))  # fmt: skip
    question = "«Мурагер» мектеп мұражайы қашан ашық?"

    assert said(question, "kk", english, ORDER_KK) == ("The museum works on Tuesdays.",)
    assert set(said(question, "kk", ORDER_KK, english)) <= set(sentences(ORDER_KK.text))


def test_a_document_keeps_to_its_language() -> None:
    found = quotes("When is the school museum open?", "en", (MUSEUM, PAINTER), keep_language=True)

    assert {quote.evidence_id for quote in found} == {PAINTER.id}


def test_a_passage_of_line_ends_alone_answers_nothing() -> None:
    assert said("school museum", "en", replace(MUSEUM, text="\n\n"), PAINTER) == (PAINTER.text,)


def test_an_own_passage_that_holds_more_than_half_of_the_question_goes_before_a_foreign_one() -> None:
    other = Evidence(
        id="p15", title="дискриминант.txt", language="ru", kind="document",
        text="Дискриминант равен b² − 4ac.", nearest=("Дискриминант равен b² − 4ac.",),
    )  # fmt: skip

    found = said("What is the discriminant of a quadratic equation?", "en", other, VIETA)

    assert found
    assert set(found) <= set(sentences(VIETA.text))


def test_a_code_keeps_its_wording_in_the_language_of_the_answer() -> None:
    assert said("8.2.2.3 «Мурагер»", "kk", MUSEUM, ROOTS, ROOTS_KK) == (ROOTS_KK.text,)


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
