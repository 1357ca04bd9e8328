"""A list's unsigned source, YAML or TOML, as the values that are signed."""

import tomllib
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import yaml

from app.errors import BadSetting
from app.i18n.translator import ZONE
from app.registry.document import list_schema, stamp

RELATIVE = "_days"
LAST_SECOND = time(23, 59, 59)


class _Plain(yaml.SafeLoader):
    """YAML whose scalars are all text (`no` is a country, `0001` a number of a paper), no field twice, no aliases."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 - as the base class declares it

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """A node; an alias is refused, because a list has no need of one and it may stand within itself."""
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            raise yaml.composer.ComposerError(None, None, "aliases are not read", mark)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """A mapping; a key that stands twice is refused, because YAML would silently keep one of them."""
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        twice = next((key for key in keys if keys.count(key) > 1), None)
        if twice is not None:
            raise yaml.constructor.ConstructorError(None, None, f"{twice!r} stands twice", node.start_mark)
        return super().construct_mapping(node, deep)


def read_source(path: Path, *, at: datetime, list_id: str | None = None) -> dict[str, Any]:
    """Read the source of a list.

    In YAML the schema says what is a number, a yes or a nothing; a day alone (`2027-05-31`) is its beginning in
    Kazakhstan, and as an end (`expires_at`) its last second. `effective_from_days = -30` becomes `effective_from`
    thirty days before `at`; an empty language becomes null (not measured); missing groups become empty ones.

    Args:
        list_id: replaces the source's own.

    Raises:
        BadSetting: the file is not YAML or TOML, or no list of entries.
    """
    raw = _yaml(path) if path.suffix in {".yaml", ".yml"} else _toml(path)
    source = {name: value for name, value in raw.items() if name != "entries"}
    if list_id is not None:
        source["list_id"] = list_id
    entries = raw.get("entries", ())
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise BadSetting(f"{path.name}: `entries` is not a list of entries")
    source["entries"] = [_entry(entry, at) for entry in entries]
    return source


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadSetting(f"{path.name} is not TOML: {error}") from error


def _yaml(path: Path) -> dict[str, Any]:
    try:
        raw = yaml.load(path.read_text(encoding="utf-8"), Loader=_Plain)  # noqa: S506 - a safe loader
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        raise BadSetting(f"{path.name} is not YAML: {error}") from error
    if not isinstance(raw, dict):
        raise BadSetting(f"{path.name}: a list begins with its fields, such as `list_id:`")
    languages = list_schema()["$defs"]["entry"]["properties"]["purpose"]["properties"]["languages"]
    for entry in raw.get("entries") or ():
        if isinstance(entry, dict) and "languages" in entry:
            entry["languages"] = _typed(entry["languages"], languages)
    if "next_update_days" in raw:
        raw["next_update_days"] = _typed(raw["next_update_days"], {"type": "integer"})
    typed = _typed(raw, list_schema())
    return dict(typed)


def _typed(value: Any, schema: Mapping[str, Any]) -> Any:
    """Text as the kind of value that the schema wants there; what does not fit stays, for the schema to refuse."""
    if "$ref" in schema:
        return _typed(value, list_schema()["$defs"][schema["$ref"].rpartition("/")[2]])
    if isinstance(value, dict):
        known, other = schema.get("properties", {}), schema.get("additionalProperties", {})
        inner = other if isinstance(other, dict) else {}
        return {name: _typed(one, known.get(name, inner)) for name, one in value.items()}
    if isinstance(value, list):
        return [_typed(one, schema.get("items", {})) for one in value]
    wanted = schema.get("type", ())
    kinds = {wanted} if isinstance(wanted, str) else set(wanted)
    if not isinstance(value, str):
        return value
    if "null" in kinds and value in {"", "~", "null"}:
        return None
    if "boolean" in kinds and value in {"true", "false", "yes", "no"}:
        return value in {"true", "yes"}
    if "integer" in kinds and value.lstrip("-").isdecimal():
        return int(value)
    if "array" in kinds and value == "":
        return []
    return value


def _entry(raw: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    entry = _dated(raw, at)
    if raw.get("history"):
        entry["history"] = [_dated(change, at) for change in raw["history"]]
    entry["artefact"] = {"aliases": [], **(raw.get("artefact") or {})}
    entry["conditions"] = dict(raw.get("conditions") or {})
    purpose = dict(raw.get("purpose") or {})
    languages = raw.get("languages", purpose.get("languages")) or {}
    purpose["languages"] = {language: dict(score) if score else None for language, score in languages.items()}
    entry["purpose"] = purpose
    entry.pop("languages", None)
    return entry


def _dated(raw: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    dated = dict(raw)
    for name in [name for name in raw if name.endswith(RELATIVE)]:
        days = dated.pop(name)
        if not str(days).lstrip("-").isdecimal():
            raise BadSetting(f"{name}: {days!r} is not a number of days")
        dated[name.removesuffix(RELATIVE)] = stamp(at + timedelta(days=int(days)))
    for name, of_day in (("effective_from", time()), ("expires_at", LAST_SECOND), ("at", time())):
        if (day := _day(dated.get(name))) is not None:
            dated[name] = stamp(datetime.combine(day, of_day, tzinfo=ZONE))
    return dated


def _day(text: object) -> date | None:
    if not isinstance(text, str) or len(text) != 10:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
