"""A file of a document is what its record names, also where another tab writes while it is made."""

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import pytest

from app.accounts import Principal
from app.audit import Filter
from app.documents import Document, Kind
from app.documents.value import Text
from app.exports import CannotExport, read
from tests.assistant.conftest import House
from tests.documents.starter_briefs import FRACTIONS, brief_of

MEANWHILE = "Осы арада өзгерді"


@dataclass(slots=True)
class EditedMeanwhile:
    """A desk on which another tab writes right after a document was first looked at."""

    real: Any
    is_edited: bool = False

    def open(self, principal: Principal, document: UUID) -> Document:
        found: Document = self.real.open(principal, document)
        if not self.is_edited:
            self.is_edited = True
            self.real.edit(principal, document, "header.topic", Text(text=MEANWHILE), seen=found.revision)
        return found

    def __getattr__(self, name: str) -> Any:
        return getattr(self.real, name)


@pytest.fixture
def plan(house: House) -> Document:
    return house.services.desk.start(house.teacher, brief_of(Kind.PLAN, "kk", FRACTIONS))


def test_a_format_that_there_is_not_leaves_no_record(house: House, plan: Document) -> None:
    before = len(house.services.audit.search(Filter(kinds=("export",)), limit=200).records)
    with pytest.raises(CannotExport):
        house.services.downloads.give(house.teacher, plan.id, "odt")

    assert len(house.services.audit.search(Filter(kinds=("export",)), limit=200).records) == before


def test_the_file_and_its_mark_are_of_the_revision_that_the_record_names(
    house: House, plan: Document
) -> None:
    desk: Any = EditedMeanwhile(house.services.desk)
    exported, receipt = replace(house.services.downloads, desk=desk).give(house.teacher, plan.id, "markdown")

    record = house.services.audit.find(receipt.record_id)
    mark = read(exported.data)
    assert mark is not None
    assert record is not None
    assert mark.revision == record.clear["details"]["revision"] == 2
    assert MEANWHILE in exported.data.decode()
