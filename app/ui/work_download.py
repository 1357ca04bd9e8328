"""The download menu: one button a format; the export is recorded first, then the file is made and given."""

from collections.abc import Callable

import streamlit as st

from app.documents import Document
from app.exports import catalogue as exports
from app.exports import naming
from app.ui.chat_person import present
from app.ui.context import Context
from app.ui.rendering import plain

WIDTH = 280
"""Of the menu, in pixels; fits the narrowest phone."""


def download(context: Context, document: Document) -> None:
    """The formats that serve this kind; each file is made when it is asked for, after its record."""
    t = context.translator
    with (
        st.popover(t("work.download"), icon=":material/download:"),
        st.container(width=WIDTH, gap="xxsmall", key="work-formats"),
    ):
        for one in exports.formats(document.kind):
            key = f"work.download.{one.name}"
            st.download_button(
                t(key) if t.raw.has(key) else plain(one.name),
                data=_file(context, document, one.name),
                file_name=naming.stem(document.title) + one.ending,
                mime=one.media_type,
                key=f"work-download-{one.name}",
                on_click="ignore",
                type="tertiary",
                width="stretch",
            )
        st.caption(t("work.download.note"))


def _file(context: Context, document: Document, format: str) -> Callable[[], bytes]:
    def make() -> bytes:
        """Recorded first; what cannot be recorded is not given."""
        exported, _ = context.services.downloads.give(present(context), document.id, format)
        return exported.data

    return make
