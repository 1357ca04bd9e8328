"""The thresholds of what is scored, and what the last 30 days would have been with them."""

from collections.abc import Mapping, Sequence
from functools import partial

import streamlit as st

from app.i18n import NAMES
from app.protection import ProtectionOverview, Sighting
from app.protection.impact import Band, bands
from app.ui.context import ScreenWords
from app.ui.rendering import plain
from app.ui.safety_draft import Draft
from app.ui.safety_words import threshold
from guardrails.choice import effective, reach
from guardrails.floor import BANDS
from guardrails.policy import Policy
from guardrails.reading import LANGUAGES


def strictness(
    t: ScreenWords,
    overview: ProtectionOverview,
    draft: Draft,
    seen: Sequence[Sighting],
    round_: str,
    *,
    may: bool,
) -> Draft:
    """Draw two thresholds for each language and rail; gives the draft with what was set."""
    st.markdown(t("safety.strictness.note"))
    shipped = overview.shipped
    with st.container(key="safety-strictness"):
        for rail in shipped.floor.thresholds:
            st.subheader(t(f"auditor.rail.{rail}"), anchor=False)
            stands = {band: dict(_stands(shipped, draft, rail, band)) for band in BANDS}
            for language in LANGUAGES:
                st.markdown(f"**{NAMES[language]}**")
                places = st.columns(2)
                for place, band in zip(places, BANDS, strict=True):
                    with place:
                        stands[band][language] = _slider(
                            t, shipped, rail, band, language, stands[band][language], round_, may=may
                        )
            for band in BANDS:
                draft = draft.setting(shipped, rail, band, stands[band])
            _month(t, seen, overview.standing.policy or shipped, effective(shipped, draft.choice), rail)
    return draft


def _stands(shipped: Policy, draft: Draft, rail: str, band: str) -> Mapping[str, float]:
    own: Mapping[str, float] = getattr(shipped.rails[rail], band)
    return draft.choice.thresholds.get(rail, {}).get(band, own)


def _slider(
    t: ScreenWords,
    shipped: Policy,
    rail: str,
    band: str,
    language: str,
    value: float,
    round_: str,
    *,
    may: bool,
) -> float:
    limits = reach(shipped, rail, band, language)
    if limits is None:
        return value
    stands = min(max(value, limits[0]), limits[1])
    return float(
        st.select_slider(
            t(f"safety.slider.{band}"),
            scale(*limits, stands),
            value=stands,
            format_func=partial(threshold, t),
            key=f"safety-{rail}-{band}-{language}-{round_}",
            disabled=not may,
        )
    )


def scale(low: float, high: float, stands: float) -> list[float]:
    """The lowest and the highest mark, the one that stands, and every whole hundredth between."""
    hundredths = (one / 100 for one in range(1, 100))
    return sorted({low, high, stands, *(one for one in hundredths if low < one < high)})


def _month(t: ScreenWords, seen: Sequence[Sighting], now: Policy, then: Policy, rail: str) -> None:
    """Questions of the last 30 days in which something was found, as they are and as they would be."""
    st.markdown(f"**{t('safety.month')}**")
    before, after = bands(seen, now, rail), {one.language: one for one in bands(seen, then, rail)}
    if not before:
        st.caption(t("safety.month.none"))
        return
    names = [t.raw(f"safety.month.{word}") for word in ("passed", "warned", "stopped")]
    rows = [f"| | {' | '.join(map(plain, names))} |", "|---|---:|---:|---:|"]
    rows += [_row(t, old, after[old.language]) for old in before]
    st.markdown("\n".join(rows))
    st.caption(t("safety.month.note"))


def _row(t: ScreenWords, old: Band, new: Band) -> str:
    cells = []
    for was, would in ((old.passed, new.passed), (old.warned, new.warned), (old.stopped, new.stopped)):
        same = was == would
        cells.append(t.number(was) if same else f"{t.number(was)} → **{t.number(would)}**")
    return f"| {NAMES.get(old.language, plain(old.language))} | {' | '.join(cells)} |"
