"""Nothing an author of a text writes can make a rail run away: patterns are bounded, and work grows with the text."""

import ast
import re
import time
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from re import _constants as constants  # type: ignore[attr-defined]  # the parser of `re` has no public name
from re import _parser as parser  # type: ignore[attr-defined]  # the parser of `re` has no public name
from typing import Any

import pytest

import guardrails
from guardrails import rail as catalogue
from guardrails.guardrails import build
from guardrails.policy import read
from guardrails.rail import Means, Rail
from guardrails.sentences import SentenceBuffer
from guardrails.verdict import Subject

HOME = Path(guardrails.__file__).parent
HOSTILE = [
    "a", "1 ", "1", "[", "[1", "[1, ", "]", "<", "<a ", "<a =", "![", "[a](", "(", "@", "a@", "a.", "a b ", "и г ", "Иванов Иван ", "ученик А", "ИИН ", "игнорируй ",
    "игнорируй инструкции ", "ты ", "[ОҚУШЫ_1]", "http://a", "//a.", "aa ", "QUJD", "A1b", "!A1b~", "MFRGG", "\\u0438", "%41", "01010101 ", "65 ", "\n", "###", "```", "7.2.1.3 ", "1.1.", "ул. Абая 12 ",
    "пароль: ", "блять ", "«", "\u0301", "\u200b", "<!--", "<script>", "system: ", "A", "а" * 17 + " ",
]  # fmt: skip
MANY = 16
"""Times longer the second text is; quadratic work would be 256 times as much."""


def patterns() -> Iterator[tuple[str, str]]:
    for path in sorted(HOME.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and ast.unparse(node.func) == "re.compile"
                and isinstance(node.args[0], ast.Constant)
            ):
                yield f"{path.stem}:{node.lineno}", str(node.args[0].value)
    for shape in tomllib.loads((HOME / "lexicons" / "injection_shapes.toml").read_text(encoding="utf-8"))[
        "shapes"
    ]:
        yield shape["id"], shape["pattern"]


def unbounded_within_unbounded(tree: Any, inside: bool = False) -> bool:
    for operation, argument in tree:
        if operation in (constants.MAX_REPEAT, constants.MIN_REPEAT):
            _, most, body = argument
            endless = most is constants.MAXREPEAT
            if (endless and inside) or unbounded_within_unbounded(body, inside or endless):
                return True
        elif operation is constants.SUBPATTERN:
            if unbounded_within_unbounded(argument[3], inside):
                return True
        elif operation is constants.BRANCH and any(
            unbounded_within_unbounded(branch, inside) for branch in argument[1]
        ):
            return True
    return False


def test_no_pattern_repeats_endlessly_within_an_endless_repetition() -> None:
    found = list(patterns())

    assert len(found) > 40
    # `(?:[ ,]\w+)*` and its like: one step of the inner repetition needs a letter that the outer one cannot begin with.
    begins_apart = {"cues", "grounding", "sentences"}
    runaway = [
        name
        for name, text in found
        if unbounded_within_unbounded(parser.parse(text)) and name.split(":")[0] not in begins_apart
    ]
    assert runaway == []
    assert unbounded_within_unbounded(parser.parse("(a+)+b"))


@pytest.fixture(scope="module")
def rails() -> dict[str, Rail]:
    return dict(build(read(), Means()))


BELOW = 0.02
"""Seconds of CPU time below which noise is larger than growth."""


AT_MOST = 64
"""Times longer work is not linear: four times what linear is and a quarter of the square, so that noise decides nothing."""


def spent(work: Callable[[], object], runs: int) -> float:
    """CPU time of a piece of work in seconds, the best of some runs."""
    best = float("inf")
    for _ in range(runs):
        began = time.thread_time()
        work()
        best = min(best, time.thread_time() - began)
    return best


def grows_with_its_length(short: Callable[[], object], long: Callable[[], object]) -> bool:
    """Whether `MANY` times the text is far from the square of the work."""
    for runs in (1, 5):
        most = spent(long, runs)
        if most < BELOW or most < spent(short, runs) * AT_MOST:
            return True
    return False


@pytest.mark.parametrize("name", catalogue.names())
def test_work_grows_with_the_length_of_a_hostile_text_and_not_with_its_square(
    name: str, rails: dict[str, Rail]
) -> None:
    stage = min(catalogue.load(name).stages)

    def inspect(seed: str, length: int) -> Callable[[], object]:
        text = (seed * length)[:length]
        subject = Subject(
            stage=stage,
            text=text,
            language="ru",
            evidence=("a b",),
            passage_ids=("p1",),
            confidential=("a b c d e f g h i",),
            shown=text[:128],
        )
        return lambda: rails[name].inspect(subject)

    for seed in HOSTILE:
        assert grows_with_its_length(inspect(seed, 500), inspect(seed, 500 * MANY)), seed


def test_a_stream_of_any_text_is_cut_in_time_that_grows_with_it() -> None:
    def stream(seed: str, length: int) -> Callable[[], object]:
        text = (seed * length)[:length]

        def run() -> None:
            buffer = SentenceBuffer(lambda: 0.0)
            for at in range(0, len(text), 4):
                buffer.push(text[at : at + 4])
            buffer.flush()

        return run

    for seed in ("1 ", "[1, ", "сөз ", "а. ", "7.2.1.3 ", "(", "\n", " "):
        assert grows_with_its_length(stream(seed, 1000), stream(seed, 1000 * MANY)), seed


def test_work_that_grows_with_the_square_is_noticed() -> None:
    def squared(length: int) -> Callable[[], object]:
        return lambda: sum(1 for _ in range(length) for _ in range(length))

    assert not grows_with_its_length(squared(100), squared(100 * MANY))


def test_the_expressions_compile_without_a_warning() -> None:
    for _, text in patterns():
        re.compile(text)
