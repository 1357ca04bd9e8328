"""The objectives picker: found by code or words in the subject and grade, chosen one by one, each a chip with its wording."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from app.documents.brief import Kind
from app.ui import compose_memory as typed
from app.ui import curriculum_words as words_of
from app.ui.compose_memory import Memory
from app.ui.context import Context
from app.ui.curriculum_find import Narrow, find
from app.ui.rendering import plain
from knowledge.curriculum import Catalogue, LearningObjective, Programme, code_order

FOUND = "compose_found"
MOST_ROWS = 60
HEIGHT = 300
"""Of the list, in pixels, where it is long."""
LONG = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What is chosen, and among what.

    Attributes:
        subject: slug, "" while none is chosen.
        grade: None while none is chosen.
    """

    catalogue: Catalogue
    subject: str
    grade: int | None
    codes: tuple[str, ...]

    def all(self) -> tuple[LearningObjective, ...]:
        """Every objective of the subject and grade."""
        if not self.subject or self.grade is None:
            return ()
        return tuple(self.catalogue.objectives(subject=self.subject, grade=self.grade))

    def programmes(self) -> dict[str, Programme]:
        """The programmes that hold every chosen code, by key; all of the grade while none is chosen."""
        held: dict[str, set[str]] = {}
        known: dict[str, Programme] = {}
        for one in self.all():
            known[one.programme.key] = one.programme
            held.setdefault(one.programme.key, set()).add(one.code)
        return {key: one for key, one in known.items() if held[key].issuperset(self.codes)}

    def chosen(self, programme: str) -> tuple[LearningObjective, ...]:
        """The objectives of the chosen codes in a programme."""
        return tuple(
            one
            for code in self.codes
            for one in self.catalogue.find(
                code, subject=self.subject, grade=self.grade, programme=programme or None
            )[:1]
        )


def pick(context: Context, memory: Memory, *, language: str) -> str:
    """Draw the picker.

    Args:
        language: of the document; objectives are shown in it where they have it.

    Returns:
        the key of the programme that is meant; "" while none is.
    """
    t = context.translator
    choice = of(context, memory)
    programmes = choice.programmes()
    st.markdown(f"**{t('compose.objectives')}**")
    programme = meant(
        context, programmes, ask=bool(memory.codes) or typed.kind() is Kind.CALENDAR, language=language
    )
    if memory.codes:
        _chips(context, memory, choice.chosen(programme), language)
    if not choice.subject or choice.grade is None:
        st.caption(t("compose.objectives.first"))
        return programme
    st.text_input(
        t("compose.objectives.search"),
        key=typed.SEARCH,
        type="search",
        placeholder=t.raw("compose.objectives.search.hint"),
        label_visibility="collapsed",
        max_chars=200,
        persist_state="session",
    )
    _rows(context, memory, choice, programmes, language)
    return programme


def of(context: Context, memory: Memory) -> Choice:
    """What is chosen now."""
    return Choice(
        catalogue=context.services.library.catalogue,
        subject=typed.text(typed.SUBJECT),
        grade=typed.number(typed.GRADE, 0) or None,
        codes=memory.codes,
    )


def meant(context: Context, programmes: Mapping[str, Programme], *, ask: bool, language: str) -> str:
    """The programme: the only one there is; else the teacher says which, asked only where it matters."""
    if len(programmes) <= 1:
        return next(iter(programmes), "")
    likely = [key for key, one in programmes.items() if one.language_of_instruction == language]
    if not ask:
        return likely[0] if len(likely) == 1 else ""
    t = context.translator
    names = words_of.programmes(programmes.values(), t.raw)
    if st.session_state.get(typed.PROGRAMME) not in programmes:
        st.session_state[typed.PROGRAMME] = likely[0] if len(likely) == 1 else None
    st.selectbox(
        t("compose.programme"),
        tuple(programmes),
        format_func=lambda key: names.get(key, key),
        key=typed.PROGRAMME,
        placeholder=t.raw("compose.programme.ask"),
        filter_mode=None,
        persist_state="session",
    )
    return str(st.session_state.get(typed.PROGRAMME) or "")


def _chips(context: Context, memory: Memory, chosen: Sequence[LearningObjective], language: str) -> None:
    t = context.translator
    wording = {one.code: one.text(language) for one in chosen}
    with st.container(key="compose-chosen", gap="xsmall"):
        for code in memory.codes:
            with st.container(
                horizontal=True,
                wrap=False,
                vertical_alignment="center",
                key=f"compose-chip-{code}",
                gap="small",
            ):
                st.markdown(f"**{plain(code)}** {plain(wording.get(code, ''))}")
                st.button(
                    t("compose.objectives.remove", code=code),
                    key=f"compose-remove-{code}",
                    type="tertiary",
                    on_click=_remove,
                    args=(memory, code),
                    width="content",
                )


def _rows(
    context: Context,
    memory: Memory,
    choice: Choice,
    programmes: Mapping[str, Programme],
    language: str,
) -> None:
    t = context.translator
    found = [one for one in _found(context, choice, language) if one.programme.key in programmes]
    shown: dict[str, LearningObjective] = {}
    for one in found:
        if one.code not in memory.codes and one.code not in shown:
            shown[one.code] = one
    if not shown:
        st.caption(t("compose.objectives.none"))
        return
    drawn = {code: f"**{plain(code)}** {plain(one.text(language))}" for code, one in shown.items()}

    def take() -> None:
        """Nothing stays chosen in the list: what is taken stands above it."""
        code = st.session_state.get(FOUND)
        st.session_state[FOUND] = None
        if isinstance(code, str) and code in drawn and code not in memory.codes:
            memory.codes = (*memory.codes, code)
            memory.problem = None

    long = len(drawn) > LONG
    with st.container(key="compose-rows", height=HEIGHT if long else "content", border=long):
        st.pills(
            t("compose.objectives.found"),
            tuple(drawn)[:MOST_ROWS],
            format_func=drawn.__getitem__,
            key=FOUND,
            label_visibility="collapsed",
            on_change=take,
            width="stretch",
            wrap=True,
        )
    if len(drawn) > MOST_ROWS:
        st.caption(t("compose.objectives.more", shown=MOST_ROWS, all=len(drawn)))


def _found(context: Context, choice: Choice, language: str) -> Sequence[LearningObjective]:
    """By code or words; all of the quarter, or of the grade, while nothing is typed."""
    words = typed.text(typed.SEARCH)
    if words:
        narrow = Narrow(language=language, subject=choice.subject, grade=choice.grade)
        found = find(context.services.library, words, narrow)
        return (*found.exact, *found.begun, *found.objectives)
    ordered = sorted(choice.all(), key=lambda one: code_order(one.code))
    quarter = typed.number(typed.QUARTER, 0)
    return [one for one in ordered if not (quarter and one.quarters and quarter not in one.quarters)]


def _remove(memory: Memory, code: str) -> None:
    memory.codes = tuple(one for one in memory.codes if one != code)
    memory.problem = None
