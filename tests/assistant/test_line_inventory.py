"""A question's records name the lists that its checks worked with, and lead to the record that says which these are."""

from hashlib import sha256

from app.protection.inventory import EVENT, inventory_id
from guardrails.cues import HOME
from guardrails.inventory import Inventory
from guardrails.policy import canonical
from tests.assistant.conftest import House
from tests.assistant.fakes import Says, ask, closed, with_parts


def test_both_records_lead_to_the_lists_that_decided_what_is_a_name(house: House) -> None:
    end = closed(house, ask(house, with_parts(house, Says())))
    assert end.exchange_id is not None
    digests = {
        one.clear["details"]["inventory_digest"] for one in house.services.audit.records_of(end.exchange_id)
    }
    (digest,) = digests

    named = house.services.audit.find(inventory_id(digest))

    assert named is not None
    assert (named.kind, named.clear["event"], named.clear["after_digest"]) == ("admin_change", EVENT, digest)
    document = named.clear["details"]["inventory"]
    assert sha256(canonical(document).encode()).hexdigest() == digest == Inventory(document=document).digest
    figures = (HOME / "figures.toml").read_bytes()
    assert document["lexicons"]["figures"] == sha256(figures).hexdigest()
    assert document["names"]["count"] == len(house.services.library.names())
