"""The figures of charts over a filter: sums only, no person and no text."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, func, literal
from sqlalchemy.orm import Session

from app.audit.facets import EPOCH, Facet, day_begins, day_number, microseconds
from app.audit.fields import ABANDONED, Outcome
from app.audit.search import Filter, Narrowed, narrow, way
from app.audit.tables import INDEX

HOUR = 3_600_000_000
TIMED = 20_000
HOURS = timedelta(days=31)
"""By hour no chart goes further back than this before the newest record of the filter, or before its end."""


class Unit(StrEnum):
    """How long one column of a chart is; days are the school's own (Asia/Almaty)."""

    HOUR = "hour"
    DAY = "day"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One hour or day: `at` is its beginning (aware, UTC); `counts` are records by word; absent words are 0."""

    at: datetime
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class RailCount:
    """How many exchanges a rail found a category in, at its most serious action (`mask`, `warn`, `block`)."""

    rail: str
    category: str
    action: str
    language: str
    exchanges: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCount:
    """How the exchanges of one registry entry ended; `entry_id` is "" where none was routed to."""

    entry_id: str
    outcomes: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Latency:
    """Milliseconds to the first text and in all, of exchanges of one entry ("" is all together, its row the first).

    The 50th and 95th percentile by nearest rank; None: no text was shown. Looked at are the newest 20,000
    exchanges of the filter that were timed; `exchanges` says how many of them were this entry's.
    """

    entry_id: str
    exchanges: int
    first_p50: int | None
    first_p95: int | None
    total_p50: int | None
    total_p95: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Charts:
    """Everything that the charts of one filter show.

    Attributes:
        total: records of the filter, of all kinds.
        volume: every hour or day of the span that has records, oldest first (hours: of the newest 31 days); words are outcomes of ended
            exchanges (`abandoned` among them) and, for records that end nothing, kinds.
        outcomes: ended exchanges by outcome.
        languages: ended exchanges by language, "" where none is known.
        incidents: like `volume`, but only what went wrong: `abandoned`, and `failed.<class>` of a failed call.
    """

    unit: Unit
    total: int
    volume: tuple[Column, ...]
    outcomes: Mapping[str, int]
    languages: Mapping[str, int]
    rails: tuple[RailCount, ...]
    models: tuple[ModelCount, ...]
    latency: tuple[Latency, ...]
    incidents: tuple[Column, ...]


def charts(session: Session, wanted: Filter, unit: Unit) -> Charts:
    """The figures over a filter: one reading of the index by day (two by hour), whatever the number of charts.

    Raises:
        ValueError: not a receipt code.
    """
    narrowed = narrow(session, wanted)
    spans, found = Counter[tuple[int, str, str]](), Counter[int]()
    named = {number: (facet.word, _incident(facet)) for number, facet in narrowed.facets.items()}
    for number, span, times in _spans(session, narrowed, unit):
        spans[(span, *named[number])] += times
        found[number] += times
    if unit is Unit.HOUR:  # the newest days alone
        whole = narrowed.read(INDEX.c.facet_id, func.count()).group_by(INDEX.c.facet_id)
        found = Counter({number: times for number, times in session.execute(whole)})
    ends = [
        (narrowed.facets[number], times) for number, times in found.items() if narrowed.facets[number].outcome
    ]
    return Charts(
        unit=unit,
        total=found.total(),
        volume=_columns(unit, ((span, word, times) for (span, word, _), times in spans.items())),
        outcomes=_sums((str(facet.outcome), times) for facet, times in ends),
        languages=_sums((facet.language or "", times) for facet, times in ends),
        rails=_rails(ends),
        models=_models(ends),
        latency=_latency(session, narrowed),
        incidents=_columns(unit, ((span, word, times) for (span, _, word), times in spans.items() if word)),
    )


def _spans(session: Session, narrowed: Narrowed, unit: Unit) -> Iterator[tuple[int, int, int]]:
    """How many records of each facet there are in each hour or day, by its number; the facets' own index serves days.

    In that index's order, so that a million rows are neither sorted nor looked up; what shares a word is added up after.
    """
    conditions: list[ColumnElement[bool]] = []
    span: ColumnElement[int] = INDEX.c.day
    if unit is Unit.HOUR:
        span = INDEX.c.at // literal(HOUR, literal_execute=True)
        newest = session.scalar(narrowed.read(func.max(INDEX.c.at), by=""))
        if newest is None:
            return
        first = EPOCH + timedelta(microseconds=newest) - HOURS
        conditions = [INDEX.c.at >= microseconds(first), INDEX.c.day >= day_number(first)]
    wanted = narrowed.read(INDEX.c.facet_id, span, func.count()).where(*conditions)
    for number, place, times in session.execute(wanted.group_by(INDEX.c.facet_id, span)):
        yield number, int(place), times


def _rails(ends: Iterable[tuple[Facet, int]]) -> tuple[RailCount, ...]:
    found: Counter[tuple[str, str, str, str]] = Counter()
    for facet, times in ends:
        for flag in facet.flags:
            found[flag.rail, flag.category, flag.action, facet.language or ""] += times
    return tuple(
        RailCount(rail=rail, category=category, action=action, language=language, exchanges=number)
        for (rail, category, action, language), number in sorted(
            found.items(), key=lambda one: (-one[1], one)
        )
    )


def _models(ends: Iterable[tuple[Facet, int]]) -> tuple[ModelCount, ...]:
    found: dict[str, Counter[str]] = {}
    for facet, times in ends:
        found.setdefault(facet.entry_id or "", Counter())[str(facet.outcome)] += times
    ordered = sorted(found.items(), key=lambda one: (-one[1].total(), one[0]))
    return tuple(ModelCount(entry_id=entry, outcomes=dict(outcomes)) for entry, outcomes in ordered)


def _latency(session: Session, narrowed: Narrowed) -> tuple[Latency, ...]:
    """Of the newest exchanges; so many that more would not move a percentile."""
    columns = (INDEX.c.facet_id, INDEX.c.first_text_ms, INDEX.c.total_ms)
    timed = narrowed.read(*columns, by=way(session, narrowed)).where(INDEX.c.total_ms.is_not(None))
    newest = timed.order_by(INDEX.c.at.desc(), INDEX.c.record_id.desc()).limit(TIMED)
    times: dict[str, list[tuple[int | None, int]]] = {}
    for number, first, total in session.execute(newest):
        times.setdefault(narrowed.facets[number].entry_id or "", []).append((first, total))
    whole = [one for entry in times.values() for one in entry]
    if not whole:
        return ()
    # Where nothing was routed to, no model's time was measured: only the sum over all tells something.
    named = sorted((entry, of) for entry, of in times.items() if entry)
    return tuple(_spread(entry, of) for entry, of in [("", whole), *named])


def _spread(entry_id: str, times: Sequence[tuple[int | None, int]]) -> Latency:
    first = sorted(one for one, _ in times if one is not None)
    total = sorted(one for _, one in times)
    return Latency(
        entry_id=entry_id,
        exchanges=len(total),
        first_p50=_rank(first, 50),
        first_p95=_rank(first, 95),
        total_p50=_rank(total, 50),
        total_p95=_rank(total, 95),
    )


def _rank(values: Sequence[int], percent: int) -> int | None:
    """The percentile by nearest rank of sorted values."""
    return values[-(-len(values) * percent // 100) - 1] if values else None


def _incident(facet: Facet) -> str:
    """What went wrong, or nothing."""
    if facet.outcome == ABANDONED:
        return ABANDONED
    return f"{facet.outcome}.{facet.failure or 'unknown'}" if facet.outcome == Outcome.FAILED else ""


def _columns(unit: Unit, parts: Iterable[tuple[int, str, int]]) -> tuple[Column, ...]:
    found: dict[int, Counter[str]] = {}
    for span, word, times in parts:
        found.setdefault(span, Counter())[word] += times
    begins = day_begins if unit is Unit.DAY else (lambda number: EPOCH + timedelta(hours=number))
    return tuple(Column(at=begins(span), counts=dict(found[span])) for span in sorted(found))


def _sums(parts: Iterable[tuple[str, int]]) -> Mapping[str, int]:
    found: Counter[str] = Counter()
    for word, times in parts:
        found[word] += times
    return dict(found)
