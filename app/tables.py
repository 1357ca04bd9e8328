"""Registers every table of the app on `Base`; migrations and tests import this."""

import importlib
import importlib.util

for _duty in ("audit", "registry", "routing", "accounts", "assistant"):
    if importlib.util.find_spec(f"app.{_duty}.tables") is not None:
        importlib.import_module(f"app.{_duty}.tables")
