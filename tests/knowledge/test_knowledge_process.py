"""The process that reads: the same document as read here, and nothing a captured reader does gets out of it."""

import ctypes
import json
import os
import resource
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.hostile import BOMBS
from knowledge import readers
from knowledge.readers import child, process
from knowledge.readers.document import Block, Document, Source, document
from knowledge.readers.intake import take
from knowledge.readers.limits import DOCUMENT, MEGABYTE, OFFICIAL, Limits
from knowledge.readers.reasons import Reason, ReasonKey, Refused

MISBEHAVING = Path(__file__).parent / "misbehaving_child.py"
SMALL = Limits(memory=256 * MEGABYTE, cpu_seconds=1, wall_seconds=20)


@pytest.fixture
def misbehave(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """What comes of a deed behind the restraints."""
    monkeypatch.setattr(process, "CHILD", MISBEHAVING)
    (tmp_path / "a.txt").write_text("x")

    def deed(what: str, target: object = "", *, hooked: bool = False, limits: Limits = SMALL) -> str:
        options = {"do": what, "with": str(target), "hooked": hooked}
        return str(process.call("order399", tmp_path / "a.txt", limits=limits, **options)["head"]["title"])

    return deed


def refusal(read: Callable[[], object]) -> Reason:
    with pytest.raises(Refused) as caught:
        read()
    return caught.value.reason


def held(field: str) -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{field}:")) / 1024


# -- the same document --------------------------------------------------------------------------------------


def test_an_empty_file_is_refused_before_a_process_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "CHILD", Path("/nowhere"))
    (tmp_path / "a.txt").write_bytes(b"")

    assert refusal(lambda: process.read(tmp_path / "a.txt")).key is ReasonKey.EMPTY_FILE


def test_a_document_comes_back_as_it_was_read(tmp_path: Path) -> None:
    path = tmp_path / "Сабақ жоспары.md"
    path.write_text("# Жоспар\n\nМақсат 5.1.2.17 бөлшектерді қосу 😀.\n\n| а | б |\n|---|---|\n| 1 | 2 |\n")
    here = readers.load("markdown").read(Source(path=path, name=path.name))

    there = process.read(path)

    assert (there.reader, there.reader_version) == ("markdown", readers.load("markdown").version)
    assert (there.title, there.blocks, there.warnings) == (here.title, here.blocks, here.warnings)
    assert there.blocks


def test_a_refusal_comes_back_with_its_reason(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"<!doctype html><p>x")

    assert refusal(lambda: process.read(tmp_path / "a.pdf")) == Reason.of(
        ReasonKey.WRONG_KIND, suffix=".pdf", found="html"
    )


TEXTS = st.text(st.characters(codec=None), max_size=40)


@given(st.lists(st.tuples(TEXTS, TEXTS, st.booleans()), max_size=5), TEXTS)
def test_any_text_passes_between_the_processes(parts: list[tuple[str, str, bool]], title: str) -> None:
    blocks = [Block(text=text, place=place, heading=place, alone=alone) for text, place, alone in parts]
    raw = Document(title=title, language="kk", blocks=tuple(blocks))
    for one in (raw, document(title, blocks)):
        line = child.encoded({"read": one.to_mapping()})

        plain: dict[str, Any] = json.loads(line.decode("utf-8", "surrogatepass"))
        assert line.count(b"\n") == 1
        assert Document.from_mapping(plain["read"]) == one


@given(TEXTS, TEXTS)
def test_what_no_file_can_hold_is_a_lost_letter(text: str, place: str) -> None:
    content = document(text, [Block(text=text, place=place), Block(text="\ud800 а\0б", place="p")])

    "".join([content.title, *(block.text for block in content.blocks)]).encode()
    assert content.blocks[-1].text == "\N{REPLACEMENT CHARACTER} а\N{REPLACEMENT CHARACTER}б"


def test_no_reader_is_imported_by_the_process_that_asks() -> None:
    asked = "import sys, knowledge.ingest; print(sorted({'pypdf', 'docx', 'lxml', 'markdown_it'} & set(sys.modules)))"

    said = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)

    assert said.stdout.strip() == "[]"


@pytest.mark.parametrize("name", readers.names())
def test_a_reader_brings_its_own_library_and_no_others(name: str) -> None:
    asked = f"import sys, knowledge.readers.{name}; print(sorted({{'numpy', 'pypdf', 'docx', 'markdown_it'}} & set(sys.modules)))"

    said = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)

    own = {"pdf": ["pypdf"], "docx": ["docx"], "markdown": ["markdown_it"]}
    assert said.stdout.strip() == str(own.get(name, []))


def test_only_listed_readers_are_called(tmp_path: Path) -> None:
    with pytest.raises(LookupError):
        process.call("os", tmp_path / "a.txt", limits=OFFICIAL)


# -- what it may use ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("deed", ["allocate and say"])
def test_memory_ends_where_the_limits_say(misbehave: Callable[..., str], deed: str) -> None:
    assert misbehave("allocate") == "MemoryError"
    assert refusal(lambda: misbehave(deed)) == Reason.of(ReasonKey.TOO_MUCH_MEMORY, megabytes=256)


def test_time_on_the_processor_ends(misbehave: Callable[..., str]) -> None:
    assert refusal(lambda: misbehave("spin")) == Reason.of(ReasonKey.TOO_MUCH_TIME, seconds=1)


def test_time_on_the_clock_ends(misbehave: Callable[..., str]) -> None:
    begun = time.monotonic()
    reason = refusal(lambda: misbehave("sleep", limits=Limits(wall_seconds=1)))

    assert reason.key is ReasonKey.TOO_MUCH_TIME
    assert time.monotonic() - begun < 30


def test_an_endless_answer_is_cut_and_not_kept(misbehave: Callable[..., str]) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    reason = refusal(lambda: misbehave("talk", limits=Limits(answer=5 * MEGABYTE)))

    assert reason.key is ReasonKey.TOO_LONG
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50 * 1024


@pytest.mark.parametrize("deed", ["crash", "half", "silence"])
def test_a_reader_that_fails_is_a_refusal(misbehave: Callable[..., str], deed: str) -> None:
    assert refusal(lambda: misbehave(deed)).key is ReasonKey.READER_FAILED


def test_nothing_it_started_outlives_it(misbehave: Callable[..., str], tmp_path: Path) -> None:
    (tmp_path / "there").write_text("x")
    before = sleeping()

    refused = refusal(lambda: misbehave("leave a child", tmp_path / "there", limits=Limits(wall_seconds=2)))

    assert refused.key is ReasonKey.TOO_MUCH_TIME
    until = time.monotonic() + 5
    while sleeping() - before and time.monotonic() < until:
        time.sleep(0.01)
    assert not sleeping() - before


def sleeping() -> set[str]:
    """The processes that run the misbehaving child."""
    found = set()
    for one in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if MISBEHAVING.name.encode() in one.read_bytes():
                found.add(one.parent.name)
        except OSError:
            continue
    return found


# -- what it may reach --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "deed", ["connect", "connect home", "resolve", "run", "fork", "write", "append", "remove"]
)
def test_python_in_it_reaches_nothing(misbehave: Callable[..., str], tmp_path: Path, deed: str) -> None:
    (tmp_path / "kept").write_text("x")
    target = "9" if deed == "connect home" else tmp_path / "kept"

    assert misbehave(deed, target, hooked=True) == "PermissionError"
    assert (tmp_path / "kept").read_text() == "x"


@pytest.mark.parametrize(
    ("deed", "target"), [("read", "/etc/passwd"), ("list", "/"), ("list", "/proc/self/fd")]
)
def test_python_in_it_reads_nothing_else(misbehave: Callable[..., str], deed: str, target: str) -> None:
    assert misbehave(deed, target) == "done"
    assert misbehave(deed, target, hooked=True) == "PermissionError"


def test_no_file_grows_even_past_the_hook(misbehave: Callable[..., str], tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("x")

    assert misbehave("append", tmp_path / "kept") == "OSError"
    assert (tmp_path / "kept").read_text() == "x"


def test_native_code_finds_no_network(misbehave: Callable[..., str]) -> None:
    if ctypes.CDLL(None).unshare(0) != 0 or not unshares():
        pytest.skip("this kernel gives no network of one's own")
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.5)
        said = misbehave("connect from C", listening.getsockname()[1])
        with pytest.raises(TimeoutError):
            listening.accept()

    assert said == "Network is unreachable"


def unshares() -> bool:
    tried = f"import ctypes; c = ctypes.CDLL(None); raise SystemExit(c.unshare({child.CLONE_NEWNET}) and "
    tried += f"c.unshare({child.CLONE_NEWNET | child.CLONE_NEWUSER}))"
    return subprocess.run([sys.executable, "-c", tried], check=False).returncode == 0


# -- what is taken in ---------------------------------------------------------------------------------------


def test_a_link_a_pipe_a_folder_and_a_device_are_refused(tmp_path: Path) -> None:
    (tmp_path / "real.txt").write_text("x")
    (tmp_path / "link.txt").symlink_to(tmp_path / "real.txt")
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "folder.txt").mkdir()

    for path in (tmp_path / "link.txt", tmp_path / "pipe.txt", tmp_path / "folder.txt", Path("/dev/zero")):
        assert refusal(lambda path=path: process.read(path)).key is ReasonKey.NOT_A_FILE  # type: ignore[misc]
    assert refusal(lambda: process.read(tmp_path / "none.txt")).key is ReasonKey.NO_SUCH_FILE
    assert refusal(lambda: process.read(Path("a\0.txt"))).key is ReasonKey.NOT_A_FILE


def test_a_file_that_changes_after_it_was_taken_does_not_matter(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("first words")
    with take(path, DOCUMENT) as taken:
        path.write_text("other words entirely")

        content = process.read_taken(taken)

    assert [block.text for block in content.blocks] == ["first words"]
    assert taken.size == len("first words")


def test_a_file_larger_than_its_limit_is_refused_unread(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"x" * 11)

    reason = refusal(lambda: process.read(tmp_path / "a.txt", limits=Limits(input=10)))

    assert reason == Reason.of(ReasonKey.TOO_LARGE, bytes=11, most=10)


# -- bombs --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", BOMBS)
def test_a_hostile_file_is_refused_and_the_asking_process_does_not_grow(tmp_path: Path, name: str) -> None:
    called, build = BOMBS[name]
    (tmp_path / called).write_bytes(build())
    Path("/proc/self/clear_refs").write_text("5")
    before = held("VmHWM")

    reason = refusal(lambda: process.read(tmp_path / called))

    assert held("VmHWM") - before < 50
    assert reason.key is not ReasonKey.READER_FAILED
