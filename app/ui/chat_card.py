"""The card that is shown where a child may be in danger: what to do first, and whom to call; calm, and never a block."""

from collections.abc import Sequence

from app.errors import Words
from app.helplines import Helpline
from app.ui.context import ScreenWords
from app.ui.rendering import plain

PREFIX = "guardrails.safeguarding."
STEPS = 3


def is_card(words: Words) -> bool:
    """Whether a notice asks for the card."""
    return words.key.startswith(PREFIX)


def card(words: Words, t: ScreenWords, helplines: Sequence[Helpline]) -> str:
    """The card as safe markdown: its heading, what was seen, three steps, and the numbers of the settings."""
    kind = words.key.removeprefix(PREFIX)
    steps = [f"{n}. {t(f'chat.card.{kind}.{n}')}" for n in range(1, STEPS + 1)]
    parts = [f"**{t('chat.card.title')}**", t(f"chat.card.{kind}"), "\n".join(steps)]
    if helplines:
        called = " · ".join(f"{plain(one.names[t.language])}: **{plain(one.number)}**" for one in helplines)
        parts.append(f"{t('chat.card.call')} {called}")
    else:
        parts.append(t("chat.card.no_numbers"))
    parts.append(f":small[:gray[{t('chat.card.why')}]]")
    return "\n\n".join(parts)
