"""The house of the line's tests, serving while commands run beside it."""

from tests.assistant.conftest import house

__all__ = ["house"]
