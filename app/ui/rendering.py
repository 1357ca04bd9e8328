"""The one renderer for untrusted text: parsed as markdown, stripped in the token tree, written back as safe markdown.

Model answers, passages, file names, the registry's words, people's names, stored history: all of it passes here before
Streamlit sees it. Images, raw HTML and links to anything but the given sources never survive; what is left is escaped
for every extension that Streamlit's own markdown knows (directives, icons, emoji, mathematics, bare addresses).
"""

import re
import unicodedata
from collections.abc import Collection, Sequence
from html.parser import HTMLParser

import streamlit as st
from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode
from streamlit.delta_generator import DeltaGenerator

LONGEST = 200_000
HIDDEN = frozenset("\u00ad\u061c\u180e\u200b\u200c\u200e\u200f\u2060\u2061\u2062\u2063\u2064\ufeff")
"""Characters that show nothing and hide something; joiners inside emoji (U+200D) stay."""
BIDI = frozenset(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))))
SPECIAL = re.compile(r"[\\`*_\[\]<|~$&{}]")
DIRECTIVE = re.compile(r":(?=[^\W\d_])")
SHORT_CODE = re.compile(r":(?=[\w+-]+(?:/\w+)?:)")
LINE_START = re.compile(r"^(>|#{1,6}(?=\s|$)|[-+](?=\s|$)|[-=]{2,}\s*$|\d{1,9}(?=[.)](?:\s|$)))")
ADDRESS = re.compile(
    r"(?i)(?:\b[a-z][a-z0-9+.-]{0,30}:/{1,3}|\bwww\.|\b(?:mailto|xmpp|data|javascript|vbscript|tel|sms):)[^\s<>`]*"
    r"|[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+"
)
SOURCE = re.compile(r"https://[^\s<>\"'()\\`\x00-\x20]+")
CODE_LANGUAGES = frozenset({"python", "pascal", "cpp", "c", "java", "javascript", "sql", "text"})
SILENT_ELEMENTS = frozenset(
    {"script", "style", "iframe", "object", "svg", "math", "template", "noscript", "title"}
)
TAG = re.compile(r"</?(?P<name>[A-Za-z][A-Za-z0-9-]*)(?P<attributes>[^>]*)>?")
_NAMES = """
a abbr address animate applet area article aside audio b base bdi bdo big blink blockquote body br button
canvas caption center circle cite code col colgroup data datalist dd defs del details dfn dialog dir div dl
dt em embed fieldset figcaption figure font footer foreignobject form frame frameset g h1 h2 h3 h4 h5 h6
head header hgroup hr html i iframe image img input ins kbd label legend li link main map mark marquee math
menu meta meter nav noframes noscript object ol optgroup option output p param path picture pre progress q
rect rp rt ruby s samp script search section select slot small source span strike strong style sub summary
sup svg table tbody td template text textarea tfoot th thead time title tr track tt u ul use var video wbr
xmp
"""
ELEMENTS = frozenset(_NAMES.split())
"""Names of HTML and SVG elements."""
JOINER = "\u2060"

_parser = MarkdownIt("commonmark", {"html": True, "maxNesting": 20}).enable(["table", "strikethrough"])


def safe(text: str, *, sources: Collection[str] = ()) -> str:
    """Untrusted markdown as markdown that Streamlit may draw.

    Args:
        text: whole sentences; never a fragment that is continued by the next call.
        sources: the https addresses that a link may point to; every other link becomes plain text.

    Returns:
        Markdown without images, raw HTML or foreign links; the wording itself stays.
    """
    tree = SyntaxTreeNode(_parser.parse(_clean(text[:LONGEST])))
    return "\n\n".join(_Writer(frozenset(sources)).blocks(tree.children))


def plain(text: str) -> str:
    """Untrusted text as markdown that shows exactly its characters, on one line: for labels, titles and captions."""
    return _line(_escape(" ".join(_clean(text[:LONGEST]).split())))


def show(text: str, *, sources: Collection[str] = (), at: DeltaGenerator | None = None) -> None:
    """Draw untrusted markdown on the page, or in a container or slot."""
    drawn = safe(text, sources=sources)
    if at is None:
        st.markdown(drawn)
    else:
        at.markdown(drawn)


def _clean(text: str) -> str:
    """The text without characters that reorder, hide or control."""
    kept = (
        char
        for char in text.replace("\r\n", "\n").replace("\r", "\n")
        if char in "\n\t"
        or not (char in HIDDEN or char in BIDI or unicodedata.category(char) in ("Cc", "Cs", "Co"))
    )
    return "".join(kept).replace("\u2028", "\n").replace("\u2029", "\n")


def _escape(text: str) -> str:
    """Text whose every character is itself; whatever would become a link by itself is shown as code."""
    parts, end = [], 0
    for match in ADDRESS.finditer(text):
        parts += [_escape_words(text[end : match.start()]), _code(match.group())]
        end = match.end()
    return "".join([*parts, _escape_words(text[end:])])


def _escape_words(text: str) -> str:
    escaped = SPECIAL.sub(r"\\\g<0>", text)
    escaped = SHORT_CODE.sub(":" + JOINER, escaped)
    return DIRECTIVE.sub(r"\\:", escaped)


def _line(text: str) -> str:
    """One line that does not begin a list, a heading or a rule."""
    text = text.strip()
    match = LINE_START.match(text)
    if match is None:
        return text
    start = match.group()
    rest = text[len(start) :]
    return f"{start}\\{rest}" if start[0].isdigit() else f"\\{text}"


def _code(text: str) -> str:
    fence = "`"
    while fence in text:
        fence += "`"
    padding = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{padding}{text}{padding}{fence}"


class _Words(HTMLParser):
    """The words of a piece of HTML, without those of elements that are not shown."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self._silent += tag in SILENT_ELEMENTS

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in SILENT_ELEMENTS and self._silent > 0

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.words.append(data)


class _Writer:
    """Writes a token tree back, block by block; what it does not know is written as its words."""

    def __init__(self, sources: frozenset[str]) -> None:
        self._sources = sources

    def blocks(self, nodes: Sequence[SyntaxTreeNode]) -> list[str]:
        return [written for node in nodes if (written := self._block(node)).strip()]

    def _block(self, node: SyntaxTreeNode) -> str:
        match node.type:
            case "paragraph":
                return self._lines(node)
            case "heading":
                level = min(int(node.tag[1]) + 3, 6)  # below the page's own headings
                return f"{'#' * level} {' '.join(self._lines(node).split())}"
            case "bullet_list" | "ordered_list":
                return self._list(node)
            case "blockquote":
                return "\n".join(f"> {line}" for line in "\n\n".join(self.blocks(node.children)).split("\n"))
            case "fence" | "code_block":
                return _fence(node.content, node.info if node.type == "fence" else "")
            case "hr":
                return "---"
            case "table":
                return self._table(node)
            case "html_block":
                words = _words(node.content) if _is_markup(node.content) else node.content
                return _line(_escape(" ".join(words.split())))
            case _:
                return _line(_escape(" ".join(node.content.split()))) if node.content else ""

    def _lines(self, node: SyntaxTreeNode) -> str:
        return "\n".join(filter(None, map(_line, self._inline(node.children).split("\n"))))

    def _list(self, node: SyntaxTreeNode) -> str:
        number = int(node.attrs.get("start", 1)) if node.type == "ordered_list" else 0
        items = []
        for place, item in enumerate(node.children):
            marker = f"{min(number + place, 999_999_999)}. " if node.type == "ordered_list" else "- "
            tight = all(child.hidden for child in item.children if child.type == "paragraph")
            body = ("\n" if tight else "\n\n").join(self.blocks(item.children)) or "\\ "
            items.append(marker + body.replace("\n", "\n" + " " * len(marker)))
        return "\n".join(items)

    def _table(self, node: SyntaxTreeNode) -> str:
        rows = [
            [" ".join(self._inline(cell.children).split()) for cell in row.children]
            for part in node.children
            for row in part.children
        ]
        head, *body = (f"| {' | '.join(cells)} |" for cells in rows)
        return "\n".join([head, "|" + " --- |" * len(rows[0]), *body])

    def _inline(self, nodes: Sequence[SyntaxTreeNode]) -> str:
        return "".join(map(self._piece, nodes))

    def _piece(self, node: SyntaxTreeNode) -> str:
        match node.type:
            case "inline":
                return self._inline(node.children)
            case "text":
                return _escape(node.content)
            case "softbreak" | "hardbreak":
                return "\n" if node.type == "softbreak" else "\\\n"
            case "strong" | "em" | "s":
                mark = {"strong": "**", "em": "*", "s": "~~"}[node.type]
                inner = self._inline(node.children)
                return f"{mark}{inner}{mark}" if inner.strip() else inner
            case "code_inline":
                return _code(" ".join(node.content.split()))
            case "link":
                return self._link(node)
            case "image":
                return _escape(node.content)
            case "html_inline":
                return "" if _is_markup(node.content) else _escape(node.content)
            case _:
                return _escape(node.content)

    def _link(self, node: SyntaxTreeNode) -> str:
        target, inner = str(node.attrs.get("href", "")), self._inline(node.children)
        if target in self._sources and SOURCE.fullmatch(target) and inner.strip():
            return f"[{inner}]({target})"
        return inner


def _is_markup(content: str) -> bool:
    """Whether it is HTML, and not an inequality such as `x<y and y>z` that happens to look like a tag."""
    tag = TAG.match(content.lstrip())
    if tag is None:
        return True  # a comment, a declaration, an instruction
    name, attributes = tag["name"].lower(), tag["attributes"].strip(" \t\n/")
    return name in ELEMENTS and (not attributes or "=" in attributes)


def _words(content: str) -> str:
    reader = _Words()
    reader.feed(content)
    reader.close()
    return "".join(reader.words)


def _fence(content: str, info: str) -> str:
    language = info.strip().split(" ")[0].lower()
    fence = "```"
    while fence in content:
        fence += "`"
    return f"{fence}{language if language in CODE_LANGUAGES else 'text'}\n{content.rstrip()}\n{fence}"
