"""A quiet table of labels and texts: what a narrow column may break, and what it may not."""

from streamlit.testing.v1 import AppTest


def drawn() -> None:
    from app.ui.field_table import fields

    fields((("SHA-256 of the model card", "`a-1`"), ("научно-популярный", "2026-1")), name="test")


def test_a_label_is_not_broken_between_a_word_and_its_number() -> None:
    (table,) = AppTest.from_function(drawn).run().markdown

    assert "| SHA\N{NON-BREAKING HYPHEN}256 of the model card | `a-1` |" in table.value
    assert "| научно-популярный | 2026-1 |" in table.value, (
        "other words may be broken, and texts stay as they are"
    )
