"""THE LINE: one question from asking to receipt, and what is kept of it."""

from app.assistant.assistant import Assistant
from app.assistant.auditing import Auditing, Opened
from app.assistant.conversations import ConversationLine, Conversations, StoredTurn
from app.assistant.feedback import REASONS, Feedback
from app.assistant.parts import Parts
from app.assistant.question import BadQuestion, Question

__all__ = [
    "REASONS",
    "Assistant",
    "Auditing",
    "BadQuestion",
    "ConversationLine",
    "Conversations",
    "Feedback",
    "Opened",
    "Parts",
    "Question",
    "StoredTurn",
]
