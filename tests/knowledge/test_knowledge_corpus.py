"""The starter corpus: three languages, real codes, passages of the right size that come from their text."""

import json
from collections import Counter
from pathlib import Path

import pytest

from knowledge import starter
from knowledge.chunking import MOST_TOKENS, estimated_tokens
from knowledge.passage import LANGUAGES, Kind, Passage, passage_id
from knowledge.starter import Corpus
from tests.knowledge.conftest import ROOT, SUBJECT, write_corpus


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return starter.load()


def test_every_passage_is_there_in_three_languages(corpus: Corpus) -> None:
    families: dict[str, list[str]] = {}
    for one in corpus.passages:
        families.setdefault(one.family, []).append(one.language)

    assert {tuple(sorted(found)) for found in families.values()} == {tuple(sorted(LANGUAGES))}


def test_passages_say_that_they_are_our_words(corpus: Corpus) -> None:
    assert all(
        one.paraphrase and one.source == "Ustaz starter corpus" and one.school is None
        for one in corpus.passages
    )


def test_a_passage_is_named_by_its_content(corpus: Corpus) -> None:
    for one in corpus.passages:
        assert one.id == passage_id(
            text=one.text, language=one.language, source=one.source, place=one.place, school=one.school
        )
    assert len({one.id for one in corpus.passages}) == len(corpus.passages)


def test_an_objective_is_one_passage_and_a_note_is_cut_to_size(corpus: Corpus) -> None:
    objectives = Counter(one.family for one in corpus.passages if one.kind is Kind.OBJECTIVE)

    assert set(objectives.values()) == {len(LANGUAGES)}
    assert len(objectives) == len(corpus.catalogue.all_objectives)
    assert all(estimated_tokens(one.text) <= 1.5 * MOST_TOKENS for one in corpus.passages)


def test_every_code_of_a_note_stands_in_the_catalogue_of_its_subject(corpus: Corpus) -> None:
    for one in corpus.passages:
        assert all(corpus.catalogue.find(code, subject=one.subject) for code in one.codes)


def test_a_passage_survives_the_way_through_json(corpus: Corpus) -> None:
    one = corpus.passages[0]

    assert Passage.from_mapping(json.loads(json.dumps(one.to_mapping()))) == one


def test_a_note_with_an_invented_code_is_refused(tmp_path: Path) -> None:
    folder = write_corpus(tmp_path / "corpus")
    note = folder / "notes" / "art" / "clay.toml"
    note.parent.mkdir(parents=True)
    texts = "\n".join(f'{language} = "Text."' for language in LANGUAGES)
    note.write_text(
        f'slug = "clay"\nsubject = "art"\ngrades = [3]\ncodes = ["9.9.9.9"]\n[title]\n{texts}\n[text]\n{texts}\n'
    )

    with pytest.raises(ValueError, match="no code of art"):
        starter.load(folder)


def test_an_objective_that_stands_twice_is_refused(tmp_path: Path) -> None:
    folder = write_corpus(tmp_path / "corpus")
    maths = folder / "objectives" / "mathematics.toml"
    objective = maths.read_text().split("[[objective]]")[1]
    maths.write_text(maths.read_text() + "[[objective]]" + objective)

    with pytest.raises(ValueError, match="stands twice"):
        starter.load(folder)


def test_an_empty_corpus_has_nothing(tmp_path: Path) -> None:
    folder = write_corpus(tmp_path / "corpus")
    for file in (folder / "objectives").iterdir():
        file.unlink()
    (folder / "objectives" / "art.toml").write_text(SUBJECT.format(slug="art", kk="Ө", ru="И", en="A"))

    assert starter.load(folder).passages == ()


def test_every_objective_of_the_facts_is_in_the_catalogue(corpus: Corpus) -> None:
    facts = ROOT.parent / "shared" / "facts" / "objectives.jsonl"
    if not facts.is_file():
        pytest.skip("the facts are not here")
    rows = [json.loads(line) for line in facts.read_text(encoding="utf-8").splitlines()]

    assert Counter((row["code"], row["grade"], row["language"]) for row in rows) == Counter(
        (one.code, one.grade, one.wording_language) for one in corpus.catalogue.all_objectives
    )
