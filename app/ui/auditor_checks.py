"""What every rail said of an exchange: what was held back or warned of first, then all of them with their scores and times."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from app.ui.auditor_decision import score
from app.ui.context import ScreenWords
from app.ui.field_table import table
from app.ui.words_of_entry import coded

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """All runs of one rail at one stage.

    Attributes:
        ms: of all runs together.
        highest: the highest score of any finding, as the record holds it; None without a finding.
    """

    rail: str
    stage: str
    times: int
    ms: float
    highest: str | None


def telling(given: Iterable[Row]) -> list[Row]:
    """The verdicts that did more than let pass, or could not be given."""
    return [row for row in given if row["action"] != "allow" or row["status"] != "ok"]


def runs(given: Iterable[Row]) -> tuple[Run, ...]:
    """The verdicts by stage and rail, in the order in which each spoke first."""
    found: dict[tuple[str, str], list[Row]] = {}
    for row in given:
        found.setdefault((row["stage"], row["rail"]), []).append(row)
    return tuple(
        Run(
            rail=rail,
            stage=stage,
            times=len(rows),
            ms=sum(float(row.get("ms") or 0) for row in rows),
            highest=max(
                (one["score"] for row in rows for one in row["findings"] if one.get("score")),
                key=float,
                default=None,
            ),
        )
        for (stage, rail), rows in found.items()
    )


def verdicts(t: ScreenWords, clear: Mapping[str, Any]) -> None:
    """The count, the telling ones, and behind one click all of them."""
    st.subheader(t("auditor.verdicts"), anchor=False)
    given: Sequence[Row] = clear.get("verdicts") or ()
    told = telling(given)
    st.caption(t("auditor.verdicts.count", all=len(given), telling=len(told)))
    if told:
        heads = ("rail", "stage", "action", "category", "score", "threshold")
        rows = [
            (
                coded("auditor.rail", row["rail"], t),
                coded("auditor.stage", row["stage"], t),
                said_action(row, t),
                categories(t, row),
                scores(t, row),
                score(t, row.get("threshold")),
            )
            for row in told
        ]
        table(tuple(t(f"auditor.head.{name}") for name in heads), rows, name="verdicts")
    if given:
        with st.expander(t("auditor.verdicts.all")):
            columns = ("rail", "stage", "times", "score", "ms")
            lines = [
                (
                    coded("auditor.rail", one.rail, t),
                    coded("auditor.stage", one.stage, t),
                    t.number(one.times),
                    score(t, one.highest),
                    t.number(round(one.ms, 1)),
                )
                for one in runs(given)
            ]
            table(tuple(t(f"auditor.head.{name}") for name in columns), lines, name="verdicts-all")


def said_action(row: Row, t: ScreenWords) -> str:
    """What a rail did, and that it could not do its work."""
    action = coded("auditor.action", row["action"], t)
    return action if row["status"] == "ok" else f"{action} ({coded('auditor.status', row['status'], t)})"


def categories(t: ScreenWords, row: Row) -> str:
    """What was found, in words."""
    found = dict.fromkeys(coded("auditor.category", one["category"], t) for one in row["findings"])
    return ", ".join(found) or "—"


def scores(t: ScreenWords, row: Row) -> str:
    """The scores of the findings, highest first."""
    found = sorted((float(one["score"]) for one in row["findings"] if one.get("score")), reverse=True)
    return " · ".join(t.number(round(one, 2)) for one in found[:3]) or "—"
