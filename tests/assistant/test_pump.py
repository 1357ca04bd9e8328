"""The thread beside a provider's stream: nothing waits for it, and Stop reaches it wherever it is."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from app.assistant.pump import Pump
from app.errors import Failure, ProviderFailed
from app.providers import Chunk

SECONDS = 5.0
QUICK = 0.01


class Place:
    """Counts how often the place of a call was given back."""

    def __init__(self) -> None:
        self.back, self.count = threading.Event(), 0

    def release(self) -> None:
        self.count += 1
        self.back.set()


class Hanging(Iterator[Chunk]):
    """Waits for a server that says nothing, until it is closed from elsewhere."""

    def __init__(self) -> None:
        self.waits, self.closed = threading.Event(), threading.Event()

    def __next__(self) -> Chunk:
        self.waits.set()
        assert self.closed.wait(SECONDS)
        raise StopIteration

    def close(self) -> None:
        self.closed.set()


class Bare(Iterator[Chunk]):
    """An iterator that cannot be closed."""

    def __init__(self) -> None:
        self.left = 2

    def __next__(self) -> Chunk:
        self.left -= 1
        if self.left < 0:
            raise StopIteration
        return Chunk(text="a")


def begun(stream: Any) -> tuple[Pump, Place]:
    place = Place()
    pump = Pump(stream=lambda: stream, finished=place.release)
    pump.start()
    return pump, place


def drained(pump: Pump) -> str:
    return "".join(chunk.text for bundle in pump.bundles(QUICK) for chunk in bundle)


def test_a_stop_ends_a_hanging_call_at_once() -> None:
    stream = Hanging()
    pump, place = begun(stream)
    assert stream.waits.wait(SECONDS)

    pump.stop()

    assert place.back.wait(SECONDS)
    assert stream.closed.is_set()


def test_a_stop_before_the_stream_is_open_still_closes_it() -> None:
    stream, may_open, place = Hanging(), threading.Event(), Place()

    def opening() -> Iterator[Chunk]:
        assert may_open.wait(SECONDS)
        return stream

    pump = Pump(stream=opening, finished=place.release)
    pump.start()
    pump.stop()
    may_open.set()

    assert place.back.wait(SECONDS)
    assert stream.closed.is_set()
    assert not stream.waits.is_set()


def test_an_iterator_without_close_is_read_to_its_end() -> None:
    pump, place = begun(Bare())

    assert drained(pump) == "aa"
    pump.stop()
    assert place.back.wait(SECONDS)


def test_a_stop_while_a_generator_runs_breaks_nothing() -> None:
    runs, may_go_on, closed = threading.Event(), threading.Event(), threading.Event()

    def words() -> Iterator[Chunk]:
        try:
            runs.set()
            assert may_go_on.wait(SECONDS)
            yield Chunk(text="late")
            yield Chunk(text="never")
        finally:
            closed.set()

    pump, place = begun(words())
    assert runs.wait(SECONDS)
    pump.stop()
    may_go_on.set()

    assert place.back.wait(SECONDS)
    assert closed.is_set()
    assert place.count == 1


def test_a_stop_is_quiet_about_an_iterator_that_will_not_close(caplog: pytest.LogCaptureFixture) -> None:
    class Stubborn(Hanging):
        def close(self) -> None:
            super().close()
            raise OSError("secret of the server")

    stream = Stubborn()
    pump, place = begun(stream)
    assert stream.waits.wait(SECONDS)
    pump.stop()

    assert place.back.wait(SECONDS)
    assert "OSError" in caplog.text
    assert "secret" not in caplog.text


@pytest.mark.parametrize("count", [0, 1, 3])
def test_what_came_before_a_break_is_given_out_before_the_break(count: int) -> None:
    def words() -> Iterator[Chunk]:
        for _ in range(count):
            yield Chunk(text="a")
        raise ProviderFailed(Failure.CUT)

    pump, place = begun(words())
    came: list[str] = []
    with pytest.raises(ProviderFailed) as broken:
        came.extend(chunk.text for bundle in pump.bundles(QUICK) for chunk in bundle)

    assert came == ["a"] * count
    assert broken.value.failure is Failure.CUT
    assert place.back.wait(SECONDS)


def test_an_error_of_another_kind_is_garbage_and_keeps_its_text_to_itself() -> None:
    def words() -> Iterator[Chunk]:
        raise KeyError("what the server said")
        yield Chunk()

    pump, place = begun(words())
    with pytest.raises(ProviderFailed) as broken:
        drained(pump)

    assert broken.value.failure is Failure.GARBAGE
    assert "server" not in str(broken.value)
    assert place.back.wait(SECONDS)
    assert place.count == 1


def test_a_machine_without_threads_gives_the_place_back(monkeypatch: pytest.MonkeyPatch) -> None:
    def none_left(thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", none_left)
    place = Place()
    with pytest.raises(RuntimeError):
        Pump(stream=lambda: iter(()), finished=place.release).start()

    assert place.count == 1
