"""A policy is read whole or refused, and what is fixed cannot be loosened."""

import tomllib
from pathlib import Path

import pytest

from guardrails.guardrails import Guardrails
from guardrails.policy import SHIPPED, PolicyRefused, digest, parse, read
from guardrails.rail import Means
from guardrails.verdict import Action, Stage, Subject

TEXT = SHIPPED.read_text(encoding="utf-8")
WARN = next(line for line in TEXT.splitlines() if line.startswith("warn = "))
"""The first thresholds of the shipped policy, as they are written."""


def load(text: str, tmp_path: Path) -> Guardrails:
    path = tmp_path / "policy.toml"
    path.write_text(text, encoding="utf-8")
    return Guardrails.load(path, means=Means(), clock=lambda: 0.0)


def test_the_shipped_policy_loads_and_carries_its_version_and_digest() -> None:
    rails = Guardrails.load(means=Means(), clock=lambda: 0.0)

    assert rails.policy_version == read().version
    assert rails.policy_digest == digest(tomllib.loads(TEXT))
    assert len(rails.policy_digest) == 64


def test_the_digest_follows_the_meaning_and_not_the_layout() -> None:
    reordered = parse(
        "# another comment\n" + TEXT.replace("budget_ms = 50\nlimit = 8000", "limit = 8000\nbudget_ms = 50")
    )

    assert reordered.digest == read().digest
    assert parse(TEXT.replace("limit = 8000", "limit = 7999")).digest != read().digest


@pytest.mark.parametrize(
    ("old", "new"),
    [
        # not TOML, a missing part
        ('version = "2026.1"', "version"),
        ('version = "2026.1"', ""),
        # unknown keys and wrong types
        ("limit = 8000", "limits = 8000"),
        ("limit = 8000", 'limit = "8000"'),
        ("limit = 8000", "limit = -1"),
        ("[rails.size]", "[rails.size]\nenabled = 1"),
        ("[stages]", '[stages]\nthought = ["size"]'),
        (WARN, "warn = { kk = 0.5, ru = 0.5 }"),
        ('resource = "block"', 'resource = "frown"'),
        # a stage that names a rail without a section, or one twice
        ('input = ["size",', 'input = ["size", "kindness",'),
        ('input = ["size",', 'input = ["size", "size",'),
        # fixed: categories, rails, stages
        ('"personal_data.pupil" = "mask"', '"personal_data.pupil" = "allow"'),
        ('"personal_data.leak" = "block"', '"personal_data.leak" = "warn"'),
        ('"personal_data.leak" = "block"', ""),
        ('secrets = "mask"', 'secrets = "allow"'),
        ('prompt_leak = "block"', 'prompt_leak = "warn"'),
        ("[rails.personal_data]", "[rails.personal_data]\nenabled = false"),
        ('"personal_data", "secrets", "safeguarding"', '"secrets", "safeguarding"'),
        ('passage = ["normalise", "injection"]', 'passage = ["normalise"]'),
    ],
)
def test_a_wrong_policy_is_refused(old: str, new: str) -> None:
    assert old in TEXT
    with pytest.raises(PolicyRefused):
        parse(TEXT.replace(old, new, 1))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        # a rail, a category that nothing knows; a rail in a stage it is not made for; a category without an action
        ("[rails.size]", "[rails.kindness]\nbudget_ms = 5\n[rails.size]"),
        ('resource = "block"', 'resource = "block"\nkindness = "warn"'),
        ('passage = ["normalise", "injection"]', 'passage = ["normalise", "injection", "size"]'),
        ('language = "warn"', ""),
    ],
)
def test_a_policy_that_does_not_fit_the_rails_is_refused_where_they_are_built(
    old: str, new: str, tmp_path: Path
) -> None:
    assert old in TEXT
    with pytest.raises(PolicyRefused):
        load(TEXT.replace(old, new, 1), tmp_path)


def test_a_school_may_tighten(tmp_path: Path) -> None:
    stricter = load(
        TEXT.replace('"personal_data.pupil" = "mask"', '"personal_data.pupil" = "block"'), tmp_path
    )

    combined = stricter.inspect(
        Subject(stage=Stage.INPUT, text="Ученик Тимур Жакупов опаздывает", language="ru")
    )
    assert combined.action is Action.BLOCK
    assert combined.text == ""


def test_an_unknown_language_gets_the_strictest_threshold() -> None:
    policy = parse(TEXT.replace(WARN, "warn = { kk = 0.4, ru = 0.5, en = 0.6 }"))

    assert policy.rails["injection"].thresholds("xx")[0] == 0.4
    assert policy.rails["injection"].thresholds("en")[0] == 0.6
