"""WHAT was done, provably."""

from app.audit.exchange import OpenExchange
from app.audit.fields import Kind, Outcome
from app.audit.journal import Step
from app.audit.log import AuditLog, Health
from app.audit.privacy.backup import backup, restore_keys
from app.audit.privacy.erasure import Losses
from app.audit.privacy.holdings import Holding, Paper
from app.audit.privacy.holds import Held, Hold
from app.audit.privacy.openings import OpenedText
from app.audit.privacy.request import Basis, Decision, Request, RequestKind, Scope, State
from app.audit.privacy.retention import Sweep
from app.audit.privacy.terms import Terms
from app.audit.receipt import Receipt
from app.audit.record import Record, StoredExchange
from app.audit.report import Report, check, check_bundle, check_proof, public_keys, same_database
from app.audit.search import Filter, Page
from app.audit.vault import Vault
from app.audit.verify import Status
from app.audit.witness.anchoring import Anchorer, AnchorHealth, AnchorState
from app.audit.witness.anchors import Anchors

__all__ = [
    "AnchorHealth",
    "AnchorState",
    "Anchorer",
    "Anchors",
    "AuditLog",
    "Basis",
    "Decision",
    "Filter",
    "Health",
    "Held",
    "Hold",
    "Holding",
    "Kind",
    "Losses",
    "OpenExchange",
    "OpenedText",
    "Outcome",
    "Page",
    "Paper",
    "Receipt",
    "Record",
    "Report",
    "Request",
    "RequestKind",
    "Scope",
    "State",
    "Status",
    "Step",
    "StoredExchange",
    "Sweep",
    "Terms",
    "Vault",
    "check",
    "check_bundle",
    "check_proof",
    "public_keys",
    "same_database",
    "backup",
    "restore_keys",
]
