"""WHO asks: people, schools, roles, permissions, sessions."""

from app.accounts.accounts import Accounts
from app.accounts.permission import Permission
from app.accounts.principal import Grant, Principal, Reach, Reason, Refused
from app.accounts.role import EVERYWHERE, Role

__all__ = ["Accounts", "Permission", "Grant", "Principal", "Reach", "Reason", "Refused", "EVERYWHERE", "Role"]
