"""Sentences that no passage holds are named, for the teacher to check before the lesson."""

from app.documents.check import Means
from app.documents.document import Document
from app.documents.finding import Finding, Weight
from app.errors import Words


def check(document: Document, means: Means) -> tuple[Finding, ...]:
    """One doubt for each field that holds such sentences, with their number."""
    return tuple(
        Finding(
            check="sources",
            weight=Weight.DOUBT,
            words=Words(
                key="checks.sources.unsupported",
                facts={"place": field.label, "count": len(field.unsupported)},
            ),
            field=field.id,
        )
        for field in document.fields
        if field.unsupported
    )
