"""`ustaz audit inventory DIGEST`: the lists and trained files that checks worked with, from their record, with its digest computed anew."""

import argparse
import json
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.settings import Settings


def run(arguments: argparse.Namespace, settings: "Settings") -> int:
    """Print the inventory; 1 where no record tells of this digest, or tells of another."""
    from app.audit.record import find
    from app.database import Database
    from app.protection.inventory import inventory_id
    from guardrails.inventory import Inventory
    from guardrails.policy import canonical

    database = Database(settings.database_url)
    try:
        record = database.read(lambda session: find(session, inventory_id(arguments.digest)))
    finally:
        database.close()
    if record is None:
        print(f"ustaz: no inventory {arguments.digest} stands in this log", file=sys.stderr)
        return 1
    found = Inventory(document=record.clear["details"]["inventory"])
    if found.digest != arguments.digest:
        print(f"ustaz: the inventory of {arguments.digest} has the digest {found.digest}", file=sys.stderr)
        return 1
    print(f"record {record.receipt.code}", file=sys.stderr)
    print(
        canonical(found.document)
        if arguments.canonical
        else json.dumps(found.document, ensure_ascii=False, indent=2)
    )
    return 0
