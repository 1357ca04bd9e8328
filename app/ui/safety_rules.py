"""What each kind of finding leads to: what happens now, what the ministry demands, and the school's choice."""

import streamlit as st

from app.i18n import NAMES
from app.protection import ProtectionOverview
from app.ui.context import ScreenWords
from app.ui.safety_draft import GROUPS, Draft
from app.ui.safety_words import action, category
from guardrails.floor import Bound
from guardrails.reading import LANGUAGES
from guardrails.verdict import Action


def rules(t: ScreenWords, overview: ProtectionOverview, draft: Draft, round_: str, *, may: bool) -> Draft:
    """Draw every group; gives the draft with what was chosen."""
    st.markdown(t("safety.rules.note"))
    for group, names in GROUPS.items():
        st.subheader(t(f"safety.group.{group}"), anchor=False)
        st.caption(t(f"safety.group.{group}.note"))
        bounds = {name: overview.shipped.floor.categories[name] for name in names}
        for name, bound in bounds.items():
            if bound.choices:
                draft = _row(t, overview, draft, name, bound, round_, may=may)
        _fixed(t, overview, [name for name, bound in bounds.items() if not bound.choices])
    return draft


def _fixed(t: ScreenWords, overview: ProtectionOverview, names: list[str]) -> None:
    """What the ministry decides for every school, on one line each."""
    if not names:
        return
    lines = [f"- {category(t, name)}: {action(t, overview.shipped.categories[name])}" for name in names]
    st.markdown("\n".join([f":material/lock: **{t('safety.fixed')}**", "", *lines]))


def _row(
    t: ScreenWords,
    overview: ProtectionOverview,
    draft: Draft,
    name: str,
    bound: Bound,
    round_: str,
    *,
    may: bool,
) -> Draft:
    shipped = overview.shipped
    stands = draft.choice.actions.get(name, {one: shipped.action(name, one) for one in LANGUAGES})
    with st.container(key=f"safety-row-{name.replace('.', '-')}", gap="xxsmall"):
        left, right = st.columns([3, 2], vertical_alignment="center")
        left.markdown(f"**{category(t, name)}**")
        left.caption(_floor(t, bound, shipped.categories[name]))
        if not may:
            right.markdown(" · ".join(dict.fromkeys(action(t, one) for one in stands.values())))
            return draft
        with right:
            chosen = _chosen(t, name, bound, dict(stands), round_)
    return draft.acting(shipped, name, chosen)


def _floor(t: ScreenWords, bound: Bound, default: Action) -> str:
    floor, shipped = action(t, bound.least), action(t, default)
    if floor == shipped:
        return t("safety.floor", action=floor)
    return f"{t('safety.floor', action=floor)} {t('safety.shipped', action=shipped)}"


def _chosen(
    t: ScreenWords, name: str, bound: Bound, stands: dict[str, Action], round_: str
) -> dict[str, Action]:
    """The boxes of one row: one for all languages, or one for each."""
    key = f"safety-{name}-{round_}"
    apart = False
    if bound.by_language:
        apart = st.toggle(t("safety.apart"), value=len(set(stands.values())) > 1, key=f"{key}-apart")
    if not apart:
        one = st.selectbox(
            category(t, name),
            bound.choices,
            index=bound.choices.index(max(stands.values(), key=lambda action: action.severity)),
            format_func=lambda word: action(t, word),
            key=key,
            filter_mode=None,
            label_visibility="collapsed",
        )
        return dict.fromkeys(LANGUAGES, one or bound.choices[-1])
    for language in LANGUAGES:
        chosen = st.selectbox(
            NAMES[language],
            bound.choices,
            index=bound.choices.index(stands[language]),
            format_func=lambda word: action(t, word),
            key=f"{key}-{language}",
            filter_mode=None,
        )
        stands[language] = chosen or bound.choices[-1]
    return stands
