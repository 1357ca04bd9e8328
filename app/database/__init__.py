"""The database: one engine, one way to read, one way to write, on SQLite and on PostgreSQL."""

from app.database.base import Base
from app.database.database import Database
from app.database.prepared import Prepared
from app.database.reachable import reachable
from app.database.recorder import Entry, Recorder

__all__ = ["Base", "Database", "Entry", "Prepared", "Recorder", "reachable"]
