"""File names: plain Latin letters, whatever the title."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.exports.naming import LONGEST, stem


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("", "document"),
        ("«—»", "document"),
        ("Қысқа мерзімді жоспар: Бөлшектер", "qysqa-merzimdi-zhospar-bolshekter"),
        ("Әңгіме ғұмыр ұстаз үміт һәм өнер", "angime-gumyr-ustaz-umit-ham-oner"),
        ("План урока: съёмка щуки", "plan-uroka-semka-shchuki"),
        ("../../etc/passwd", "etc-passwd"),
        ("CON", "document-con"),
        ("Café ½", "cafe-1-2"),
    ],
)
def test_a_title_becomes_a_name(title: str, name: str) -> None:
    assert stem(title) == name


@given(st.text())
def test_a_name_is_safe_on_every_system(title: str) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", stem(title))
    assert len(stem(title)) <= LONGEST
