"""Which entry answered by which list, why every other did not, by which prompt, and the passages it was given."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import streamlit as st

from app.ui.auditor_words import entry_name, said
from app.ui.context import Context, ScreenWords
from app.ui.field_table import fields, table
from app.ui.rendering import plain
from app.ui.words_of_entry import coded, mono

DIGITS = 16
"""Of a digest that stands beside its name; the whole one is among the fields of the record."""


def decision(context: Context, clear: Mapping[str, Any]) -> None:
    """Which entry answered, by which list, and why every other did not."""
    t = context.translator
    st.subheader(t("auditor.decision"), anchor=False)
    entry_id = clear.get("entry_id")
    rows = [
        ("entry", entry_name(context, str(entry_id)) if entry_id else t("auditor.decision.none")),
        ("why", said(clear.get("route_reason"), t)),
        ("list", the_list(clear)),
        ("personal_data", coded("registry.data", str(clear.get("personal_data") or "none"), t)),
        ("prompt", prompt(clear)),
        ("parameters", parameters(clear)),
        ("tokens", tokens(t, clear)),
    ]
    fields([(t(f"auditor.field.{name}"), text) for name, text in rows if text], name="decision")
    others = [row for row in clear.get("considered") or () if row["entry_id"] != entry_id]
    if others:
        with st.expander(t.plural("auditor.considered", len(others))):
            table(
                (t("auditor.head.model"), t("auditor.head.why")),
                [(entry_name(context, row["entry_id"]), said(row["reason"], t)) for row in others],
                name="considered",
            )


def the_list(clear: Mapping[str, Any]) -> str:
    """Number and digest of the list that decided; the dash where nothing was routed."""
    sequence = clear.get("registry_sequence")
    return f"№ {sequence} · {digest(clear.get('registry_digest'))}" if sequence else "—"


def digest(value: object) -> str:
    """The first digits of a digest."""
    return mono(str(value or "—")[:DIGITS])


def prompt(clear: Mapping[str, Any]) -> str:
    """Name, version and digest of the prompt template; the dash where no model was asked."""
    if not clear.get("prompt_id"):
        return "—"
    named = [plain(str(clear[name])) for name in ("prompt_id", "prompt_version") if clear.get(name)]
    return " · ".join([*named, digest(clear.get("prompt_digest"))])


def parameters(clear: Mapping[str, Any]) -> str:
    """How the model was told to write, by the names of the field; empty where no model was called."""
    given = clear.get("parameters") or {}
    return " · ".join(f"{mono(name)} {plain(str(value))}" for name, value in sorted(given.items()))


def tokens(t: ScreenWords, clear: Mapping[str, Any]) -> str:
    """Tokens in and out, where the model counted them."""
    given, made = clear.get("gen_ai.usage.input_tokens"), clear.get("gen_ai.usage.output_tokens")
    return "—" if given is None and made is None else f"{t.number(given or 0)} → {t.number(made or 0)}"


def passages(context: Context, clear: Mapping[str, Any]) -> None:
    """The passages that were found, with their ranks and what cites them; public texts, so their titles may stand here."""
    t = context.translator
    found = clear.get("passages") or ()
    st.subheader(t("auditor.passages"), anchor=False)
    if not found:
        st.caption(t("auditor.passages.none"))
        return
    cited = citing(clear)
    rows = []
    for row in found:
        passage = context.services.library.passage(row["id"])
        title = plain(passage.title) if passage is not None and passage.school is None else mono(row["id"])
        ranks = " · ".join(
            f"{coded('auditor.branch', name, t)}: {rank}" for name, rank in sorted(row["ranks"].items())
        )
        rows.append(
            (
                str(row["rank"]),
                title,
                ", ".join(map(plain, row["codes"])) or "—",
                ranks or "—",
                score(t, row.get("score")),
                ", ".join(map(str, cited[row["id"]])) or "—",
            )
        )
    heads = ("rank", "passage", "codes", "branches", "score", "cited")
    table(tuple(t(f"auditor.head.{name}") for name in heads), rows, name="passages")


def citing(clear: Mapping[str, Any]) -> Mapping[str, list[int]]:
    """Passage -> numbers of the sentences that cite it."""
    cited: dict[str, list[int]] = defaultdict(list)
    for sentence in clear.get("sentences") or ():
        for passage in sentence.get("citations") or ():
            cited[passage].append(sentence["number"])
    return cited


def score(t: ScreenWords, value: object) -> str:
    """A score of the log, which keeps it as text, to two digits."""
    try:
        return t.number(round(float(str(value)), 2))
    except ValueError:
        return "—"
