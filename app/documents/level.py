"""The six thinking levels that a task may ask for, lowest first."""

from enum import StrEnum


class Level(StrEnum):
    """A level of thinking, in the order of the words used at school: from knowing to judging.

    Source: the taxonomy of B. Bloom (1956) by the names that lesson plans in Kazakhstan use.
    """

    KNOWLEDGE = "knowledge"
    UNDERSTANDING = "understanding"
    APPLICATION = "application"
    ANALYSIS = "analysis"
    SYNTHESIS = "synthesis"
    EVALUATION = "evaluation"

    @property
    def is_low(self) -> bool:
        """Whether it is one of the two lowest: repeating and explaining, not yet doing."""
        return self in (Level.KNOWLEDGE, Level.UNDERSTANDING)
