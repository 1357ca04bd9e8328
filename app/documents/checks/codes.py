"""Every code is one of the brief, with the catalogue's wording beside it; no text names another."""

from collections.abc import Iterator

from app.documents.check import Means
from app.documents.codes import codes_in
from app.documents.document import Document
from app.documents.field import Field
from app.documents.finding import Finding, Weight
from app.documents.texts import texts
from app.documents.value import Criterion, Item, Objective, Objectives, PlanRow, Task
from app.errors import Words


def check(document: Document, means: Means) -> tuple[Finding, ...]:
    """Codes that nobody gave, wordings that are not the catalogue's, objectives left out, tasks that serve none."""
    return tuple(_findings(document, means))


def _findings(document: Document, means: Means) -> Iterator[Finding]:
    named: set[str] = set()
    for field in document.fields:
        for objective in _objectives(field):
            named.add(objective.code)
            yield from _objective(field, objective, means, document.language)
        if isinstance(field.value, Task | Item | Criterion):
            yield from _served(field, field.value.code, means)
        foreign = {code for text in texts(field.value) for code in codes_in(text)} - means.codes
        for code in sorted(foreign):
            yield _finding(field, "checks.codes.foreign", Weight.BROKEN, code)
    if any(isinstance(field.value, Objectives) for field in document.fields):
        for code in document.brief.codes:
            if code not in named:
                words = Words(key="checks.codes.left_out", facts={"code": code})
                yield Finding(check="codes", weight=Weight.BROKEN, words=words)


def _objectives(field: Field) -> tuple[Objective, ...]:
    return field.value.objectives if isinstance(field.value, Objectives | PlanRow) else ()


def _objective(field: Field, objective: Objective, means: Means, language: str) -> Iterator[Finding]:
    known = [one for one in means.material.objectives if one.code == objective.code]
    if not known and objective.code not in means.codes:
        yield _finding(field, "checks.codes.foreign", Weight.BROKEN, objective.code)
    elif known and not any(_plain(one.text(language)) == _plain(objective.text) for one in known):
        yield _finding(field, "checks.codes.wording", Weight.BROKEN, objective.code)


def _served(field: Field, code: str, means: Means) -> Iterator[Finding]:
    if not code:
        yield _finding(field, "checks.codes.none", Weight.DOUBT)
    elif code not in means.codes:
        yield _finding(field, "checks.codes.foreign", Weight.BROKEN, code)


def _plain(text: str) -> str:
    return " ".join(text.split()).rstrip(".;")


def _finding(field: Field, key: str, weight: Weight, code: str | None = None) -> Finding:
    facts = {"place": field.label} if code is None else {"place": field.label, "code": code or "—"}
    return Finding(check="codes", weight=weight, words=Words(key=key, facts=facts), field=field.id)
