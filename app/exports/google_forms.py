"""A quiz as CSV for Google Forms: a sheet that a script or an add-on turns into a form.

Google Forms reads no file of questions itself. The columns are named after what its interface (Google Forms API,
`Item`, `ChoiceQuestion`, `Grading`) calls them, one column an option, so that an add-on only has to be told which is which.
"""

from app.documents import Document
from app.documents.form import Form
from app.exports import quiz, sheet
from app.exports.mark import NAME, Mark

TYPE = "RADIO"
LEAST_OPTIONS = 4


def write(document: Document, form: Form, mark: Mark) -> bytes:
    """The bytes of the file; the last two columns hold the AI line and the mark in the first row."""
    items = list(quiz.items(document))
    count = max((len(one.options) for one in items), default=0)
    columns = max(count, LEAST_OPTIONS)
    options = [f"Option {number}" for number in range(1, columns + 1)]
    head = ["Title", "Type", *options, "Correct answer", "Points", "Feedback", "AI", NAME]
    rows = [
        [
            one.question,
            TYPE,
            *one.options,
            *[""] * (columns - len(one.options)),
            quiz.answer(one),
            str(one.points),
            one.explanation,
        ]
        for one in items
    ] or [[""] * (len(head) - 2)]
    signs = [(mark.line(document.language), mark.json()), *[("", "")] * (len(rows) - 1)]
    return sheet.write([head, *([*row, *sign] for row, sign in zip(rows, signs, strict=True))])
