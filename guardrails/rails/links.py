"""Takes out markup that loads or leads elsewhere: images, HTML, and links that are no source of the answer."""

import re
from bisect import bisect_left
from collections.abc import Callable

from guardrails.policy import RailPolicy
from guardrails.rail import Means
from guardrails.verdict import Action, Finding, Stage, Subject, Verdict, verdict_of

NAME = "links"
STAGES = frozenset({Stage.OUTPUT, Stage.ANSWER})
CATEGORIES = frozenset({"links"})
REMOVED = "[—]"
_PASSES = 12
_TAGS = (
    "a|abbr|address|applet|area|article|aside|audio|b|base|basefont|bdi|bdo|big|blink|blockquote|body|br|button|canvas|caption|center|cite|code|col|colgroup|data|"
    "datalist|dd|del|details|dfn|dialog|dir|div|dl|dt|em|embed|fieldset|figcaption|figure|font|footer|form|frame|frameset|h[1-6]|head|header|hr|html|i|iframe|img|image|"
    "input|ins|kbd|keygen|label|legend|li|link|listing|main|map|mark|marquee|math|menu|meta|meter|nav|nobr|noembed|noframes|noscript|object|ol|optgroup|option|output|p|param|"
    "picture|plaintext|portal|pre|progress|q|rp|rt|ruby|s|samp|script|search|section|select|slot|small|source|span|strike|strong|style|sub|summary|sup|svg|table|tbody|td|template|"
    "textarea|tfoot|th|thead|time|title|tr|track|tt|u|ul|use|var|video|wbr|xmp|animate|foreignobject|set"
)
_BLOCKS = "script|style|iframe|object|svg|template|noscript|xmp"
_BLOCK_BEGINS = re.compile(rf"<({_BLOCKS})\b[^<>]{{0,2000}}>", re.IGNORECASE)
_BLOCK_ENDS = re.compile(rf"</({_BLOCKS})\s{{0,3}}>", re.IGNORECASE)
_LONGEST_BLOCK = 4000
_TAG = re.compile(
    rf"</?(?:{_TAGS})(?:\s*/?>|[\s/][^<>]{{0,2000}}=[^<>]{{0,2000}}>)|<!--.{{0,1000}}?-->|<!doctype[^<>]{{0,200}}>|<\?[^<>]{{0,2000}}\?>",
    re.IGNORECASE | re.DOTALL,
)
_OPEN_TAG = re.compile(
    r"<(?:script|iframe|img|image|svg|object|embed|link|meta|base|form|input|video|audio|style|a)\b[^<>\n]{0,2000}=[^<>\n]{0,2000}(?=\n|$)|<!--",
    re.IGNORECASE,
)
_IMAGE = re.compile(
    r"!\[([^\[\]]{0,300})\](?:\([^()]{0,2000}(?:\([^()]{0,200}\)[^()]{0,500})?\)|\[[^\[\]]{0,200}\])"
)
_LINK = re.compile(
    r"\[([^\[\]]{0,500})\]\(\s{0,3}<?([^()<>\s]{0,2000}(?:\([^()\s]{0,200}\)[^()\s]{0,500})?)>?(?:\s{1,3}[\"'(][^\"'()]{0,300}[\"')])?\s{0,3}\)"
)
_REFERENCE = re.compile(
    r"^ {0,3}\[[^\[\]\n]{1,200}\]:\s{0,3}<?([^\s<>]{1,2000})>?[^\n]{0,300}$", re.MULTILINE
)
_ADDRESS = re.compile(
    r"<?\b(?:https?|ftps?|file|data|javascript|vbscript|blob|wss?|mailto|tel|sms|intent|chrome|about)\s{0,2}:(?://|(?=[\w%+]))[^\s<>\"'«»\[\]]{1,2000}>?"
    r"|(?<![\w@./])//[\w\-]{1,63}(?:\.[\w\-]{1,63}){1,8}(?:/[^\s<>\"'«»\[\]]{0,2000})?"
    r"|(?<![\w@./])www\.[^\s<>\"'«»\[\]]{1,2000}"
    r"|(?<![\w@./])(?:[a-z0-9\-]{1,63}\.){1,5}[a-z]{2,12}/[^\s<>\"'«»\[\]]{1,2000}",
    re.IGNORECASE,
)
_TRAILING = ".,;:!?)…"


class Links:
    """Leaves the words of a link and drops its target, until nothing is left to drop."""

    version = "1"

    def __init__(self, policy: RailPolicy) -> None:
        self._policy = policy

    def inspect(self, subject: Subject) -> Verdict:
        """Allow or mask; block markup that is nested beyond reason."""
        text = subject.text
        if not any(sign in text for sign in ("<", "](", "][", ":", "//", "/", "www.", "WWW.")):
            return verdict_of(NAME, self.version, subject)
        allowed = {_bare(source) for source in subject.sources}
        labels: list[str] = []
        for _ in range(_PASSES):
            before = text
            text = _once(text, allowed, labels)
            if text == before:
                break
        else:
            return self._verdict(subject, Action.BLOCK, "", ["nested"])
        if not labels:
            return verdict_of(NAME, self.version, subject)
        return self._verdict(subject, self._policy.actions.get("links", Action.MASK), text, labels)

    def _verdict(self, subject: Subject, action: Action, text: str, labels: list[str]) -> Verdict:
        findings = [Finding(category="links", label=label, score=1.0) for label in dict.fromkeys(labels)]
        return verdict_of(
            NAME,
            self.version,
            subject,
            action=action,
            text=text,
            findings=findings,
            message_key="guardrails.links",
        )


def _once(text: str, allowed: set[str], labels: list[str]) -> str:
    def drop(label: str, keep: int = 0) -> Callable[[re.Match[str]], str]:
        def replaced(match: re.Match[str]) -> str:
            labels.append(label)
            return match[keep] if keep else ""

        return replaced

    def link(match: re.Match[str]) -> str:
        if _bare(match[2]) in allowed:
            return match.group()
        labels.append("link")
        return match[1]

    def address(match: re.Match[str]) -> str:
        found = match.group()
        target = found.strip("<>").rstrip(_TRAILING)
        if _bare(target) in allowed:
            return found
        labels.append("address")
        return REMOVED + found[len(found.rstrip(_TRAILING)) :]

    def reference(match: re.Match[str]) -> str:
        if _bare(match[1]) in allowed:
            return match.group()
        labels.append("link")
        return ""

    if "<" in text:
        text = _without_blocks(text, labels)
        text = _TAG.sub(drop("html"), text)
        text = _OPEN_TAG.sub(drop("html"), text)
    if "](" in text or "][" in text:
        text = _IMAGE.sub(drop("image", keep=1), text)
        text = _LINK.sub(link, text)
    if "]:" in text:
        text = _REFERENCE.sub(reference, text)
    return _ADDRESS.sub(address, text)


def _without_blocks(text: str, labels: list[str]) -> str:
    """Elements go with what stands in them. Ends are looked up: a search from each beginning would be quadratic."""
    ends: dict[str, list[tuple[int, int]]] = {}
    for found in _BLOCK_ENDS.finditer(text):
        ends.setdefault(found[1].lower(), []).append(found.span())
    kept: list[str] = []
    place = 0
    for begins in _BLOCK_BEGINS.finditer(text) if ends else ():
        spans = ends.get(begins[1].lower(), [])
        at = bisect_left(spans, (begins.end(), 0))
        if begins.start() < place or at == len(spans) or spans[at][0] - begins.end() > _LONGEST_BLOCK:
            continue
        kept.append(text[place : begins.start()])
        labels.append("html")
        place = spans[at][1]
    return "".join([*kept, text[place:]])


def _bare(address: str) -> str:
    return address.strip().split("#", 1)[0].rstrip("/")


def build(means: Means, policy: RailPolicy) -> Links:
    """The rail of a policy."""
    return Links(policy)
