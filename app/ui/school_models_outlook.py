"""Where the work of teachers goes under the choice on the screen, and what a change of it would alter, in words."""

from collections.abc import Sequence

import streamlit as st

from app.assistant.desk_words import of_a_document
from app.errors import Words
from app.registry.entry import DataClass
from app.routing import ANSWERS
from app.ui.context import Context, ScreenWords
from app.ui.field_table import table
from app.ui.rendering import plain
from app.ui.school_models_draft import LANGUAGES, Draft, Group, Taken
from app.ui.school_models_effects import effects, outlook, same
from app.ui.words_of_entry import name_of, say


def where(context: Context, draft: Draft) -> None:
    """A table for each kind of work that is treated alike: languages down, personal data across."""
    t = context.translator
    st.caption(t("school_models.where.draft" if draft.changed else "school_models.where.now"))
    for number, block in enumerate(outlook(context.services.router, draft.policy)):
        taken = tuple(block.cells.values())
        if same(taken):
            st.markdown(
                f"**{work_names(block.work, t)}**: {t('school_models.where.all')} {_name(taken[0], t)}"
            )
            _told(block.work, [one.reason for one in taken if one.entry is None], t)
            continue
        st.markdown(f"**{work_names(block.work, t)}**")
        heads = ["", *(t(f"school_models.data.{data}") for data in DataClass)]
        rows = [
            [
                t(f"registry.language.{language}"),
                *(_name(block.cells[language, data], t) for data in DataClass),
            ]
            for language in LANGUAGES
        ]
        table(heads, rows, name=f"models-where-{number}")
        _told(block.work, [one.reason for one in taken if one.entry is None], t)


def changes(context: Context, draft: Draft) -> None:
    """What would go elsewhere than today, and what would have no model."""
    t = context.translator
    found = effects(context.services.router, draft.base, draft.policy)
    if not found:
        st.markdown(t("school_models.effect.none"))
        return
    lines = []
    for effect in found:
        lines.append(f"**{work_names(effect.work, t)}**")
        lines += [f"- {_changed(group, t)}" for group in effect.groups]
        lines.append("")
    st.markdown("\n".join(lines))
    left = [(effect, group) for effect in found for group in effect.groups if group.after.entry is None]
    if left:
        st.warning(t("school_models.effect.left"), icon=":material/block:")
    told = [reason_of(effect.work, group.after.reason, t) for effect, group in left]
    for sentence in dict.fromkeys(told):
        st.caption(t.raw("school_models.effect.told", words=sentence))


def work_names(work: Sequence[str], t: ScreenWords) -> str:
    """Kinds of work by name."""
    return ", ".join(work_name(one, t) for one in work)


def work_name(work: str, t: ScreenWords) -> str:
    """One kind of work by name: questions, documents in general, or a kind of document."""
    kind = work.partition(".")[2]
    return t(f"documents.kind.{kind}") if kind else t(f"school_models.work.{work}")


def _changed(one: Group, t: ScreenWords) -> str:
    languages = ", ".join(t(f"registry.language.{language}") for language in one.languages)
    data = ", ".join(t(f"school_models.data.{word}") for word in one.classes)
    kind = t.raw("school_models.effect.kind", languages=languages, data=data)
    return f"{kind}: {_name(one.before, t)} → **{_name(one.after, t)}**"


def _told(work: Sequence[str], reasons: Sequence[Words], t: ScreenWords) -> None:
    """What teachers read where there is no model."""
    for sentence in dict.fromkeys(reason_of(work, reason, t) for reason in reasons):
        st.caption(t.raw("school_models.effect.told", words=sentence))


def reason_of(work: Sequence[str], reason: Words, t: ScreenWords) -> str:
    """Why there is no model, in the words that a teacher reads at this work."""
    return say(reason if ANSWERS in work else of_a_document(reason), t)


def _name(one: Taken, t: ScreenWords) -> str:
    return plain(t.raw("school_models.nobody")) if one.entry is None else name_of(one.entry, t)
