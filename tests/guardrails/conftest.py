"""Fixtures of the rails: all of them, and one at a time."""

from collections.abc import Callable
from typing import Any

import pytest

from guardrails.guardrails import Combined, Guardrails, build
from guardrails.policy import read
from guardrails.rail import Means
from guardrails.verdict import Stage, Subject, Verdict

MEANS = Means(
    names=frozenset({"Айша Ғалымбаева", "Сырдария", "Талдықорған"}),
    known_code=lambda code: code in {"7.2.1.3", "5.1.2.1"},
)

Inspect = Callable[..., Combined]
One = Callable[..., Verdict]


@pytest.fixture(scope="session")
def guardrails() -> Guardrails:
    return Guardrails.load(means=MEANS, clock=lambda: 0.0)


@pytest.fixture(scope="session")
def asked(guardrails: Guardrails) -> Inspect:
    """All input rails over a text."""

    def inspect(text: str, language: str = "ru") -> Combined:
        return guardrails.inspect(Subject(stage=Stage.INPUT, text=text, language=language))

    return inspect


@pytest.fixture(scope="session")
def one() -> One:
    """One rail over a text."""
    rails = build(read(), MEANS)

    def inspect(
        name: str, text: str, stage: Stage = Stage.INPUT, language: str = "ru", **more: Any
    ) -> Verdict:
        return rails[name].inspect(Subject(stage=stage, text=text, language=language, **more))

    return inspect
