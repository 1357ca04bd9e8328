"""The record that says which lists and trained files the checks work with, found again by the digest that a question's records name."""

from uuid import UUID, uuid5

from app.database import Entry
from guardrails.inventory import Inventory

EVENT = "checks_inventory"
NAMESPACE = UUID("5a9f0c5e-6f1b-5d0e-9c58-2b8f6f4c1e7a")
"""Of the ids of these records; it never changes."""


def inventory_id(digest: str) -> UUID:
    """The id of the record of an inventory: one digest has one record in a log."""
    return uuid5(NAMESPACE, digest)


def declared(inventory: Inventory) -> Entry:
    """What goes on record before anything is judged with an inventory; appended again, it stays the one record."""
    return Entry(
        kind="admin_change",
        role="system",
        record_id=inventory_id(inventory.digest),
        clear={"event": EVENT, "after_digest": inventory.digest, "inventory": dict(inventory.document)},
    )
