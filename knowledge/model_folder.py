"""A sentence-transformers model as it lies in a folder: what is there, what it is, and what must not be in it."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

WEIGHTS = ".safetensors"
# Whatever changes a vector: weights, configurations, prompts, tokenizers.
COUNTED = frozenset({WEIGHTS, ".json", ".txt", ".model"})
TOKENIZERS = ("tokenizer.json", "vocab.txt", "sentencepiece.bpe.model", "spiece.model", "tokenizer.model")
OWN_MODULES = "sentence_transformers."
E5 = {"query": "query: ", "document": "passage: "}
MEND = "give the folder of a whole sentence-transformers model with .safetensors weights"


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFolder:
    """What a folder holds: the width of its vectors, what is put before texts, and one digest over all that counts."""

    folder: Path
    dim: int
    prompts: Mapping[str, str]
    sha256: str

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read the descriptions and hash the files (about 2 s for a gigabyte); no model is loaded.

        Raises:
            FileNotFoundError: a part is missing; the message names it.
            ValueError: a description is not of the form, or the folder asks for code of its own.
        """
        if not folder.is_dir():
            raise FileNotFoundError(f"there is no folder {folder}; {MEND}")
        try:
            modules = _json(folder / "modules.json") if (folder / "modules.json").is_file() else []
            root = folder / str(modules[0].get("path", "")) if modules else folder
            _complete(folder, root)
            config = _json(root / "config.json")
            _no_own_code(modules, config)
            dim = _dim(folder, modules, config)
        except (KeyError, TypeError, AttributeError, json.JSONDecodeError) as error:
            raise ValueError(
                f"the model in {folder.name} is not described as it should be ({error}); {MEND}"
            ) from error
        return cls(folder=folder, dim=dim, prompts=_prompts(folder, config), sha256=digest(folder))

    @property
    def model_id(self) -> str:
        """The name of the folder and the start of the digest: other weights are another model."""
        return f"{self.folder.name}@{self.sha256[:16]}"


def digest(folder: Path) -> str:
    """SHA-256, in hex, over the list of files that count, as `sha256sum` prints it for their sorted paths."""
    lines = []
    counted = (one for one in folder.rglob("*") if one.is_file() and one.suffix in COUNTED)
    for path in sorted(one.relative_to(folder).as_posix() for one in counted):
        with (folder / path).open("rb") as file:
            lines.append(f"{hashlib.file_digest(file, 'sha256').hexdigest()}  {path}\n")
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _complete(folder: Path, root: Path) -> None:
    """Hold the folder to what loading needs.

    Raises:
        FileNotFoundError: a part is missing.
    """
    if not (root / "config.json").is_file():
        raise FileNotFoundError(f"no config.json in {folder}; {MEND}")
    if not any(root.glob(f"*{WEIGHTS}")):
        raise FileNotFoundError(f"no model weights (*{WEIGHTS}) in {folder}; {MEND}")
    for index in root.glob(f"*{WEIGHTS}.index.json"):
        for shard in sorted(set(_json(index)["weight_map"].values())):
            if not (root / shard).is_file():
                raise FileNotFoundError(f"the part {shard} of the weights is missing in {folder}; {MEND}")
    if not any((place / name).is_file() for place in (root, folder) for name in TOKENIZERS):
        raise FileNotFoundError(f"no tokenizer ({TOKENIZERS[0]}) in {folder}; {MEND}")


def _no_own_code(modules: list[Mapping[str, Any]], config: Mapping[str, Any]) -> None:
    """Refuse what would need code from the folder.

    Raises:
        ValueError: a module or class is not the library's own.
    """
    foreign = [str(one["type"]) for one in modules if not str(one["type"]).startswith(OWN_MODULES)]
    if foreign or "auto_map" in config:
        named = ", ".join(foreign) or "auto_map"
        raise ValueError(f"the model asks for code of its own ({named}), which is never run; {MEND}")


def _dim(folder: Path, modules: list[Mapping[str, Any]], config: Mapping[str, Any]) -> int:
    """The width of the vectors: of the last dense layer, else of the model itself."""
    dense = [one for one in modules if str(one["type"]).endswith(".Dense")]
    if dense:
        return int(_json(folder / str(dense[-1]["path"]) / "config.json")["out_features"])
    return int(config.get("hidden_size") or config["d_model"])


def _prompts(folder: Path, config: Mapping[str, Any]) -> Mapping[str, str]:
    """What the folder says is put before questions and passages; E5 models that say nothing are known by name."""
    path = folder / "config_sentence_transformers.json"
    said = _json(path).get("prompts") if path.is_file() else None
    given = {str(name): str(text) for name, text in (said or {}).items() if text}
    if given:
        document = given.get("document", given.get("passage", ""))
        return {"query": given.get("query", ""), "document": document}
    words = f"{folder.name} {config.get('_name_or_path', '')}".lower().replace("_", "-").replace("/", "-")
    return E5 if "e5" in words.replace(" ", "-").split("-") else {"query": "", "document": ""}


def _json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))
