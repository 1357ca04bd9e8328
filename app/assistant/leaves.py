"""Reading a model's reply as a value under a schema, and the texts in that value: its leaves."""

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias, cast

from jsonschema import Draft202012Validator

from app.errors import Failure, ProviderFailed
from guardrails.sentences import SentenceBuffer

Path: TypeAlias = tuple[str | int, ...]
Schema: TypeAlias = Mapping[str, Any]

# A number goes past the rails; one of this size could be somebody's.
LARGEST = 99_999
ENDS = (".", "!", "?", "…", "»", '"', "”", ")", ":", ";")


@dataclass(frozen=True, slots=True)
class Leaf:
    """A text that a model wrote, and where it stands in the value."""

    path: Path
    text: str


def read(reply: str, schema: Schema) -> dict[str, Any]:
    """The value of a reply: JSON from its first `{` to its last `}`, whatever a model wrote around it.

    A text that fills its `maxLength`, or goes beyond it, ends with its last whole sentence.

    Raises:
        ProviderFailed: `FORM`: no JSON, cut, not of the schema, or it holds what no record can (half a letter, a
            fraction) or what no rail would see (a key that the schema does not have, a huge number).
    """
    start, end = reply.find("{"), reply.rfind("}")
    if start < 0 or end < start:
        raise ProviderFailed(Failure.FORM, "the reply holds no JSON object")
    try:
        value = json.loads(reply[start : end + 1], parse_float=_whole, parse_constant=_refused)
        value = _fitted(value, schema)
        fits = Draft202012Validator(schema).is_valid(value)
    except (ValueError, RecursionError) as error:
        raise ProviderFailed(Failure.FORM, f"the reply is no such JSON: {type(error).__name__}") from error
    if not fits:
        raise ProviderFailed(Failure.FORM, "the reply does not keep to its schema")
    return cast("dict[str, Any]", value)


def leaves(value: object, schema: Schema, path: Path = ()) -> Iterator[Leaf]:
    """The texts of a value in its order; what the schema lists (`enum`, `const`) is no text of a model."""
    match value:
        case dict():
            for name, below in value.items():
                yield from leaves(below, schema["properties"][name], (*path, name))
        case list():
            for place, below in enumerate(value):
                yield from leaves(below, schema["items"], (*path, place))
        case str() if not _is_listed(schema) and value.strip():
            yield Leaf(path, value)
        case _:
            return


def with_texts(value: object, texts: Mapping[Path, str], path: Path = ()) -> Any:
    """The value with other texts in the places of its leaves."""
    match value:
        case dict():
            return {name: with_texts(below, texts, (*path, name)) for name, below in value.items()}
        case list():
            return [with_texts(below, texts, (*path, place)) for place, below in enumerate(value)]
        case _:
            return texts.get(path, value)


def whole_sentences(text: str, most: int) -> str:
    """The text if it is shorter than `most` characters or ends there like a sentence, else its last whole sentences.

    Where not even the first is whole, the whole words of it and an ellipsis.
    """
    if len(text) < most or (len(text) == most and text.endswith(ENDS)):
        return text
    buffer = SentenceBuffer(clock=lambda: 0.0, longest=most + 1, seconds=math.inf)
    pieces = (*buffer.push(text[:most]), *buffer.flush())
    kept = "".join(pieces[:-1]).strip()
    if kept:
        return kept
    words = text[: most - 1].rsplit(maxsplit=1)
    return f"{words[0] if len(words) > 1 else text[: most - 1]}…"


def _fitted(value: object, schema: Schema) -> Any:
    """The value with its texts stripped and cut to what the schema has room for.

    Raises:
        ValueError: it holds something that is not in the schema, or that no record can hold.
    """
    match value:
        case dict():
            known = schema.get("properties", {})
            return {
                name: _fitted(below, known[name] if name in known else _refused(name))
                for name, below in value.items()
            }
        case list():
            below = schema.get("items")
            return [_fitted(one, below if isinstance(below, Mapping) else _refused("items")) for one in value]
        case str():
            if any("\ud800" <= letter <= "\udfff" or letter == "\0" for letter in value):
                raise ValueError("half a letter or a zero byte")
            if _is_listed(schema):
                return value
            return whole_sentences(value.strip(), int(schema.get("maxLength", len(value) + 1)))
        case int() if not isinstance(value, bool) and abs(value) > LARGEST:
            return _refused("a number")
        case _:
            return value


def _is_listed(schema: Schema) -> bool:
    return "enum" in schema or "const" in schema


def _whole(digits: str) -> int:
    """`10.0` is 10; a record holds no fractions."""
    number = float(digits)
    return int(number) if number.is_integer() and abs(number) <= LARGEST else _refused("a fraction")


def _refused(what: str) -> Any:
    raise ValueError(f"{what} cannot be taken")
