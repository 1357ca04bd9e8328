"""Text as every format can hold it: no control characters, no lone surrogates."""

import re

# What XML 1.0 cannot hold (section 2.2), and what turns the direction of the text around it.
UNFIT = re.compile(
    "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\u202a-\u202e\u2066-\u2069]"
)


def clean(text: str) -> str:
    """The text without what no file can hold; line ends become one line feed each."""
    return UNFIT.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n"))


def lines(text: str) -> tuple[str, ...]:
    """The paragraphs of a text, empty ones left out."""
    return tuple(one.strip() for one in clean(text).split("\n") if one.strip())


def single(text: str) -> str:
    """The text in one line."""
    return " ".join(clean(text).split())
