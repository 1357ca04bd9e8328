"""The drafts that the product really makes, in the forms that ship: every one can be printed and nothing in it is lost."""

from datetime import date
from functools import cache

import pytest

from app.documents import Document, Kind
from app.documents.form import load
from app.exports import export, formats, read
from tests.documents import test_documents_calendar
from tests.documents.starter_briefs import FRACTIONS, LANGUAGES, StarterShelf, brief_of, corpus, drafted
from tests.exports.exports_samples import MARK
from tests.exports.exports_text import visible
from tests.exports.test_exports_nothing_lost import PRINTED, bare, texts


@cache
def made(kind: Kind, language: str) -> Document:
    if kind is Kind.CALENDAR:
        return test_documents_calendar.made(test_documents_calendar.imported(), language)
    brief = brief_of(kind, language, FRACTIONS, most=2, day=date(2026, 12, 2), quarter=2)
    return drafted(StarterShelf(corpus=corpus()), brief)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", Kind)
def test_every_draft_goes_out_in_every_format_with_its_mark(kind: Kind, language: str) -> None:
    form = load(kind, language)

    for one in formats(kind):
        file = export(made(kind, language), form, MARK, one.name)
        assert read(file.data) == MARK, one.name


@pytest.mark.parametrize("name", PRINTED)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", Kind)
def test_every_word_of_a_draft_stands_in_the_file(kind: Kind, language: str, name: str) -> None:
    file = export(made(kind, language), load(kind, language), MARK, name)
    whole = bare(visible(file.data, file.name[file.name.rindex(".") :]))

    for field in made(kind, language).fields:
        for text in texts(field.value):
            # A long row of a PDF goes on beside its neighbours, so its text is read in pieces.
            for piece in text.split() if name == "pdf" else text.splitlines():
                assert bare(piece) in whole, (field.id, piece)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_name_of_the_machinery_stands_in_a_file(language: str) -> None:
    for kind in Kind:
        data = export(made(kind, language), load(kind, language), MARK, "plain_text").data.decode()
        assert "unknown" not in data
        assert language == "en" or "starter corpus" not in data
