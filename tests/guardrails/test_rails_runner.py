"""The runner: order, masks, and the law that a rail that fails is a block, never a pass."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import cast

import pytest

from guardrails.guardrails import FAILED_KEY, Guardrails
from guardrails.policy import RailPolicy, read
from guardrails.rail import Rail
from guardrails.verdict import Action, Finding, Stage, Status, Subject, Verdict, verdict_of
from guardrails.worker import NoWorker, Overrun, Workers


@dataclass
class Fake:
    """A rail that says what a test wants."""

    name: str
    act: Callable[[Subject], object]

    def inspect(self, subject: Subject) -> Verdict:
        return cast("Verdict", self.act(subject))


class Ticks:
    """Time that moves by a step at every look."""

    def __init__(self, step: float = 0.0) -> None:
        self.at, self.step = 0.0, step

    def __call__(self) -> float:
        self.at += self.step
        return self.at


def says(
    name: str, action: Action = Action.ALLOW, text: str | None = None, category: str = "resource"
) -> Fake:
    found = [] if action is Action.ALLOW else [Finding(category=category, label="found", score=1.0)]
    return Fake(
        name,
        lambda subject: verdict_of(
            name, "1", subject, action=action, text=text, findings=found, message_key=f"key.{name}"
        ),
    )


def runner(
    *fakes: Fake, effort: float = 0.0, workers: Workers | None = None, **settings: RailPolicy
) -> Guardrails:
    policies = {fake.name: settings.get(fake.name, RailPolicy()) for fake in fakes}
    policy = replace(read(), stages={stage: tuple(policies) for stage in Stage}, rails=policies)
    rails = {fake.name: cast("Rail", fake) for fake in fakes}
    return Guardrails(policy, rails, clock=Ticks(0.001), effort=Ticks(effort), workers=workers)


def ask(text: str = "сұрақ") -> Subject:
    return Subject(stage=Stage.INPUT, text=text)


def test_no_rails_allow_the_text_as_it_is() -> None:
    combined = runner().inspect(ask())

    assert (combined.action, combined.text, combined.verdicts, combined.message_key) == (
        Action.ALLOW,
        "сұрақ",
        (),
        None,
    )


def test_each_rail_sees_what_the_one_before_let_through() -> None:
    def behead(subject: Subject) -> Verdict:
        return verdict_of("behead", "1", subject, action=Action.MASK, text=subject.text[1:])

    def cover(subject: Subject) -> Verdict:
        return verdict_of("cover", "1", subject, action=Action.MASK, text=f"{subject.text[0]}***")

    assert runner(Fake("behead", behead), Fake("cover", cover)).inspect(ask("абв")).text == "б***"


def test_a_mask_applies_under_a_warning_and_the_severest_action_is_told() -> None:
    combined = runner(
        says("mask", Action.MASK, "[—]"), says("warn", Action.WARN, category="language"), says("allow")
    ).inspect(ask())

    assert combined.action is Action.WARN
    assert combined.text == "[—]"
    assert combined.categories == {"resource", "language"}
    assert combined.message_key == "key.warn"
    assert combined.message_keys == ("key.warn", "key.mask", "key.allow")


def test_a_block_ends_the_run_and_the_rest_is_recorded_as_skipped() -> None:
    combined = runner(says("first"), says("stop", Action.BLOCK), says("never")).inspect(ask())

    assert combined.blocked
    assert combined.text == ""
    assert combined.blocking is combined.verdicts[1]
    assert combined.message_key == "key.stop"
    assert combined.verdicts[2].status is Status.SKIPPED


def test_a_rail_switched_off_is_recorded_as_skipped() -> None:
    combined = runner(says("off", Action.BLOCK), off=RailPolicy(enabled=False)).inspect(ask())

    assert combined.action is Action.ALLOW
    assert combined.verdicts[0].status is Status.SKIPPED


def test_every_verdict_carries_its_time() -> None:
    assert runner(says("one")).inspect(ask()).verdicts[0].latency_ms == pytest.approx(1.0)


def raises(subject: Subject) -> object:
    raise RuntimeError("Айгерім 130523500121")


@pytest.mark.parametrize(
    ("act", "status"),
    [
        (raises, Status.ERROR),
        # wrong types, another rail's verdict, another stage's, one that says it failed
        (lambda subject: None, Status.ERROR),
        (lambda subject: "allow", Status.ERROR),
        (lambda subject: verdict_of("other", "1", subject), Status.ERROR),
        (lambda subject: replace(verdict_of("bad", "1", subject), stage=Stage.ANSWER), Status.ERROR),
        (lambda subject: replace(verdict_of("bad", "1", subject), status=Status.TIMEOUT), Status.ERROR),
        (lambda subject: verdict_of("bad", "1", subject, text=cast("str", 7)), Status.ERROR),
    ],
)
@pytest.mark.parametrize("guarded", [False, True])
def test_a_rail_that_breaks_is_a_block_and_leaks_nothing(
    act: Callable[[Subject], object], status: Status, guarded: bool
) -> None:
    combined = runner(Fake("bad", act), says("after"), bad=RailPolicy(hang_guard=guarded)).inspect(ask())

    assert combined.blocked
    assert combined.text == ""
    assert combined.verdicts[0].status is status
    assert combined.message_key == FAILED_KEY
    assert "130523500121" not in repr(combined)


def test_an_inline_rail_that_overruns_its_cpu_time_is_a_block() -> None:
    slow = runner(says("slow"), effort=0.3, slow=RailPolicy(budget_ms=200)).inspect(ask())
    quick = runner(says("quick"), effort=0.1, quick=RailPolicy(budget_ms=200)).inspect(ask())

    assert (slow.action, slow.verdicts[0].status) == (Action.BLOCK, Status.TIMEOUT)
    assert quick.action is Action.ALLOW


def test_a_rail_that_overran_once_is_asked_again_for_the_process_may_have_collected_garbage() -> None:
    spent, asked = [0.0], []

    def act(subject: Subject) -> Verdict:
        asked.append(subject.text)
        spent[0] += 0.9 if len(asked) == 1 else 0.001
        return verdict_of("rail", "1", subject)

    rails = runner(Fake("rail", act), rail=RailPolicy(budget_ms=200))
    judged = Guardrails(
        rails.policy, {"rail": cast("Rail", Fake("rail", act))}, clock=Ticks(0.001), effort=lambda: spent[0]
    ).inspect(ask())

    assert (judged.action, judged.verdicts[0].status) == (Action.ALLOW, Status.OK)
    assert asked == ["сұрақ", "сұрақ"]


@pytest.fixture
def gate() -> Iterator[threading.Event]:
    event = threading.Event()
    yield event
    event.set()


def test_a_rail_that_hangs_is_cut_off_and_counted(gate: threading.Event) -> None:
    workers = Workers(limit=2)

    def hang(subject: Subject) -> Verdict:
        gate.wait(30)
        return verdict_of("hang", "1", subject)

    rails = runner(Fake("hang", hang), workers=workers, hang=RailPolicy(hang_guard=True, budget_ms=20))

    first, second, third = (rails.inspect(ask()) for _ in range(3))
    assert [one.verdicts[0].status for one in (first, second, third)] == [
        Status.TIMEOUT,
        Status.TIMEOUT,
        Status.ERROR,
    ]
    assert all(one.blocked for one in (first, second, third))
    assert workers.abandoned == 2


@dataclass
class Waits(Fake):
    """A rail that says whether it leaves Python."""

    says: Callable[[], bool] = lambda: False

    def waits(self, subject: Subject) -> bool:
        return self.says()


def measured(rail: Fake, settings: RailPolicy, effort: Callable[[], float]) -> Guardrails:
    """One rail whose CPU time is what a test says."""
    policy = runner(rail, rail=settings).policy
    return Guardrails(policy, {"rail": cast("Rail", rail)}, clock=Ticks(0.001), effort=effort)


@pytest.mark.parametrize(
    ("leaves", "inline_ms", "inline"), [(False, 200.0, True), (True, 200.0, False), (False, 0.0, False)]
)
def test_a_guarded_rail_that_stays_in_python_runs_inline_with_a_limit_of_its_own(
    leaves: bool, inline_ms: float, inline: bool
) -> None:
    seen: list[bool] = []
    spent, takes = [0.0], [0.0]

    def act(subject: Subject) -> Verdict:
        seen.append(threading.current_thread() is threading.main_thread())
        spent[0] += takes[0]
        return verdict_of("rail", "1", subject)

    settings = RailPolicy(hang_guard=True, budget_ms=60_000, inline_ms=inline_ms)
    rails = measured(Waits("rail", act, lambda: leaves), settings, lambda: spent[0])
    quick = rails.inspect(ask())
    takes[0] = 0.3
    slow = rails.inspect(ask())

    assert set(seen) == {inline}
    assert not quick.blocked
    assert slow.blocked is inline


def test_a_rail_that_cannot_say_whether_it_leaves_python_is_a_block() -> None:
    def broken() -> bool:
        raise RuntimeError("130523500121")

    rail = Waits("rail", lambda subject: verdict_of("rail", "1", subject), broken)
    combined = runner(rail, rail=RailPolicy(hang_guard=True, inline_ms=200)).inspect(ask())

    assert combined.verdicts[0].status is Status.ERROR
    assert combined.blocked
    assert "130523500121" not in repr(combined)


@pytest.mark.parametrize("leaves", [False, True])
@pytest.mark.parametrize(("takes", "blocked"), [((0.3, 0.3), True), ((0.3, 0.0), False)])
def test_to_say_whether_it_leaves_python_has_the_limit_of_the_rail_that_stays(
    leaves: bool, takes: tuple[float, float], blocked: bool
) -> None:
    spent, left = [0.0], list(takes)

    def says_slowly() -> bool:
        spent[0] += left.pop(0)
        return leaves

    rail = Waits("rail", lambda subject: verdict_of("rail", "1", subject), says_slowly)
    settings = RailPolicy(hang_guard=True, inline_ms=200)
    combined = measured(rail, settings, lambda: spent[0]).inspect(ask())

    assert combined.blocked is blocked
    assert combined.verdicts[0].status is (Status.TIMEOUT if blocked else Status.OK)


def test_an_abandoned_worker_that_ends_is_no_longer_counted(gate: threading.Event) -> None:
    workers = Workers(limit=1)
    with pytest.raises(Overrun):
        workers.run(lambda: gate.wait(30), seconds=0.02)
    with pytest.raises(NoWorker):
        workers.run(lambda: 1, seconds=1)
    gate.set()
    for _ in range(500):
        if workers.abandoned == 0:
            break
        threading.Event().wait(0.01)

    assert workers.run(lambda: 7, seconds=5) == 7


def test_a_worker_is_used_again_and_hands_on_what_was_raised() -> None:
    workers = Workers()
    names = {workers.run(lambda: threading.get_ident(), seconds=5) for _ in range(5)}

    assert len(names) == 1
    with pytest.raises(ZeroDivisionError):
        workers.run(lambda: 1 // 0, seconds=5)
