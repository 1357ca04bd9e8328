"""A stratified random sample: drawn by a seed, so that anybody with the same log draws the same; worked through one by one."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

import streamlit as st

from app.accounts import Permission
from app.audit.evidence.findings import About, Target
from app.audit.evidence.sampling import LARGEST, LONGEST_SEED, Plan, Sample, Stratum
from app.errors import UstazError
from app.ui import auditor_content, auditor_filters, auditor_remarks, auditor_walk
from app.ui.auditor_log import table as record_table
from app.ui.auditor_looks import again, looked
from app.ui.auditor_words import OPENED, STYLE, entry_name
from app.ui.context import Context
from app.ui.field_table import fields, table
from app.ui.rendering import plain
from app.ui.words_of_entry import coded, mono

PAGE = "samples"
DIGITS = 8
SIZES = (10, 20, 30, 50, 100, 200, 500)
ROWS = 25
LONGEST_TREE = 24
MOST_ASKED = 500
"""So many records fit into one request to read."""
SEED, SIZE, STRATA, PROPORTIONAL, TREE = "seed", "size", "strata", "proportional", "tree"


def render(context: Context) -> None:
    """The records to draw from, the plan, and what was drawn."""
    t = context.translator
    asked = st.session_state.get(OPENED)
    if asked is not None:
        context.go("record", query={"id": asked})
    st.html(STYLE)
    st.title(t("auditor.samples.title"), anchor=False)
    st.markdown(t("auditor.samples.lead"))
    chosen = auditor_filters.draw(context)
    form(context)
    plan = planned()
    if plan is None:
        return
    wanted = auditor_filters.wanted(context, chosen)
    # The size of the tree is written into the address by the drawing itself and asks for nothing new.
    key = (tuple(sorted(chosen.items())), replace(plan, tree_size=None))
    try:
        sample = looked(
            context,
            PAGE,
            "sample",
            key,
            lambda: context.services.examination.draw(context.person, wanted, plan),
        )
    except UstazError as error:
        st.warning(t.words(error.words))
        return
    if st.query_params.get(TREE) != str(sample.plan.tree_size):
        st.query_params[TREE] = str(sample.plan.tree_size)
        st.rerun()  # the form shows the head, so that another press draws under the same
    show(context, sample)


def form(context: Context) -> None:
    """How to draw; the address holds it, so that a sample can be drawn again elsewhere."""
    t, said = context.translator, st.query_params
    with st.form("auditor-plan", border=True, enter_to_submit=False):
        left, right = st.columns((2, 1))
        seed = left.text_input(
            t("auditor.samples.seed"),
            value=said.get(SEED, "") or _proposed(context),
            max_chars=LONGEST_SEED,
            help=t("auditor.samples.seed.help"),
            autocomplete="off",
        )
        tree = left.text_input(
            t("auditor.samples.head"),
            value=said.get(TREE, ""),
            max_chars=LONGEST_TREE,
            help=t("auditor.samples.head.help"),
            autocomplete="off",
        )
        size = right.selectbox(
            t("auditor.samples.size"),
            SIZES,
            index=SIZES.index(_size()) if _size() in SIZES else 1,
            filter_mode=None,
        )
        strata = st.pills(
            t("auditor.samples.strata"),
            list(Stratum),
            selection_mode="multi",
            default=_strata(),
            format_func=lambda one: t.raw(f"auditor.stratum.{one}"),
        )
        share = st.checkbox(t("auditor.samples.proportional"), value=said.get(PROPORTIONAL) == "1")
        pressed = st.form_submit_button(t("auditor.samples.draw"), type="primary")
    if not pressed:
        return
    if not seed.strip():
        st.info(t("auditor.samples.no_seed"))
        return
    if _tree(tree) == 0:
        st.warning(t("examination.cannot.tree"))
        return
    said[SEED], said[SIZE] = seed.strip(), str(size)
    said[STRATA], said[PROPORTIONAL] = ",".join(strata), "1" if share else "0"
    said[TREE] = str(_tree(tree) or "")
    again("sample")
    st.rerun()


def planned() -> Plan | None:
    """The plan of the address; None where it names no seed."""
    said = st.query_params
    seed = said.get(SEED, "").strip()[:LONGEST_SEED]
    if not seed:
        return None
    return Plan(
        seed=seed,
        strata=tuple(_strata()),
        size=_size(),
        proportional=said.get(PROPORTIONAL) == "1",
        tree_size=_tree(said.get(TREE, "")),
    )


def show(context: Context, sample: Sample) -> None:
    """What was drawn, how anybody draws it again, and the records to work through."""
    t = context.translator
    records = [record for stratum in sample.strata for record in stratum.records]
    st.subheader(t("auditor.samples.drawn"), anchor=False)
    st.markdown(
        t(
            "auditor.samples.sentence",
            drawn=t.number(len(records)),
            population=t.number(sample.population),
            tree=t.number(sample.plan.tree_size or 0),
        )
    )
    rows = [
        ("seed", mono(sample.plan.seed)),
        ("tree", t.number(sample.plan.tree_size or 0)),
        ("root", mono(sample.root)),
        ("record", mono(str(sample.sample_id))),
    ]
    fields([(t(f"auditor.samples.{name}"), text) for name, text in rows], name="sample")
    st.caption(t("auditor.samples.again"))
    context.link("record", t("auditor.findings.to_sample"), query={"id": str(sample.sample_id)})
    if len(sample.strata) > 1:
        strata(context, sample)
    if not records:
        st.info(t("auditor.samples.empty"))
        return
    auditor_walk.keep(records)
    page = page_of(context, len(records))
    record_table(context, records[page * ROWS : (page + 1) * ROWS])
    ids = [record.record_id for record in records if record.exchange_id is not None]
    if ids and context.person.may(Permission.ALL_CONTENT_OPEN):
        ask_for_all(context, ids)
    auditor_remarks.about(context, PAGE, Target(about=About.SAMPLE, id=sample.sample_id))


def ask_for_all(context: Context, ids: Sequence[UUID]) -> None:
    """One request to read all that were drawn."""
    st.subheader(context.translator("auditor.content"), anchor=False)
    auditor_content.ask(context, ids[:MOST_ASKED], name="sample")


def page_of(context: Context, number: int) -> int:
    """Which page of the drawn records is shown."""
    pages = max(1, -(-number // ROWS))
    if pages == 1:
        return 0
    t = context.translator
    chosen = st.selectbox(
        t("people.page"),
        range(pages),
        format_func=lambda n: t.raw("people.page_of", n=n + 1, pages=pages),
        key="auditor_sample_page",
        filter_mode=None,
    )
    return int(chosen or 0)


def strata(context: Context, sample: Sample) -> None:
    """How many each stratum holds and how many of them were drawn."""
    t = context.translator
    rows = [
        (named(context, one.values), t.number(one.population), t.number(len(one.records)))
        for one in sample.strata
    ]
    heads = ("stratum", "population", "drawn")
    with st.expander(t.plural("auditor.samples.strata.count", len(rows))):
        table(tuple(t(f"auditor.head.{name}") for name in heads), rows, name="strata")


def named(context: Context, values: Mapping[Stratum, str]) -> str:
    """A stratum in words."""
    return " · ".join(_value(context, stratum, value) for stratum, value in values.items()) or "—"


def _value(context: Context, stratum: Stratum, value: str) -> str:
    t = context.translator
    if not value:
        return t("auditor.samples.without", stratum=t.raw(f"auditor.stratum.{stratum}"))
    match stratum:
        case Stratum.MODEL:
            return entry_name(context, value)
        case Stratum.OUTCOME:
            return coded("audit.outcome", value, t)
        case Stratum.LANGUAGE:
            return coded("auditor.language", value, t)
        case Stratum.RAIL:
            return coded("auditor.rail", value, t)
        case _:
            return plain(value)


def _proposed(context: Context) -> str:
    """A seed for who has none: random, so that nobody can have chosen it for what it draws."""
    if "auditor_seed" not in st.session_state:
        digits = int.from_bytes(context.services.runtime.randomness(8), "big") % 10**DIGITS
        st.session_state["auditor_seed"] = f"{digits:0{DIGITS}d}"
    return str(st.session_state["auditor_seed"])


def _size() -> int:
    text = st.query_params.get(SIZE, "")
    return min(int(text), LARGEST) if text.isdecimal() and 0 < len(text) < 6 and int(text) else 20


def _tree(text: str) -> int | None:
    """A size of a tree as typed or as the page writes it; None: none is named; 0: it is no size, and nothing is drawn."""
    digits = "".join(text.replace(",", "").split())
    if not digits:
        return None
    return int(digits) if digits.isdecimal() and len(digits) < 16 else 0


def _strata() -> list[Stratum]:
    named = st.query_params.get(STRATA, "").split(",")
    return [one for one in Stratum if one.value in named]
