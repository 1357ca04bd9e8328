"""A letter to parents names nobody: names stay placeholders until the teacher sends it."""

import re

from app.documents.brief import Kind
from app.documents.check import Means
from app.documents.document import Document
from app.documents.finding import Finding, Weight
from app.documents.texts import words
from app.errors import Words

BIG, SMALL = "A-ZА-ЯЁӘІҢҒҮҰҚӨҺ", "a-zа-яёәіңғүұқөһ"
WORD = rf"[{BIG}][{SMALL}]+(?:-[{BIG}][{SMALL}]+)?"
INITIAL = rf"[{BIG}]\.\s?"
CASE = r"(?:а|у|ым|ом|е|ой|ы|ых|ю|н[ыі]|н[ыі]ң|[ғқ]а|[гк]е|[дт][ыі]|[дт][ае]н|[мбп]ен)?"
SURNAME = (
    rf"(?:[{BIG}][{SMALL}]{{2,}}(?:ов|ев|ёв|ин|ын|ский|ская|ова|ева|ина|ына|баев|баева|бай|бек|хан){CASE}"
    rf"|[{BIG}][{SMALL}]{{2,}}(?:ov|ev|ova|eva|bayev|bayeva))\b"
)
PATRONYMIC = rf"[{BIG}][{SMALL}]+(?:ұлы|қызы|улы|кызы|uly|kyzy|ович|евич|овна|евна|ична){CASE}\b"
NAMES = re.compile(
    rf"\b(?:{WORD}\s{INITIAL}(?:{INITIAL})?"
    rf"|{INITIAL}(?:{INITIAL})?{WORD}"
    rf"|{WORD}\s{WORD}\s(?:ұлы|қызы|улы|кызы|uly|kyzy)\b"
    rf"|{PATRONYMIC}|{SURNAME}\s{WORD}|{WORD}\s{SURNAME})"
)
PLACEHOLDER = re.compile(r"\[[^\[\]]*\]|\{[^{}]*\}|_{2,}|<[^<>]*>")


def check(document: Document, means: Means) -> tuple[Finding, ...]:
    """A doubt for each field of a letter in which a full name stands; the teacher's own is no pupil's."""
    if document.kind is not Kind.LETTER:
        return ()
    own = [one for one in (document.brief.teacher, document.brief.organisation) if one]
    return tuple(
        Finding(
            check="names",
            weight=Weight.DOUBT,
            words=Words(key="checks.names.named", facts={"place": field.label}),
            field=field.id,
        )
        for field in document.fields
        if field.section == "letter" and NAMES.search(_without(words(field), own))
    )


def _without(text: str, own: list[str]) -> str:
    for one in own:
        text = text.replace(one, " ")
    return PLACEHOLDER.sub(" ", text)
