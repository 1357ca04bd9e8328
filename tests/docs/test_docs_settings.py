"""The page of settings is the code's own list."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_every_setting_is_documented_and_no_other() -> None:
    read = set(re.findall(r'"(USTAZ_[A-Z_]+)"', (ROOT / "app" / "settings.py").read_text(encoding="utf-8")))
    told = set(
        re.findall(
            r"^\| `(USTAZ_[A-Z_]+)`", (ROOT / "docs" / "settings.md").read_text(encoding="utf-8"), re.M
        )
    )

    assert read == told


def test_every_file_that_the_pages_name_exists() -> None:
    for page in [*ROOT.glob("docs/*.md"), ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md"]:
        for name in re.findall(
            r"`((?:app|knowledge|guardrails|prompts|tests|docs|benchmarks|deploy)/[\w./-]+)`",
            page.read_text(encoding="utf-8"),
        ):
            assert (ROOT / name.rstrip("/")).exists(), f"{page.name} names {name}"


def test_every_link_of_the_readme_leads_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", (ROOT / "README.md").read_text(encoding="utf-8")):
        if "://" not in target:
            assert (ROOT / target).exists(), target
