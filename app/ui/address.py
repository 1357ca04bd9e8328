"""Turning a page to another address, and only from the address that it was drawn for.

Streamlit hands back what stood in a box when a run was broken off by a step back or forward, and takes it for chosen:
the box's callback then runs while the browser already shows another place, which it must not leave.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import streamlit as st


@dataclass(frozen=True, slots=True)
class Address:
    """An address that a page was drawn for.

    Attributes:
        drawn: its query.
    """

    drawn: Mapping[str, str]

    @classmethod
    def here(cls) -> Self:
        """The one in the browser now."""
        return cls(st.query_params.to_dict())

    def turn(self, query: Mapping[str, str]) -> None:
        """Turn to a query, in one step of the browser's history; nothing where the browser has left this address."""
        if st.query_params.to_dict() == self.drawn:
            st.query_params.from_dict(query)
