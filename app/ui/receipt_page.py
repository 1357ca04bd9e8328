"""Check a receipt or a file, open to anybody: genuine and when, by which model, proved how; never any content."""

import streamlit as st

from app.ui import receipt_file, receipt_own, receipt_proof, receipt_sheet
from app.ui.context import Context, ScreenWords
from app.ui.field_table import fields
from app.ui.receipt_check import Checked, Finding, check, verifier_of
from app.ui.receipt_mark import Told
from app.ui.words_of_entry import bare_name, mono, name_of

CODE = "code"
TYPED, NAMED = "receipt_code", "receipt_named"
LONGEST = 200
STYLE = """<style>.st-key-receipt-box [data-testid="InputInstructions"] { display: none; }</style>"""
"""Hides Streamlit's own hint in the box, which is English in every language."""
ICONS = {
    Finding.GENUINE: ":material/verified:",
    Finding.WAITING: ":material/hourglass_top:",
    Finding.TAMPERED: ":material/error:",
}


def render(context: Context) -> None:
    """The box, and the answer to the code that the address names."""
    t = context.translator
    st.html(STYLE)
    st.title(t("receipt.title"), anchor=False)
    st.markdown(t("receipt.lead"))
    named = st.query_params.get(CODE, "")[:LONGEST]
    if named and st.session_state.get(NAMED) != named:
        st.session_state[TYPED] = st.session_state[NAMED] = named
    with st.container(key="receipt-box"), st.form("receipt", border=False):
        typed = st.text_input(
            t.raw("receipt.code"),
            key=TYPED,
            max_chars=LONGEST,
            placeholder=t.raw("receipt.code.hint"),
            autocomplete="off",
        )
        asked = st.form_submit_button(t("receipt.check"), type="primary")
    if asked:
        named = (typed or "").strip()
        st.session_state[NAMED] = named
        write_address(named)
        if not named:
            st.info(t("receipt.missing"))
    under_box = st.container()
    data = _file(context)
    if named and data is None:
        with under_box:
            log = context.services.audit
            show(context, check(log, named, verifier=verifier_of(context.services.settings.home)))
    st.caption(t("receipt.note"))


def _file(context: Context) -> bytes | None:
    """The part for files, with the answer to one; the address then names no code any more."""
    st.subheader(context.translator("receipt.file.title"), anchor=False)
    data = receipt_file.chosen(context)
    if data is not None:
        write_address("")
        proof = receipt_proof.proof_in(data)
        if proof is not None:
            receipt_proof.answer(context, proof)
            return data
        found = receipt_file.answer(context, data)
        if found.checked is not None and found.told in (Told.RECORDED, Told.WAITING):
            st.markdown(f"**{context.translator('receipt.file.log')}**")
            facts(context, found.checked)
    return data


def write_address(code: str) -> None:
    """Make the address name the code that was asked, so that the answer can be shared."""
    if code:
        st.query_params[CODE] = code
    elif CODE in st.query_params:
        del st.query_params[CODE]


def show(context: Context, checked: Checked) -> None:
    """The answer in one sentence, then what stands behind it."""
    t, finding = context.translator, checked.finding
    sentence = t(f"receipt.finding.{finding}")
    match finding:
        case Finding.GENUINE:
            st.success(sentence, icon=ICONS[finding])
        case Finding.TAMPERED:
            st.error(sentence, icon=ICONS[finding])
        case _:
            st.info(sentence, icon=ICONS.get(finding, ":material/info:"))
    if checked.recorded_at is not None:
        facts(context, checked)


def facts(context: Context, checked: Checked) -> None:
    """What was recorded, and its proof to take away."""
    t = context.translator
    fields(rows(context, checked), name="receipt")
    receipt_own.render(context, checked.code)
    context.link("log", t.raw("receipt.in_log"), query={"code": checked.code})
    if checked.proof:
        st.download_button(
            t("receipt.proof"),
            checked.proof.encode(),
            file_name=f"{checked.code}.tlog-proof",
            mime="text/plain",
            key="receipt-proof",
            icon=":material/download:",
            on_click="ignore",
        )
        address = receipt_sheet.address_of(context.services.settings.public_url, checked.code)
        st.download_button(
            t("receipt.sheet"),
            receipt_sheet.to_html(checked, address=address, model=bare_model(context, checked), t=t.raw),
            file_name=f"{checked.code}.html",
            mime="text/html",
            key="receipt-sheet",
            icon=":material/print:",
            on_click="ignore",
        )
        st.caption(t("receipt.proof.note"))


def rows(context: Context, checked: Checked) -> list[tuple[str, str]]:
    """What was recorded and how that is proved, as (label, text)."""
    t = context.translator
    made = [
        ("receipt.field.code", mono(checked.code)),
        ("receipt.field.recorded", t.time(checked.recorded_at) if checked.recorded_at else ""),
        ("receipt.field.what", t(f"receipt.what.{checked.what}")),
    ]
    if checked.what == "answer":
        made.append(("receipt.field.model", model(context, checked, t)))
    made.append(("receipt.field.leaf", mono(checked.leaf)))
    if checked.index is not None:
        made.append(("receipt.field.index", str(checked.index)))
    if checked.head_size:
        signed = t.time(checked.head_at) if checked.head_at is not None else t("receipt.unknown")
        made.append(
            ("receipt.field.head", t("receipt.head", size=t.number(checked.head_size), signed=signed))
        )
    if checked.finding in (Finding.GENUINE, Finding.TAMPERED):
        key = "receipt.inclusion.yes" if checked.finding is Finding.GENUINE else "receipt.inclusion.no"
        made.append(("receipt.field.inclusion", t(key)))
    if checked.finding is Finding.GENUINE:
        at = t.time(checked.placed_at) if checked.placed_at is not None else ""
        made.append(("receipt.field.anchored", t(f"receipt.anchored.{checked.place or 'none'}", at=at)))
    return [(t(label), text) for label, text in made]


def bare_model(context: Context, checked: Checked) -> str:
    """The model in plain words, for paper."""
    registry = context.services.registry.current()
    entry = registry.find(checked.entry_id) if registry is not None and checked.entry_id else None
    if checked.entry_id is None:
        return context.translator.raw("receipt.model.none")
    named = [] if entry is None else [bare_name(entry, context.language)]
    listed = (
        [] if checked.sequence is None else [context.translator.raw("receipt.list", number=checked.sequence)]
    )
    return " · ".join([*named, checked.entry_id, *listed])


def model(context: Context, checked: Checked, t: ScreenWords) -> str:
    """The model by its name in the list in force, by its identifier alone where that does not hold it."""
    if checked.entry_id is None:
        return t("receipt.model.none")
    registry = context.services.registry.current()
    entry = registry.find(checked.entry_id) if registry is not None else None
    parts = [mono(checked.entry_id)] if entry is None else [name_of(entry, t), mono(checked.entry_id)]
    if checked.sequence is not None:
        parts.append(t("receipt.list", number=checked.sequence))
    return " · ".join(parts)
