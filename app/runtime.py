"""The only source of time and identity."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID


def _now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - this is the one place


def uuid7(now: datetime, randomness: bytes) -> UUID:
    """A time-ordered identifier.

    Args:
        now: aware time; milliseconds since 1970 fill the first 48 bits.
        randomness: 10 bytes.

    Source: RFC 9562, section 5.7.
    """
    milliseconds = int(now.timestamp() * 1000) & (1 << 48) - 1
    value = milliseconds << 80 | int.from_bytes(randomness, "big")
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return UUID(int=value)


@dataclass(frozen=True, slots=True)
class Runtime:
    """Time and identity, handed to whoever needs them; tests hand in their own."""

    now: Callable[[], datetime] = _now
    randomness: Callable[[int], bytes] = os.urandom
    monotonic: Callable[[], float] = time.monotonic

    def new_id(self) -> UUID:
        """A fresh UUIDv7."""
        return uuid7(self.now(), self.randomness(10))
