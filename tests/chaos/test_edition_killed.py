"""`kill -9` while official editions are taken in and switched on: a reader finds one of them whole, never a half."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from knowledge import editions, manifest, official
from knowledge.edition import Edition
from knowledge.embedding import HashEmbedder
from knowledge.library import Library
from knowledge.relevance import Relevance
from tests.knowledge.conftest import write_corpus
from tests.knowledge.editions_made import edition, programme, text_of

ROOT = Path(__file__).parents[2]
SHORT, FULL = 2, 20
PAUSE = 0.004
VERBS = "сравнивать складывать делить умножать рисовать читать объяснять находить".split()
NOUNS = "дроби числа фигуры узоры слова задачи карты опыты".split()


def made(name: str, chance: random.Random) -> Edition:
    """An edition of two programmes with wordings that only it has."""
    texts = []
    for appendix, subject in (("26", "mathematics"), ("65", "music")):
        words = {
            f"{grade}.{section}.1.{number}": f"{chance.choice(VERBS)} {chance.choice(NOUNS)} {name}{appendix}{section}{number}"
            for grade in (5, 6)
            for section in (1, 2, 3)
            for number in range(1, 9)
        }
        texts.append(text_of(words, programme(appendix, subject)))
    return edition(*texts, name=name)


def start(
    home: Path, corpus: Path, journal: Path, said: Path, papers: Sequence[Path]
) -> subprocess.Popen[bytes]:
    arguments = [home, corpus, journal, said, PAUSE, *papers]
    return subprocess.Popen(
        [sys.executable, "-m", "tests.chaos.edition_victim", *map(str, arguments)],
        cwd=ROOT, start_new_session=True,
    )  # fmt: skip


def acknowledged(said: Path) -> list[tuple[str, str]]:
    """What finished runs reported: ("kept" or "switched", edition)."""
    lines = said.read_text().splitlines() if said.exists() else []
    return [(word, name) for word, _, name in (line.partition(" ") for line in lines) if name]


def served(home: Path, made_of: dict[str, Edition]) -> str:
    """The edition that a reader finds, checked to be whole in catalogue and passages; "" for none."""
    hashes = HashEmbedder()
    library = Library(home, model_id=hashes.model_id, relevance=Relevance.load())
    try:
        found = {
            (one.programme.key, one.code): one.text("ru")
            for one in library.catalogue.objectives()
            if one.official
        }
        passages = {one.text for one in library.passages() if one.act == "Order 999 of 01.02.2030"}
        for name, whole in made_of.items():
            wanted = {
                (text.programme.key, one.code): one.text("ru")
                for text in whole.programmes
                for one in text.objectives
            }
            if wanted == found:
                assert passages == set(wanted.values())
                return name
        assert not found
        assert not passages
        return ""
    finally:
        library.close()


def state(home: Path) -> tuple[str, tuple[str, ...], dict[str, bytes]]:
    """All that a finished run leaves, without the number of the version."""
    pointer = manifest.read_pointer(home)
    assert pointer is not None
    kept = {path.name: path.read_bytes() for path in sorted((home / editions.FOLDER).iterdir())}
    return pointer.content, pointer.editions, kept


@pytest.mark.parametrize("points", [SHORT, pytest.param(FULL, marks=pytest.mark.slow)])
def test_a_kill_never_leaves_half_an_edition(tmp_path: Path, points: int) -> None:
    chance = random.Random(399)
    corpus = write_corpus(tmp_path / "corpus")
    made_of = {one.id: one for one in (made(name, chance) for name in "abc")}
    papers = []
    for name, one in made_of.items():
        papers.append(tmp_path / f"{name}.json")
        papers[-1].write_text(json.dumps(one.to_mapping(), ensure_ascii=False), encoding="utf-8")
    calm, calm_journal = tmp_path / "calm", tmp_path / "calm_journal"
    begun = time.monotonic()
    assert start(calm, corpus, calm_journal, tmp_path / "calm_said", papers).wait() == 0
    whole_run = time.monotonic() - begun

    kills, attempt = 0, 0
    while kills < points:
        attempt += 1
        home = tmp_path / f"home{attempt}"
        journal, said = tmp_path / f"journal{attempt}", tmp_path / f"said{attempt}"
        while kills < points:
            before = said.stat().st_size if said.exists() else 0
            victim = start(home, corpus, journal, said, papers)
            while not (said.exists() and said.stat().st_size > before):
                assert victim.poll() is None
                time.sleep(0.005)
            time.sleep(chance.uniform(0, whole_run * 0.6))
            os.killpg(victim.pid, signal.SIGKILL)
            if victim.wait() != -signal.SIGKILL:
                break
            kills += 1
            done = acknowledged(said)
            for word, name in done:
                assert word != "kept" or editions.load(home, name) == made_of[name]
            switched = [name for word, name in done if word == "switched"]
            if manifest.read_pointer(home) is None:
                assert not switched
                continue
            order = list(made_of)
            now = served(home, made_of)
            assert not switched or order.index(now) >= order.index(switched[-1])
        assert start(home, corpus, journal, said, papers).wait() == 0
        assert state(home) == state(calm)
        assert [one.id for one in official.switched(home)] == list(made_of)
        assert served(home, made_of) == list(made_of)[-1]
        assert not list(home.rglob(".*.json*"))
        twice = Counter(journal.read_text().splitlines())
        computed = Counter(calm_journal.read_text().splitlines())
        # What was not yet kept when a kill came is computed again: one batch for each kill at most.
        assert sum(twice.values()) <= sum(computed.values()) + 16 * kills
