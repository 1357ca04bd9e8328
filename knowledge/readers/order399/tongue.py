"""The language a programme's objectives are worded in, which is not always that of the page."""

import re

from knowledge.language import detect, fold

LATIN_SUBJECTS = {"german": "de", "french": "fr", "english": "en"}
OWN_LETTERS = {
    "uz": re.compile("[ўҳ]"),
    "tg": re.compile("[ҷӣӯҳ]"),
    "ug": re.compile("[җһ]"),
}
OWN_SUBJECTS = {"uyghur": "ug", "uzbek": "uz", "tajik": "tg"}
LEAST_SHARE = 0.004


def tongue(text: str, subject: str, page: str) -> str:
    """The language of the wordings: kk, ru, en, de, fr, ug, uz or tg; without letters, that of the page."""
    if not re.search(r"[^\W\d_]", text):
        return page
    # Ұ stands in place of ё on Russian pages; Kazakh has enough other letters of its own.
    found = detect(text.replace("Ұ", "").replace("ұ", ""))
    if found == "en":
        return next((tag for name, tag in LATIN_SUBJECTS.items() if name in subject), "en")
    for name, tag in OWN_SUBJECTS.items():
        if name in subject or subject.endswith(f"-{tag}"):
            own = len(OWN_LETTERS[tag].findall(fold(text)))
            if own >= LEAST_SHARE * len(text):
                return tag
    return found
