"""The published page and table hold every field, ask nothing of any other place, and run nothing."""

import csv
import io
import re
from html import unescape

import pytest

from app.i18n import LANGUAGES, translator
from app.registry.document import Document, parse
from app.registry.page import to_html
from app.registry.publish import compose
from app.registry.rendering import COLUMNS, to_csv
from app.registry.source import read_source
from app.settings import ROOT
from tests.conftest import NOON
from tests.registry.lists import body, entry


@pytest.fixture(scope="module")
def example() -> Document:
    """The list of the guide: every field is given."""
    return parse(compose(read_source(ROOT / "docs" / "registry.example.yaml", at=NOON), None, NOON))


def parts(page: str) -> dict[str, str]:
    """The text of each language's part."""
    return {
        language: unescape(re.search(rf'<section id="{language}".*?</section>', page, re.S).group(0))  # type: ignore[union-attr]
        for language in LANGUAGES
    }


def test_a_list_without_entries_is_a_page_too() -> None:
    empty = parse(body(entries=[]))

    assert set(parts(to_html(empty).decode())) == set(LANGUAGES)
    assert to_csv(empty).decode("utf-8-sig").strip() == ",".join(COLUMNS)


def test_the_page_asks_nothing_of_any_other_place_and_runs_nothing(example: Document) -> None:
    page = to_html(example).decode()

    assert "default-src 'none'" in page
    assert not re.findall(
        r"<(?:script|iframe|img|link|object|form|base)\b| on\w+=| src=|@import|url\(\s*['\"]?(?!#)", page
    )
    assert {link[0] for link in re.findall(r'href="([^"]*)"', page)} == {"#"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_scores_have_the_decimal_mark_of_their_language(language: str, example: Document) -> None:
    part = parts(to_html(example).decode())[language]
    shares = [one for entry in example.entries if entry.audit for one in entry.audit.results]
    scores = [one.value for entry in example.entries for one in entry.languages.values() if one is not None]
    published = {*scores, *(value for one in shares for value in (one.value, one.low, one.high))}

    assert {value for value in published if "." in value}
    for value in published:
        assert value.replace(".", "." if language == "en" else ",") in part


def test_every_link_of_the_page_leads_somewhere_in_it(example: Document) -> None:
    page = to_html(example).decode()

    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(re.findall(r'id="([^"]+)"', page))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_given_field_of_an_entry_stands_on_the_page_in_each_language(
    language: str, example: Document
) -> None:
    t, part, one = translator(language), parts(to_html(example).decode())[language], example.entries[0]
    audit, parties = one.audit, one.parties
    assert audit is not None
    given = {
        *(one.entry_id, one.entry_version, one.reference, one.names[language], one.intended_use[language]),
        *(one.model_id, one.model_version, one.fingerprint, *one.hosts, one.sbom_sha256, one.card_sha256),
        *(
            parties.owner,
            parties.holder,
            parties.supplier,
            parties.contact,
            parties.representative,
            parties.bin,
        ),
        *(one.licence, one.copyright_certificate, one.data_library, one.localisation_proof, one.supersedes),
        *(audit.auditor, audit.report_id, audit.report_sha256, audit.report_url, audit.date),
        *(audit.suite_version, audit.conditions, one.conditions.guardrail_profile, one.digest),
        *(one.conditions.least_app_version, *map(str, one.grades), *one.subjects, example.digest),
        *(
            text
            for score in one.languages.values()
            if score
            for text in (t.decimal(score.value), score.protocol, score.source)
        ),
        *(t.decimal(text) for result in audit.results for text in (result.value, result.low, result.high)),
    }

    assert [text for text in given if str(text) not in part] == []
    for code in (one.list_type, *one.prohibited_uses, one.structured_output):
        assert f">{code}<" not in part


def test_the_parts_differ_in_words_and_not_in_entries(example: Document) -> None:
    held = parts(to_html(example).decode())

    assert len(set(held.values())) == 3
    assert len({part.count("<article") for part in held.values()}) == 1


def test_what_an_entry_says_is_text_and_never_markup() -> None:
    evil = "<script>alert(1)</script>\" onclick='x"
    names = dict.fromkeys(("kk", "ru", "en"), evil)
    listed = parse(body(entry(names=names, parties__owner=evil), issuer=evil))

    assert "<script" not in to_html(listed).decode()
    assert "onclick='" not in to_html(listed).decode()


def test_a_row_of_the_table_has_every_column(example: Document) -> None:
    rows = list(csv.DictReader(io.StringIO(to_csv(example).decode("utf-8-sig"))))

    assert [row["entry_id"] for row in rows] == [entry.entry_id for entry in example.entries]
    assert all(None not in row and None not in row.values() for row in rows)
    first = rows[0]
    assert (first["reference"], first["human_review"], first["status"]) == (
        example.entries[0].reference,
        "true",
        "granted",
    )
    assert {name for name, value in first.items() if not value} == {
        *("sha256", "quantisations", "sources", "reason_code", "successor", "history"),
    }
