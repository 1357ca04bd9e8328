"""The one renderer: nothing fetches, nothing runs, nothing pretends, and the wording stays."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from app.ui.rendering import _clean, plain, safe
from tests.ui.rendering_payloads import payloads

TRAP = "http://trap.example:9"
SOURCE = "https://adilet.zan.kz/kaz/docs/V2200029031"
reader = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
BARE = re.compile(r"(?i)(?:https?://|www\.)\w|[\w.+-]+@[\w-]+\.\w")


def tokens(markdown: str) -> list[Token]:
    """Every token of a text, as an independent reading sees it."""
    found: list[Token] = []
    for token in reader.parse(markdown):
        found += [token, *(token.children or [])]
    return found


def words(markdown: str) -> str:
    return " ".join(
        token.content for token in tokens(markdown) if token.type in ("text", "code_inline", "fence")
    )


def outside_fences(markdown: str) -> str:
    """The lines that stand in no block of code."""
    lines: list[str | None] = list(markdown.split("\n"))
    for token in reader.parse(markdown):
        if token.type == "fence" and token.map:
            begin, end = token.map
            lines[begin:end] = [None] * (end - begin)
    return "\n".join(line for line in lines if line is not None)


def check_harmless(markdown: str, *, sources: tuple[str, ...] = ()) -> None:
    for token in tokens(markdown):
        assert token.type not in ("image", "html_inline", "html_block"), markdown
        if token.type == "link_open":
            assert token.attrs["href"] in sources, markdown
        if token.type == "fence":
            assert token.info.strip() in (
                "text",
                "python",
                "sql",
                "pascal",
                "c",
                "cpp",
                "java",
                "javascript",
            ), markdown
        if token.type == "text":
            assert not BARE.search(token.content), markdown
            assert not re.search(r":(material/\w+|streamlit|[\w+-]+):", token.content), markdown
    outside_code = re.sub(r"`+[^`]*`+", "", outside_fences(markdown))
    assert not re.search(r"(?<!\\)[$<]", outside_code), markdown
    assert not re.search(r"(?<!\\):(?=[^\W\d_])", outside_code.replace("https://adilet", "")), markdown


@pytest.mark.parametrize("text", payloads(TRAP), ids=range(len(payloads(TRAP))))
def test_no_payload_survives(text: str) -> None:
    check_harmless(safe(text, sources=(SOURCE,)))


@pytest.mark.parametrize("text", payloads(TRAP), ids=range(len(payloads(TRAP))))
def test_no_payload_survives_as_a_label(text: str) -> None:
    drawn = plain(text)

    check_harmless(drawn)
    assert "\n" not in drawn
    assert all(
        token.type in ("inline", "paragraph_open", "paragraph_close", "text", "code_inline")
        for token in tokens(drawn)
    )


def test_there_are_payloads_enough() -> None:
    assert len(set(payloads(TRAP))) >= 80


def test_a_link_to_a_source_stays_a_link() -> None:
    assert safe(f"see [the act]({SOURCE}).", sources=(SOURCE,)) == f"see [the act]({SOURCE})."


@pytest.mark.parametrize(
    "target",
    [
        SOURCE + "/other",
        SOURCE.replace("https", "http"),
        SOURCE.upper(),
        "https://adilet.zan.kz@trap.example/kaz/docs/V2200029031",
    ],
)
def test_a_link_to_anything_else_becomes_its_words(target: str) -> None:
    assert safe(f"see [the act]({target}).", sources=(SOURCE,)) == "see the act."


def test_a_source_that_is_not_https_is_no_link() -> None:
    assert safe("[x](http://a.kz/b)", sources=("http://a.kz/b",)) == "x"


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("", ""),
        ("Сабақ 7.2.1.3 сағат 8:30-да.", "Сабақ 7.2.1.3 сағат 8:30-да."),  # codes and times are left alone
        ("**Мақсат:** *дұрыс* ~~бұрыс~~ `x = 1`", "**Мақсат:** *дұрыс* ~~бұрыс~~ `x = 1`"),
        ("2 * 3 = 6, a_b, 5 < 7 & 8", "2 \\* 3 = 6, a\\_b, 5 \\< 7 \\& 8"),
        ("# Тақырып", "#### Тақырып"),  # below the page's own headings
        ("- а\n- ә\n  - б", "- а\n- ә\n  - б"),
        ("3. үш\n4. төрт", "3. үш\n4. төрт"),
        ("> дәйексөз\n> екінші", "> дәйексөз\n> екінші"),
        ("| а | ә |\n|---|---|\n| 1 | 2 |", "| а | ә |\n| --- | --- |\n| 1 | 2 |"),
        ("```python\nprint('<b>')\n```", "```python\nprint('<b>')\n```"),
        ("1 бет\n2 бет", "1 бет\n2 бет"),
        ("а  \nә", "а\\\nә"),
        ("a -> b", "a -> b"),
        ("баға $5 бен $6", "баға \\$5 бен \\$6"),
        ("if x<y and y>z, then x<y>z", "if x\\<y and y>z, then x\\<y>z"),  # inequalities are not tags
        ("a<b and b>c", "a\\<b and b>c"),
        ("<b>bold</b> and 10<sup>2</sup>", "bold and 102"),  # tags are
        ("a &amp; b", "a \\& b"),
    ],
)
def test_ordinary_text_keeps_its_form(text: str, drawn: str) -> None:
    assert safe(text) == drawn


@pytest.mark.parametrize(
    "text",
    [
        "# not a heading",
        "- not a list",
        "+ x",
        "1. not a list",
        "12) x",
        "---",
        "===",
        "> x",
        "~~~",
        "```",
        "| a |",
        "    x",
    ],
)
def test_plain_text_is_a_paragraph_whatever_it_begins_with(text: str) -> None:
    kinds = [token.type for token in reader.parse(plain(text))]

    assert kinds == ["paragraph_open", "inline", "paragraph_close"]
    assert words(plain(text)).strip() == " ".join(text.split())


def test_reordering_and_hidden_characters_are_gone() -> None:
    assert safe("a\u202eb\u200bc\u2066d\ufeffe\u0007") == "abcde"


def test_kazakh_letters_and_emoji_stay() -> None:
    text = "әғқңөұүһі ӘҒҚҢӨҰҮҺІ 👩‍🏫 №5 «ой» — иә…"

    assert safe(text) == text
    assert plain(text) == text


def test_very_long_text_is_cut_not_refused() -> None:
    assert len(safe("а" * 1_000_000)) <= 200_000


@given(text=st.text(max_size=300))
def test_any_text_is_harmless(text: str) -> None:
    check_harmless(safe(text))
    check_harmless(plain(text))


@example(text="\t`<")
@given(text=st.text(alphabet="![]()<>`*_~$:#-+|\\&;=\"'./{}^ \n\taж1@", max_size=120))
def test_any_heap_of_signs_is_harmless(text: str) -> None:
    check_harmless(safe(text))
    check_harmless(plain(text))


@given(text=st.text(alphabet="![]()<>*_~$#-+|\\&;=\"'{}^ aж1", max_size=80))
def test_plain_shows_exactly_the_characters(text: str) -> None:
    assert words(plain(text)).strip() == " ".join(_clean(text).split())
