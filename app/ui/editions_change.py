"""What an edition changes, and what was doubtful when it was read: one programme at a time, by choice."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from app.ui.context import Context, ScreenWords
from app.ui.curriculum_words import subject_name, track
from app.ui.rendering import plain
from knowledge.curriculum import Catalogue
from knowledge.difference import Change, ChangeKind, counted

SHOWN = 40
SIGNS = {ChangeKind.ADDED: "+", ChangeKind.REMOVED: "−", ChangeKind.REWORDED: "≠"}


def changes(context: Context, found: Sequence[Change], *, first: bool) -> None:
    """How many objectives are added, removed and reworded, and which, by programme."""
    t = context.translator
    if not found:
        st.caption(t("editions_page.changes.first" if first else "editions_page.changes.none"))
        return
    st.markdown(_counts(found, t))
    by_programme: dict[str, list[Change]] = {}
    for one in found:
        by_programme.setdefault(one.programme, []).append(one)
    catalogue = context.services.library.catalogue
    names = {key: _named(inside, catalogue, t) for key, inside in by_programme.items()}
    chosen = st.selectbox(
        t("editions_page.programme"),
        tuple(by_programme),
        format_func=lambda key: names[key],
        key="editions_changes_programme",
        filter_mode=None,
    )
    inside = by_programme.get(str(chosen), [])
    for one in inside[:SHOWN]:
        st.markdown(f"{SIGNS[one.kind]} **{plain(one.code)}** {t(f'editions_page.kind.{one.kind}')}")
        for key, text in (("before", one.before), ("after", one.after)):
            if text:
                st.markdown(f"> {t(f'editions_page.{key}')} {plain(text)}")
    if len(inside) > SHOWN:
        st.caption(t.plural("editions_page.more", len(inside) - SHOWN))


def report(context: Context, read: Mapping[str, Any]) -> None:
    """What was read of an edition: the doubts by kind, then each programme with the words that show them."""
    t = context.translator
    doubts = dict(read["doubts"])
    if doubts:
        st.markdown(t("editions_page.doubts"))
        st.markdown("\n".join(f"- {_doubt(kind, t)}: {t.number(count)}" for kind, count in doubts.items()))
    else:
        st.caption(t("editions_page.doubts.none"))
    programmes = sorted(read["programmes"], key=lambda one: -sum(one["doubts"].values()))
    if not programmes:
        return
    names = [_programme(one, t) for one in programmes]
    chosen = st.selectbox(
        t("editions_page.programme"),
        range(len(programmes)),
        format_func=lambda number: names[number],
        key="editions_report_programme",
        filter_mode=None,
    )
    one = programmes[int(chosen or 0)]
    grades = one["objectives_by_grade"].items()
    spread = ", ".join(t("editions_page.grade", grade=grade, count=count) for grade, count in grades)
    st.markdown(spread or t("editions_page.no_objectives"))
    for remark in one["remarks"]:
        st.markdown(
            f"- {_doubt(str(remark['kind']), t)}: **{plain(str(remark['code']))}** {plain(str(remark['detail']))}"
        )
    left = sum(one["doubts"].values()) - len(one["remarks"])
    if left > 0:
        st.caption(t.plural("editions_page.more", left))


def _counts(found: Sequence[Change], t: ScreenWords) -> str:
    counts = counted(found)
    return " · ".join(f"{t(f'editions_page.kind.{kind}')}: {t.number(counts[kind])}" for kind in ChangeKind)


def _named(inside: Sequence[Change], catalogue: Catalogue, t: ScreenWords) -> str:
    """A programme in the list of choices: plain text, not markdown."""
    one, counts = inside[0], counted(inside)
    signs = " ".join(f"{SIGNS[kind]}{counts[kind]}" for kind in ChangeKind if counts[kind])
    parts = (
        t.raw("editions_page.appendix", appendix=one.appendix),
        subject_name(catalogue, one.subject, t.raw),
        track(one.track, t.raw),
        signs,
    )
    return " · ".join(part for part in parts if part)


def _programme(one: Mapping[str, Any], t: ScreenWords) -> str:
    doubts = sum(one["doubts"].values())
    parts = (
        t.raw("editions_page.appendix", appendix=one["appendix"]),
        str(one["subject_name"]),
        track(str(one["track"]), t.raw),
        t.raw.plural("curriculum.count", one["objectives"]),
        t.raw("editions_page.doubtful", count=doubts) if doubts else "",
    )
    return " · ".join(part for part in parts if part)


def _doubt(kind: str, t: ScreenWords) -> str:
    key = f"editions_page.doubt.{kind}"
    return t(key) if t.raw.has(key) else plain(kind)
