"""What a new edition changes: objectives added, removed and reworded, programme by programme."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Self

from knowledge.curriculum import LearningObjective, code_order
from knowledge.edition import Edition


class ChangeKind(StrEnum):
    """What became of an objective."""

    ADDED = "added"
    REMOVED = "removed"
    REWORDED = "reworded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One objective of one programme in one language, from one edition to the next.

    `before` is empty for an added one, `after` for a removed one; `old` and `new` are the ids of the editions,
    `old_edition` and `new_edition` their words.
    """

    kind: ChangeKind
    programme: str
    appendix: str
    subject: str
    track: str
    grade: int
    code: str
    language: str
    before: str
    after: str
    old: str
    new: str
    old_edition: str
    new_edition: str
    amended_by: str

    def to_mapping(self) -> dict[str, Any]:
        """A plain mapping for JSON."""
        return asdict(self)

    @classmethod
    def from_mapping(cls, plain: Mapping[str, Any]) -> Self:
        """The change of a mapping made by `to_mapping`."""
        return cls(**{**plain, "kind": ChangeKind(plain["kind"])})


def difference(old: Edition | None, new: Edition) -> tuple[Change, ...]:
    """What the new edition of an act changes, in the order of programmes and codes.

    White space does not count. A new edition that is one programme by itself is compared in this programme only.
    With nothing before it, everything is added.
    """
    before, after = _by_place(old), _by_place(new)
    if new.appendices <= 1:
        programmes = {key for key, _, _ in after}
        before = {place: one for place, one in before.items() if place[0] in programmes}
    old_id, new_id = old.id if old else "", new.id
    changes: list[Change] = []
    for place in sorted(before.keys() | after.keys(), key=lambda one: (one[0], code_order(one[1]), one[2])):
        was, now = before.get(place), after.get(place)
        text_before, text_after = _text(was, place[2]), _text(now, place[2])
        if text_before == text_after:
            continue
        one = now or was
        if one is None:
            continue
        kind = ChangeKind.ADDED if was is None else ChangeKind.REMOVED if now is None else ChangeKind.REWORDED
        changes.append(
            Change(
                kind=kind,
                programme=place[0],
                appendix=one.programme.appendix,
                subject=one.subject,
                track=one.track,
                grade=one.grade,
                code=one.code,
                language=place[2],
                before=text_before,
                after=text_after,
                old=old_id,
                new=new_id,
                old_edition=old.edition if old else "",
                new_edition=new.edition,
                amended_by=(now.programme.amended_by if now else new.amended_by),
            )
        )
    return tuple(changes)


def counted(changes: Iterable[Change]) -> dict[str, int]:
    """How many changes of each kind; kinds that do not occur count 0."""
    found = dict.fromkeys(map(str, ChangeKind), 0)
    for one in changes:
        found[one.kind] += 1
    return found


def chain(editions: Sequence[Edition]) -> tuple[Change, ...]:
    """The changes along editions that were switched on one after the other: each against what it replaced.

    The first edition of an act and language changes nothing: there was none before.
    """
    changes: list[Change] = []
    last: dict[tuple[str, str], Edition] = {}
    for one in editions:
        place = (one.act, one.language)
        before = last.get(place)
        if before is not None:
            changes.extend(difference(before, one))
        last[place] = one if before is None or one.appendices > 1 else _over(before, one)
    return tuple(changes)


def _over(before: Edition, one: Edition) -> Edition:
    """The edition before with the programmes of a single one in their place."""
    keys = {text.programme.key for text in one.programmes}
    kept = tuple(text for text in before.programmes if text.programme.key not in keys)
    return Edition(
        **{
            **{
                name: getattr(before, name) for name in ("act", "language", "appendices", "sha256", "reading")
            },
            "edition": one.edition,
            "programmes": (*kept, *one.programmes),
        }
    )


def _by_place(edition: Edition | None) -> dict[tuple[str, str, str], LearningObjective]:
    if edition is None:
        return {}
    return {
        (text.programme.key, one.code, language): one
        for text in edition.programmes
        for one in text.objectives
        for language in one.texts
    }


def _text(one: LearningObjective | None, language: str) -> str:
    return "" if one is None else " ".join(one.texts[language].split())
