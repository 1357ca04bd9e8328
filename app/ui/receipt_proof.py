"""An uploaded receipt, checked without the database: the public key and the file are all that is asked."""

import base64
import html
from dataclasses import dataclass
from datetime import datetime

import streamlit as st

from app.audit import Status
from app.audit.receipt import code_of
from app.audit.verify import verify_proof
from app.ui.context import Context
from app.ui.field_table import fields
from app.ui.receipt_check import verifier_of
from app.ui.receipt_sheet import BEGIN, END
from app.ui.words_of_entry import mono

TITLE = "c2sp.org/tlog-proof@v1"
LARGEST = 65_536
SHEET_LARGEST = 262_144
HASH = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedProof:
    """What a file of a proof comes to.

    Attributes:
        code: of the record that is proved; empty where the file does not say its hash.
        witnessed_at: when the named witness says that it cosigned the head; None without one.
    """

    status: Status
    code: str
    index: int
    size: int
    signed_at: datetime | None
    witnessed_at: datetime | None


def proof_in(data: bytes) -> str | None:
    """The proof in a file: the file itself, or what stands on a printed page; None in any other."""
    if len(data) > SHEET_LARGEST:
        return None
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        return None
    if text.lstrip().startswith("<!DOCTYPE html>") and BEGIN in text:
        text = html.unescape(text.partition(BEGIN)[2].partition(END)[0])
    return text if text.startswith(TITLE) and len(text) <= LARGEST else None


def check_file(proof: str, *, verifier: str | None, witnesses: str | None) -> CheckedProof:
    """Check a proof by the public keys alone.

    Args:
        verifier: the log's public keys; without them nothing can be told.
    """
    result = verify_proof(proof, verifier=verifier or "", witnesses=witnesses or None)
    lines = dict(line.partition(" ")[::2] for line in proof.split("\n\n")[0].split("\n")[1:3])
    return CheckedProof(
        status=result.status,
        code=_code(lines.get("extra", "")),
        index=int(lines["index"]) if lines.get("index", "").isdecimal() else 0,
        size=result.signed_size,
        signed_at=_moment(result.signed_at),
        witnessed_at=_moment(result.witnessed_at) if result.anchored else None,
    )


def answer(context: Context, proof: str) -> None:
    """The verdict in a sentence, then what the file proves."""
    t, settings = context.translator, context.services.settings
    found = check_file(
        proof,
        verifier=verifier_of(settings.home),
        witnesses=getattr(settings, "witness_keys", ""),
    )
    sentence = t(f"receipt.upload.{found.status.value}")
    match found.status:
        case Status.OK:
            st.success(sentence, icon=":material/verified:")
        case Status.TAMPERED:
            st.error(sentence, icon=":material/error:")
        case Status.CANNOT_TELL:
            st.info(sentence, icon=":material/info:")
    if found.status is Status.CANNOT_TELL:
        return
    unknown = t("receipt.unknown")
    signed = t.time(found.signed_at) if found.signed_at is not None else unknown
    rows = [
        ("receipt.field.code", mono(found.code) if found.code else unknown),
        ("receipt.field.index", str(found.index)),
        ("receipt.field.head", t("receipt.head", size=t.number(found.size), signed=signed)),
        (
            "receipt.field.anchored",
            t("receipt.anchored.witness", at=t.time(found.witnessed_at))
            if found.witnessed_at is not None
            else t("receipt.upload.not_cosigned"),
        ),
    ]
    fields([(t(label), text) for label, text in rows], name="receipt-upload")


def _code(extra: str) -> str:
    try:
        data = base64.b64decode(extra, validate=True)
    except ValueError:
        return ""
    return code_of(data.hex()) if len(data) == HASH else ""


def _moment(text: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
