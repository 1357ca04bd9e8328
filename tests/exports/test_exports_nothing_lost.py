"""Whatever a field says stands in every printed file: no kind, no school's own field and no odd value loses words."""

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace

import pytest

from app.documents import Document, Kind, Level, State
from app.documents.value import Criterion, Glossary, Item, Task, Text
from app.exports import export
from tests.exports.exports_samples import LANGUAGES, MARK, document, field, form
from tests.exports.exports_text import squeezed, visible

PRINTED = ("docx", "pdf", "html", "markdown", "plain_text")
TAGS = frozenset({"kind", "level"})


def texts(value: object) -> Iterator[str]:
    """Every text inside a value, without its tag and level."""
    if isinstance(value, str) and not isinstance(value, Level):
        yield value
    elif isinstance(value, tuple):
        for one in value:
            yield from texts(one)
    elif is_dataclass(value):
        for one in fields(value):
            if one.name not in TAGS:
                yield from texts(getattr(value, one.name))


def bare(text: str) -> str:
    """Letters and digits alone: a format may escape, hyphenate or break whatever stands between."""
    return re.sub(r"[\W_]+|br", "", squeezed(text))


def printed(made: Document, name: str) -> str:
    file = export(made, form(made.kind, made.language), MARK, name)
    return bare(visible(file.data, file.name[file.name.rindex(".") :]))


@pytest.mark.parametrize("name", PRINTED)
@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_of_every_field_stands_in_the_file(kind: Kind, language: str, name: str) -> None:
    made = document(kind, language)
    whole = printed(made, name)

    for one in made.fields:
        for text in texts(one.value):
            assert bare(text) in whole, (one.id, text)


@pytest.mark.parametrize("name", PRINTED)
@pytest.mark.parametrize("kind", Kind)
def test_a_field_that_only_a_schools_form_has_stands_there_too(kind: Kind, name: str) -> None:
    made = document(kind, "ru")
    own = field("ru", "approval.signature", Text(text="Утверждаю, завуч"))
    whole = printed(replace(made, fields=(*made.fields, own)), name)

    assert bare("Утверждаю, завуч") in whole


@pytest.mark.parametrize("name", PRINTED)
@pytest.mark.parametrize("kind", Kind)
def test_a_value_of_another_sort_in_a_known_section_stands_there_too(kind: Kind, name: str) -> None:
    made = document(kind, "ru")
    known = dict.fromkeys(one.section for one in made.fields)
    odd = tuple(field("ru", f"{one}.odd", Text(text=f"Примечание {one}")) for one in known)
    whole = printed(replace(made, fields=(*made.fields, *odd)), name)

    for one in known:
        assert bare(f"Примечание {one}") in whole, one


@pytest.mark.parametrize("name", PRINTED)
@pytest.mark.parametrize("kind", Kind)
def test_a_document_without_fields_is_still_a_file(kind: Kind, name: str) -> None:
    assert printed(replace(document(kind, "kk"), fields=()), name)


@pytest.mark.parametrize("name", PRINTED)
@pytest.mark.parametrize(
    "value", [Item(), Item(question="?", options=("a",), right=7), Task(), Criterion(), Glossary(), Text()]
)
@pytest.mark.parametrize("kind", Kind)
def test_an_empty_value_breaks_no_file(kind: Kind, value: object, name: str) -> None:
    made = document(kind, "kk")
    emptied = tuple(
        replace(one, value=value, state=State.DONE) for one in made.fields if type(one.value) is type(value)
    )
    others = tuple(one for one in made.fields if type(one.value) is not type(value))

    assert printed(replace(made, fields=(*others, *emptied)), name)
