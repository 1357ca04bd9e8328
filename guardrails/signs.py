"""What an order to the machine shows itself by: hits of the cues and features of the wording, over every view of a text."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from guardrails.cues import Hit, held, lexicon, read, rules_of, shaped
from guardrails.views import View, views
from guardrails.wording import Features, Held, features, held_in, lexicons, parts, windows

_RULES = "injection_rules"
_DISGUISED = 1.6
"""An order found only behind a disguise weighs more: lesson questions are not disguised."""
_STRONGEST = 0.95
PAIR = 2
"""Sentences that are looked at together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """What was seen of one text."""

    hits: tuple[Hit, ...]
    """The strongest hit of each rule."""
    cues: float
    """All of them joined, 0 to 1."""
    disguised: float
    """Those joined that only a disguise held."""
    windows: tuple[Features, ...]
    """Of every view, whole or in windows."""
    parts: tuple[Features, ...] = ()
    """Of neighbouring sentences of the plain view, which is the first: an order among lawful sentences."""


class Reader:
    """Reads the signs of texts; holds the lexicons and nothing else."""

    def __init__(self) -> None:
        self._shapes = lexicon("injection_shapes").shapes
        classes = frozenset[str]().union(*(one.classes for one in lexicons()))
        self._rules = rules_of(read(_RULES), classes, _RULES)
        self.version = str(read(_RULES)["version"])

    def signs(self, text: str, *, aside: bool = True) -> Signs:
        """Everything that a text shows; `aside`: also of its parts."""
        best: dict[str, Hit] = {}
        hidden: list[Hit] = []
        found: list[Features] = []
        seen = views(text)
        for view in seen:
            classes = held_in(view)
            for hit in self._hits(view, classes):
                if view.name != "plain":
                    hit = replace(hit, score=min(_STRONGEST, hit.score * _DISGUISED))
                if hit.rule not in best:
                    best[hit.rule] = hit
                    hidden += [hit] * (view.name != "plain")
            cut = windows(view)
            found += [features(one, classes if len(cut) == 1 else None) for one in cut]
        return Signs(
            hits=tuple(best.values()),
            cues=total(best.values()),
            disguised=total(hidden),
            windows=tuple(found),
            parts=tuple(features(part) for part in parts(seen[0], PAIR)) if aside else (),
        )

    def _hits(self, view: View, classes: Iterable[Held]) -> Iterator[Hit]:
        yield from shaped(self._shapes, view.latin)
        if view.latin != view.cyrillic:
            yield from shaped(self._shapes, view.cyrillic)
        for one in classes:
            yield from held(self._rules, one.words, one.places)


def total(hits: Iterable[Hit]) -> float:
    """Independent evidence joined: the best score of each category, 1 - (1 - a)(1 - b)..."""
    best: dict[str, float] = {}
    for hit in hits:
        best[hit.category] = max(hit.score, best.get(hit.category, 0.0))
    doubt = 1.0
    for score in best.values():
        doubt *= 1 - score
    return round(1 - doubt, 4)
