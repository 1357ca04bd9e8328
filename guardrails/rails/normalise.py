"""Takes out what a reader cannot see and writes look-alike forms of letters as letters.

The text itself is not put through NFKC: that turns `x²` into `x2` and `№` into `No`. Only full-width, mathematical
and enclosed letters are folded, white space is made plain, and the rest is NFC. Rails that hunt for disguises
read the views of `views.py`, which are folded further and never go on.
"""

from guardrails.policy import RailPolicy
from guardrails.rail import Means
from guardrails.seen import is_plain, is_smuggled, normalised
from guardrails.verdict import Action, Finding, Stage, Subject, Verdict, verdict_of

NAME = "normalise"
STAGES = frozenset(Stage)
CATEGORIES = frozenset({"invisible_text"})


class Normalise:
    """Runs first: everything behind it sees what a reader sees."""

    version = "1"

    def __init__(self, policy: RailPolicy) -> None:
        self._policy = policy

    def inspect(self, subject: Subject) -> Verdict:
        """Allow, or mask where unseen characters were taken out."""
        text = subject.text
        if is_plain(text):
            return verdict_of(NAME, self.version, subject)
        clean, unseen = normalised(text)
        findings = []
        if unseen:
            label = "hidden" if is_smuggled(text) else "unseen"
            findings.append(
                Finding(category="invisible_text", label=label, score=1.0 if label == "hidden" else 0.2)
            )
        action = self._policy.actions.get("invisible_text", Action.MASK) if findings else Action.ALLOW
        told = "guardrails.invisible_text" if any(finding.label == "hidden" for finding in findings) else None
        return verdict_of(
            NAME, self.version, subject, action=action, text=clean, findings=findings, message_key=told
        )


def build(means: Means, policy: RailPolicy) -> Normalise:
    """The rail of a policy."""
    return Normalise(policy)
