"""The clipboard: a document or one field as Markdown or plain text, with the line and the mark."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from app.documents import Kind
from app.exports import export, markdown, plain_text, read
from app.exports.markdown import plain
from app.exports.text import single
from tests.exports.exports_samples import LANGUAGES, MARK, WORDS, document, form


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_field_alone_has_the_line_and_the_mark(language: str) -> None:
    made = document(Kind.PLAN, language)
    field = made.field("header.aim")

    for said in (markdown.of_field(made, field, MARK), plain_text.of_field(made, field, MARK)):
        assert WORDS[language]["aim"] in said
        assert MARK.receipt in said
        assert read(said.encode()) == MARK


def test_tables_are_tables_in_markdown() -> None:
    said = export(document(Kind.PLAN, "kk"), form(Kind.PLAN, "kk"), MARK, "markdown").data.decode()
    tokens = MarkdownIt("commonmark").enable("table").parse(said)

    assert [one.type for one in tokens].count("table_open") == 3


@example("-")
@example("+")
@example("---")
@example("- - -")
@example("-a")
@example("1.")
@example("12) ")
@example("12. x")
@example("===")
@given(st.text(alphabet=st.characters(exclude_categories=("C", "Z")) | st.just(" ")) | st.text(" -+=12.)a"))
def test_nothing_that_a_teacher_writes_is_markdown(text: str) -> None:
    said = single(text)
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(plain(said))

    assert {one.type for one in tokens} <= {"paragraph_open", "inline", "paragraph_close"}
    shown = "".join(
        child.content
        for one in tokens
        for child in one.children or ()
        if child.type in ("text", "text_special")
    )
    assert shown == said
