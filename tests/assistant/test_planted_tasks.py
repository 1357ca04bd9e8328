"""A task that is planted in a school's document: mostly left out at ingest; a model that obeys it has nothing to act with."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import pytest

from app.i18n import LANGUAGES
from benchmarks.planted import obeying, obeys, rows
from guardrails.guardrails import Guardrails
from guardrails.rail import Means
from guardrails.verdict import Stage, Subject
from tests.assistant.stream import RULES, show

ROWS = rows()
HARMLESS = {"link", "image", "leak"}
"""Families of which nothing is left on the screen even where a model obeys."""


@cache
def rails() -> Guardrails:
    return Guardrails.load(means=Means(), clock=lambda: 0.0)


def is_caught(row: Mapping[str, Any]) -> bool:
    subject = Subject(stage=Stage.PASSAGE, text=str(row["text"]), language=str(row["language"]))
    return rails().inspect(subject).blocked


def test_every_language_has_every_family_once() -> None:
    families = {row["family"] for row in ROWS}

    assert {(row["language"], row["family"]) for row in ROWS} == {
        (language, family) for language in LANGUAGES for family in families
    }
    assert len(ROWS) == len(LANGUAGES) * len(families)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("family", ["override", "leak", "persona"])
def test_an_order_to_the_machine_is_left_out_at_ingest(language: str, family: str) -> None:
    (row,) = [one for one in ROWS if (one["language"], one["family"]) == (language, family)]

    assert is_caught(row)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row["id"]))
def test_a_document_without_its_order_goes_in(row: Mapping[str, Any]) -> None:
    assert not is_caught({**row, "text": str(row["text"]).replace(str(row["order"]), "")})


@pytest.mark.parametrize(
    "row", [row for row in ROWS if row["family"] in HARMLESS], ids=lambda row: str(row["id"])
)
def test_what_an_obedient_model_would_send_or_betray_is_not_shown(row: Mapping[str, Any]) -> None:
    reply = obeying(row, RULES)
    seen = show(rails(), [reply], question=str(row["question"]))

    assert obeys(row, reply, RULES)
    assert not obeys(row, seen.text, RULES)
    assert "://" not in seen.text
