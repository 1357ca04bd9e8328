"""Quoting text that others wrote, so that it can neither end its quotation nor speak as another role."""

import re

DELIMITERS = str.maketrans({"⟦": "[", "⟧": "]"})
# Chat templates mark roles with tags such as <|im_start|>, <start_of_turn>, </s> or [INST]; a server reads them
# as its own tokens wherever they stand. A space inside leaves the text readable and makes it only text.
TAG = re.compile(
    r"<(?=[/|｜A-Za-z_])|(?<=[|｜])(?=>)|\[(?=/?(?:INST|SYS|TOOL|AVAIL|SYSTEM)[A-Z_]*\])|<(?=<SYS)"
)
INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\U000e0000-\U000e007f]")


def quoted(text: str) -> str:
    """The text without delimiters of the prompt, without role tags that a chat template would read, visible.

    Applied twice it changes nothing more.
    """
    plain = INVISIBLE.sub("", text).translate(DELIMITERS)
    return TAG.sub(lambda found: found.group() + " ", plain).strip()
