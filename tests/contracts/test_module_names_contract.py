"""No module where Streamlit puts folders first on the path may hide another one of the same name.

`streamlit run app/main.py` puts `app/` first on `sys.path`, and the script's folder `app/ui/` before it.
"""

import importlib.metadata
import sys
from pathlib import Path

import pytest

import guardrails
import knowledge
import prompts

ROOT = Path(__file__).resolve().parents[2]
FIRST_ON_PATH = ("app", "app/ui")
OURS = frozenset({"guardrails", "knowledge", "prompts", "app", "tests"})


def names(folder: str) -> list[str]:
    found = (ROOT / folder).iterdir()
    modules = [
        path.stem if path.is_file() else path.name for path in found if path.suffix == ".py" or path.is_dir()
    ]
    return sorted({name for name in modules if not name.startswith("__")})


@pytest.mark.parametrize("folder", FIRST_ON_PATH)
def test_there_are_modules_to_look_at(folder: str) -> None:
    assert len(names(folder)) > 8


@pytest.mark.parametrize("folder", FIRST_ON_PATH)
def test_no_module_hides_a_standard_or_installed_or_top_level_one(folder: str) -> None:
    installed = {
        name for name in importlib.metadata.packages_distributions() if not name.startswith("_")
    } - OURS
    taken = set(sys.stdlib_module_names) | installed | OURS

    assert set(names(folder)) & taken == set()


def test_streamlit_finds_no_pages_folder() -> None:
    assert not (ROOT / "app" / "pages").exists()
    assert not (ROOT / "app" / "ui" / "pages").is_dir()


@pytest.mark.parametrize("package", [guardrails, knowledge, prompts], ids=lambda package: package.__name__)
def test_the_top_level_packages_are_ours(package: object) -> None:
    assert str(getattr(package, "__file__", "")).startswith(str(ROOT))
