"""Code questions in every form over a whole invented act: is the right objective first, and is an ambiguous code asked back?

`python -m benchmarks.code_questions [--codes N] [--appendices N]`; codes and words only, no model.
"""

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from benchmarks.official_page import Size, generate
from knowledge import editions, official
from knowledge.curriculum import Catalogue, LearningObjective
from knowledge.embedding import HashEmbedder
from knowledge.library import Library
from knowledge.readers import order399
from knowledge.retriever import Query, Retrieval
from knowledge.retrievers.codes import meaning

AIM = 0.98
SEED = 399
TRACKS = {"natural-mathematical": "жаратылыстану-математика", "social-humanitarian": "қоғамдық-гуманитарлық"}
INSTRUCTION = {"kk": "қазақ", "ru": "орыс", "ug": "ұйғыр", "uz": "өзбек", "tg": "тәжік"}
LOOK_ALIKE = {"1": "lІ", "0": "OО", "3": "З"}
Form = Callable[[str, Random], str]


def look_alike(code: str, random: Random) -> str:
    """One digit typed as a letter; a code without such a digit stays as it is."""
    places = [at for at, digit in enumerate(code) if digit in LOOK_ALIKE]
    if not places:
        return code
    at = random.choice(places)
    return code[:at] + random.choice(LOOK_ALIKE[code[at]]) + code[at + 1 :]


FORMS: Mapping[str, Form] = {
    "plain": lambda code, _: code,
    "request kk": lambda code, _: f"{code} мақсатына тапсырма құрастырып беріңіз",
    "request ru": lambda code, _: f"Составь задание по цели {code}",
    "request en": lambda code, _: f"Make a task for objective {code}",
    "inflected kk": lambda code, random: (
        f"{code}-{random.choice(['ға', 'ге', 'нан', 'дағы', 'ның', 'мен'])} не істейміз?"
    ),
    "inflected ru": lambda code, random: f"как достичь {code}-{random.choice(['го', 'му', 'й', 'х'])}",
    "spaced": lambda code, random: code.replace(".", random.choice([". ", " . ", " .", ".\u00a0"])),
    "broken": lambda code, _: "цель " + code.replace(".", ".\n", 1),
    "invisible": lambda code, _: code.replace(".", ".\u200b"),
    "glued": lambda code, _: f"мақсат{code}бойынша",
    "look-alike": look_alike,
    "commas": lambda code, _: f"код {code.replace('.', ',')}",
    "hyphens": lambda code, _: f"оқу мақсаты {code.replace('.', '-')}",
    "full stop": lambda code, _: f"Объясни цель {code}.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One question: its kind, and the objective that it means; None where only asking back is right."""

    kind: str
    query: Query
    wanted: LearningObjective | None


def library(home: Path, size: Size) -> Library:
    """A library of the starter corpus with an invented act over it."""
    page = home / "act.html"
    generate(page, seed=SEED, size=size)
    edition = order399.read(page, edition="invented")
    index, embedder = home / "index", HashEmbedder()
    editions.keep(index, edition)
    means = {"embed": embedder.embed_documents, "model_id": embedder.model_id, "dim": embedder.dim}
    official.switch_on(index, edition.id, **means)  # type: ignore[arg-type]
    return Library.open(index, **means)  # type: ignore[arg-type]


def questions(catalogue: Catalogue, count: int, random: Random) -> Iterator[Asked]:
    """Every form for codes drawn by lot; ambiguous ones also bare, by filters, and by words."""
    four = [one for one in catalogue.all_objectives if one.official and one.code.count(".") == 3]
    three = [one for one in catalogue.all_objectives if one.official and one.code.count(".") == 2]
    for one in random.sample(four, min(count, len(four))):
        yield from _asked(one, catalogue, random)
    for one in random.sample(three, min(count // 4, len(three))):
        narrow = {"subject": one.subject, "grade": one.grade, "programme": one.programme.key}
        yield Asked(kind="three parts, alone", query=Query(text=one.code, **narrow), wanted=one)  # type: ignore[arg-type]
        text = f"{one.code} мақсатын түсіндір"
        yield Asked(kind="three parts, request", query=Query(text=text, **narrow), wanted=one)  # type: ignore[arg-type]


def _asked(one: LearningObjective, catalogue: Catalogue, random: Random) -> Iterator[Asked]:
    shared = catalogue.find(one.code)
    alone = len({meaning(other) for other in shared}) == 1
    for name, form in FORMS.items():
        text = form(one.code, random)
        if alone:
            yield Asked(kind=name, query=Query(text=text), wanted=one)
        else:
            yield Asked(kind=f"{name}, by filters", query=_filtered(text, one, shared), wanted=one)
            yield Asked(kind=f"{name}, ambiguous", query=Query(text=text), wanted=None)
    if not alone and (words := _words(one, catalogue)):
        yield Asked(kind="ambiguous, by words", query=Query(text=f"{one.code} {words}"), wanted=one)


def _filtered(text: str, one: LearningObjective, shared: tuple[LearningObjective, ...]) -> Query:
    same = [other for other in shared if (other.subject, other.grade) == (one.subject, one.grade)]
    programme = one.programme.key if len({meaning(other) for other in same}) > 1 else None
    return Query(text=text, subject=one.subject, grade=one.grade, programme=programme)


def _words(one: LearningObjective, catalogue: Catalogue) -> str:
    """Subject, track and language of instruction as people name them; empty where they do not tell it apart."""
    subject = catalogue.subject(one.subject)
    twins = [
        other
        for other in catalogue.find(one.code, subject=one.subject)
        if (other.track, other.language_of_instruction) == (one.track, one.language_of_instruction)
    ]
    if subject is None or len({meaning(other) for other in twins}) > 1:
        return ""
    alike = {
        slug
        for slug in {other.subject for other in catalogue.find(one.code)} - {one.subject}
        if (other := catalogue.subject(slug)) and set(other.names.values()) & set(subject.names.values())
    }
    words = [subject.names["kk"], TRACKS.get(one.track, "")]
    if one.language_of_instruction in INSTRUCTION and alike:
        words.append(f"{INSTRUCTION[one.language_of_instruction]} тілінде оқытатын сынып")
    return " ".join(filter(None, words))


def judged(asked: Asked, found: Retrieval) -> float:
    """The reciprocal rank of the objective that is meant; for an ambiguous question 1 if it is asked back."""
    if asked.wanted is None:
        return 1.0 if found.ambiguous else 0.0
    if found.ambiguous:
        return 0.0
    family = asked.wanted.family
    return next((1.0 / hit.rank for hit in found.hits if hit.passage.family == family), 0.0)


def main() -> int:
    """Ask and print; 1 where the aim is missed or an ambiguous code is picked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--codes", type=int, default=300, help="codes drawn by lot")
    parser.add_argument("--appendices", type=int, default=132, help="the first so many appendices")
    arguments = parser.parse_args()
    with TemporaryDirectory() as folder:
        size = Size(appendices=tuple(range(1, arguments.appendices + 1)), density=2, count=0)
        opened = library(Path(folder), size)
        scores: dict[str, list[float]] = {}
        missed: list[str] = []
        for asked in questions(opened.catalogue, arguments.codes, Random(SEED)):
            score = judged(asked, opened.retrieve(asked.query))
            scores.setdefault(asked.kind, []).append(score)
            if score < 1 and len(missed) < 20:
                missed.append(f"{asked.kind}: {asked.query.text!r}")
        objectives = len(opened.catalogue.all_objectives)
        opened.close()
    back = [score for kind, several in scores.items() if kind.endswith(", ambiguous") for score in several]
    meant = [
        score for kind, several in scores.items() if not kind.endswith(", ambiguous") for score in several
    ]
    document = {
        "objectives": objectives,
        "questions": len(meant) + len(back),
        "mrr_at_10": round(sum(meant) / len(meant), 4),
        "ambiguous": len(back),
        "asked_back": round(sum(back) / max(1, len(back)), 4),
        "by_form": {
            kind: {"questions": len(several), "mrr": round(sum(several) / len(several), 4)}
            for kind, several in sorted(scores.items())
        },
        "missed": missed,
    }
    print(json.dumps(document, ensure_ascii=False, indent=2))
    return 0 if sum(meant) / len(meant) >= AIM and all(back) else 1


if __name__ == "__main__":
    sys.exit(main())
