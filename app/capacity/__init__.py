"""HOW MUCH may be called, and when: budgets a day, the queue with its fair shares, the breaker of each endpoint."""

from app.capacity.breakers import Breakers
from app.capacity.budget import FREE, Budget, Exhausted, Limits, Spent
from app.capacity.budgets import Budgets, Taken
from app.capacity.places import Busy, Places, Ticket
from app.capacity.school_budgets import BudgetChanged, BudgetOverview, SchoolBudgets, Stopped, stopped
from app.capacity.usage import SchoolUsage, UsageRow

__all__ = [
    "FREE",
    "Breakers",
    "Budget",
    "BudgetChanged",
    "BudgetOverview",
    "Budgets",
    "Busy",
    "Exhausted",
    "Limits",
    "Places",
    "SchoolBudgets",
    "SchoolUsage",
    "Spent",
    "Stopped",
    "Taken",
    "Ticket",
    "UsageRow",
    "stopped",
]
