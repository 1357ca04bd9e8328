"""Takes out what a reader cannot see and writes look-alike forms of letters as letters.

The text itself is not put through NFKC: that turns `x²` into `x2` and `№` into `No`. Only full-width, mathematical
and enclosed letters are folded, white space is made plain, and the rest is NFC. Rails that hunt for disguises
read the views of `views.py`, which are folded further and never go on.
"""

import re
import unicodedata

from guardrails.policy import RailPolicy
from guardrails.rail import Means
from guardrails.verdict import Action, Finding, Stage, Subject, Verdict, verdict_of

NAME = "normalise"
STAGES = frozenset(Stage)
CATEGORIES = frozenset({"invisible_text"})
_PLAIN = re.compile(r"[\n\t -~]*")
_FOLDED = re.compile("[\uff01-\uff5e\U0001d400-\U0001d7ff\u24b6-\u24e9\ufb00-\ufb06\U0001f130-\U0001f149]")
_SQUARED = re.compile("[\U0001f150-\U0001f169\U0001f170-\U0001f189]")
_LINES = re.compile("\r\n?|[\u2028\u2029\x0b\x0c\x85]")
_SPACES = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0\U000e0000-\U000e0fff\ufe00-\ufe0e\ufff9-\ufffb]"
)
_SMUGGLED = re.compile("[\u202a-\u202e\u2066-\u2069\U000e0000-\U000e0fff]")
_PILED = re.compile(
    r"([\u0300-\u036f\u1ab0-\u1aff\u20d0-\u20ff]{2})[\u0300-\u036f\u1ab0-\u1aff\u20d0-\u20ff]+"
)


class Normalise:
    """Runs first: everything behind it sees what a reader sees."""

    version = "1"

    def __init__(self, policy: RailPolicy) -> None:
        self._policy = policy

    def inspect(self, subject: Subject) -> Verdict:
        """Allow, or mask where unseen characters were taken out."""
        text = subject.text
        if _PLAIN.fullmatch(text):
            return verdict_of(NAME, self.version, subject)
        clean, unseen = normalised(text)
        findings = []
        if unseen:
            label = "hidden" if _SMUGGLED.search(text) else "unseen"
            findings.append(
                Finding(category="invisible_text", label=label, score=1.0 if label == "hidden" else 0.2)
            )
        action = self._policy.actions.get("invisible_text", Action.MASK) if findings else Action.ALLOW
        told = "guardrails.invisible_text" if any(finding.label == "hidden" for finding in findings) else None
        return verdict_of(
            NAME, self.version, subject, action=action, text=clean, findings=findings, message_key=told
        )


def normalised(text: str) -> tuple[str, int]:
    """The text as a reader sees it, and how many unseen characters were taken out. Stable: a second time changes nothing."""
    before, unseen = "", 0
    while text != before:
        before = text
        seen = "".join(c for c in _UNSEEN.sub("", text) if c in "\n\t\r" or not _is_unseen(c))
        unseen += len(text) - len(seen)
        text = _SPACES.sub(" ", _LINES.sub("\n", seen))
        text = _FOLDED.sub(lambda match: unicodedata.normalize("NFKC", match.group()), text)
        text = _SQUARED.sub(_letter, text)
        text = unicodedata.normalize("NFC", _PILED.sub(r"\1", text))
    return text, unseen


def _is_unseen(char: str) -> bool:
    return (
        (char > "~" and unicodedata.category(char) in ("Cf", "Cc", "Cs", "Co"))
        or char < " "
        or char == "\x7f"
    )


def _letter(match: re.Match[str]) -> str:
    code = ord(match.group())
    return chr(ord("A") + (code - (0x1F150 if code < 0x1F170 else 0x1F170)))


def build(means: Means, policy: RailPolicy) -> Normalise:
    """The rail of a policy."""
    return Normalise(policy)
