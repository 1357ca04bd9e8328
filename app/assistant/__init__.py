"""THE LINE: one question from asking to receipt, and what is kept of it."""

from app.assistant.approvals import Approvals
from app.assistant.assistant import Assistant
from app.assistant.auditing import Auditing, Opened
from app.assistant.conversations import ConversationLine, Conversations, StoredTurn
from app.assistant.feedback import REASONS, Feedback
from app.assistant.parts import Parts
from app.assistant.question import BadQuestion, Question
from app.assistant.unmask import WHY, Unmask
from app.assistant.unmasking import Unmasked

__all__ = [
    "REASONS",
    "WHY",
    "Approvals",
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
    "Unmask",
    "Unmasked",
]
