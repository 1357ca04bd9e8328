"""The state of the system in words: what works, what is missing, who mends it; what `ustaz doctor` says, for the admin."""

from collections.abc import Sequence

import streamlit as st

from app import doctor
from app.accounts import Permission
from app.doctor import Finding, State
from app.ui.context import Context, ScreenWords
from app.ui.field_table import fields
from app.ui.rendering import plain
from app.ui.school_system_style import STYLE

THOROUGH = "system_thorough"
MARKS = {
    State.OK: (":green-badge[{}]", "school_system.ok"),
    State.WARNING: (":yellow-badge[{}]", "school_system.warning"),
    State.BROKEN: (":red-badge[{}]", "school_system.broken"),
}


def render(context: Context) -> None:
    """One sentence for all of it, then each part; the long checks at a button."""
    t, services = context.translator, context.services
    context.person.require(Permission.SCHOOL_SYSTEM_READ, context.person.school)
    st.html(STYLE)
    st.title(t("school_system.title"), anchor=False)
    st.markdown(t("school_system.lead"))
    found = doctor.state_of(services)
    _sentence(t, found)
    _parts(t, found)
    st.subheader(t("school_system.thorough"), anchor=False)
    st.caption(t("school_system.thorough.note"))
    if st.button(t("school_system.thorough.begin"), key=THOROUGH):
        place = st.empty()
        place.markdown(f":shimmer[{t('school_system.thorough.runs')}]")
        checked = tuple(doctor.thorough(services))
        with place.container():
            _sentence(t, checked)
            _parts(t, checked)


def _sentence(t: ScreenWords, found: Sequence[Finding]) -> None:
    """The worst of it first: whether teachers can ask."""
    states = [one.state for one in found]
    if State.BROKEN in states:
        st.error(t("school_system.all.broken"), icon=":material/error:")
    elif State.WARNING in states:
        st.info(t("school_system.all.warning"), icon=":material/info:")
    else:
        st.success(t("school_system.all.ok"), icon=":material/check_circle:")


def _parts(t: ScreenWords, found: Sequence[Finding]) -> None:
    wrong = sorted(
        (one for one in found if one.state is not State.OK), key=lambda one: one.state != State.BROKEN
    )
    for number, one in enumerate(wrong):
        shape, word = MARKS[one.state]
        with st.container(key=f"system-row-{number}-{one.what.replace(' ', '-')}", gap="xxsmall"):
            st.markdown(f"**{t(one.part)}** {shape.format(t(word))}")
            st.markdown(plain(one.detail(t.raw)))
            if one.mend is not None:
                st.caption(t.words(one.mend))
    right = [(t(one.part), plain(one.detail(t.raw))) for one in found if one.state is State.OK]
    if right:
        shape, word = MARKS[State.OK]
        st.markdown(shape.format(t(word)))
        fields(right, name=f"system-{found[0].what}")
