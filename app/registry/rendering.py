"""The published list as a table for spreadsheets and as a page for people, both made from the one source."""

import csv
import io
from collections.abc import Sequence
from datetime import datetime
from html import escape
from typing import Protocol

from app.i18n.translator import LANGUAGES, NAMES, Translator, translator
from app.registry.document import stamp
from app.registry.entry import DataClass, RegistryEntry, Score, Standing

FORMULA_LETTERS = ("=", "+", "-", "@", "\t", "\r")
COLUMNS = (
    *("entry_id", "entry_version", "kind", "name_kk", "name_ru", "name_en", "owner", "origin", "status"),
    *("effective_from", "expires_at", "reason_code", "successor", "provider", "model_id", "model_version"),
    *("sha256", "hosts", "languages", "personal_data", "processing_country", "localisation_proof", "licence"),
    *("risk_degree", "autonomy_degree", "list_type", "audit_date", "digest"),
)
PARTS = ("name", "owner", "status", "until", "languages", "data", "place", "audit")


class Listed(Protocol):
    """What both a document and a registry in force can say of themselves."""

    @property
    def list_id(self) -> str:
        """Which list."""
        ...

    @property
    def sequence(self) -> int:
        """Which issue of it."""
        ...

    @property
    def issuer(self) -> str:
        """Who signed it."""
        ...

    @property
    def country(self) -> str:
        """Whose country."""
        ...

    @property
    def demonstration(self) -> bool:
        """Whether it is only a demonstration."""
        ...

    @property
    def issued_at(self) -> datetime:
        """When it was signed."""
        ...

    @property
    def next_update(self) -> datetime:
        """When the next one is due."""
        ...

    @property
    def digest(self) -> str:
        """SHA-256 of the list file."""
        ...

    @property
    def entries(self) -> Sequence[RegistryEntry]:
        """What stands in it."""
        ...


def to_csv(listed: Listed) -> bytes:
    """UTF-8 with a byte order mark, one line an entry, cells that cannot become formulas."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for entry in listed.entries:
        writer.writerow([_cell(value) for value in _row(entry)])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _row(entry: RegistryEntry) -> tuple[str | None, ...]:
    languages = "; ".join(
        f"{language}={score.value} (n={score.n}, {score.protocol})" if score else f"{language}=-"
        for language, score in sorted(entry.languages.items())
    )
    return (
        *(entry.entry_id, entry.entry_version, entry.kind, entry.names["kk"], entry.names["ru"]),
        *(entry.names["en"], entry.owner, entry.origin, entry.status, stamp(entry.effective_from)),
        *(stamp(entry.expires_at), entry.reason_code, entry.successor, entry.provider, entry.model_id),
        *(entry.model_version, entry.sha256, " ".join(entry.hosts), languages, entry.personal_data),
        *(entry.processing_country, entry.localisation_proof, entry.licence, entry.risk_degree),
        *(entry.autonomy_degree, entry.list_type, entry.audit.date if entry.audit else None, entry.digest),
    )


def _cell(value: str | None) -> str:
    text = value or ""
    return f"'{text}" if text.startswith(FORMULA_LETTERS) else text


def to_html(listed: Listed) -> bytes:
    """One page, the same table in Kazakh, Russian and English; no script, nothing from elsewhere."""
    sections = "\n".join(_section(listed, translator(language)) for language in LANGUAGES)
    links = " · ".join(f'<a href="#{language}">{NAMES[language]}</a>' for language in LANGUAGES)
    return (
        '<!DOCTYPE html>\n<html lang="kk">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(listed.list_id)} · {listed.sequence}</title>\n"
        "<style>body{font:16px/1.5 sans-serif;margin:2rem auto;max-width:72rem;padding:0 1rem}"
        "table{border-collapse:collapse;width:100%}th,td{border-bottom:1px solid #bbb;padding:.4rem;text-align:left;"
        "vertical-align:top}code{overflow-wrap:anywhere}.note{border:1px solid #a60;padding:.6rem}</style>\n"
        f"</head>\n<body>\n<nav>{links}</nav>\n{sections}\n</body>\n</html>\n"
    ).encode()


def _section(listed: Listed, t: Translator) -> str:
    note = f'<p class="note">{escape(t("registry.demonstration"))}</p>\n' if listed.demonstration else ""
    head = "".join(f"<th>{escape(t(f'registry.part.{part}'))}</th>" for part in PARTS)
    rows = "\n".join(_line(entry, t, listed.country) for entry in listed.entries)
    about = t(
        "registry.about",
        issuer=listed.issuer,
        sequence=listed.sequence,
        issued=t.date(listed.issued_at),
        next=t.date(listed.next_update),
    )
    return (
        f'<section id="{t.language}" lang="{t.language}">\n<h1>{escape(t("registry.title"))}</h1>\n{note}'
        f"<p>{escape(about)}</p>\n<p>SHA-256: <code>{listed.digest}</code></p>\n"
        f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n</table>\n</section>"
    )


def _line(entry: RegistryEntry, t: Translator, country: str) -> str:
    cells = (
        f"{escape(entry.names[t.language])}<br><code>{escape(entry.entry_id)}</code>",
        escape(entry.owner),
        escape(t(status_key(entry.status))),
        escape(t.date(entry.expires_at)),
        "<br>".join(
            escape(score_line(t, language, score)) for language, score in sorted(entry.languages.items())
        ),
        escape(t(f"registry.data.{DataClass(entry.personal_data)}")),
        escape(t(residency_key(entry, country))),
        escape(entry.audit.date if entry.audit else t("registry.none")),
    )
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def status_key(status: str) -> str:
    """The catalogue key of a status; a word that nobody knows has one too."""
    return f"registry.status.{status}" if status in set(Standing) else "registry.status.unknown"


def residency_key(entry: RegistryEntry, country: str) -> str:
    """The catalogue key of where an entry computes, seen from a list's country."""
    if entry.on_own_machine:
        return "registry.residency.own_machine"
    if entry.processing_country != country:
        return "registry.residency.abroad"
    return "registry.residency.in_country" if entry.localisation_proof else "registry.residency.unproved"


def score_line(t: Translator, language: str, score: Score | None) -> str:
    """A language with its measured score, protocol and n, or that none was measured."""
    name = t(f"registry.language.{language}") if t.has(f"registry.language.{language}") else language
    if score is None:
        return t("registry.score.none", language=name)
    return t("registry.score.line", language=name, value=score.value, n=score.n, protocol=score.protocol)
