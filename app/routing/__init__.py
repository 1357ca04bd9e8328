"""WHICH of the approved models takes this question: school policy and labels to a route, and the gate at each call."""

from app.routing.bindings import Binding, Bindings, Price
from app.routing.drift import Drift, Look
from app.routing.gate import Gate
from app.routing.policy import ANSWERS, WRITES, Default, Policies, SchoolPolicy
from app.routing.published import Published, Use, published
from app.routing.route import Considered, Labels, NoRoute, Permit, Refusal, Route
from app.routing.router import Router
from app.routing.rules import House
from app.routing.school_models import Changed, Choice, Overview, SchoolModels

__all__ = [
    "ANSWERS",
    "Binding",
    "Bindings",
    "Changed",
    "Choice",
    "Considered",
    "Default",
    "Drift",
    "Gate",
    "House",
    "Labels",
    "Look",
    "NoRoute",
    "Overview",
    "Permit",
    "Policies",
    "Price",
    "Published",
    "Refusal",
    "Route",
    "Router",
    "SchoolModels",
    "SchoolPolicy",
    "Use",
    "WRITES",
    "published",
]
