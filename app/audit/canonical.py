"""Canonical bytes: one JSON value has one form of bytes, on every machine and in every release."""

import json
from collections.abc import Mapping
from typing import Any


def canonical(value: Any) -> bytes:
    """The bytes of a value, as they are hashed, stored and never written anew.

    Args:
        value: strings, integers, booleans, nulls, lists and mappings with string keys, nested at will.

    Returns:
        UTF-8 JSON without spaces, keys sorted by their UTF-16 code units; equal to RFC 8785 for integers
        up to 2^53 - 1, and exact beyond.

    Raises:
        ValueError: a float, a lone surrogate, or any other type.

    Source: RFC 8785, section 3.2.
    """
    return json.dumps(_ordered(value), ensure_ascii=False, separators=(",", ":")).encode()


def parse(data: bytes) -> Any:
    """The value of canonical bytes.

    Raises:
        ValueError: not JSON, or it holds a float.
    """
    return json.loads(data, parse_float=_refuse, parse_constant=_refuse)


def _ordered(value: Any) -> Any:
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, dict | Mapping):
        plain = True
        for key in value:
            if not isinstance(key, str):
                raise ValueError(f"a key of a record must be a string, not {type(key).__name__}")
            plain = plain and key.isascii()
        # Plain keys have the same order either way, and comparing them costs a tenth.
        return {key: _ordered(value[key]) for key in sorted(value, key=None if plain else _utf16)}
    if isinstance(value, list | tuple):
        return [_ordered(item) for item in value]
    raise ValueError(f"a record holds strings, integers, booleans and nulls only, not {type(value).__name__}")


def _utf16(key: str) -> bytes:
    return key.encode("utf-16-be")


def _refuse(digits: str) -> Any:
    raise ValueError(f"a record holds no floats: {digits}")
