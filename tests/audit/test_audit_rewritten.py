"""A14: whoever holds the database and the host may write all of it anew and sign it; an anchor tells, every time."""

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
import zxingcpp
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit import Anchors, AnchorState, AuditLog, Status, check, indexing
from app.audit.canonical import canonical, parse
from app.audit.checkpoint import text_of
from app.audit.merkle import CompactRange, leaf_hash
from app.audit.note import Signer
from app.audit.tables import CHECKPOINT, INDEX, LANE, LEAF, NODE, RECORD
from app.audit.witness.folder import files_in
from app.audit.witness.tables import ANCHOR, TROUBLE
from app.database import Database
from app.i18n import translator
from tests.audit.cases import exchange, sign_in, unlocked
from tests.audit.witness_scene import NAME, Served, grow, make_anchored, newest
from tests.conftest import NOON, StillClock
from tests.ui.qr_scene import drawn_code


class Insider:
    """A database superuser with the host's keys: whatever is changed, all of it fits again afterwards."""

    def __init__(self, database: Database, home: Path) -> None:
        self.database, self.home = database, home
        seed = bytes.fromhex((home / "keys" / "signing.key").read_text())
        name = (home / "keys" / "verifier.pub").read_text().split("+")[0]
        self.signer = Signer(name=name, key=Ed25519PrivateKey.from_private_bytes(seed))

    def bodies(self) -> list[dict[str, object]]:
        rows = self.database.read(
            lambda session: session.scalars(
                select(RECORD.c.body)
                .join(LEAF, LEAF.c.record_id == RECORD.c.record_id)
                .order_by(LEAF.c.leaf_index)
            ).all()
        )
        return [parse(bytes(row)) for row in rows]

    def rewrite(self, bodies: list[dict[str, object]], *, forget: bool) -> None:
        """Leaves, nodes, numbers, heads, index, the file of heads: all anew over these records, in this order.

        Args:
            forget: take away the database's own memory of anchors too.
        """
        sizes = sorted(self.database.read(lambda session: list(session.scalars(select(CHECKPOINT.c.size)))))
        wanted = sorted({size for size in sizes if size < len(bodies)} | {len(bodies)})
        tree, leaves, nodes, heads = CompactRange(), [], [], []
        for index, body in enumerate(bodies):
            hashed = leaf_hash(canonical(body))
            leaves.append({"leaf_index": index, "record_id": _id(body), "leaf_hash": hashed.hex()})
            for node in tree.append(hashed):
                nodes.append({"level": node.level, "node_index": node.index, "hash": node.hash.hex()})
            if tree.size in wanted:
                note = self.signer.sign(text_of(self.signer.name, tree.size, tree.root(), NOON))
                heads.append({"size": tree.size, "root": tree.root().hex(), "note": note, "created_at": NOON})

        def work(session: Session) -> None:
            kept = [_id(body) for body in bodies]
            session.execute(RECORD.delete().where(RECORD.c.record_id.not_in(kept)))
            for body in sorted(bodies, key=lambda one: int(str(one["sequence"]))):
                text = canonical(body)
                session.execute(
                    RECORD.update()
                    .where(RECORD.c.record_id == _id(body))
                    .values(
                        body=text,
                        leaf_hash=leaf_hash(text).hex(),
                        pseudonym=body["pseudonym"],
                        sequence=body["sequence"],
                    )
                )
            for table in (INDEX, LEAF, NODE, CHECKPOINT, *((ANCHOR, TROUBLE) if forget else ())):
                session.execute(table.delete())
            for table, rows in ((LEAF, leaves), (NODE, nodes), (CHECKPOINT, heads)):
                if rows:
                    session.execute(table.insert(), rows)
            session.execute(LANE.delete())
            lanes: dict[tuple[object, object], int] = {}
            for body in bodies:
                key = (_uuid(body["instance_id"]), body["lane"])
                lanes[key] = max(lanes.get(key, 0), int(str(body["sequence"])))
            session.execute(
                LANE.insert(),
                [{"instance_id": key[0], "lane": key[1], "last": last} for key, last in lanes.items()],
            )

        unlocked(self.database, work=work)
        indexing.complete(self.database)
        path = self.home / "checkpoints" / "log.checkpoints"
        path.write_text("".join(str(head["note"]) for head in heads), encoding="utf-8")


def _uuid(text: object) -> object:
    from uuid import UUID

    return UUID(str(text))


def _id(body: dict[str, object]) -> object:
    return _uuid(body["record_id"])


def edited(bodies: list[dict[str, object]]) -> list[dict[str, object]]:
    """Another person signed in."""
    return [*bodies[:2], {**bodies[2], "pseudonym": "f" * 64}, *bodies[3:]]


def cut(bodies: list[dict[str, object]]) -> list[dict[str, object]]:
    """The last three never happened."""
    return bodies[:-3]


def first_removed(bodies: list[dict[str, object]]) -> list[dict[str, object]]:
    """The first record is gone and its writer's numbering closed over it."""
    left = bodies[1:]
    same = [one for one in left if one["instance_id"] == bodies[0]["instance_id"]]
    return [{**one, "sequence": int(str(one["sequence"])) - 1} if one in same else one for one in left]


def swapped(bodies: list[dict[str, object]]) -> list[dict[str, object]]:
    """Two records change places."""
    return [bodies[1], bodies[0], *bodies[2:]]


REWRITES = (edited, cut, first_removed, swapped)
Rewrite = Callable[[list[dict[str, object]]], list[dict[str, object]]]


@pytest.fixture
def anchored(
    database: Database, home: Path, clock: StillClock, witness: Served, stick: Path
) -> Iterator[AuditLog]:
    """A log whose newest head lies in a folder, with a witness, and on paper."""
    anchors = Anchors(folder=stick, witness=witness.address, witness_keys=witness.keys)
    log = make_anchored(database, home, anchors, clock)
    for number in range(8):
        clock.move(seconds=1)
        exchange(log, "Сөйлем. ") if number == 4 else log.append(sign_in())
        if number % 3 == 1:
            log.sequence(finish=True)
    assert log.anchor() == 2
    yield log
    log.close()


def scanned(page: bytes, tmp_path: Path) -> Path:
    """What a camera reads of the code on the page, as a file."""
    found = zxingcpp.read_barcodes(drawn_code(page.decode()), formats=zxingcpp.BarcodeFormat.QRCode)
    assert len(found) == 1
    file = tmp_path / "scanned.txt"
    file.write_text(found[0].text, encoding="utf-8")
    return file


@pytest.mark.parametrize("rewrite", REWRITES, ids=lambda one: str(one.__name__))
def test_a_log_written_anew_and_signed_fails_against_every_anchor(
    anchored: AuditLog,
    database: Database,
    home: Path,
    witness: Served,
    stick: Path,
    tmp_path: Path,
    rewrite: Rewrite,
) -> None:
    url = database.url.render_as_string(hide_password=False)
    latest = tmp_path / "latest.txt"
    origin = newest(database).origin
    latest.write_text(
        httpx.get(f"{witness.address}/checkpoint", params={"origin": origin}, trust_env=False).text,
        encoding="utf-8",
    )
    paper = scanned(anchored.print_head(newest(database).note), tmp_path)
    before = [
        check(url, home, anchors=files_in(stick)),
        check(url, home, anchors=[latest], witnesses=witness.keys),
        check(url, home, anchors=[paper]),
        check(url, home, witnesses=witness.keys),
    ]
    assert [(one.status, one.anchored) for one in before] == [(Status.OK, True)] * 4
    insider = Insider(database, home)
    insider.rewrite(rewrite(insider.bodies()), forget=True)

    alone = check(url, home)
    assert (alone.status, alone.anchored, [one.key for one in alone.problems]) == (Status.OK, False, [])
    against = [
        check(url, home, anchors=files_in(stick)),
        check(url, home, anchors=[latest], witnesses=witness.keys),
        check(url, home, anchors=[paper]),
    ]
    assert [(one.status, one.anchored) for one in against] == [(Status.TAMPERED, False)] * 3
    assert {"root_differs", "cut_off"} & set(against[0].document["found"])
    forgotten = check(url, home, witnesses=witness.keys)
    assert (forgotten.status, forgotten.anchored) == (Status.CANNOT_TELL, False)
    assert set(forgotten.document["found"]) == {"not_witnessed"}


@pytest.mark.parametrize("rewrite", [edited, cut], ids=lambda one: str(one.__name__))
def test_the_databases_own_cosignatures_tell_where_they_were_left(
    anchored: AuditLog, database: Database, home: Path, witness: Served, rewrite: Rewrite
) -> None:
    insider = Insider(database, home)
    insider.rewrite(rewrite(insider.bodies()), forget=False)
    report = check(database.url.render_as_string(hide_password=False), home, witnesses=witness.keys)

    assert (report.status, report.anchored) == (Status.TAMPERED, False)


@pytest.mark.parametrize(
    ("rewrite", "forget"), [(edited, True), (cut, False), (first_removed, True), (swapped, False)]
)
def test_a_log_written_anew_is_refused_outside_and_raises_an_alarm(
    anchored: AuditLog,
    database: Database,
    home: Path,
    clock: StillClock,
    witness: Served,
    stick: Path,
    rewrite: Rewrite,
    forget: bool,
) -> None:
    anchored.close()
    insider = Insider(database, home)
    insider.rewrite(rewrite(insider.bodies()), forget=forget)
    anchors = Anchors(folder=stick, witness=witness.address, witness_keys=witness.keys)
    before = [path.read_bytes() for path in files_in(stick)]
    log = make_anchored(database, home, anchors, clock)
    grow(log, 9)
    log.anchor()

    health = log.health().anchors
    assert health.state is AnchorState.REFUSED
    assert "written anew or restored" in translator("en").words(health.sentence)
    found = database.read(lambda session: session.execute(select(TROUBLE.c.place, TROUBLE.c.reason)).all())
    assert {row.place: row.reason for row in found} == {"folder": "fork", f"witness:{NAME}": "fork"}
    assert [path.read_bytes() for path in files_in(stick)] == before
    with witness.desk.state.turn() as turn:
        assert [origin for _, origin, *_ in turn.refused()] == [newest(database).origin]
    log.close()


def test_a_log_rolled_back_is_refused_before_it_has_grown_again(
    anchored: AuditLog, database: Database, home: Path, clock: StillClock, witness: Served, stick: Path
) -> None:
    anchored.close()
    insider = Insider(database, home)
    insider.rewrite(insider.bodies()[:3], forget=True)
    anchors = Anchors(folder=stick, witness=witness.address, witness_keys=witness.keys)
    log = make_anchored(database, home, anchors, clock)
    log.append(sign_in())
    log.sequence(finish=True)
    log.anchor()

    found = database.read(lambda session: session.execute(select(TROUBLE.c.place, TROUBLE.c.reason)).all())
    assert {row.place: row.reason for row in found} == {
        "folder": "rolled_back",
        f"witness:{NAME}": "rolled_back",
    }
    assert log.health().anchors.state is AnchorState.REFUSED
    log.close()


def test_a_cosignature_that_was_made_up_is_tampering(
    anchored: AuditLog, database: Database, home: Path, witness: Served
) -> None:
    line = newest(database).note
    other = witness.cosigner.cosign(line.replace("\n\n", "\nmore\n\n", 1), NOON)
    row = {
        "place": "witness:made-up",
        "size": newest(database).size,
        "root": newest(database).root.hex(),
        "note": line + other,
        "accepted_at": NOON,
    }
    unlocked(database, work=lambda session: session.execute(ANCHOR.insert(), row))
    report = check(database.url.render_as_string(hide_password=False), home, witnesses=witness.keys)

    assert report.status is Status.TAMPERED
    assert "cosignature_false" in report.document["found"]
