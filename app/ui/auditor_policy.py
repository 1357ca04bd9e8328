"""U2: the policy that judged what a record is about: what each finding led to, thresholds, who chose it when, what was otherwise before."""

from uuid import UUID

import streamlit as st

from app.assistant.auditing import JudgedBy
from app.errors import NotFound
from app.i18n import NAMES
from app.protection.archive import Archived
from app.ui.auditor_looks import looked
from app.ui.auditor_words import STYLE
from app.ui.context import Context, ScreenWords
from app.ui.field_table import fields, table
from app.ui.rendering import plain
from app.ui.safety_draft import differences, grouped
from app.ui.safety_words import action, category, difference, threshold
from app.ui.words_of_entry import coded, mono
from guardrails.floor import BANDS
from guardrails.policy import Policy
from guardrails.reading import LANGUAGES

PAGE = "policy"
SHORT = 16


def render(context: Context) -> None:
    """The policy of the record that the address names."""
    t = context.translator
    named = st.query_params.get("id", "")
    st.html(STYLE)
    context.link("record", t.raw("auditor.policy.back"), query={"id": named})
    st.title(t("auditor.policy.title"), anchor=False)
    try:
        judged = looked(
            context,
            PAGE,
            "policy",
            named,
            lambda: context.services.auditing.policy(context.person, UUID(named)),
        )
    except (ValueError, NotFound):
        st.info(t("auditor.policy.none"))
        return
    show(context, judged)


def show(context: Context, judged: JudgedBy) -> None:
    """Where it came from, what it changed, and all that it says."""
    t, archived = context.translator, judged.archived
    origin(context, judged)
    if not archived.kept.whole:
        st.error(t("auditor.policy.altered"))
        return
    policy = archived.kept.policy
    if policy is None:
        st.warning(t("auditor.policy.unreadable"))
        return
    st.subheader(t("auditor.policy.before"), anchor=False)
    before(t, archived, policy)
    for group, names in grouped(policy).items():
        st.subheader(t(f"safety.group.{group}"), anchor=False)
        fields([(category(t, name), acts(t, policy, name)) for name in names], name=f"policy-{group}")
    thresholds(t, policy)
    optional(t, policy)


def origin(context: Context, judged: JudgedBy) -> None:
    """Which policy it is, since when, and who chose it: by pseudonym, with the record of the change."""
    t, archived, change = context.translator, judged.archived, judged.change
    version, policy = archived.version, archived.kept.policy if archived.kept.whole else None
    rows = [
        ("digest", f"{mono(archived.kept.digest)} · {t(_soundness(archived))}"),
        ("release", "" if policy is None else plain(policy.version)),
        ("chosen", t(_choice(archived))),
        ("version", "" if version is None else t.number(version.number)),
        ("since", t.time(archived.kept.kept_at if version is None else version.at)),
        (
            "person",
            mono((change.pseudonym or "—")[:SHORT]) if change is not None and _by_person(archived) else "",
        ),
        ("role", _role(t, judged) if _by_person(archived) else ""),
    ]
    fields([(t(f"auditor.policy.field.{name}"), text) for name, text in rows if text], name="policy-origin")
    if change is not None and change.record_id != judged.record.record_id:
        context.link("record", t.raw("auditor.policy.change"), query={"id": str(change.record_id)})


def before(t: ScreenWords, archived: Archived, policy: Policy) -> None:
    """What it does otherwise than the policy that it replaced; an altered text is compared with nothing."""
    earlier = archived.before
    if earlier is None:
        st.markdown(t("auditor.policy.first"))
    elif not earlier.whole:
        st.error(t("auditor.policy.before.altered", digest=earlier.digest[:SHORT]))
    elif earlier.policy is None:
        st.markdown(t("auditor.policy.before.unreadable", digest=earlier.digest[:SHORT]))
    else:
        told = [f"- {difference(t, one)}" for one in differences(earlier.policy, policy)]
        head = t("auditor.policy.before.named", digest=earlier.digest[:SHORT])
        st.markdown("\n".join([head, "", *(told or [t("auditor.policy.same")])]))


def acts(t: ScreenWords, policy: Policy, name: str) -> str:
    """What a finding leads to; each language by itself where they differ."""
    by = {one: policy.action(name, one) for one in LANGUAGES}
    if len(set(by.values())) == 1:
        return action(t, policy.categories[name])
    return " · ".join(f"{NAMES[one]}: {action(t, by[one])}" for one in LANGUAGES)


def thresholds(t: ScreenWords, policy: Policy) -> None:
    """From which score a text is warned of and stopped, by rail and language; a rail that only labels stops nothing."""
    st.subheader(t("auditor.policy.thresholds"), anchor=False)
    st.caption(t("auditor.policy.thresholds.note"))
    heads = (
        t("auditor.policy.head.rail"),
        t("auditor.policy.head.language"),
        *(t(f"safety.slider.{band}") for band in BANDS),
    )
    rows = [
        (
            coded("auditor.rail", name, t),
            NAMES[language],
            *(
                threshold(t, value) if value is not None else "—"
                for value in (rail.warn.get(language), rail.block.get(language))
            ),
        )
        for name, rail in policy.rails.items()
        if name in policy.floor.thresholds
        for language in LANGUAGES
    ]
    table(heads, rows, name="policy-thresholds")


def optional(t: ScreenWords, policy: Policy) -> None:
    """The checks that a school may switch, and whether a wrong mask could be undone."""
    undo = policy.rails.get("personal_data")
    rows = [
        (coded("auditor.rail", name, t), t("safety.on" if policy.rails[name].enabled else "safety.off"))
        for name in sorted(policy.floor.optional)
        if name in policy.rails
    ]
    rows.append(
        (t("auditor.policy.undo"), t("safety.on" if undo is not None and undo.undo else "safety.off"))
    )
    st.subheader(t("auditor.policy.optional"), anchor=False)
    fields(rows, name="policy-optional")


def _soundness(archived: Archived) -> str:
    return "auditor.policy.whole" if archived.kept.whole else "auditor.policy.broken"


def _choice(archived: Archived) -> str:
    if archived.version is None:
        return "auditor.policy.shipped_later" if archived.chosen_later else "auditor.policy.shipped"
    return "auditor.policy.by_school" if archived.version.by_person else "auditor.policy.by_floor"


def _by_person(archived: Archived) -> bool:
    return archived.version is not None and archived.version.by_person


def _role(t: ScreenWords, judged: JudgedBy) -> str:
    role = judged.change.clear.get("role") if judged.change is not None else None
    return coded("accounts.role", str(role), t) if role else ""
