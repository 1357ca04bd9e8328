"""What the tests of documents share: the starter corpus as a shelf, read once and never embedded."""

import pytest

from tests.documents.starter_briefs import StarterShelf, corpus


@pytest.fixture(scope="session")
def shelf() -> StarterShelf:
    """The starter corpus."""
    return StarterShelf(corpus=corpus())
