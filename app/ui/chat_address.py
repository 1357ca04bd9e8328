"""The address of the Ask page: it names the open conversation, so that a reload or a bookmark comes back to it."""

from uuid import UUID

import streamlit as st

from app.accounts import Principal
from app.assistant import Conversations
from app.ui.chat_memory import Memory

CONVERSATION = "c"


def follow_address(conversations: Conversations, principal: Principal, memory: Memory) -> None:
    """Open the conversation that the address names, unless it is open; then let the address say what is open."""
    named = read_id(st.query_params.get(CONVERSATION))
    if named is not None and named != memory.conversation:
        memory.open(conversations, principal, named)
    write_address(memory)


def write_address(memory: Memory) -> None:
    """Make the address name the open conversation."""
    if memory.conversation is not None:
        st.query_params[CONVERSATION] = str(memory.conversation)
    elif CONVERSATION in st.query_params:
        del st.query_params[CONVERSATION]


def read_id(text: str | None) -> UUID | None:
    """An id as it stands in an address; anything else is none."""
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
