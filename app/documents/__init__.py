"""WHAT a teacher makes: lesson plans, quizzes, assessments as typed, versioned values; no storage, no model, no screen."""

from app.documents.brief import Brief, Kind
from app.documents.document import Document
from app.documents.field import Field, Origin, State
from app.documents.finding import Finding, Weight
from app.documents.level import Level
from app.documents.value import Value

__all__ = ["Brief", "Document", "Field", "Finding", "Kind", "Level", "Origin", "State", "Value", "Weight"]
