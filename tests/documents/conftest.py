"""What the tests of documents share: the starter corpus as a shelf, read once and never embedded."""

import pytest

from knowledge import starter
from tests.documents.starter_briefs import StarterShelf


@pytest.fixture(scope="session")
def shelf() -> StarterShelf:
    """The starter corpus."""
    return StarterShelf(corpus=starter.load())
