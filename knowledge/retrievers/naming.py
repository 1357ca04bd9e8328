"""Which of several objectives with one code the words of a question name: by subject, track, language of instruction."""

import re
from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache

from knowledge.curriculum import Catalogue, LearningObjective
from knowledge.language import fold
from knowledge.passage import LANGUAGES, UNKNOWN
from knowledge.stemming import stems

TRACKS: Mapping[str, re.Pattern[str]] = {
    "natural-mathematical": re.compile(
        r"\b(?:жмб|емн)\b|жаратылыстану[-\s]*математик|естественно[-\s]*математ|natural[-\s]*(?:and[-\s]*)?math"
    ),
    "social-humanitarian": re.compile(
        r"\b(?:қгб|кгб|огн)\b|қоғамдық[-\s]*гуманитар|общественно[-\s]*гуманитар|social[-\s]*(?:and[-\s]*)?humanit"
    ),
}
INSTRUCTION: Mapping[str, re.Pattern[str]] = {
    "kk": re.compile(
        r"қазақ\s+тілінде\s+оқыт|оқыту\s+(?:тілі\s+)?қазақ|казахск\w{1,8}\s+языко?м?\s+обучени|kazakh[-\s]*(?:medium|instruction|language\s+of\s+instruction)"
    ),
    "ru": re.compile(
        r"орыс\s+тілінде\s+оқыт|оқыту\s+(?:тілі\s+)?орыс|русск\w{1,8}\s+языко?м?\s+обучени|russian[-\s]*(?:medium|instruction|language\s+of\s+instruction)"
    ),
    "ug": re.compile(r"ұйғыр\s+тілінде\s+оқыт|уйгурск\w{1,8}\s+языко?м?\s+обучени|uyghur[-\s]*medium"),
    "uz": re.compile(r"өзбек\s+тілінде\s+оқыт|узбекск\w{1,8}\s+языко?м?\s+обучени|uzbek[-\s]*medium"),
    "other": re.compile(
        r"басқа\s+тілде\s+оқыт|оқыту\s+(?:тілі\s+)?басқа|друг(?:им|ого)\s+языко?м?а?\s+обучени|taught\s+in\s+another\s+language"
    ),
    "tg": re.compile(r"тәжік\s+тілінде\s+оқыт|таджикск\w{1,8}\s+языко?м?\s+обучени|tajik[-\s]*medium"),
}


class Spoken:
    """The words of a question, each way of reading them made once, however many codes stand in it."""

    def __init__(self, text: str) -> None:
        self._text = text

    @cached_property
    def stems(self) -> Mapping[str, frozenset[str]]:
        """Its stems, as if it were of each language."""
        return {language: frozenset(stems(self._text, language)) for language in LANGUAGES}

    @cached_property
    def named(self) -> Mapping[str, frozenset[str]]:
        """The tracks and the languages of instruction that it names, by the attribute of an objective."""
        folded = fold(self._text)
        return {
            of: frozenset(name for name, pattern in words.items() if pattern.search(folded))
            for words, of in ((TRACKS, "track"), (INSTRUCTION, "language_of_instruction"))
        }


def narrowed(
    found: Sequence[LearningObjective], spoken: Spoken, catalogue: Catalogue
) -> tuple[LearningObjective, ...]:
    """Those of the objectives that the words name; all of them where the words name none.

    The longest subject name that stands in the words counts: "algebra and analysis" is not algebra.
    """
    left = tuple(found)
    if len(left) < 2:
        return left
    left = _by_subject(left, spoken, catalogue)
    for of, named in spoken.named.items():
        kept = tuple(one for one in left if getattr(one, of) in named)
        if not kept and named:
            # "Other" is every language of instruction but the subject's own: it is meant where no exact one is here.
            kept = tuple(one for one in left if getattr(one, of) in ("other", UNKNOWN))
        left = kept or left
    return left


def _by_subject(
    found: tuple[LearningObjective, ...], spoken: Spoken, catalogue: Catalogue
) -> tuple[LearningObjective, ...]:
    if len({one.subject for one in found}) < 2:
        return found
    sizes: dict[str, int] = {}
    for slug in {one.subject for one in found}:
        subject = catalogue.subject(slug)
        if subject is None:
            continue
        for language, name in subject.names.items():
            words = _stems_of_name(name, language)
            if words and words <= spoken.stems[language]:
                sizes[slug] = max(sizes.get(slug, 0), len(words))
    longest = max(sizes.values(), default=0)
    return tuple(one for one in found if sizes.get(one.subject) == longest) if sizes else found


@lru_cache(maxsize=1024)
def _stems_of_name(name: str, language: str) -> frozenset[str]:
    return frozenset(stems(fold(name), language))
