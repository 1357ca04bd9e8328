"""The simulator: a pasted text, what each check says of it and why; nothing of the text is kept."""

from collections.abc import Sequence

import streamlit as st

from app.errors import UstazError
from app.i18n import LANGUAGES, NAMES
from app.ui.context import Context, ScreenWords
from app.ui.rendering import plain
from app.ui.safety_draft import Draft
from app.ui.safety_words import badge, category
from guardrails.guardrails import Combined
from guardrails.policy import Policy
from guardrails.verdict import Action, Finding, Stage, Status, Subject, Verdict

MOST_CHARACTERS = 9_000
SIDES = {"question": Stage.INPUT, "answer": Stage.OUTPUT}
LABELLED = "personal_data"
"""The rail whose findings say what kind of value they are about."""


def box(context: Context, draft: Draft) -> None:
    """Draw the form and, once asked, what every check says."""
    t = context.translator
    st.markdown(t("safety.try.note"))
    if draft.changed:
        st.caption(t("safety.try.draft"))
    with st.container(key="safety-try"):
        side = st.segmented_control(
            t("safety.try.side"),
            tuple(SIDES),
            default="question",
            required=True,
            format_func=lambda word: t.raw(f"safety.try.{word}"),
            key="safety_try_side",
        )
        with st.form("safety-try-form", border=False, enter_to_submit=False):
            language = st.selectbox(
                t("safety.try.language"),
                LANGUAGES,
                index=LANGUAGES.index(context.language),
                format_func=lambda code: NAMES[code],
                key="safety_try_language",
                filter_mode=None,
            )
            text = st.text_area(
                t("safety.try.text"), key="safety_try_text", max_chars=MOST_CHARACTERS, height=120
            )
            source = ""
            if side == "answer":
                source = st.text_area(
                    t("safety.try.source"),
                    key="safety_try_source",
                    max_chars=MOST_CHARACTERS,
                    height=80,
                )
            asked = st.form_submit_button(t("safety.try.ask"), type="primary")
    if not asked:
        return
    if not (text or "").strip():
        st.info(t("safety.try.empty"), icon=":material/info:")
        return
    _run(context, draft, _subject(side or "question", text or "", source or "", language or "kk"))


def _subject(side: str, text: str, source: str, language: str) -> Subject:
    passages = (source,) if source.strip() else ()
    return Subject(
        stage=SIDES[side],
        text=text,
        language=language,
        evidence=passages,
        passage_ids=tuple("p" + "0" * 19 + str(number) for number, _ in enumerate(passages)),
        question=source,
    )


def _run(context: Context, draft: Draft, subject: Subject) -> None:
    t, service = context.translator, context.services.school_protection
    try:
        policy = service.judged(draft.choice)
        combined = service.simulate(context.person, subject, policy)
    except UstazError as error:
        st.info(t.words(error.words), icon=":material/info:")
        return
    result(t, combined, policy, subject)


def result(t: ScreenWords, combined: Combined, policy: Policy, subject: Subject) -> None:
    """The outcome first, then each check with its reason; those that found nothing share a line at the end."""
    st.markdown(f"**{t('safety.try.outcome')}** {badge(t, combined.action)}")
    if not combined.blocked and combined.text != subject.text:
        st.caption(t("safety.try.goes_on"))
        st.markdown(plain(combined.text))
    speaking = [one for one in combined.verdicts if not _quiet(one)]
    for verdict in sorted(speaking, key=lambda one: one.action is Action.ALLOW):
        with st.container(key=f"safety-seen-{verdict.rail}", gap="xxsmall"):
            _verdict(t, verdict, policy, subject)
    quiet = [t(f"auditor.rail.{one.rail}") for one in combined.verdicts if _quiet(one)]
    if quiet:
        st.markdown(t("safety.try.quiet", names=" · ".join(quiet)))
    st.caption(t("safety.try.kept"))


def _quiet(verdict: Verdict) -> bool:
    """Whether a check was asked, found nothing and measured nothing."""
    asked = verdict.status is Status.OK and verdict.action is Action.ALLOW
    return asked and not verdict.findings and verdict.scored is None


def _verdict(t: ScreenWords, verdict: Verdict, policy: Policy, subject: Subject) -> None:
    name = f"**{t(f'auditor.rail.{verdict.rail}')}**"
    if verdict.status is Status.SKIPPED:
        on = policy.rails[verdict.rail].enabled
        st.markdown(f"{name} :gray[{t('safety.try.behind' if on else 'safety.off')}]")
        return
    st.markdown(f"{name} {badge(t, verdict.action)}")
    if verdict.status is not Status.OK:
        st.markdown(t("guardrails.rail_failed"))
        return
    found = _found(t, verdict)
    if found:
        st.markdown(found)
    if verdict.scored is not None:
        warn, block = policy.rails[verdict.rail].thresholds(subject.language)
        score, *marks = (t.number(one, places=2) for one in (verdict.scored, warn, block))
        st.caption(t("safety.try.score", score=score, warn=marks[0], block=marks[1]))
    if verdict.message_key is not None and verdict.action is not Action.ALLOW:
        st.caption(t("safety.try.told", sentence=t.raw(verdict.message_key)))
    elif not found:
        st.caption(t("safety.try.nothing"))


def _found(t: ScreenWords, verdict: Verdict) -> str:
    """What was found, each once: the category, of personal data its kind, and at how many places."""
    by_words: dict[str, list[Finding]] = {}
    for finding in verdict.findings:
        words = category(t, finding.category)
        kind = f"guardrails.kind.{finding.label}"
        if verdict.rail == LABELLED and t.raw.has(kind):
            words = f"{words}: {t.raw(kind)}"
        by_words.setdefault(words, []).append(finding)
    counts = {words: places(found) for words, found in by_words.items()}
    return " · ".join(
        plain(words) + (f" × {number}" if number > 1 else "") for words, number in counts.items()
    )


def places(findings: Sequence[Finding]) -> int:
    """At how many places of the text findings stand; several cues in the same words, or in no place told, are one."""
    spans = sorted(one.span for one in findings if one.span is not None)
    number, end = 0, -1
    for begins, ends in spans:
        number += begins >= end
        end = max(end, ends)
    return number or 1
