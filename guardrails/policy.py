"""The policy of the rails: which run where, how strict, what each category costs; read whole or refused."""

import hashlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType

from guardrails.floor import BANDS, Floor, read_floor
from guardrails.reading import LANGUAGES, actions, by_language, flag, only, positive, table
from guardrails.reading import PolicyRefused as PolicyRefused
from guardrails.verdict import Action, Stage, severest

SHIPPED = Path(__file__).with_name("policy.toml")
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


UNDOABLE = frozenset({"name"})
"""Kinds whose mask a policy may let a teacher undo; numbers, papers, homes and secrets stay hidden."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RailPolicy:
    """The settings of one rail and the actions of its categories."""

    enabled: bool = True
    budget_ms: float = 200.0
    """CPU time of an inline rail; wall time of a guarded one."""
    hang_guard: bool = False
    """Run in a worker that can be abandoned; for rails that leave Python (models, files)."""
    inline_ms: float = 0.0
    """CPU time of a guarded rail for a text of which it says that it stays in Python; 0: it is guarded for every text."""
    warn: Mapping[str, float] = field(default_factory=dict)
    block: Mapping[str, float] = field(default_factory=dict)
    limit: int = 0
    undo: frozenset[str] = frozenset()
    """Kinds of values whose mask a teacher may undo with a reason."""
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
    """A policy that was read whole.

    Attributes:
        categories: the action of each category; the strictest one where languages differ.
        apart: the categories whose action differs by language, with the action of each.
        document: what it was read from; `digest` is that of its canonical form.
    """

    version: str
    digest: str
    stages: Mapping[Stage, tuple[str, ...]]
    rails: Mapping[str, RailPolicy]
    categories: Mapping[str, Action]
    apart: Mapping[str, Mapping[str, Action]] = field(default_factory=dict)
    floor: Floor = field(default_factory=Floor)
    document: Mapping[str, object] = field(default_factory=dict, repr=False)

    def action(self, category: str, language: str) -> Action:
        """What a category costs in a language; the strictest for an unknown one."""
        return self.apart.get(category, {}).get(language, self.categories[category])

    def in_language(self, language: str) -> "Policy":
        """The policy as it holds for texts of a language."""
        if not self.apart:
            return self
        spoken = MappingProxyType({name: self.action(name, language) for name in self.categories})
        rails = {name: replace(rail, actions=spoken) for name, rail in self.rails.items()}
        return replace(self, rails=MappingProxyType(rails), categories=spoken, apart=MappingProxyType({}))


def _threshold(values: Mapping[str, float], language: str) -> float:
    return values.get(language, min(values.values(), default=1.0))


def canonical(document: Mapping[str, object]) -> str:
    """The form that is digested and archived: JSON with sorted keys and no white space."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def digest(document: Mapping[str, object]) -> str:
    """Hex SHA-256 of the canonical form in UTF-8."""
    return hashlib.sha256(canonical(document).encode()).hexdigest()


def read(path: Path = SHIPPED) -> Policy:
    """The policy of a TOML file; see `parse`."""
    return parse(path.read_text(encoding="utf-8"))


def parse(text: str) -> Policy:
    """Reads a policy from TOML; see `policy_of`.

    Raises:
        PolicyRefused: also where it is not TOML.
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PolicyRefused(f"the policy is not TOML: {error}") from error
    return policy_of(document)


def policy_of(document: Mapping[str, object]) -> Policy:
    """The policy of a document. Whether its rails exist and know their categories is checked where they are loaded.

    Raises:
        PolicyRefused: an unknown key, a wrong type, a fixed rule loosened, or an action below the floor.
    """
    only(document, {"version", "stages", "rails", "categories", "floor"}, "policy")
    taken = {
        name: actions(value, f"category {name}") for name, value in table(document, "categories").items()
    }
    for name, least in FIXED.items():
        mildest = min(taken.get(name, {"": Action.ALLOW}).values(), key=lambda one: one.severity)
        if mildest.severity < least.severity:
            raise PolicyRefused(f"category {name} is fixed: at least {least}, not {mildest}")
    categories = MappingProxyType({name: severest(by.values()) for name, by in taken.items()})
    rails = {name: _rail(name, given, categories) for name, given in table(document, "rails").items()}
    floor = read_floor(document, taken, FIXED)
    for name in sorted((floor.optional | set(floor.thresholds)) - set(rails)):
        raise PolicyRefused(f"the floor names the rail {name}, which has no section")
    for name in sorted(floor.optional & set(FIXED_RAILS)):
        raise PolicyRefused(f"the rail {name} is fixed and cannot be left to a school")
    return Policy(
        version=_version(document),
        digest=digest(document),
        stages=MappingProxyType(_stages(table(document, "stages"), rails)),
        rails=MappingProxyType(rails),
        categories=categories,
        apart=MappingProxyType({name: by for name, by in taken.items() if len(set(by.values())) > 1}),
        floor=floor,
        document=document,
    )


def _version(document: Mapping[str, object]) -> str:
    version = document.get("version")
    if not isinstance(version, str) or not version:
        raise PolicyRefused("the policy has no version")
    return version


def _stages(given: Mapping[str, object], rails: Mapping[str, RailPolicy]) -> dict[Stage, tuple[str, ...]]:
    only(given, set(Stage), "stages")
    stages: dict[Stage, tuple[str, ...]] = {}
    for stage in Stage:
        listed = given.get(stage.value)
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


def _rail(name: str, given: object, categories: Mapping[str, Action]) -> RailPolicy:
    where = f"rails.{name}"
    if not isinstance(given, dict):
        raise PolicyRefused(f"{where} is no table")
    only(given, {"enabled", "budget_ms", "hang_guard", "inline_ms", "limit", "undo", *BANDS}, where)
    warn, block = (by_language(given.get(band, {}), f"{where}.{band}") for band in BANDS)
    for language in LANGUAGES:
        if warn and block and warn[language] > block[language]:
            raise PolicyRefused(f"{where}: {language} would be blocked before it is warned of")
    return RailPolicy(
        enabled=flag(given.get("enabled", True), f"{where}.enabled"),
        hang_guard=flag(given.get("hang_guard", False), f"{where}.hang_guard"),
        budget_ms=positive(given.get("budget_ms", 200), f"{where}.budget_ms"),
        inline_ms=positive(given["inline_ms"], f"{where}.inline_ms") if "inline_ms" in given else 0.0,
        limit=int(positive(given["limit"], f"{where}.limit")) if "limit" in given else 0,
        undo=_undo(given.get("undo", []), f"{where}.undo"),
        warn=warn,
        block=block,
        actions=categories,
    )


def _undo(listed: object, where: str) -> frozenset[str]:
    if not isinstance(listed, list) or not UNDOABLE.issuperset(map(str, listed)):
        raise PolicyRefused(f"{where} may list {', '.join(sorted(UNDOABLE))} only")
    return frozenset(map(str, listed))
