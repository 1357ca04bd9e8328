"""What a scripted model writes into a schema: sound values, and every sort of hostile one; for tests only."""

import itertools
import json
import re
import zlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from app.providers.provider import Prompt

Texts = Callable[[int], str]

PLAIN = {
    "kk": "Бөлімдері бірдей бөлшектердің алымдарын салыстырады, {n}-мысалды түсіндіреді.",
    "ru": "Сравнивает числители дробей с одинаковыми знаменателями и объясняет пример {n}.",
    "en": "Compares the numerators of fractions with the same denominator and explains example {n}.",
}
LONGEST_SENTENCE, MOST_EXAMPLES = 200, 9_000
OTHER = {"kk": "en", "ru": "en", "en": "ru"}
CANARY = re.compile(r"\b[0-9a-f]{16}\b")
HOSTILE: Mapping[str, str] = {
    "codes": "{plain} 5.9.9.{n}9, 12.8.7.{n}, 7 . 9 . 9 . {n}9",
    "html": "{plain} <img src=x onerror=alert({n})><script>alert({n})</script>",
    "links": "{plain} [more](https://evil{n}.example/a?b=c) http://evil.example/{n} www.evil.example/{n}",
    "marks": "{plain} [1] [p0123456789abcdef0{n}] [99]",
    "secrets": "{plain} sk-proj-Zx81QmT4vB7nL2pRw9Yc6Kd3Fh5Jg0Aa1Ss2Dd{n}",
    "pupil": "{plain} ЖСН 130523500121, +7 701 555 12 3{n}",
    "canary": "{plain} {canary}",
    "invisible": "{plain} \u200b\u202eabc{n}\U000e0041",
}
"""What stands in every text, by the name of the sort; `{plain}` is a sound sentence."""
BROKEN: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "types": lambda value: json.dumps({name: 5 for name in value}),
    "missing": lambda value: json.dumps(dict(list(value.items())[1:])),
    "extra": lambda value: json.dumps({**value, "note": "<script>alert(1)</script>"}),
    "cut": lambda value: json.dumps(value, ensure_ascii=False)[:-12],
    "prose": lambda value: " ".join(map(str, value)),
    "surrogate": lambda value: (
        json.dumps(value).replace('": "', '": "\\ud800', 1).replace('["', '["\\ud800', 1)
    ),
}
"""Replies that have not the form asked for."""
SORTS = ("plain", "full", "language", *HOSTILE, *BROKEN)
"""`plain` is the shortest that a schema allows, `full` as much as it allows and other words for every request."""


def reply(sort: str, prompt: Prompt) -> str:
    """The JSON, or what stands for it, that a scripted model gives to a prompt with a schema.

    Raises:
        LookupError: there is no such sort.
    """
    if sort not in SORTS:
        raise LookupError(f"no such sort of reply: {sort}; choose from {', '.join(SORTS)}")
    schema = prompt.schema or {}
    if sort in BROKEN:
        return BROKEN[sort](_object(schema, lambda number: _plain(prompt.language, number)))
    if sort == "full":
        return json.dumps(_full(schema, _sentences(prompt)), ensure_ascii=False)
    language = OTHER[prompt.language] if sort == "language" else prompt.language
    found = CANARY.search(" ".join(message.text for message in prompt.messages))
    canary = found.group() if found else ""

    def text(number: int) -> str:
        plain = _plain(language, number)
        return HOSTILE.get(sort, "{plain}").format(plain=plain, n=number, canary=canary)

    return json.dumps(_object(schema, text), ensure_ascii=False)


def _plain(language: str, number: int) -> str:
    return PLAIN[language].format(n=number)


def _sentences(prompt: Prompt) -> Iterator[str]:
    """Sound sentences without end, each another one; a request begins where its own words say."""
    begin = zlib.crc32("\n".join(message.text for message in prompt.messages[1:]).encode()) % MOST_EXAMPLES
    return (_plain(prompt.language, number) for number in itertools.count(begin + 1))


def _full(schema: Mapping[str, Any], sentences: Iterator[str]) -> Any:
    match schema.get("type"):
        case "object":
            return {name: _full(below, sentences) for name, below in schema["properties"].items()}
        case "array":
            return [_full(schema["items"], sentences) for _ in range(schema["maxItems"])]
        case _:
            return " ".join(itertools.islice(sentences, schema["maxLength"] // LONGEST_SENTENCE))


def _object(schema: Mapping[str, Any], text: Texts) -> dict[str, Any]:
    count = iter(range(1, 1_000))
    made: dict[str, Any] = _value(schema, lambda _: text(next(count)))
    return made


def _value(schema: Mapping[str, Any], text: Texts) -> Any:
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    match schema.get("type"):
        case "object":
            return {name: _value(below, text) for name, below in schema.get("properties", {}).items()}
        case "array":
            return [_value(schema.get("items", {}), text) for _ in range(schema.get("minItems", 2))]
        case "integer" | "number":
            return schema.get("minimum", 1)
        case "boolean":
            return True
        case _:
            return text(0)
