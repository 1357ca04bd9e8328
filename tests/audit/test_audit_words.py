"""Every outcome, kind, verdict, problem, alarm and refusal has its sentence in all three languages."""

import re
from pathlib import Path

import pytest

import app.audit
from app.audit import Kind, Outcome
from app.errors import Words
from app.i18n import LANGUAGES, translator

SOURCES = "\n".join(path.read_text(encoding="utf-8") for path in Path(app.audit.__file__).parent.glob("*.py"))
PROBLEMS = sorted(
    set(re.findall(r'(?:\badd|_doubt|_node)\(\s*"(\w+)"', SOURCES))
    | set(re.findall(r'lost="(\w+)"', SOURCES))
    | set(re.findall(r'^        "(\w+)": ', SOURCES[SOURCES.index("faults = {") :][:400], re.MULTILINE))
    | {"newer_schema", "record_changed"}
)
KEYS = [
    *(f"audit.kind.{kind.value}" for kind in Kind),
    *(f"audit.outcome.{outcome}" for outcome in [*Outcome, "abandoned", "open"]),
    *(
        f"audit.integrity.{verdict}"
        for verdict in ("ok", "ok.anchored", "tampered", "tampered_at", "cannot_tell")
    ),
    *(
        f"audit.integrity.bundle.{verdict}"
        for verdict in ("ok", "ok.anchored", "tampered", "tampered_at", "cannot_tell")
    ),
    *(f"audit.integrity.proof.{verdict}" for verdict in ("ok", "tampered", "cannot_tell")),
    *(f"audit.problem.{key}" for key in PROBLEMS),
    *(f"audit.refusal.{key}" for key in re.findall(r'_refused\(\s*"(\w+)"', SOURCES)),
    *re.findall(r'"(audit\.(?:alarm|refusal)\.\w+)"', SOURCES),
]


def test_the_problems_are_found_in_the_source() -> None:
    assert len(PROBLEMS) == 54
    assert {"cut_off", "sealed_changed", "anchor_unreadable", "proof_fails", "no_key"} <= set(PROBLEMS)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", sorted(set(KEYS)))
def test_the_key_has_its_words(language: str, key: str) -> None:
    assert translator(language).has(key)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_without_use(language: str) -> None:
    text = (Path(app.audit.__file__).parent.parent / "i18n" / language / "audit.po").read_text(
        encoding="utf-8"
    )

    assert set(re.findall(r'^msgid "(audit\..+)"$', text, re.MULTILINE)) == set(KEYS)


@pytest.mark.parametrize("key", sorted(set(KEYS)))
def test_a_text_has_the_same_places_in_every_language(key: str) -> None:
    marks = {
        name: f"«{name}»"
        for name in ("leaf", "size", "signed", "record", "records", "exchange", "asked", "ended", "file")
    }
    marks |= {
        name: f"«{name}»"
        for name in (
            "mode",
            "missing",
            "instance",
            "lane",
            "leaves",
            "why",
            "column",
            "hold",
            "request",
            "keys",
        )
    }
    said = [translator(language).words(Words(key=key, facts=marks)) for language in LANGUAGES]

    assert len({frozenset(re.findall("«(.+?)»", text)) - {""} for text in said}) == 1
