"""Who changed the rules of a school, when, why, and what became otherwise."""

import streamlit as st

from app.accounts import Permission
from app.protection import Change
from app.ui.context import Context, ScreenWords
from app.ui.rendering import plain
from app.ui.safety_draft import differences
from app.ui.safety_words import difference
from guardrails.choice import NOTHING, choice_in, effective
from guardrails.policy import Policy
from guardrails.reading import PolicyRefused


def history(context: Context, shipped: Policy) -> None:
    """The versions, newest first."""
    t, services, person = context.translator, context.services, context.person
    changes = services.school_protection.history(person)
    if not changes:
        st.info(t("safety.history.none"), icon=":material/info:")
        return
    st.markdown(t("safety.history.note"))
    names = {}
    if person.may(Permission.SCHOOL_PEOPLE_READ, person.school):
        names = {one.person_id: one.name for one in services.accounts.people(person)}
    earlier = [*changes[1:], None]
    for one, before in zip(changes, earlier, strict=True):
        who = t("safety.history.floor") if one.person_id is None else plain(names.get(one.person_id, "—"))
        with st.container(key=f"safety-row-version-{one.version}", gap="xxsmall"):
            st.markdown(f"**{t.time(one.at)}** · {who}")
            for line in _lines(t, shipped, before, one):
                st.markdown(f"- {line}")
            if one.reason:
                st.markdown(t("safety.history.why", reason=one.reason))
            code = services.audit.receipt(one.record_id).code
            st.caption(t("safety.history.receipt", code=code, digest=one.policy_digest[:12]))


def _lines(t: ScreenWords, shipped: Policy, before: Change | None, after: Change) -> list[str]:
    """What a version made otherwise, read with the floor of today."""
    try:
        old = effective(shipped, NOTHING if before is None else choice_in(before.choice))
        new = effective(shipped, choice_in(after.choice))
    except PolicyRefused:
        return [t("safety.history.unreadable")]
    return [difference(t, one) for one in differences(old, new)]
