"""`ustaz audit policy DIGEST`: the policy that judged a record, as it was kept, with its digest computed anew."""

import argparse
import hashlib
import json
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.settings import Settings


def run(arguments: argparse.Namespace, settings: "Settings") -> int:
    """Print the canonical form; 1 where no policy of this digest judged here, or the kept form is another."""
    from app.database import Database
    from app.protection.policies import archived

    database = Database(settings.database_url)
    try:
        kept = database.read(lambda session: archived(session, arguments.digest))
    finally:
        database.close()
    if kept is None:
        print(f"ustaz: no policy {arguments.digest} judged here", file=sys.stderr)
        return 1
    computed = hashlib.sha256(kept.encode()).hexdigest()
    if computed != arguments.digest:
        print(f"ustaz: the policy kept as {arguments.digest} has the digest {computed}", file=sys.stderr)
        return 1
    print(kept if arguments.canonical else json.dumps(json.loads(kept), ensure_ascii=False, indent=2))
    return 0
