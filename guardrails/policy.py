"""The policy of the rails: which run where, how strict, what each category costs; read whole or refused."""

import hashlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from guardrails.verdict import Action, Stage

SHIPPED = Path(__file__).with_name("policy.toml")
LANGUAGES = ("kk", "ru", "en")
FIXED: Mapping[str, Action] = MappingProxyType(
    {
        "personal_data.pupil": Action.MASK,
        "personal_data.teacher": Action.MASK,
        "personal_data.leak": Action.BLOCK,
        "secrets": Action.MASK,
        "prompt_leak": Action.BLOCK,
        "links": Action.MASK,
        "objective_code": Action.MASK,
        "conduct.sexual_minors": Action.BLOCK,
    }
)
"""Least action of the categories that a policy may tighten and never loosen."""
FIXED_RAILS: Mapping[str, frozenset[Stage]] = MappingProxyType(
    {
        "normalise": frozenset({Stage.INPUT, Stage.PASSAGE, Stage.OUTPUT}),
        "personal_data": frozenset({Stage.INPUT, Stage.OUTPUT}),
        "secrets": frozenset({Stage.INPUT, Stage.OUTPUT}),
        "injection": frozenset({Stage.INPUT, Stage.PASSAGE}),
        "safeguarding": frozenset({Stage.INPUT}),
        "conduct": frozenset({Stage.INPUT, Stage.OUTPUT}),
        "prompt_leak": frozenset({Stage.OUTPUT}),
        "links": frozenset({Stage.OUTPUT}),
        "objective_codes": frozenset({Stage.OUTPUT}),
    }
)
"""Rails that stand in these stages of every policy, switched on."""


class PolicyRefused(ValueError):
    """A policy that does not load; the message names the key and what was expected."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RailPolicy:
    """The settings of one rail and the actions of its categories."""

    enabled: bool = True
    budget_ms: float = 200.0
    """CPU time of an inline rail; wall time of a guarded one."""
    hang_guard: bool = False
    """Run in a worker that can be abandoned; for rails that leave Python (models, files)."""
    warn: Mapping[str, float] = field(default_factory=dict)
    block: Mapping[str, float] = field(default_factory=dict)
    limit: int = 0
    actions: Mapping[str, Action] = field(default_factory=dict)

    def action(self, category: str) -> Action:
        """What a category costs.

        Raises:
            LookupError: the policy says nothing of it.
        """
        if category not in self.actions:
            raise LookupError(f"the policy names no action for {category}")
        return self.actions[category]

    def thresholds(self, language: str) -> tuple[float, float]:
        """Scores from which a text is warned of and blocked; the strictest for an unknown language."""
        return _threshold(self.warn, language), _threshold(self.block, language)


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """A policy that was read whole."""

    version: str
    digest: str
    stages: Mapping[Stage, tuple[str, ...]]
    rails: Mapping[str, RailPolicy]
    categories: Mapping[str, Action]


def _threshold(by_language: Mapping[str, float], language: str) -> float:
    return by_language.get(language, min(by_language.values(), default=1.0))


def digest(document: Mapping[str, object]) -> str:
    """Hex SHA-256 of the canonical form: JSON with sorted keys, no white space, UTF-8."""
    canonical = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def read(path: Path = SHIPPED) -> Policy:
    """The policy of a TOML file; see `parse`."""
    return parse(path.read_text(encoding="utf-8"))


def parse(text: str) -> Policy:
    """Reads a policy. Whether its rails exist and know their categories is checked where they are loaded.

    Raises:
        PolicyRefused: not TOML, an unknown key, a wrong type, or a fixed rule loosened.
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PolicyRefused(f"the policy is not TOML: {error}") from error
    _only(document, {"version", "stages", "rails", "categories"}, "policy")
    categories = {name: _action(name, word) for name, word in _table(document, "categories").items()}
    for name, least in FIXED.items():
        if categories.get(name, Action.ALLOW).severity < least.severity:
            raise PolicyRefused(f"category {name} is fixed: at least {least}, not {categories.get(name)}")
    rails = {name: _rail(name, table, categories) for name, table in _table(document, "rails").items()}
    stages = _stages(_table(document, "stages"), rails)
    return Policy(
        version=_version(document),
        digest=digest(document),
        stages=MappingProxyType(stages),
        rails=MappingProxyType(rails),
        categories=MappingProxyType(categories),
    )


def _version(document: Mapping[str, object]) -> str:
    version = document.get("version")
    if not isinstance(version, str) or not version:
        raise PolicyRefused("the policy has no version")
    return version


def _stages(table: Mapping[str, object], rails: Mapping[str, RailPolicy]) -> dict[Stage, tuple[str, ...]]:
    _only(table, set(Stage), "stages")
    stages: dict[Stage, tuple[str, ...]] = {}
    for stage in Stage:
        listed = table.get(stage.value)
        if not isinstance(listed, list) or not all(isinstance(name, str) for name in listed):
            raise PolicyRefused(f"stages.{stage} is no list of rails")
        if len(set(listed)) != len(listed):
            raise PolicyRefused(f"stages.{stage} names a rail twice")
        for name in listed:
            if name not in rails:
                raise PolicyRefused(f"stages.{stage} names the rail {name}, which has no section")
        stages[stage] = tuple(listed)
    for name, needed in FIXED_RAILS.items():
        if name not in rails or not rails[name].enabled:
            raise PolicyRefused(f"the rail {name} is fixed and may not be switched off")
        for stage in sorted(needed):
            if name not in stages[stage]:
                raise PolicyRefused(f"the rail {name} is fixed in stage {stage} and missing there")
    return stages


def _rail(name: str, table: object, categories: Mapping[str, Action]) -> RailPolicy:
    if not isinstance(table, dict):
        raise PolicyRefused(f"rails.{name} is no table")
    _only(table, {"enabled", "budget_ms", "hang_guard", "warn", "block", "limit"}, f"rails.{name}")
    return RailPolicy(
        enabled=_flag(table.get("enabled", True), f"rails.{name}.enabled"),
        hang_guard=_flag(table.get("hang_guard", False), f"rails.{name}.hang_guard"),
        budget_ms=_positive(table.get("budget_ms", 200), f"rails.{name}.budget_ms"),
        limit=int(_positive(table["limit"], f"rails.{name}.limit")) if "limit" in table else 0,
        warn=_by_language(table.get("warn", {}), f"rails.{name}.warn"),
        block=_by_language(table.get("block", {}), f"rails.{name}.block"),
        actions=MappingProxyType(dict(categories)),
    )


def _by_language(table: object, where: str) -> Mapping[str, float]:
    if not isinstance(table, dict):
        raise PolicyRefused(f"{where} is no table")
    if table and set(table) != set(LANGUAGES):
        raise PolicyRefused(f"{where} needs exactly {', '.join(LANGUAGES)}, not {', '.join(map(str, table))}")
    return MappingProxyType({language: _positive(value, where) for language, value in table.items()})


def _positive(value: object, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 1e9:
        raise PolicyRefused(f"{where} is no positive number")
    return float(value)


def _flag(value: object, where: str) -> bool:
    if not isinstance(value, bool):
        raise PolicyRefused(f"{where} is neither true nor false")
    return value


def _action(name: str, word: object) -> Action:
    if not isinstance(word, str) or word not in set(Action):
        raise PolicyRefused(f"category {name}: no such action, {word!r}")
    return Action(word)


def _table(document: Mapping[str, object], key: str) -> Mapping[str, object]:
    table = document.get(key)
    if not isinstance(table, dict):
        raise PolicyRefused(f"the policy has no table {key}")
    return table


def _only(table: Mapping[str, object], allowed: set[str] | set[Stage], where: str) -> None:
    unknown = sorted(set(table) - {str(key) for key in allowed})
    if unknown:
        raise PolicyRefused(f"unknown key in {where}: {', '.join(unknown)}")
