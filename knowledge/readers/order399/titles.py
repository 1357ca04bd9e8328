"""What a programme's title says: subject, grades, language of instruction and track."""

import re
from dataclasses import dataclass

from knowledge.passage import UNKNOWN
from knowledge.programmes import KnownProgramme, ProgrammeList

QUOTED = re.compile(r"[«\"“„]\s*([^«»\"“”„]{2,120}?)\s*[»\"”“]")
GRADES = re.compile(
    r"(?<!\d)(\d{1,2})\s*(?:[-–—]|и|,|және)\s*(\d{1,2})(?:\s*\(\s*(\d{1,2})\s*\))?\s*-?\s*(?:классов|классам|классы|класса|класс|кл\b|сынып)",
    re.IGNORECASE,
)
GRADE = re.compile(
    r"(?<!\d)(\d{1,2})\s*[-–—]?\s*(?:-?го\s+|-?й\s+)?(?:классе|класса|класс|кл\b|сынып)", re.IGNORECASE
)
OTHER_THAN = re.compile(
    r"с\s+(?:неказахским|нерусским)|тілді\s+емес|(?:қазақ|орыс)\s+емес|басқа\s+тілде|оқытпайтын|[,и]\s*\w+им\s+языками\s+обучения"
    r"|(?:ұйғыр|өзбек|тәжік)(?:\s*,|\s+және|/)",
    re.IGNORECASE,
)
TAUGHT_IN = {
    "kk": re.compile(
        r"с\s+казахским\s+язык|на\s+казахском\s+язык|қазақ\s+тілінде(?!\s+емес)|қазақ\s+тілді(?!\s+емес)",
        re.IGNORECASE,
    ),
    "ru": re.compile(
        r"с\s+русским\s+язык|на\s+русском\s+язык|орыс\s+тілінде|орыс\s+тілді(?!\s+емес)", re.IGNORECASE
    ),
    "ug": re.compile(r"с\s+уйгурским\s+язык|на\s+уйгурском|ұйғыр\s+тілінде|ұйғыр\s+тілді", re.IGNORECASE),
    "uz": re.compile(r"с\s+узбекским\s+язык|на\s+узбекском|өзбек\s+тілінде|өзбек\s+тілді", re.IGNORECASE),
    "tg": re.compile(r"с\s+таджикским\s+язык|на\s+таджикском|тәжік\s+тілінде|тәжік\s+тілді", re.IGNORECASE),
}
TRACKS = {
    "natural-mathematical": re.compile(
        r"естественно\s*-\s*математическ|жаратылыстану\s*-\s*математика", re.IGNORECASE
    ),
    "social-humanitarian": re.compile(
        r"общественно\s*-\s*гуманитарн|қоғамдық\s*-\s*гуманитар", re.IGNORECASE
    ),
    "abai-schools": re.compile(
        r"\bАбай\s+(?:атындағы\s+)?мектеп|школ\w*\s+(?:имени\s+)?Абая|мектептер\w*\s*\(?Абай", re.IGNORECASE
    ),
}
LANGUAGE_PAIRS = {
    "kazakh": ("kazakh-l1", "kazakh-l2", "kk"),
    "russian": ("russian-l1", "russian-l2", "ru"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of a programme; "" for what nothing states, `named` whether the title named the subject."""

    subject: str
    name: str
    grades: tuple[int, ...]
    language_of_instruction: str
    track: str
    named: bool


def facts(title: str, page: str, known: ProgrammeList, listed: KnownProgramme | None) -> Facts:
    """The facts of a title in the language of the page, filled up from the act's list where it has this appendix."""
    quoted = QUOTED.search(title)
    found = (known.by_name(quoted[1]) if quoted else ()) or known.named_in(title)
    language = _language(title)
    slug = _one(found, language, listed)
    grades = grades_in(title)
    if not grades and listed is not None:
        grades = tuple(range(listed.grades[0], listed.grades[1] + 1))
    track = next((name for name, pattern in TRACKS.items() if pattern.search(title)), "")
    both = (
        sum(bool(TRACKS[name].search(title)) for name in ("natural-mathematical", "social-humanitarian")) == 2
    )
    if both:
        track = ""
    elif not track and listed is not None:
        track = listed.track
    elif not track and (not grades or grades[-1] >= 10):
        track = UNKNOWN
    subject = slug or (listed.subject if listed else "")
    name = quoted[1] if quoted else ""
    if not name and subject:
        names = known.subjects[subject].names
        name = names.get(page, names["ru"])
    return Facts(
        subject=subject,
        name=name,
        grades=grades,
        language_of_instruction=language or (listed.language_of_instruction if listed else "") or UNKNOWN,
        track=track,
        named=bool(slug),
    )


def _language(title: str) -> str:
    if OTHER_THAN.search(title):
        return "other"
    taught = [language for language, pattern in TAUGHT_IN.items() if pattern.search(title)]
    return taught[0] if len(taught) == 1 else "other" if taught else ""


def _one(found: tuple[str, ...], language: str, listed: KnownProgramme | None) -> str:
    """The one subject of several with the same name: the listed one, else by the language of instruction."""
    fits = listed is not None and listed.language_of_instruction in (
        "",
        language or listed.language_of_instruction,
    )
    if listed is not None and fits and listed.subject in found:
        return listed.subject
    if len(found) == 1:
        return found[0]
    for first, second, own in LANGUAGE_PAIRS.values():
        if first in found:
            return second if language and language != own else first if language else ""
    return next((slug for slug in found if slug.endswith(f"-{language}")), "") if language else ""


def grades_in(title: str) -> tuple[int, ...]:
    """The grades a title names, ascending; empty if it names none."""
    span = GRADES.search(title)
    if span is not None:
        first, last = int(span[1]), int(span[3] or span[2])
        if 1 <= first <= last <= 12:
            return tuple(range(first, last + 1))
    one = GRADE.search(title)
    return (int(one[1]),) if one is not None and 1 <= int(one[1]) <= 12 else ()
