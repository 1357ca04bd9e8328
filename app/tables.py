"""Registers every table of the app on `Base`; migrations and tests import this."""

import importlib
import importlib.util

for _duty in ("audit", "registry", "routing", "accounts", "capacity", "protection", "assistant"):
    if importlib.util.find_spec(f"app.{_duty}.tables") is not None:
        importlib.import_module(f"app.{_duty}.tables")

importlib.import_module("app.audit.witness.tables")
importlib.import_module("app.assistant.desk_tables")
importlib.import_module("app.audit.evidence.tables")
importlib.import_module("app.audit.privacy.tables")
