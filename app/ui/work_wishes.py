"""What opens under a field: the teacher's own wish for a model, and the report that something is not as it should be."""

import streamlit as st

from app.assistant.desk_events import Change
from app.assistant.feedback import REASONS
from app.documents import Field
from app.errors import UstazError, Words
from app.ui.chat_person import present
from app.ui.work_memory import Wanted
from app.ui.work_sheet import Sheet, name

LONGEST_COMMENT = LONGEST_WISH = 500


def own(sheet: Sheet, field: Field) -> None:
    """The teacher's own wish for this field."""
    t = sheet.t
    key = f"{name('work-own', field)}-{sheet.space.serial(field.id)}"
    with st.container(border=True, key=name("work-open", field), gap="small"):
        st.text_area(
            t("work.own"), key=key, placeholder=t.raw("work.own.hint"), height=80, max_chars=LONGEST_WISH
        )
        with st.container(horizontal=True, gap="small"):
            st.button(
                t("work.own.go"),
                key=name("work-own-go", field),
                type="primary",
                on_click=_wish,
                args=(sheet, field, key),
            )
            _closing(sheet, field)


def _wish(sheet: Sheet, field: Field, key: str) -> None:
    wish = str(st.session_state.get(key) or "").strip()
    if wish:
        sheet.space.close(field.id)
        sheet.space.wanted = Wanted(place=field.id, change=Change.OWN, instruction=wish)


def flag(sheet: Sheet, field: Field) -> None:
    """Why this field is not as it should be; a record of its own."""
    t, serial = sheet.t, sheet.space.serial(field.id)
    reason, comment = f"{name('work-reason', field)}-{serial}", f"{name('work-comment', field)}-{serial}"
    with st.container(border=True, key=name("work-open", field), gap="small"):
        st.pills(
            t("work.flag.reason"),
            REASONS,
            format_func=lambda one: t(f"chat.report.reason.{one}"),
            key=reason,
        )
        st.text_area(
            t("work.flag.comment"),
            key=comment,
            placeholder=t.raw("work.flag.comment.hint"),
            height=80,
            max_chars=LONGEST_COMMENT,
        )
        with st.container(horizontal=True, gap="small"):
            st.button(
                t("work.flag.send"),
                key=name("work-flag-send", field),
                type="primary",
                on_click=_send,
                args=(sheet, field, reason, comment),
            )
            _closing(sheet, field)


def _send(sheet: Sheet, field: Field, reason: str, comment: str) -> None:
    space, state = sheet.space, st.session_state
    if state.get(reason) is None:
        space.said[field.id] = Words(key="work.flag.missing")
        return
    try:
        receipt = sheet.context.services.desk.flag(
            present(sheet.context),
            space.document.id,
            field.id,
            reason=str(state[reason]),
            comment=str(state.get(comment) or "").strip(),
        )
    except UstazError as error:
        space.said[field.id] = error.words
    else:
        space.close(field.id)
        space.said[field.id] = Words(key="work.flag.thanks", facts={"code": receipt.code})


def _closing(sheet: Sheet, field: Field) -> None:
    st.button(
        sheet.t("work.close"),
        key=name("work-close", field),
        on_click=sheet.space.close,
        args=(field.id,),
    )
