"""Check a file: made by Ustaz or not, with whose words, and whether this log holds its record; nothing of it is shown."""

import streamlit as st

from app.assistant.upload import LARGEST
from app.exports import Mark
from app.ui.context import Context, ScreenWords
from app.ui.field_table import fields
from app.ui.file_chooser import chooser_place
from app.ui.receipt_check import verifier_of
from app.ui.receipt_mark import CheckedFile, Told, check_file
from app.ui.words_of_entry import mono

MEGABYTE = 1024 * 1024
ICONS = {
    Told.RECORDED: ":material/verified:",
    Told.WAITING: ":material/hourglass_top:",
    Told.ANOTHER: ":material/error:",
    Told.TAMPERED: ":material/error:",
}


def chosen(context: Context) -> bytes | None:
    """Draw the chooser; the bytes of a file once its check was asked for, which Streamlit then lets go of."""
    t = context.translator
    with (
        chooser_place(t.language, many=False),
        st.form("receipt-file", border=False, clear_on_submit=True, enter_to_submit=False),
    ):
        file = st.file_uploader(
            t("receipt.file", most=LARGEST // MEGABYTE),
            key="receipt_file",
            help=None,
            accept_multiple_files=False,
        )
        pressed = st.form_submit_button(t("receipt.file.check"))
    st.caption(t("receipt.file.note"))
    if not pressed:
        return None
    if file is None:
        st.info(t("receipt.file.missing", most=LARGEST // MEGABYTE))
        return None
    if file.size > LARGEST:
        st.info(t("receipt.file.too_large", most=LARGEST // MEGABYTE))
        return None
    return bytes(file.getvalue())


def answer(context: Context, data: bytes) -> CheckedFile:
    """Say in one sentence what the file is, then what its mark says."""
    t, services = context.translator, context.services
    found = check_file(services.audit, data, verifier=verifier_of(services.settings.home))
    sentence = t(f"receipt.file.{found.told}")
    icon = ICONS.get(found.told, ":material/info:")
    match found.told:
        case Told.RECORDED:
            st.success(sentence, icon=icon)
        case Told.TAMPERED | Told.ANOTHER:
            st.error(sentence, icon=icon)
        case _:
            st.info(sentence, icon=icon)
    if found.mark is not None:
        st.markdown(f"**{t('receipt.file.says')}**")
        fields(rows(found.mark, t), name="receipt-mark")
        st.caption(t("receipt.file.unread"))
    return found


def rows(mark: Mark, t: ScreenWords) -> list[tuple[str, str]]:
    """What the mark says, as (label, text)."""
    version, at = mark.app_version, t.time(mark.made_at)
    said = [
        ("receipt.file.made", t("receipt.file.made.by", version=version, at=at)),
        (
            "receipt.file.words",
            t("receipt.file.words.models", models=", ".join(mark.models))
            if mark.models
            else t("receipt.file.words.none"),
        ),
        ("receipt.file.revision", t("receipt.file.revision.of", number=mark.revision)),
    ]
    if mark.demonstration:
        said.append(("receipt.file.demonstration", t("receipt.file.demonstration.yes")))
    said.append(("receipt.field.code", mono(mark.receipt)))
    return [(t(label), text) for label, text in said]
