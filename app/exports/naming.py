"""What a file is called: the document's title in plain Latin letters, which every system can store."""

import re
import unicodedata

LONGEST = 80
# Nothing at all, and the names of devices, which Windows does not give to files.
RESERVED = re.compile(r"|con|prn|aux|nul|com\d|lpt\d")
# Letter by letter, so that the name can be read aloud; not a standard of transliteration.
LETTERS = {
    **dict(zip("абвгдезийклмнопрстуфхыіэәғқңөұүһё", "abvgdeziyklmnoprstufhyieagqnouuhe", strict=True)),
    **{"ж": "zh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ю": "yu", "я": "ya", "ъ": "", "ь": ""},
}


def stem(title: str) -> str:
    """A title as the first part of a file's name: letters, digits and hyphens, never empty."""
    latin = "".join(LETTERS.get(one, one) for one in title.lower())
    parts = (one for one in unicodedata.normalize("NFKD", latin) if not unicodedata.combining(one))
    words = re.sub(r"[^a-z0-9]+", "-", "".join(parts).lower()).strip("-")
    if len(words) > LONGEST:
        words = words[: LONGEST + 1].rpartition("-")[0] or words[:LONGEST]
    return f"document-{words}".rstrip("-") if RESERVED.fullmatch(words) else words
