"""One entry as a row of the admin's page: name, standing, place, data, scores, and what can be done with it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import streamlit as st

from app.registry.registry import Registry
from app.routing import Choice
from app.ui.context import ScreenWords
from app.ui.school_models_draft import Draft
from app.ui.words_of_entry import badge, coded, mono, name_of, now_of, residency, say, scores, told


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Draws rows.

    Attributes:
        keep: makes a draft the one on the screen; called from a button's click.
        may: whether the person may change the choice.
    """

    t: ScreenWords
    registry: Registry
    at: datetime
    draft: Draft
    keep: Callable[[Draft], None]
    may: bool

    def allowed(self, choice: Choice, number: int) -> None:
        """An allowed entry with its place in the order."""
        entry_id = choice.entry.entry_id
        with self._row(f"allowed-{number}"):
            self._about(choice, f"{number}. ")
            if not choice.selectable:
                st.caption(f"{self.t('school_models.kept')} {self._reason(choice)}")
            self._order(entry_id, number)

    def unlisted(self, entry_id: str, number: int) -> None:
        """An allowed entry that the list no longer holds."""
        with self._row(f"allowed-{number}"):
            st.markdown(f"{number}. {mono(entry_id)}")
            st.caption(self.t("registry.refused.unknown"))
            self._order(entry_id, number)

    def possible(self, choice: Choice) -> None:
        """An entry that can be allowed."""
        entry_id = choice.entry.entry_id
        with self._row(f"possible-{entry_id}"):
            self._about(choice)
            if self.may:
                self._button(
                    "allow", entry_id, self.draft.with_one(entry_id), name=name_of(choice.entry, self.t)
                )

    def closed(self, choice: Choice) -> None:
        """An entry that cannot be chosen, grey, with the reason in words."""
        entry, t = choice.entry, self.t
        with self._row(f"closed-{entry.entry_id}"):
            st.markdown(f":gray[{name_of(entry, t)}] {badge(now_of(entry, self.registry, self.at), t)}")
            st.markdown(self._reason(choice))
            st.caption(self._facts(choice))

    def _row(self, name: str) -> st.delta_generator.DeltaGenerator:
        return st.container(key=f"models-row-{name}", gap="xxsmall")

    def _about(self, choice: Choice, before: str = "") -> None:
        entry, t = choice.entry, self.t
        now = badge(now_of(entry, self.registry, self.at), t)
        st.markdown(f"{before.replace('.', chr(92) + '.')}**{name_of(entry, t)}** {now}")
        st.caption(self._facts(choice))
        st.caption(" · ".join(scores(entry, t)))
        if choice.set_up is not None:
            st.caption(f"{t('school_models.set_up')} {say(choice.set_up, t)}")

    def _facts(self, choice: Choice) -> str:
        entry, t = choice.entry, self.t
        return " · ".join(
            (
                t("registry_page.until", date=t.date(entry.expires_at)),
                residency(entry, self.registry.country, t),
                coded("registry.data", entry.personal_data, t),
            )
        )

    def _reason(self, choice: Choice) -> str:
        return told(choice.reason, choice.entry, self.registry, self.t)

    def _order(self, entry_id: str, number: int) -> None:
        if not self.may:
            return
        draft = self.draft
        with st.container(horizontal=True, gap="small", key=f"models-order-{number}"):
            self._button("up", entry_id, draft.moved(entry_id, -1), disabled=number == 1)
            self._button("down", entry_id, draft.moved(entry_id, 1), disabled=number == len(draft.allowed))
            self._button("remove", entry_id, draft.without(entry_id))

    def _button(
        self, verb: str, entry_id: str, after: Draft, *, disabled: bool = False, name: str | None = None
    ) -> None:
        icons = {
            "up": ":material/arrow_upward:",
            "down": ":material/arrow_downward:",
            "allow": ":material/add:",
        }
        st.button(
            self.t(f"school_models.{verb}"),
            key=f"models-{verb}-{entry_id}",
            type="secondary" if name else "tertiary",
            icon=icons.get(verb),
            disabled=disabled,
            on_click=self.keep,
            args=(after,),
        )
