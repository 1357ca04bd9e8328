"""What is embedded beside any question stands on record with the gate's permits, also where the work broke off."""

from dataclasses import replace

import pytest

from app.assistant.embedding import Recent, embedding_on_record
from app.audit import Filter, Record
from tests.assistant.conftest import House
from tests.assistant.test_line_embedding import Counting

EVENT = "passages_embedded"


@pytest.fixture
def counting(house: House) -> Counting:
    return Counting(house.services.embedder.embedder)


def told(house: House) -> list[Record]:
    found = house.services.audit.search(Filter(kinds=("admin_change",)), limit=50).records
    return [one for one in found if one.clear["event"] == EVENT]


def test_work_that_embeds_nothing_leaves_no_record(house: House, counting: Counting) -> None:
    before = told(house)
    gated = replace(house.services.embedder, embedder=counting, recent=Recent())

    with embedding_on_record(gated, house.services.audit):
        pass

    assert told(house) == before


def test_what_was_taken_into_another_record_is_told_once(house: House, counting: Counting) -> None:
    before = told(house)
    gated = replace(house.services.embedder, embedder=counting, recent=Recent())

    with embedding_on_record(gated, house.services.audit) as embedding:
        embedding.embed(["бір"])
        embedding.embed(["екі"])
        (row,) = embedding.taken()["admitted"]
        assert embedding.taken() == {}

    assert (row["entry_id"], row["times"]) == (gated.entry_id(), 2)
    assert told(house) == before


def test_what_no_other_record_took_is_told_where_the_work_broke_off_too(
    house: House, counting: Counting
) -> None:
    gated = replace(house.services.embedder, embedder=counting, recent=Recent())

    def breaks() -> None:
        with embedding_on_record(gated, house.services.audit, school="school-17") as embedding:
            embedding.embed(["бір"])
            gated.embed_messages(["a rail looked at it"])
            raise OSError("full")

    with pytest.raises(OSError, match="full"):
        breaks()

    newest = told(house)[0]
    (row,) = newest.clear["details"]["admitted"]
    assert (newest.school, row["times"]) == ("school-17", 2)
