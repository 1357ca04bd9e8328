"""A list's unsigned source in TOML, with days counted from publishing, as the values that are signed."""

import tomllib
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from app.errors import BadSetting
from app.registry.document import stamp

RELATIVE = "_days"


def read_source(path: Path, *, at: datetime, list_id: str | None = None) -> dict[str, Any]:
    """Read the source of a list.

    `effective_from_days = -30` becomes `effective_from` thirty days before `at`; an empty language table
    becomes null (not measured); missing groups become empty ones.

    Args:
        list_id: replaces the source's own.

    Raises:
        BadSetting: the file is not TOML.
    """
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadSetting(f"{path.name} is not TOML: {error}") from error
    source = {name: value for name, value in raw.items() if name != "entries"}
    if list_id is not None:
        source["list_id"] = list_id
    source["entries"] = [_entry(entry, at) for entry in raw.get("entries", ())]
    return source


def _entry(raw: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    entry = _dated(raw, at)
    entry["history"] = [_dated(change, at) for change in raw.get("history", ())]
    entry["artefact"] = {"aliases": [], **raw.get("artefact", {})}
    entry["conditions"] = dict(raw.get("conditions", {}))
    languages = {language: dict(score) or None for language, score in raw.get("languages", {}).items()}
    entry["purpose"] = {**raw.get("purpose", {}), "languages": languages}
    entry.pop("languages", None)
    return entry


def _dated(raw: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    dated = dict(raw)
    for name in [name for name in raw if name.endswith(RELATIVE)]:
        dated[name.removesuffix(RELATIVE)] = stamp(at + timedelta(days=dated.pop(name)))
    return dated
