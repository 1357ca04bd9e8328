"""The forms of a school's documents: the value of each month, labels and ready sentences, changed in place and on record."""

import streamlit as st

from app.accounts import Permission
from app.documents import Kind
from app.documents.form import Form, load
from app.errors import Conflict, UstazError
from app.i18n import LANGUAGES, NAMES
from app.ui.context import Context
from app.ui.school_forms_draft import Wish, differing, lines_of, months, own_words, parts, words_at
from app.ui.school_forms_rows import LONGEST_LABEL, OPEN, ROUND, WISH, Rows, compared, month_name, named
from app.ui.school_forms_style import STYLE

SAID = "forms_said"
MONTHS, RESET = "months", "reset"
DIFFERENCE = ("school_forms.ships", "school_forms.ours")


def render(context: Context) -> None:
    """The choice of a form, what schools change most, what differs, and every place."""
    t, person = context.translator, context.person
    person.require(Permission.SCHOOL_FORMS_CHANGE, person.school)
    st.html(STYLE)
    st.title(t("school_forms.title"), anchor=False)
    st.markdown(t("school_forms.lead"))
    kind, language = _choice(context)
    shipped, form = load(kind, language), context.services.desk.form(person.school, kind, language)
    rows = Rows(
        t=t,
        kind=kind,
        language=language,
        shipped=shipped,
        form=form,
        make=lambda wish: _make(context, wish),
    )
    said = st.session_state.pop(SAID, None)
    if isinstance(said, str):
        st.success(said, icon=":material/check_circle:")
    if form.secondary:
        st.info(t("school_forms.secondary"), icon=":material/info:")
    with st.container(key="forms-page"):
        if months(shipped):
            _months(rows)
        _differences(rows)
        _places(rows)


def _choice(context: Context) -> tuple[Kind, str]:
    t = context.translator
    with st.container(horizontal=True, gap="small"):
        kind = st.selectbox(
            t("school_forms.kind"),
            tuple(Kind),
            format_func=lambda one: t.raw(f"documents.kind.{one}"),
            key="forms_kind",
            on_change=_afresh,
            filter_mode=None,
            width=300,
        )
        language = st.selectbox(
            t("school_forms.language"),
            LANGUAGES,
            index=LANGUAGES.index(context.language),
            format_func=lambda one: NAMES[one],
            key="forms_language",
            on_change=_afresh,
            filter_mode=None,
            width=300,
        )
    return kind or Kind.PLAN, language or context.language


def _afresh() -> None:
    """Another form: what was open or waited belongs to the last one."""
    st.session_state[OPEN] = st.session_state[WISH] = None
    st.session_state[ROUND] = st.session_state.get(ROUND, 0) + 1


def _months(rows: Rows) -> None:
    """The value of each month as one table, saved at once."""
    t = rows.t
    st.subheader(t("school_forms.months"), anchor=False)
    st.caption(t("school_forms.months.note"))
    if rows.asks(MONTHS):
        return
    with st.form("forms-months", border=False, enter_to_submit=False), st.container(key="forms-months"):
        found, given = months(rows.shipped), {}
        for number, place in found.items():
            name = month_name(number, t.language)
            left, right = st.columns([1, 3])
            left.markdown(name)
            given[place] = right.text_input(
                name,
                value=" ".join(words_at(rows.form, place)),
                key=f"forms_month_{number}_{st.session_state.get(ROUND, 0)}",
                max_chars=LONGEST_LABEL,
                label_visibility="collapsed",
            )
        if st.form_submit_button(t("school_forms.save"), type="primary"):
            empty = [named(place, t) for place, words in given.items() if not (words or "").strip()]
            if empty:
                st.warning(t("school_forms.months.empty", months=", ".join(empty)))
            else:
                rows.wish(MONTHS, {place: lines_of(words or "") for place, words in given.items()})


def _differences(rows: Rows) -> None:
    """Where the school says something else than the form that ships, and the way back."""
    t, found = rows.t, differing(rows.shipped, rows.form)
    st.subheader(t("school_forms.differs"), anchor=False)
    if not found:
        st.caption(t("school_forms.differs.none"))
        return
    st.caption(t.plural("school_forms.differs.count", len(found)))
    for place in found:
        with st.container(key=f"forms-row-changed-{place.key}", gap="xxsmall"):
            with st.container(
                horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"
            ):
                st.markdown(named(place, t), width="content")
                if st.button(t("school_forms.shipped"), key=f"forms-shipped-{place.key}", type="tertiary"):
                    rows.wish(f"back-{place.key}", {place: words_at(rows.shipped, place)})
            compared(t, words_at(rows.shipped, place), words_at(rows.form, place), said=DIFFERENCE)
            rows.asks(f"back-{place.key}")
    if not rows.asks(RESET) and st.button(t("school_forms.reset"), key="forms-reset"):
        rows.wish(RESET, {place: words_at(rows.shipped, place) for place in found})


def _places(rows: Rows) -> None:
    """The places of one part of the form."""
    t, found = rows.t, parts(rows.shipped)
    st.subheader(t("school_forms.places"), anchor=False)
    part = st.selectbox(
        t("school_forms.part"),
        tuple(found),
        format_func=lambda one: t.raw(f"school_forms.part.{one}"),
        key=f"forms_part_{rows.kind}",
        filter_mode=None,
        width=300,
    )
    for place in found.get(part or "", ()):
        rows.row(place)


def _make(context: Context, wish: Wish) -> None:
    """Carry a change out on what stands there now; somebody else's change of the same place stops it."""
    t, person, desk = context.translator, context.person, context.services.desk
    shipped = load(wish.kind, wish.language)
    try:
        now: Form = desk.form(person.school, wish.kind, wish.language)
        if any(words_at(now, place) != words for place, words in wish.before.items()):
            raise Conflict("changed meanwhile", key="desk.form.elsewhere")
        labels, phrases = own_words(shipped, now, wish.after)
        desk.set_form(person, wish.kind, wish.language, labels=labels, phrases=phrases)
    except UstazError as error:
        st.warning(t.words(error.words))
        return
    _afresh()
    st.session_state[SAID] = t("school_forms.saved")
    st.rerun()
