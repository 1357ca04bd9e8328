"""Sentences beside passages in another language: names in any spelling, meaning by vectors, and what costs no call."""

import json
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from guardrails import across_training as training
from guardrails.across import LEAST, SHIPPED, load, shipped
from guardrails.grounding_evaluation import evaluate_groundedness
from guardrails.guardrails import Guardrails, build
from guardrails.names_across import absent_across
from guardrails.policy import Policy, read
from guardrails.rail import Means
from guardrails.rails.groundedness import Groundedness
from guardrails.reading import LANGUAGES
from guardrails.verdict import Action, Stage, Status, Subject, Verdict

PASSAGE = "Вода закипает при нагревании, если давление воздуха невелико. Высоко в горах она кипит раньше."
SENTENCE = "Water starts to boil sooner where the air presses less on it."
NEAR, FAR = 0.9, 0.0
EMBEDDER = shipped().embedder
WIDTH = len(shipped().sentences["en"])


@dataclass(slots=True)
class Vectors:
    """Vectors of which sentence and passage are as close as a test says; every text that is asked for is noted."""

    closeness: float = NEAR
    width: int = WIDTH
    error: Exception | None = None
    in_force: bool = True
    sentences: list[str] = field(default_factory=list)
    passages: list[str] = field(default_factory=list)

    def of_sentences(self, texts: Sequence[str]) -> NDArray[np.float32] | None:
        self.sentences += texts
        if self.error is not None:
            raise self.error
        if not self.in_force:
            return None
        row = np.zeros(WIDTH, dtype=np.float32)
        row[:2] = self.closeness, np.sqrt(1 - min(1.0, self.closeness**2))
        return np.tile(row, (len(texts), 1)) + shipped().sentences["en"]

    def of_passages(self, ids: Sequence[str], texts: Sequence[str]) -> NDArray[np.float32] | None:
        assert len(ids) == len(texts)
        self.passages += texts
        rows = np.zeros((len(texts), self.width), dtype=np.float32)
        rows[:, 0] = 1.0
        middle = shipped().passages["ru"]
        return rows + (middle if self.width == WIDTH else 0) if self.in_force else None

    @property
    def means(self) -> Means:
        return Means(embed=self.of_sentences, passage_vectors=self.of_passages, embedder=EMBEDDER)


def subject(
    text: str = SENTENCE, passages: Sequence[str] = (PASSAGE,), spoken: str = "ru", language: str = "en"
) -> Subject:
    return Subject(
        stage=Stage.OUTPUT,
        text=text,
        language=language,
        evidence=tuple(passages),
        evidence_languages=(spoken,) * len(passages),
        passage_ids=tuple(f"p{at}" for at in range(len(passages))),
    )


def rail(means: Means) -> Groundedness:
    return Groundedness(read().rails["groundedness"], means)


def categories(verdict: Verdict) -> list[str]:
    return [finding.category.removeprefix("groundedness.") for finding in verdict.findings]


def test_a_sentence_near_its_passage_is_said_to_be_no_more_than_near() -> None:
    vectors = Vectors()
    said = rail(vectors.means).inspect(subject())

    assert categories(said) == ["language_differs"]
    assert (said.action, said.message_key) == (Action.WARN, "guardrails.groundedness.language_near")
    assert said.version.endswith(f"+meaning {shipped().version}")
    assert (vectors.sentences, vectors.passages) == ([SENTENCE], [PASSAGE])


def test_a_sentence_far_from_every_passage_is_not_confirmed() -> None:
    said = rail(Vectors(closeness=FAR).means).inspect(subject(passages=(PASSAGE, PASSAGE + " Это так.")))

    assert categories(said) == ["unsupported"]
    assert (said.action, said.message_key) == (Action.WARN, "guardrails.groundedness.language_far")
    assert said.text == SENTENCE
    assert said.threshold is not None
    assert said.score > said.threshold


def test_one_near_passage_is_enough() -> None:
    vectors = Vectors(closeness=NEAR)

    def one_near(ids: Sequence[str], texts: Sequence[str]) -> NDArray[np.float32]:
        return np.eye(WIDTH, dtype=np.float32)[[2, 0]] + shipped().passages["ru"]

    means = replace(vectors.means, passage_vectors=one_near)

    assert categories(rail(means).inspect(subject(passages=(PASSAGE, PASSAGE)))) == ["language_differs"]


@pytest.mark.parametrize(
    ("text", "passages", "spoken", "language"),
    [
        # the same language, or a passage of it among others
        ("Высоко в горах вода кипит раньше.", (PASSAGE,), "ru", "ru"),
        # words of the passage quoted, nothing to lean on, a heading, nothing
        (PASSAGE, (PASSAGE,), "ru", "en"),
        (SENTENCE, (), "ru", "en"),
        ("Boiling water", (PASSAGE,), "ru", "en"),
        ("", (PASSAGE,), "ru", "en"),
        # what is told already: a number, a name that no passage holds
        ("Water boils at 340 degrees high in the mountains.", (PASSAGE,), "ru", "en"),
        ("High in the mountains water boils earlier, as Kepler saw.", (PASSAGE,), "ru", "en"),
        # a language of which no limit is known
        (SENTENCE, (PASSAGE,), "de", "en"),
    ],
)
def test_nothing_is_embedded_where_nothing_is_to_be_compared(
    text: str, passages: Sequence[str], spoken: str, language: str
) -> None:
    vectors = Vectors(closeness=FAR)
    asked = subject(text, passages, spoken, language)
    said = rail(vectors.means).inspect(asked)

    assert (vectors.sentences, vectors.passages) == ([], [])
    assert "+meaning" not in said.version
    assert categories(said) == categories(rail(Means()).inspect(asked))


def test_a_sentence_in_the_language_of_one_passage_is_compared_by_its_words() -> None:
    vectors = Vectors(closeness=FAR)
    mixed = replace(
        subject(passages=(PASSAGE, "Water boils sooner up there.")), evidence_languages=("ru", "en")
    )

    rail(vectors.means).inspect(mixed)

    assert vectors.sentences == []


@pytest.mark.parametrize("spoken", ["kk", "en", "ru"])
def test_a_rail_that_says_it_stays_in_python_does(spoken: str) -> None:
    vectors = Vectors()
    judging = rail(vectors.means)
    for text in ("", "Итак:", SENTENCE, PASSAGE, "Су төмен қысымда ертерек қайнай бастайды."):
        asked = subject(text, (PASSAGE,), "ru", spoken)
        before = len(vectors.sentences)
        judging.inspect(asked)
        assert judging.waits(asked) or len(vectors.sentences) == before


@pytest.mark.parametrize(
    "means",
    [
        Means(),
        replace(Vectors(closeness=FAR).means, embedder="another"),
        replace(Vectors(closeness=FAR).means, passage_vectors=None),
        Vectors(closeness=FAR, in_force=False).means,
    ],
)
def test_without_the_embedder_that_was_measured_in_force_the_sentence_is_not_verified(means: Means) -> None:
    said = rail(means).inspect(subject())

    assert categories(said) == ["language_differs"]
    assert said.message_key == "guardrails.groundedness.language_differs"
    assert "+meaning" not in said.version


def guarded(means: Means, *, budget_ms: float = 10_000.0) -> Guardrails:
    policy: Policy = read()
    rails = {**policy.rails, "groundedness": replace(policy.rails["groundedness"], budget_ms=budget_ms)}
    policy = replace(policy, rails=rails)
    return Guardrails(policy, build(policy, means), clock=lambda: 0.0)


@pytest.mark.parametrize(
    "vectors",
    [Vectors(error=RuntimeError("the embedder broke")), Vectors(width=5), Vectors(closeness=float("nan"))],
)
def test_an_embedder_that_fails_is_a_block(vectors: Vectors) -> None:
    combined = guarded(vectors.means).inspect(subject())

    assert combined.blocking is not None
    assert (combined.blocking.rail, combined.blocking.status) == ("groundedness", Status.ERROR)
    assert combined.text == ""


@pytest.fixture
def held() -> Iterator[threading.Event]:
    event = threading.Event()
    yield event
    event.set()


def test_an_embedder_that_hangs_is_a_block_and_other_sentences_do_not_wait_for_it(
    held: threading.Event,
) -> None:
    def hang(texts: Sequence[str]) -> NDArray[np.float32]:
        held.wait(60)
        raise AssertionError("nobody waits any more")

    rails = guarded(replace(Vectors().means, embed=hang), budget_ms=20)
    combined = rails.inspect(subject())
    other = rails.inspect(subject("Высоко в горах она кипит раньше.", language="ru"))

    assert combined.blocking is not None
    assert (combined.blocking.rail, combined.blocking.status) == ("groundedness", Status.TIMEOUT)
    assert rails.workers.abandoned == 1
    assert not other.blocked


def test_a_vector_that_is_the_middle_of_its_language_is_far_and_no_failure() -> None:
    vectors = Vectors()
    means = replace(vectors.means, embed=lambda texts: shipped().sentences["en"][None, :])

    assert categories(rail(means).inspect(subject())) == ["unsupported"]


def test_centres_that_are_not_of_the_form_do_not_load(tmp_path: Path) -> None:
    document = json.loads(SHIPPED.read_text(encoding="utf-8"))
    short = {**document, "passages": {**document["passages"], "kk": [0.1]}}
    for wrong in ({}, {**document, "sentences": {}}, {**document, "passages": None}, short):
        path = tmp_path / "wrong.json"
        path.write_text(json.dumps(wrong), encoding="utf-8")
        with pytest.raises(ValueError, match=r"wrong\.json"):
            load(path)


def test_the_shipped_centres_are_made_of_the_rows_that_are_here(tmp_path: Path) -> None:
    sentences = {one: np.tile(shipped().sentences[one], (2, 1)) for one in LANGUAGES}
    passages = {one: [np.tile(shipped().passages[one], (2, 1))] * 2 for one in LANGUAGES}
    made = training.document(EMBEDDER, sentences, passages)
    training.write(made, tmp_path / "again.json")

    assert (tmp_path / "again.json").read_bytes() == SHIPPED.read_bytes()


# --- names


@pytest.mark.parametrize(
    ("text", "passage"),
    [
        # nothing
        ("", ""),
        ("", "Абай өлең жазған."),
        # one name in three spellings and in case forms
        ("It was written by Abai.", "Абайдың өлеңі."),
        ("It was written by Abay.", "Стихи Абая."),
        ("Бұл роман Әуезовтікі.", "The novel is by Auezov."),
        ("Роман написал Ауэзов.", "Роман — Әуезовтің еңбегі."),
        ("Закон открыл Ньютон.", "The law was found by Newton."),
        ("A play by Shakespeare.", "Пьеса Шекспира."),
        ("An engine of Babbage.", "Машина Бэббиджа."),
        ("The scale of Celsius.", "Цельсий шкаласы."),
        ("A pyramid of Cheops.", "Хеопс пирамидасы."),
        # one consonant changed, put in, left out
        ("It was found by Berdalamon.", "Нашёл Мердаламон."),
        ("It was found by Sperdalamon.", "Нашёл Пердаламон."),
        ("It was found by Ordalamon.", "Нашёл Мордаламон."),
        # what is called otherwise
        ("It flows into the Volga.", "Ол Еділге құяды."),
        ("Она стоит в Египте.", "Ол Мысырда тұр."),
        ("Тела тянет к Земле.", "Денелерді Жер тартады."),
        # what is translated and not spelled anew
        ("It lies on the Great Silk Road.", "Ол Ұлы Жібек жолында тұр."),
        ("Он написал «Слова назидания».", "Ол қара сөздер жазды."),
        ("Они вышли к Белому морю, в Новую Зеландию.", "They came to the White Sea and to New Zealand."),
        (
            "Олар Алтын Орданың хандарын және Қызыл Теңізді көрді.",
            "They saw the khans of the Golden Horde and the Red Sea.",
        ),
        ("On the Eastern Seas of the Kings.", "Шығыс теңіздерінде."),
        ("It was in January, and why not?", "Қаңтар айы еді."),
        ("Это было в XVII веке.", "It was long ago."),
    ],
)
def test_a_name_is_found_in_another_language(text: str, passage: str) -> None:
    assert absent_across(text, (passage,)) == ()


@pytest.mark.parametrize(
    ("text", "passage", "absent"),
    [
        ("It was written by Ybyrai.", "Абайдың өлеңі.", ("Ybyrai",)),
        ("Закон открыл Галилей.", "The law was found by Newton.", ("Галилей",)),
        ("Бұл роман Мұқановтікі.", "The novel is by Auezov.", ("Мұқановтікі",)),
        ("It flows into the Danube.", "Ол Еділге құяды.", ("Danube",)),
        ("Она стоит в Турции.", "Ол Мысырда тұр.", ("Турции",)),
        ("The one who saw it was Darwin.", "Мұны Мендель көрді.", ("Darwin",)),
        # two consonants changed; one more and one changed
        ("It was found by Bergalamon.", "Нашёл Мердаламон.", ("Bergalamon",)),
        ("It was found by Spergalamon.", "Нашёл Пердаламон.", ("Spergalamon",)),
        # what begins as a word that is translated does, and is a name of its own
        ("The law was found by Newton.", "Заңды Кеплер тапты.", ("Newton",)),
        ("He spoke in Stalingrad and Warsaw.", "Ол Берлинде сөйледі.", ("Stalingrad", "Warsaw")),
        ("Алғашқы мектепті Алтынсарин ашты.", "The first school was opened by Kunanbaev.", ("Алтынсарин",)),
        ("Ол Қарағандыда тұрады.", "He lives in Pavlodar.", ("Қарағандыда",)),
        ("Пьесу написал Горький.", "The play was written by Chekhov.", ("Горький",)),
        ("Битву выиграл Наурызбай.", "The battle was won by Abylai.", ("Наурызбай",)),
        ("It flows through Hungary.", "Ол ғұндардың жерімен ағады.", ("Hungary",)),
    ],
)
def test_another_name_is_absent(text: str, passage: str, absent: tuple[str, ...]) -> None:
    assert absent_across(text, (passage,)) == absent


def test_an_absent_name_is_not_confirmed_with_and_without_an_embedder() -> None:
    asked = subject("In the mountains water boils sooner, as was seen by Kepler.")
    for means in (Means(), Vectors().means):
        said = rail(means).inspect(asked)
        assert categories(said) == ["unsupported", "name"]
        assert said.message_key == "guardrails.groundedness.name"


# --- figures


def test_figures_are_told_by_pair_and_split_with_the_limit() -> None:
    row = {
        "id": "one",
        "text": SENTENCE,
        "evidence": [PASSAGE],
        "label": "supported",
        "lang": "en",
        "evidence_lang": "ru",
        "category": "paraphrase",
        "split": "report",
        "source": "invented",
    }
    wrong = {**row, "label": "unsupported", "category": "foreign", "split": "choose"}
    vectors = Vectors(closeness=FAR)
    figures = evaluate_groundedness([row, wrong], vectors.means)["across_languages"]
    without = evaluate_groundedness([row, wrong])["across_languages"]

    assert figures["compared_by_meaning"] is True
    pair = figures["pairs"]["en-ru"]
    assert figures["least_closeness"] == LEAST
    assert pair["report"]["warned"]["supported"]["hits"] == 1
    assert pair["choose"]["by_category"]["foreign"]["warned"]["hits"] == 1
    assert without["compared_by_meaning"] is False
    assert without["pairs"]["en-ru"]["choose"]["warned"]["unsupported"]["hits"] == 0
