"""HTML pages: headings, paragraphs and table cells, with something between every two of them."""

from collections.abc import Iterator

from lxml import etree
from lxml import html as parser

from knowledge.readers.document import Block, Document, Headings, Source, document, heading_level
from knowledge.readers.encoding import decode
from knowledge.readers.limits import content
from knowledge.readers.reasons import ReasonKey, Refused

NAME = "html"
SUFFIXES = frozenset({".html", ".htm"})
LEFT_OUT = frozenset(
    {"script", "style", "noscript", "template", "head", "nav", "iframe", "object", "svg", "select"}
)
HEADINGS = {f"h{level}": level for level in range(1, 7)}
BLOCKS = frozenset(
    {
        "p",
        "div",
        "li",
        "td",
        "th",
        "tr",
        "table",
        "br",
        "blockquote",
        "pre",
        "section",
        "article",
        "dt",
        "dd",
        "ul",
        "ol",
    }
    | {"caption", "figcaption", "header", "footer", "main", "hr", "address", "tbody", "thead", *HEADINGS}
)
DEEPEST = 400


class HtmlReader:
    """Reads a saved page; nothing it refers to is loaded."""

    name = NAME
    version = 2

    def read(self, source: Source) -> Document:
        """The blocks of the page under their headings."""
        decoded = decode(content(source.path, source.limits), source.limits, declaring=True)
        try:
            parse = parser.HTMLParser(
                encoding="utf-8", no_network=True, huge_tree=True, remove_comments=True, remove_pis=True
            )
            root = parser.document_fromstring(
                decoded.text.encode("utf-8", "replace"), parser=parse, ensure_head_body=True
            )
        except (etree.ParserError, ValueError) as error:
            raise Refused(ReasonKey.DAMAGED, format=NAME) from error
        _whole(parse)
        title = (root.findtext(".//title") or "").strip() or source.stem
        headings, blocks = Headings(), []
        for tag, text in _pieces(root, source.limits.parts):
            level = HEADINGS.get(tag) or (heading_level(text) and heading_level(text) + len(HEADINGS))
            if level:
                headings.enter(level, text)
            place = headings.place or title
            blocks.append(
                Block(text=text, place=place, heading=headings.last, alone=bool(level) or tag in ("td", "th"))
            )
        return document(title, blocks, decoded.doubts, limits=source.limits)


def _whole(parse: parser.HTMLParser) -> None:
    """The parser stops in silence at its own limits; what it says of them afterwards is not passed over.

    Raises:
        Refused: it stopped.
    """
    for entry in parse.error_log:
        if entry.type_name == "ERR_NO_MEMORY":
            raise MemoryError(entry.message)
        if entry.type_name == "ERR_RESOURCE_LIMIT":
            raise Refused(ReasonKey.NESTED_TOO_DEEP, most=DEEPEST)


def _pieces(root: parser.HtmlElement, most: int) -> Iterator[tuple[str, str]]:
    """The runs of text between block borders, each with the innermost block's tag."""
    found: list[tuple[str, str]] = []
    current: list[str] = []
    owner = ["body"]

    def end() -> None:
        text = " ".join("".join(current).split())
        current.clear()
        if text:
            found.append((owner[-1], text))
            if len(found) > most:
                raise Refused(ReasonKey.TOO_MANY_PARTS, most=most)

    def walk(element: parser.HtmlElement, depth: int) -> None:
        if depth > DEEPEST:
            raise Refused(ReasonKey.NESTED_TOO_DEEP, most=DEEPEST)
        if not isinstance(element.tag, str) or element.tag in LEFT_OUT:
            return
        is_block = element.tag in BLOCKS
        if is_block:
            end()
            owner.append(owner[-1] if element.tag in ("br", "hr") else element.tag)
        current.append(element.text or "")
        for child in element:
            walk(child, depth + 1)
            current.append(child.tail or "")
        if is_block:
            end()
            owner.pop()

    walk(root, 0)
    end()
    yield from found


def build() -> HtmlReader:
    """The reader."""
    return HtmlReader()
