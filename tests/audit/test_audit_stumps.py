"""What a full disk or a crash leaves of a write: never taken for whole, and never in the way of what comes after."""

import resource
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.audit import Anchors
from app.audit.append_file import append
from app.audit.checkpoint import Checkpoint, Checkpoints, notes, parse
from app.audit.note import Signer
from app.audit.privacy.erased import ErasedKeys
from app.audit.verify import split_notes
from app.audit.witness.folder import AnchorFolder, files_in, newest_in
from app.audit.witness.place import Grown, NotTaken, Reason
from app.database import Database
from app.runtime import Runtime
from tests.audit.witness_scene import Tale, grow, make_anchored, newest
from tests.conftest import StillClock

SIGNER = Signer(name="ustaz.local/log-a", key=Ed25519PrivateKey.from_private_bytes(b"\x01" * 32))
TALE = Tale(SIGNER, [bytes([number]) for number in range(30)])


class Told:
    """A tree as a place asks about it, of a log that signed heads of these sizes."""

    def __init__(self, sizes: Sequence[int]) -> None:
        self.sizes = sizes

    def root(self, size: int) -> bytes:
        return TALE.root(size)

    def after(self, size: int) -> tuple[str, ...]:
        return tuple(TALE.head(one) for one in self.sizes if one > size)


def told(*sizes: int) -> Grown:
    return cast(Grown, Told(sizes))


def head(size: int) -> Checkpoint:
    return parse(TALE.head(size))


@contextmanager
def full_at(size: int) -> Iterator[None]:
    """No file of this process grows beyond `size` bytes, as on a disk that is full then."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


@pytest.mark.parametrize("room", [0, 1, 30])
def test_bytes_that_did_not_all_fit_are_an_error(tmp_path: Path, room: int) -> None:
    path = tmp_path / "kept"
    append(path, lambda tail: b"whole\n")
    with full_at(6 + room), pytest.raises(OSError, match=r"(?i)too large|space"):
        append(path, lambda tail: b"x" * 31)

    assert path.read_bytes() == b"whole\n" + b"x" * room


def test_a_head_that_did_not_fit_is_not_taken_and_the_next_one_stands_on_its_own(
    stick: Path, clock: StillClock
) -> None:
    place = AnchorFolder(path=stick, runtime=Runtime(now=clock.now, monotonic=clock.monotonic))
    place.take(head(5), told(5))
    day = files_in(stick)[0]
    whole = day.stat().st_size
    with full_at(whole + 30), pytest.raises(NotTaken) as refused:
        place.take(head(9), told(5, 9))

    assert refused.value.reason is Reason.UNREACHABLE
    assert newest_in(stick) == head(5)
    place.take(head(12), told(5, 9, 12))
    assert newest_in(stick) == head(12)
    for reader in (notes, split_notes):
        assert [parse(one).size for one in reader(day.read_text(encoding="utf-8"))] == [5, 9, 12]


def test_wherever_a_note_is_cut_the_file_goes_on(stick: Path, clock: StillClock) -> None:
    place = AnchorFolder(path=stick, runtime=Runtime(now=clock.now, monotonic=clock.monotonic))
    torn = TALE.head(9).encode()
    day, line = stick / "2026-11-23.checkpoints", torn.index("— ".encode())
    for kept in sorted({*range(1, len(torn), 17), *range(line - 2, line + 6), len(torn) - 2}):
        # The mark may be cut as well: another full disk right after the first.
        for mark in (b"", b"\n", b"\n\xe2", b"\n\xe2\x80\x94 cu"):
            day.write_bytes(TALE.head(5).encode() + torn[:kept] + mark)
            assert newest_in(stick) == head(5), (kept, mark)
            place.take(head(12), told(5, 9, 12))
            read = day.read_text(encoding="utf-8", errors="replace")
            for reader in (notes, split_notes):
                assert [one for one in reader(read) if one not in (TALE.head(5), TALE.head(9))] == [
                    TALE.head(12)
                ], (kept, mark)


def test_a_stump_hinders_neither_anchoring_nor_a_verification(
    database: Database, home: Path, clock: StillClock, stick: Path
) -> None:
    log = make_anchored(database, home, Anchors(folder=stick), clock)
    grow(log)
    assert log.anchor() == 1
    day = files_in(stick)[0]
    for kept in (30, 150):
        with day.open("a", encoding="utf-8") as file:
            file.write(log.newest_head()[:kept])
        grow(log)
        assert log.anchor() == 1

    assert newest_in(stick) == newest(database)
    report = log.verify(anchors=files_in(stick))
    assert (report.exit_code, report.anchored) == (0, True)
    log.close()


def test_of_all_files_the_largest_head_counts_whatever_day_they_bear(stick: Path, clock: StillClock) -> None:
    place = AnchorFolder(path=stick, runtime=Runtime(now=clock.now, monotonic=clock.monotonic))
    right = clock.at
    clock.at = datetime(2031, 1, 1, tzinfo=UTC)
    place.take(head(5), told(5))
    clock.at = right
    place.take(head(9), told(5, 9))
    place.take(head(12), told(5, 9, 12))

    assert newest_in(stick) == head(12)
    ahead, today = (path for path in reversed(files_in(stick)))
    assert [parse(one).size for one in notes(ahead.read_text(encoding="utf-8"))] == [5]
    assert [parse(one).size for one in notes(today.read_text(encoding="utf-8"))] == [9, 12]
    forked = Tale(SIGNER, [b"another"] * 12)
    tree = Told((12,))
    tree.root = forked.root  # type: ignore[method-assign]
    with pytest.raises(NotTaken) as refused:
        place.take(parse(forked.head(12)), cast(Grown, tree))
    assert (refused.value.reason, refused.value.known) == (Reason.FORK, 12)


def test_of_each_file_only_the_end_is_read(stick: Path) -> None:
    long = stick / "2026-11-23.checkpoints"
    long.write_text("no head\n\n— at all\n" + TALE.head(3) * 400 + TALE.head(9), encoding="utf-8")
    (stick / "2026-11-24.checkpoints").write_text("", encoding="utf-8")

    assert newest_in(stick) == head(9)


def test_a_file_whose_end_holds_no_head_is_read_whole(stick: Path) -> None:
    long = stick / "2026-11-23.checkpoints"
    long.write_text(TALE.head(3) + "a stump\n" * 20_000, encoding="utf-8")

    assert newest_in(stick) == head(3)


def test_the_log_keeps_no_head_that_its_own_file_did_not_take(tmp_path: Path, database: Database) -> None:
    kept = Checkpoints(database, Runtime(), SIGNER, tmp_path / "checkpoints")
    kept._append(TALE.head(5))
    with full_at(kept.path.stat().st_size + 30), pytest.raises(OSError, match=r"(?i)too large|space"):
        kept._append(TALE.head(9))
    kept._append(TALE.head(12))

    assert kept.outside() == head(12)
    assert kept.path.stat().st_mode & 0o777 == 0o600


def test_an_erasure_that_did_not_fit_into_the_list_is_an_error(tmp_path: Path) -> None:
    kept, runtime = ErasedKeys(tmp_path / "checkpoints"), Runtime()
    one, two, three = (runtime.new_id() for _ in range(3))
    kept.add(one, [one])
    with full_at(kept.path.stat().st_size + 20), pytest.raises(OSError, match=r"(?i)too large|space"):
        kept.add(two, [two])
    kept.add(three, [three])

    assert dict(kept.entries()) == {one: (one,), three: (three,)}
