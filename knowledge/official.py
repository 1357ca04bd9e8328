"""Official editions: taken in, compared, switched on, and gone back from."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from knowledge import build, editions, manifest, starter
from knowledge.difference import Change, chain, counted
from knowledge.edition import Doubt, Edition, Repair
from knowledge.edition_summary import SAMPLES, summaries
from knowledge.editions import Head
from knowledge.manifest import Pointer
from knowledge.readers import child, process
from knowledge.readers.limits import OFFICIAL
from knowledge.readers.reasons import ReasonKey, Refused
from knowledge.vectors import Embed, Progress

READER = "order399"
Read = Callable[[Path], Edition | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenIn:
    """An edition that was read: whether it was new, and what it changes against the one in force.

    `changes` is empty where no edition of this act and language is in force.
    """

    edition: Edition
    is_new: bool
    kept: bool
    changes: tuple[Change, ...]


def read_page(path: Path, *, only_if_recognised: bool = False, **options: str) -> Edition | None:
    """An official page, read in a process of its own with the measures for such pages.

    Args:
        only_if_recognised: a file that does not look like an act with matrices of objectives gives None.
        options: what the page does not say itself: `language`, `edition`, `act`, `appendix`, `address`.

    Raises:
        knowledge.readers.reasons.Refused: the file must not or cannot be read.
    """
    asked: dict[str, object] = {**options, child.ONLY_IF_RECOGNISED: only_if_recognised}
    plain = process.call(READER, path, limits=OFFICIAL, **asked)
    return None if plain.get(child.ONLY_IF_RECOGNISED) is False else Edition.from_mapping(plain)


def take_in(
    home: Path,
    path: Path,
    read: Read,
    *,
    dry_run: bool = False,
    before: Callable[[Edition], None] | None = None,
) -> TakenIn | None:
    """Read an official document and keep what was read; nothing is served from it before it is switched on.

    The same file again changes nothing; what a newer reader makes of it, or what is said of it otherwise, is another
    edition beside the kept one. With `dry_run` nothing is written at all. `before` is told of a new edition before
    it is kept; if it raises, nothing is. None where `read` gives none.

    Raises:
        knowledge.readers.reasons.Refused: the file cannot be read, or holds no objectives.
    """
    edition = read(path)
    if edition is None:
        return None
    if not edition.objectives:
        raise Refused(ReasonKey.NO_OBJECTIVES)
    with manifest.building(home) if not dry_run else nullcontext():
        edition, is_new = editions.reading(home, edition)
        changes = against_force(home, edition)
        if not dry_run and is_new:
            if before is not None:
                before(edition)
            editions.keep(home, edition)
    return TakenIn(edition=edition, is_new=is_new, kept=not dry_run, changes=changes)


def switched(home: Path) -> tuple[Head, ...]:
    """The editions that were switched on, in that order, each once, the superseded ones among them."""
    names = build.latest(build.switched(home))
    found = (editions.head(home, name) for name in names)
    return tuple(one for one in found if one is not None)


def waiting(home: Path) -> tuple[Head, ...]:
    """The editions that were taken in and are not switched on."""
    names = set(build.switched(home))
    return tuple(one for one in editions.heads(home) if one.id not in names)


def against_force(home: Path, edition: Edition) -> tuple[Change, ...]:
    """What switching this edition on would change in its act and language; empty where it would be the first.

    Of the one that was switched on last: what that changed.
    """
    heads = [editions.head(home, name) for name in build.switched(home)]
    names = [
        one.id
        for one in heads
        if one is not None and (one.act, one.language) == (edition.act, edition.language)
    ]
    while names and names[-1] == edition.id:
        names.pop()
    kept = {name: editions.load(home, name) for name in dict.fromkeys(names)}
    before = [kept[name] for name in names]
    return chain([*before, edition])[len(chain(before)) :] if before else ()


def switch_on(
    home: Path,
    edition_id: str,
    *,
    embed: Embed,
    model_id: str,
    dim: int,
    corpus: Path = starter.SHIPPED,
    progress: Progress | None = None,
) -> Pointer:
    """Build an index version with this edition in force; the old one serves until the new one has passed its checks.

    Raises:
        LookupError: no edition, or several, are called so.
    """
    chosen = editions.named(home, edition_id)

    def with_it(before: tuple[str, ...]) -> tuple[str, ...]:
        heads = [one for one in map(partial(editions.head, home), before) if one is not None]
        counting = {one.id for one in editions.in_force(heads)}
        again = {one.id for one in editions.in_force([*heads, chosen])}
        is_there = before[-1:] == (chosen.id,) or (chosen.whole and counting == again)
        return before if is_there else (*before, chosen.id)

    return _ensure(home, with_it, corpus, embed, model_id, dim, progress)


def go_back(
    home: Path,
    *,
    embed: Embed,
    model_id: str,
    dim: int,
    corpus: Path = starter.SHIPPED,
    progress: Progress | None = None,
) -> tuple[Pointer, str]:
    """Undo the newest switch; the version before it is used again where it still lies here.

    Returns:
        The version that is current now and the id of the edition that was taken out.

    Raises:
        LookupError: no edition is switched on.
    """
    taken_out: list[str] = []

    def without_last(before: tuple[str, ...]) -> tuple[str, ...]:
        if not before:
            raise LookupError("no official edition is switched on")
        taken_out.append(before[-1])
        return before[:-1]

    return _ensure(home, without_last, corpus, embed, model_id, dim, progress), taken_out[0]


def report(taken: TakenIn, *, most: int | None = SAMPLES) -> dict[str, Any]:
    """What was found, per programme, what is doubtful and why, and what it changes, as a plain mapping for JSON.

    `most` remarks of each kind stand under a programme; None gives all of them.
    """
    edition = taken.edition
    return {
        "edition": edition.id,
        "act": edition.act,
        "language": edition.language,
        "edition_words": edition.edition,
        "amended_by": edition.amended_by,
        "new": taken.is_new,
        "kept": taken.kept,
        "appendices": edition.appendices,
        "objectives": edition.objectives,
        "repairs": _totals(edition, Repair),
        "doubts": _totals(edition, Doubt),
        "changes": counted(taken.changes),
        "programmes": [one.to_mapping() for one in summaries(edition, most=most)],
    }


def _totals(edition: Edition, kind: type[Repair] | type[Doubt]) -> Mapping[str, int]:
    totals: dict[str, int] = {}
    for one in edition.programmes:
        for name, count in one.counts(kind).items():
            totals[name] = totals.get(name, 0) + count
    return totals


def _ensure(
    home: Path,
    switching: Callable[[tuple[str, ...]], Sequence[str]],
    corpus: Path,
    embed: Embed,
    model_id: str,
    dim: int,
    progress: Progress | None,
) -> Pointer:
    return build.ensure(
        home,
        starter.load(corpus),
        embed=embed,
        model_id=model_id,
        dim=dim,
        progress=progress,
        switching=switching,
    )
