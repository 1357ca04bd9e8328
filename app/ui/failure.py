"""What a person reads when a page breaks: a sentence and an id; the log for operators keeps where, never what."""

import logging
import traceback

import streamlit as st

from app.errors import UstazError
from app.i18n import translator
from app.runtime import Runtime
from app.ui import frame
from app.ui.context import ScreenWords

log = logging.getLogger("ustaz.ui")


def show(error: Exception, runtime: Runtime | None = None) -> bool:
    """Draw a calm sentence in place of Streamlit's box.

    Returns:
        True: nothing else is to be drawn.
    """
    t = ScreenWords(translator(frame.chosen_language(None)))
    if isinstance(error, UstazError):
        st.warning(t.words(error.words))
        return True
    code = (runtime or Runtime()).new_id().hex[-12:]
    frames = traceback.extract_tb(error.__traceback__)
    where = " < ".join(f"{frame.filename}:{frame.lineno} {frame.name}" for frame in reversed(frames))
    log.error("page failed %s: %s at %s", code, type(error).__name__, where)
    st.error(t("shell.failure", id=code))
    return True
