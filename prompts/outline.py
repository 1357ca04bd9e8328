"""A JSON Schema as one line that a model reads: the keys, and what stands behind each."""

import json
from collections.abc import Mapping
from typing import Any

TEXT = "…"


def outline(schema: Mapping[str, Any]) -> str:
    """The form of an answer, such as `JSON: {"aim": "…", "steps": ["…", "…"]}`.

    Args:
        schema: of an object, made of `type`, `properties`, `items`, `enum` and `const`.
    """
    return "JSON: " + json.dumps(_form(schema), ensure_ascii=False)


def _form(schema: Mapping[str, Any]) -> Any:
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return "|".join(map(str, schema["enum"]))
    match schema.get("type"):
        case "object":
            return {name: _form(below) for name, below in schema.get("properties", {}).items()}
        case "array":
            count = max(1, int(schema.get("minItems", 2)))
            return [_form(schema.get("items", {}))] * count
        case "integer" | "number":
            return schema.get("minimum", 1)
        case "boolean":
            return True
        case _:
            return TEXT
