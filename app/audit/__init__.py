"""WHAT was done, provably."""

from app.audit.exchange import OpenExchange
from app.audit.fields import Kind, Outcome
from app.audit.journal import Step
from app.audit.log import AuditLog, Health
from app.audit.receipt import Receipt
from app.audit.record import Record, StoredExchange
from app.audit.report import Report, check
from app.audit.search import Filter, Page
from app.audit.vault import Vault
from app.audit.verify import Status

__all__ = [
    "AuditLog",
    "Filter",
    "Health",
    "Kind",
    "OpenExchange",
    "Outcome",
    "Page",
    "Receipt",
    "Record",
    "Report",
    "Status",
    "Step",
    "StoredExchange",
    "Vault",
    "check",
]
