"""The published list as one page for people: Kazakh, Russian and English, no script, nothing from elsewhere, fit for paper."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from html import escape

from app.i18n.translator import LANGUAGES, NAMES, Translator, translator
from app.registry.entry import RegistryEntry, Standing
from app.registry.page_style import ORNAMENT, STYLE
from app.registry.rendering import Listed, residency_key, status_key

Row = tuple[str, str]
HEADS = ("name", "status", "languages", "data")


def to_html(listed: Listed) -> bytes:
    """The page, one part a language; the address chooses the part (`#ru`), and only that part is shown and printed."""
    links = "".join(
        f'<a href="#{language}" lang="{language}" hreflang="{language}">{NAMES[language]}</a>'
        for language in LANGUAGES
    )
    parts = "\n".join(_part(listed, translator(language)) for language in LANGUAGES)
    return (
        '<!DOCTYPE html>\n<html lang="kk">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f"<title>{escape(listed.list_id)} · № {listed.sequence}</title>\n"
        f"<style>{STYLE}</style>\n</head>\n<body>\n"
        f'<nav class="languages">{links}</nav>\n<main>\n{parts}\n</main>\n</body>\n</html>\n'
    ).encode()


def _part(listed: Listed, t: Translator) -> str:
    rows = "\n".join(_line(entry, listed, t) for entry in listed.entries)
    cards = "\n".join(_card(entry, listed, t) for entry in listed.entries)
    head = "".join(f'<th scope="col">{escape(t(f"registry_page.head.{part}"))}</th>' for part in HEADS)
    note = f'<p class="note">{escape(t("registry.demonstration"))}</p>\n' if listed.demonstration else ""
    return (
        f'<section id="{t.language}" lang="{t.language}">\n{_banner(listed, t)}\n{note}'
        f'<p class="lead">{escape(t("registry_page.lead"))}</p>\n'
        f"<h2>{escape(t('registry_document.summary'))}</h2>\n"
        f'<p class="count">{escape(t.plural("registry_page.count", len(listed.entries)))}</p>\n'
        f'<table class="summary">\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n</table>\n'
        f'<p class="small">{escape(t("registry_document.rule"))} {escape(t("registry_page.scores.note"))}</p>\n'
        f"<h2>{escape(t('registry_document.particulars'))}</h2>\n{cards}\n{_foot(listed, t)}\n</section>"
    )


def _banner(listed: Listed, t: Translator) -> str:
    facts = (
        (t("registry_page.about.sequence"), f"{listed.list_id} · № {listed.sequence}"),
        (t("registry_page.about.issued"), t.time(listed.issued_at)),
        (t("registry_page.about.next"), t.date(listed.next_update)),
    )
    made = "".join(f"<div><dt>{escape(name)}</dt><dd>{escape(text)}</dd></div>" for name, text in facts)
    return (
        f'<header>{ORNAMENT.replace("{name}", t.language + "-ornament")}<p class="issuer">{escape(listed.issuer)}</p>\n'
        f"<h1>{escape(t('registry.title'))}</h1>\n<dl>{made}</dl></header>"
    )


def _foot(listed: Listed, t: Translator) -> str:
    return (
        f"<footer><h2>{escape(t('registry_document.check'))}</h2>\n"
        f"<p>{escape(t('registry_document.check.how'))}</p>\n"
        f'<p class="digest">SHA-256 <code>{listed.digest}</code></p></footer>'
    )


def _line(entry: RegistryEntry, listed: Listed, t: Translator) -> str:
    scores = "".join(f"<li>{line}</li>" for line in _scores(entry, t))
    cells = (
        f'<a href="#{_anchor(entry, t)}">{escape(entry.names[t.language])}</a>'
        f'<span class="under">{escape(entry.owner)}</span>',
        f'{_badge(entry, listed.issued_at, t)}<span class="under">'
        f"{escape(t('registry_page.until', date=t.date(entry.expires_at)))}</span>",
        f"<ul>{scores}</ul>",
        f"{escape(t(f'registry.data.{entry.personal_data}'))}"
        f'<span class="under">{escape(t(residency_key(entry, listed.country)))}</span>',
    )
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def _card(entry: RegistryEntry, listed: Listed, t: Translator) -> str:
    groups = "".join(
        f"<div><h4>{escape(t(f'registry_page.group.{name}'))}</h4>{_fields(rows, t)}</div>"
        for name, rows in _groups(entry, listed, t)
    )
    return (
        f'<article id="{_anchor(entry, t)}"><h3>{escape(entry.names[t.language])} '
        f"{_badge(entry, listed.issued_at, t)}</h3>\n"
        f'<p class="id"><code>{escape(entry.entry_id)}</code></p>\n'
        f"<p>{escape(entry.intended_use[t.language])}</p>\n"
        f'<div class="groups">{groups}</div>\n{_measured(entry, t)}{_audit(entry, t)}{_history(entry, t)}</article>'
    )


def _groups(entry: RegistryEntry, listed: Listed, t: Translator) -> tuple[tuple[str, tuple[Row, ...]], ...]:
    """Every field of an entry that is no table, in groups."""
    parties, wanted = entry.parties, entry.conditions
    named = wanted.personal_data_context_tokens
    successor, before = entry.successor or "", entry.supersedes or ""
    return (
        (
            "status",
            (
                ("from", t.date(entry.effective_from)),
                ("until", t.date(entry.expires_at)),
                ("reason", _coded("registry.reason", entry.reason_code, t)),
                ("supersedes", before),
                ("successor", successor),
            ),
        ),
        (
            "purpose",
            (
                ("kind", _coded("registry.kind", entry.kind, t)),
                ("users", _joined(_coded("accounts.role", user, t) for user in entry.users)),
                ("grades", _joined(map(str, entry.grades)) or t("registry_page.all")),
                ("subjects", _joined(entry.subjects) or t("registry_page.all")),
                (
                    "prohibited",
                    _joined(_coded("registry.prohibited", use, t) for use in entry.prohibited_uses),
                ),
            ),
        ),
        (
            "data",
            (
                ("personal", t(f"registry.data.{entry.personal_data}")),
                ("place", t(residency_key(entry, listed.country))),
                ("country", t.locale.territories.get(entry.processing_country, entry.processing_country)),
                ("proof", entry.localisation_proof or ""),
                ("retention", _days(entry.retention_days, t)),
                ("training", _yes(entry.trains_on_inputs, t)),
                ("library", entry.data_library or ""),
                ("origin", t(f"registry.origin.{entry.origin}")),
            ),
        ),
        (
            "parties",
            (
                ("owner", parties.owner),
                ("holder", parties.holder or ""),
                ("supplier", parties.supplier or ""),
                ("representative", parties.representative or ""),
                ("contact", parties.contact or ""),
                ("bin", parties.bin or ""),
            ),
        ),
        (
            "legal",
            (
                ("risk", _coded("registry.risk", entry.risk_degree, t)),
                ("autonomy", _coded("registry.autonomy", entry.autonomy_degree, t)),
                ("list_type", _coded("registry.list_type", entry.list_type, t)),
                ("functions", _yes(entry.prohibited_functions_absent, t)),
                ("licence", entry.licence),
                ("certificate", entry.copyright_certificate or ""),
            ),
        ),
        (
            "conditions",
            (
                ("review", _yes(wanted.human_review, t)),
                ("profile", wanted.guardrail_profile or ""),
                ("app_version", wanted.least_app_version or ""),
                ("named_context", "" if named is None else t("registry_page.tokens", n=t.number(named))),
            ),
        ),
        (
            "artefact",
            (
                ("entry_version", entry.entry_version),
                ("reference", entry.reference or ""),
                ("model", f"{entry.model_id} · {entry.model_version}"),
                ("sha256", entry.sha256 or ""),
                ("hosts", _joined(entry.hosts) or t("registry.residency.own_machine")),
                ("fingerprint", entry.fingerprint or ""),
                ("quantisations", _joined(entry.quantisations)),
                ("sbom", entry.sbom_sha256 or ""),
                ("card", entry.card_sha256 or ""),
                ("sources", _joined(entry.sources)),
                ("digest", entry.digest),
            ),
        ),
        (
            "calling",
            (
                ("provider", entry.provider),
                ("context", t("registry_page.tokens", n=t.number(entry.context_tokens))),
                ("output", t("registry_page.tokens", n=t.number(entry.output_tokens))),
                ("structured", _coded("registry.structured", entry.structured_output, t)),
                ("reasoning", _coded("registry.reasoning", entry.reasoning, t)),
                ("name_check", _yes(entry.name_must_match, t)),
            ),
        ),
    )


def _fields(rows: Sequence[Row], t: Translator) -> str:
    """Labels with texts; what is not given is left out, because the page is long enough."""
    made = "".join(
        f"<dt>{escape(_label(name, t))}</dt><dd{_long(text)}>{escape(text)}</dd>"
        for name, text in rows
        if text
    )
    return f"<dl>{made}</dl>"


def _label(name: str, t: Translator) -> str:
    own = f"registry_document.field.{name}"
    return t(own) if t.has(own) else t(f"registry_page.field.{name}")


def _long(text: str) -> str:
    """Digests and addresses stand in letters of one width and may break anywhere."""
    return ' class="code"' if " " not in text and len(text) > 24 else ""


def _measured(entry: RegistryEntry, t: Translator) -> str:
    rows = [
        (_language(language, t), t.decimal(score.value), str(score.n), score.protocol, score.source)
        for language in _languages(entry)
        if (score := entry.languages[language]) is not None
    ]
    return _table("scores", ("language", "score", "n", "protocol", "source"), rows, t)


def _audit(entry: RegistryEntry, t: Translator) -> str:
    audit = entry.audit
    if audit is None:
        return f'<p class="small">{escape(t("registry_page.not_audited"))}</p>'
    rows = (
        ("auditor", audit.auditor),
        ("audit_date", audit.date),
        ("report", " · ".join(filter(None, (audit.report_id, audit.report_url)))),
        ("report_digest", audit.report_sha256 or ""),
        ("suite", audit.suite_version),
        ("audit_conditions", audit.conditions),
    )
    results = [
        (
            _coded("registry_page.dimension", one.dimension, t),
            t.decimal(one.value),
            f"{t.decimal(one.low)}–{t.decimal(one.high)}",
            str(one.n),
        )
        for one in audit.results
    ]
    return f"<h4>{escape(t('registry_page.group.audit'))}</h4>{_fields(rows, t)}" + _table(
        "", ("dimension", "share", "interval", "n"), results, t
    )


def _history(entry: RegistryEntry, t: Translator) -> str:
    rows = [
        (t.date(change.at), _status(change.status, t), _coded("registry.reason", change.reason_code, t))
        for change in sorted(entry.history, key=lambda change: change.at, reverse=True)
    ]
    return _table("history", ("day", "status", "reason"), rows, t)


def _table(group: str, heads: Sequence[str], rows: Sequence[Sequence[str]], t: Translator) -> str:
    if not rows:
        return ""
    title = f"<h4>{escape(t(f'registry_page.group.{group}'))}</h4>" if group else ""
    head = "".join(f'<th scope="col">{escape(t(f"registry_page.column.{name}"))}</th>' for name in heads)
    body = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows)
    return f"{title}<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _badge(entry: RegistryEntry, at: datetime, t: Translator) -> str:
    """How an entry stood when the list was issued; a sign beside the word, because colour alone says nothing."""
    standing = entry.status if entry.status in set(Standing) else "unknown"
    if standing == Standing.GRANTED and at < entry.effective_from:
        standing = "not_yet"
    if standing == Standing.GRANTED and at >= entry.expires_at:
        standing = Standing.EXPIRED
    sign = "✓" if standing == Standing.GRANTED else "●" if standing == "not_yet" else "✕"
    return f'<span class="badge {standing}">{sign} {escape(t(f"registry.status.{standing}"))}</span>'


def _scores(entry: RegistryEntry, t: Translator) -> Iterable[str]:
    """A line a measured language, and one that names the others."""
    without = [language for language in _languages(entry) if entry.languages[language] is None]
    for language in _languages(entry):
        if (score := entry.languages[language]) is not None:
            yield f"{escape(_language(language, t))} <strong>{escape(t.decimal(score.value))}</strong>"
    if without:
        named = _joined(_language(language, t) for language in without)
        yield f'<span class="under">{escape(t("registry_page.not_measured"))}: {escape(named)}</span>'


def _languages(entry: RegistryEntry) -> tuple[str, ...]:
    """The product's three first, then the others."""
    first = [language for language in LANGUAGES if language in entry.languages]
    return (*first, *sorted(set(entry.languages) - set(first)))


def _language(language: str, t: Translator) -> str:
    return _coded("registry.language", language, t)


def _status(status: str, t: Translator) -> str:
    return t(status_key(status))


def _coded(area: str, code: str | None, t: Translator) -> str:
    """A code in words where the catalogue knows it, else as it stands."""
    return "" if code is None else t(f"{area}.{code}") if t.has(f"{area}.{code}") else code


def _joined(texts: Iterable[str]) -> str:
    return ", ".join(texts)


def _days(number: int | None, t: Translator) -> str:
    return "" if number is None else t.plural("registry_page.days", number) if number else t("registry.none")


def _yes(value: bool, t: Translator) -> str:
    return t("registry_page.yes" if value else "registry_page.no")


def _anchor(entry: RegistryEntry, t: Translator) -> str:
    return escape(f"{t.language}-{entry.entry_id}", quote=True)
