"""How long texts and records are kept."""

import calendar
from dataclasses import dataclass
from datetime import datetime

from app.errors import BadSetting

LEAST_MONTHS, MOST_MONTHS = 6, 12
LEAST_YEARS, MOST_YEARS = 1, 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The times of a log.

    Attributes:
        sealed_months: after so many months the keys of texts are deleted; 6 to 12.
        clear_years: after so many years whole old segments are pruned; 1 to 30.
        segment: leaves in a segment, a power of two; only tests have other ones.

    Raises:
        BadSetting: a time that the rules do not allow.
    """

    sealed_months: int = 12
    clear_years: int = 3
    segment: int = 1024

    def __post_init__(self) -> None:
        if not LEAST_MONTHS <= self.sealed_months <= MOST_MONTHS:
            raise BadSetting(
                f"USTAZ_SEALED_MONTHS: {self.sealed_months} is not between {LEAST_MONTHS} and {MOST_MONTHS}"
            )
        if not LEAST_YEARS <= self.clear_years <= MOST_YEARS:
            raise BadSetting(
                f"USTAZ_CLEAR_YEARS: {self.clear_years} is not between {LEAST_YEARS} and {MOST_YEARS}"
            )

    def text_limit(self, now: datetime) -> datetime:
        """Texts from before this are over."""
        return months_before(now, self.sealed_months)

    def record_limit(self, now: datetime) -> datetime:
        """Records from before this are over."""
        return months_before(now, 12 * self.clear_years)


def months_before(at: datetime, months: int) -> datetime:
    """The same day and time so many calendar months earlier, or the last day of a shorter month."""
    year, month = divmod(at.year * 12 + at.month - 1 - months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return at.replace(year=year, month=month + 1, day=min(at.day, last))
