"""The form of an answer as a model reads it: every key, and nothing that it could take for content."""

import json
from typing import Any

from prompts.outline import TEXT, outline


def form(schema: dict[str, Any]) -> Any:
    return json.loads(outline(schema).removeprefix("JSON: "))


def test_an_object_without_keys_is_an_empty_object() -> None:
    assert form({"type": "object"}) == {}


def test_every_key_stands_in_the_outline_with_the_sort_of_what_is_wanted() -> None:
    schema = {
        "type": "object",
        "properties": {
            "aim": {"type": "string"},
            "level": {"enum": ["low", "high"]},
            "kind": {"const": "plan"},
            "minutes": {"type": "integer", "minimum": 5},
            "sure": {"type": "boolean"},
            "steps": {"type": "array", "items": {"type": "string"}, "minItems": 3},
        },
    }

    assert form(schema) == {
        "aim": TEXT,
        "level": "low|high",
        "kind": "plan",
        "minutes": 5,
        "sure": True,
        "steps": [TEXT, TEXT, TEXT],
    }
