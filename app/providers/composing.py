"""Filling in a schema without a model: what can be said with sentences of the passages, and nothing else."""

import json
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from app.providers.gaps import Gap, gaps
from app.providers.provider import Prompt
from app.providers.quoting import quotes

ITEM = ("question", "answer", "wrong", "explanation")
WORDS = Path(__file__).with_suffix(".toml")


def compose(prompt: Prompt) -> str | None:
    """The JSON that a prompt's schema asks for; None where it cannot be made of verbatim sentences.

    One text or one list of lines is quoted. A quiz item is a sentence with a gap: its right answer is what was
    taken out, its wrong ones are other school terms or numbers close by, its explanation is the sentence.
    A question that `prompt.avoid` holds is not asked again. The same prompt gives the same JSON.
    """
    properties = dict((prompt.schema or {}).get("properties", {}))
    match sorted(properties):
        case ["text"]:
            text = _prose(prompt, int(properties["text"].get("maxLength", 700)))
            return _json({"text": text}) if text else None
        case ["lines"]:
            lines = _lines(prompt, properties["lines"])
            return _json({"lines": lines}) if lines else None
        case found if found == sorted(ITEM):
            return _item(prompt, properties)
        case _:
            return None


def _prose(prompt: Prompt, most: int) -> str:
    text = ""
    for quote in quotes(prompt.question, prompt.language, prompt.evidence, keep_language=True):
        longer = f"{text} {quote.text}".strip()
        text = longer if len(longer) < most else text
    return text


def _lines(prompt: Prompt, schema: Mapping[str, Any]) -> list[str]:
    most = int(schema.get("items", {}).get("maxLength", 220))
    found = quotes(prompt.question, prompt.language, prompt.evidence, keep_language=True)
    lines = [quote.text for quote in found if len(quote.text) < most][
        : int(schema.get("maxItems", len(found)))
    ]
    return lines if len(lines) >= int(schema.get("minItems", 1)) else []


def _item(prompt: Prompt, properties: Mapping[str, Mapping[str, Any]]) -> str | None:
    wrong = int(properties["wrong"].get("minItems", 3))
    for gap in gaps(prompt.evidence, prompt.language, wrong=wrong):
        question = f"{_words(prompt.language)['number' if gap.number else 'word']} {gap.cloze}"
        fits = len(question) < int(properties["question"].get("maxLength", len(question) + 1)) and len(
            gap.sentence
        ) < int(properties["explanation"].get("maxLength", len(gap.sentence) + 1))
        if fits and not _is_asked(gap, prompt.avoid):
            made = {
                "question": question,
                "answer": gap.right,
                "wrong": list(gap.wrong),
                "explanation": gap.sentence,
            }
            return _json({name: made[name] for name in properties})
    return None


def _is_asked(gap: Gap, avoid: tuple[str, ...]) -> bool:
    return any(gap.is_asked_in(text) for text in avoid)


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False)


@cache
def _words(language: str) -> Mapping[str, str]:
    words: Mapping[str, str] = tomllib.loads(WORDS.read_text(encoding="utf-8"))[language]
    return words
