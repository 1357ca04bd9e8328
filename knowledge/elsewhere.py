"""What schools and people also talk about: short texts on topics outside the starter corpus.

The decision "not in the curriculum" asks which a question is nearer to: a passage, or one of these. A text
that an index comes to hold (a school imports biology) is told by the passages being nearer still.
"""

import hashlib
import tomllib
from functools import lru_cache
from pathlib import Path

from knowledge.passage import LANGUAGES

FILE = Path(__file__).parent / "elsewhere.toml"


@lru_cache(maxsize=1)
def texts() -> tuple[str, ...]:
    """The texts, kk, ru and en, in the order of the file."""
    plain = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return tuple(
        line.strip() for language in LANGUAGES for line in plain[language].splitlines() if line.strip()
    )


@lru_cache(maxsize=1)
def digest() -> str:
    """SHA-256 over the texts, in hex."""
    return hashlib.sha256("\n".join(texts()).encode()).hexdigest()
