"""WHICH of the approved models takes this question: school policy and labels to a route, and the gate at each call."""

from app.routing.bindings import Binding, Bindings
from app.routing.gate import Gate
from app.routing.policy import Policies, SchoolPolicy
from app.routing.route import Considered, Labels, NoRoute, Permit, Refusal, Route
from app.routing.router import Router
from app.routing.rules import House
from app.routing.school_models import Changed, Choice, Overview, SchoolModels

__all__ = [
    "Binding",
    "Bindings",
    "Changed",
    "Choice",
    "Considered",
    "Gate",
    "House",
    "Labels",
    "NoRoute",
    "Overview",
    "Permit",
    "Policies",
    "Refusal",
    "Route",
    "Router",
    "SchoolModels",
    "SchoolPolicy",
]
