"""The same ministry and database as the registry's tests."""

from tests.registry.conftest import ministry, sqlite_database

__all__ = ["ministry", "sqlite_database"]
