"""A quiz as Moodle XML: with points, which GIFT cannot hold; the AI line stands in the category's description.

Source: the Moodle documentation, "Moodle XML format": `quiz`, `question type="multichoice"`, `answer fraction`.
"""

from xml.etree.ElementTree import Comment, Element, SubElement, indent, tostring

from app.documents import Document
from app.documents.form import Form
from app.documents.value import Item
from app.exports import quiz
from app.exports.mark import NAME, Mark
from app.exports.text import clean, single

FORMAT = "plain_text"


def write(document: Document, form: Form, mark: Mark) -> bytes:
    """The bytes of the file, in UTF-8."""
    root = Element("quiz")
    root.append(Comment(f" {NAME} {mark.json()} "))
    category = SubElement(root, "question", type="category")
    # A slash would part the name into two categories; Moodle writes it twice.
    name = single(document.title).replace("/", "//")
    _text(SubElement(category, "category"), f"$course$/top/{name}")
    _text(SubElement(category, "info", format=FORMAT), mark.line(document.language))
    for number, item in enumerate(quiz.items(document), start=1):
        _question(root, number, item)
    indent(root)
    text: str = tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'.encode()


def _text(place: Element, text: str) -> None:
    SubElement(place, "text").text = clean(text).strip()


def _question(root: Element, number: int, item: Item) -> None:
    question = SubElement(root, "question", type="multichoice")
    _text(SubElement(question, "name"), f"{number:02} {item.code}")
    _text(SubElement(question, "questiontext", format=FORMAT), item.question)
    _text(SubElement(question, "generalfeedback", format=FORMAT), item.explanation)
    SubElement(question, "defaultgrade").text = str(item.points)
    SubElement(question, "single").text = "true"
    SubElement(question, "shuffleanswers").text = "true"
    SubElement(question, "answernumbering").text = "ABCD"
    for at, option in enumerate(item.options):
        answer = SubElement(question, "answer", fraction="100" if at == item.right else "0", format=FORMAT)
        _text(answer, option)
