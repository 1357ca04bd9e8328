"""The queue of documents: schools take turns, nothing waits twice, and what a dead process left is found."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.assistant.intake import Intake, Order, interrupted
from app.assistant.upload import MOST_WAITING, Stage, Upload, Wish
from app.errors import Conflict
from app.i18n import LANGUAGES, translator
from app.runtime import Runtime


class Gate:
    """A turn that waits until it is let go, and remembers whose turn it was."""

    def __init__(self) -> None:
        self.open, self.begun = threading.Event(), threading.Event()
        self.turns: list[tuple[str, str]] = []
        self.error: Exception | None = None

    def __call__(self, order: Order, tell: Callable[..., None]) -> Upload:
        self.begun.set()
        self.turns.append((order.upload.school, order.upload.name))
        assert self.open.wait(20)
        tell(stage=Stage.READING)
        if self.error is not None:
            raise self.error
        return replace(order.upload, stage=Stage.DONE)


@pytest.fixture
def gate() -> Gate:
    return Gate()


@pytest.fixture
def intake(tmp_path: Path, gate: Gate) -> Iterator[Intake]:
    made = Intake(tmp_path / "intake", Runtime(), gate)
    yield made
    gate.open.set()
    made.close()


def order(name: str, school: str = "one", wish: Wish = Wish.ADD) -> Order:
    made = Runtime().new_id()
    upload = Upload(id=made, school=school, wish=wish, name=name, sha256=name.encode().hex(), size=1)
    return Order(upload=upload, record_id=made)


def settled(intake: Intake, *schools: str) -> None:
    until = time.monotonic() + 20
    while any(not one.over for school in schools for one in intake.uploads(school)):
        assert time.monotonic() < until
        time.sleep(0.01)


def test_an_empty_queue_shows_nothing_and_makes_no_folder(intake: Intake, tmp_path: Path) -> None:
    assert intake.uploads("one") == ()
    assert intake.left_behind() == ()
    assert not (tmp_path / "intake").exists()


def test_schools_take_turns(intake: Intake, gate: Gate) -> None:
    for name in "abc":
        intake.submit(order(name), b"x", ".txt")
    intake.submit(order("d", "two"), b"x", ".txt")
    gate.open.set()
    settled(intake, "one", "two")

    assert gate.turns.index(("two", "d")) < gate.turns.index(("one", "c"))
    assert [name for school, name in gate.turns if school == "one"] == ["a", "b", "c"]


def test_each_school_sees_its_own_alone(intake: Intake, gate: Gate) -> None:
    intake.submit(order("a"), b"x", ".txt")
    intake.submit(order("b", "two"), b"x", ".txt")

    assert [one.name for one in intake.uploads("one")] == ["a"]
    gate.open.set()
    settled(intake, "one", "two")
    intake.dismiss("one")
    assert intake.uploads("one") == ()
    assert [one.stage for one in intake.uploads("two")] == [Stage.DONE]


def test_a_document_does_not_wait_twice_and_not_too_many_wait(intake: Intake) -> None:
    for number in range(MOST_WAITING):
        intake.submit(order(str(number)), b"x", ".txt")

    with pytest.raises(Conflict) as many:
        intake.submit(order("more"), b"x", ".txt")
    intake.submit(order("a", "two"), b"x", ".txt")
    with pytest.raises(Conflict) as twice:
        intake.submit(order("a", "two"), b"x", ".txt")
    intake.submit(order("a", "two", Wish.REMOVE))

    for caught in (many, twice):
        assert all(translator(language).words(caught.value.words) for language in LANGUAGES)
    assert twice.value.words.key == "documents.waits_already"


def test_a_file_lies_under_a_random_name_in_a_private_folder_and_is_deleted(
    intake: Intake, gate: Gate, tmp_path: Path
) -> None:
    intake.submit(order("secret name"), b"content", ".txt")
    (path,) = (tmp_path / "intake").rglob("*.txt")

    assert path.read_bytes() == b"content"
    assert len(path.stem) == 32
    assert path.stat().st_mode & 0o777 == 0o600
    assert all(one.stat().st_mode & 0o777 == 0o700 for one in (path.parent, path.parent.parent))
    everything = (one.read_text(errors="ignore") for one in (tmp_path / "intake").rglob("*.json"))
    assert "secret name" not in "".join(everything)
    gate.open.set()
    settled(intake, "one")
    assert list((tmp_path / "intake").rglob("*.txt")) == []


def test_a_turn_that_breaks_is_told_and_the_next_one_goes_on(intake: Intake, gate: Gate) -> None:
    gate.error = KeyError("broken")
    intake.submit(order("a"), b"x", ".txt")
    gate.open.set()
    settled(intake, "one")
    gate.error = None
    intake.submit(order("b"), b"x", ".txt")
    settled(intake, "one")

    assert [(one.name, one.stage) for one in intake.uploads("one")] == [
        ("a", Stage.FAILED),
        ("b", Stage.DONE),
    ]


def test_what_a_dead_process_left_is_found_once_and_its_files_are_deleted(tmp_path: Path) -> None:
    blocked = Gate()
    dead = Intake(tmp_path / "intake", Runtime(), blocked)
    dead.submit(order("a"), b"x", ".txt")
    dead.submit(order("b"), b"x", ".txt")
    living = Intake(tmp_path / "intake", Runtime(), Gate())

    assert living.left_behind() == ()  # its process lives
    dead._lock.release()  # as the kernel does when a process is killed
    left = living.left_behind()

    assert sorted(one["sha256"] for one in left) == ["61", "62"]  # ids of one millisecond have no order
    assert interrupted(left[0], "a").stage is Stage.INTERRUPTED
    assert living.left_behind() == ()
    assert list((tmp_path / "intake").rglob("*.txt")) == []
    blocked.open.set()
    dead.close()


def test_what_was_interrupted_is_told_again_after_the_next_start_until_it_is_dismissed(
    tmp_path: Path,
) -> None:
    first = Intake(tmp_path / "intake", Runtime(), Gate())
    one = order("a")
    first.show(replace(one.upload, stage=Stage.INTERRUPTED), one.record_id)
    first.close()
    second = Intake(tmp_path / "intake", Runtime(), Gate())

    (left,) = second.left_behind()
    again = interrupted(left, "a")
    second.show(again, one.record_id)
    second.dismiss("one")
    second.close()

    assert Intake(tmp_path / "intake", Runtime(), Gate()).left_behind() == ()


def test_a_process_that_ends_leaves_what_is_under_way_to_be_told(tmp_path: Path) -> None:
    gate = Gate()
    intake = Intake(tmp_path / "intake", Runtime(), gate)
    intake.submit(order("a"), b"x", ".txt")
    assert gate.begun.wait(20)
    threading.Timer(0.05, gate.open.set).start()
    intake.close()

    left = Intake(tmp_path / "intake", Runtime(), Gate()).left_behind()
    assert [one["sha256"] for one in left] == ["61"]
