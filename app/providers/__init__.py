"""HOW a model is called: one file each."""

from app.providers.provider import (
    UNKNOWN,
    Call,
    Chunk,
    Evidence,
    Message,
    Prompt,
    Provider,
    Reasoning,
    Role,
    Structured,
    Usage,
)

__all__ = [
    "UNKNOWN",
    "Call",
    "Chunk",
    "Evidence",
    "Message",
    "Prompt",
    "Provider",
    "Reasoning",
    "Role",
    "Structured",
    "Usage",
]
