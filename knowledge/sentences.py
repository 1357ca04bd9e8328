"""The sentences of a text in Kazakh, Russian or English, letter for letter."""

import re

END = re.compile(r"(?:[.!?…]+[\"»”’)\]]*(?=\s+[\"«“‘(\[—–-]*\s?[A-ZА-ЯЁӘҒҚҢӨҰҮҺІ\d])|\n+)")
SHORTENED = re.compile(
    r"(?:^|[\s(«])(?:[A-ZА-ЯЁӘҒҚҢӨҰҮҺІ]|г|гг|ғ|т\.б|т\.д|т\.п|т\.е|ж|жж|см|стр|рис|табл|мыс|яғ|бет|e\.g|i\.e|etc|vs|fig|approx)\.$"
)


def sentences(text: str) -> tuple[str, ...]:
    """The sentences of a text, each a part of it letter for letter, without the white space around."""
    found, start = [], 0
    for end in END.finditer(text):
        piece = text[start : end.end()]
        if SHORTENED.search(piece):
            continue
        found.append(piece.strip())
        start = end.end()
    found.append(text[start:].strip())
    return tuple(piece for piece in found if piece)
