"""Which models a school uses, for parents, inspectors and anybody else: approval and expiry, open without sign-in."""

import streamlit as st

from app.accounts.schools import School
from app.registry.registry import Registry
from app.routing import Published, Use, published
from app.ui.alphabet import alphabetical
from app.ui.context import Context, ScreenWords
from app.ui.rendering import plain
from app.ui.school_uses_style import STYLE
from app.ui.words_of_entry import badge, coded, day, mono, name_of, now_of, residency, say, scores, told

SCHOOL = "school"
"""In the address, so that a school can hand the page out."""
CHOSEN = "uses_school"


def render(context: Context) -> None:
    """Draw the choice of the school that the address names, or of the only one there is."""
    t, services = context.translator, context.services
    st.html(STYLE)
    st.title(t("school_uses.title"), anchor=False)
    st.markdown(t("school_uses.lead"))
    school = _school(context, services.accounts.schools())
    if school is None:
        return
    seen = published(school.code, services.policies, services.registry, services.router)
    st.subheader(plain(school.names[t.language]), anchor=False)
    if seen.registry is None:
        if seen.trouble is not None:
            st.info(say(seen.trouble, t), icon=":material/info:")
        st.markdown(t("school_uses.no_list"))
        return
    _about(context, seen, seen.registry)
    _models(context, seen, seen.registry)
    _search_model(context, seen.registry)
    with st.container(horizontal=True, gap="medium"):
        context.link("registry", t("sign_in.registry"))
        context.link("notice", t("sign_in.how"))


def _school(context: Context, schools: tuple[School, ...]) -> School | None:
    t = context.translator
    if not schools:
        st.info(t("school_uses.no_school"), icon=":material/info:")
        return None
    by_code = {one.code: one for one in schools}
    wanted = st.query_params.get(SCHOOL, "")
    if wanted and wanted not in by_code:
        st.info(t("school_uses.unknown"), icon=":material/info:")
    if len(schools) == 1:
        return schools[0] if not wanted or wanted in by_code else None
    own = context.principal.school if context.principal is not None else None
    first = next((code for code in (wanted, own) if code in by_code), None)
    ordered = sorted(by_code, key=lambda code: alphabetical(by_code[code].names[t.language]))
    chosen = st.selectbox(
        t("school_uses.choose"),
        ordered,
        index=None if first is None else ordered.index(first),
        format_func=lambda code: by_code[code].names[t.language],
        placeholder=t.raw("school_uses.choose"),
        key=CHOSEN,
    )
    if chosen is None:
        return None
    if st.query_params.get(SCHOOL) != chosen:
        st.query_params[SCHOOL] = chosen
    return by_code[chosen]


def _about(context: Context, seen: Published, registry: Registry) -> None:
    t = context.translator
    if registry.demonstration:
        st.info(t("registry.demonstration"), icon=":material/science:")
    if context.services.registry.now() >= registry.expires_at:
        since = t.time(registry.expires_at)
        st.info(t("registry_page.expired", since=since), icon=":material/pause_circle:")
    parts = [t("school_models.list", number=registry.sequence, until=t.time(registry.expires_at))]
    if seen.since is not None:
        parts.append(t("school_uses.since", date=t.date(seen.since)))
    st.caption(" · ".join(parts))


def _models(context: Context, seen: Published, registry: Registry) -> None:
    t = context.translator
    if not seen.uses:
        st.info(t("school_uses.none"), icon=":material/info:")
        return
    for number, use in enumerate(seen.uses):
        with st.container(key=f"uses-row-{number}", gap="xxsmall"):
            _row(context, use, registry)


def _row(context: Context, use: Use, registry: Registry) -> None:
    t, entry = context.translator, use.entry
    if entry is None:
        st.markdown(mono(use.entry_id))
        st.caption(t("school_uses.not_called") + " " + say(use.reason, t) if use.reason else "")
        return
    st.markdown(
        f"**{name_of(entry, t)}** {badge(now_of(entry, registry, context.services.registry.now()), t)}"
    )
    if use.reason is not None:
        st.markdown(f"{t('school_uses.not_called')} {told(use.reason, entry, registry, t)}")
    st.caption(_approval(t, use))
    st.caption(
        " · ".join(
            (
                plain(entry.owner),
                residency(entry, registry.country, t),
                coded("registry.data", entry.personal_data, t),
            )
        )
    )
    st.caption(" · ".join(scores(entry, t)))
    context.link("registry", t.raw("school_uses.card"), query={"entry": entry.entry_id})


def _approval(t: ScreenWords, use: Use) -> str:
    entry = use.entry
    if entry is None:
        return ""
    audited = (
        t("registry_page.audited", date=day(entry.audit.date))
        if entry.audit
        else t("registry_page.not_audited")
    )
    return " · ".join(
        (
            t("school_uses.approved", since=t.date(entry.effective_from), until=t.date(entry.expires_at)),
            audited,
        )
    )


def _search_model(context: Context, registry: Registry) -> None:
    """The model that only searches the curriculum: it serves every school and writes nothing."""
    t, entry_id = context.translator, context.services.embedder.entry_id()
    entry = registry.find(entry_id) if entry_id is not None else None
    if entry is None:
        return
    st.caption(
        t(
            "school_uses.search",
            name=entry.names.get(t.language, entry.model_id),
            until=t.date(entry.expires_at),
        )
    )
