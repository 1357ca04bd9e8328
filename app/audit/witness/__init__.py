"""Heads of the log outside the database administrator's power: a folder, a witness, a printed page."""
