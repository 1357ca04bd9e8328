"""Which version of the first-use notice is current, and what a person has answered to it."""

from dataclasses import dataclass
from datetime import datetime

VERSION = "2026-12"
"""Changes whenever the meaning of the notice changes; everybody is then asked again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeState:
    """Where a person stands with the current notice.

    `answered` is false until they accept or refuse this `version`; `earlier` is the last version they answered before.
    """

    version: str
    answered: bool
    accepted: bool
    at: datetime | None = None
    earlier: str | None = None
