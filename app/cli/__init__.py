"""The command ustaz: one file per command."""
