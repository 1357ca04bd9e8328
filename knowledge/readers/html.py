"""HTML pages: headings, paragraphs and table cells, with something between every two of them."""

from collections.abc import Iterator
from pathlib import Path

from lxml import etree
from lxml import html as parser

from knowledge.readers import limits
from knowledge.readers.document import Block, Document, Headings, Refused, document, heading_level

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
    version = 1

    def read(self, path: Path) -> Document:
        """The blocks of the page under their headings."""
        source = limits.text(path)
        try:
            parse = parser.HTMLParser(
                encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True
            )
            root = parser.document_fromstring(source.encode(), parser=parse, ensure_head_body=True)
        except (etree.ParserError, ValueError) as error:
            raise Refused("the page has no content") from error
        title = (root.findtext(".//title") or "").strip() or path.stem
        headings, blocks = Headings(), []
        for tag, text in _pieces(root):
            level = HEADINGS.get(tag) or (heading_level(text) and heading_level(text) + len(HEADINGS))
            if level:
                headings.enter(level, text)
            place = headings.place or title
            blocks.append(
                Block(text=text, place=place, heading=headings.last, alone=bool(level) or tag in ("td", "th"))
            )
        return document(title, blocks)


def _pieces(root: parser.HtmlElement) -> Iterator[tuple[str, str]]:
    """The runs of text between block borders, each with the innermost block's tag."""
    found: list[tuple[str, str]] = []
    current: list[str] = []
    owner = ["body"]

    def end() -> None:
        text = " ".join("".join(current).split())
        current.clear()
        if text:
            found.append((owner[-1], text))

    def walk(element: parser.HtmlElement, depth: int) -> None:
        if depth > DEEPEST:
            raise Refused(f"the page is nested deeper than {DEEPEST}")
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
