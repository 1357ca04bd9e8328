"""A quiz as CSV for Kahoot: the columns of its template for spreadsheets.

Source: Kahoot's template for importing questions: question of at most 120 characters, four answers of at most 75, a time
limit of 5, 10, 20, 30, 60, 90, 120 or 240 seconds, the number of the right answer. Kahoot itself points out what is longer;
nothing is cut here. A question with more than four options keeps the right one and the first three others.
"""

from app.documents import Document
from app.documents.form import Form
from app.documents.value import Item
from app.exports import quiz, sheet
from app.exports.mark import NAME, Mark

ANSWERS = 4
SECONDS = {True: "30", False: "60"}
HEAD = (
    "Question - max 120 characters",
    *(f"Answer {number} - max 75 characters" for number in range(1, ANSWERS + 1)),
    "Time limit (sec) - 5, 10, 20, 30, 60, 90, 120, or 240 secs",
    "Correct answer(s) - choose at least one",
    "AI",
    NAME,
)


def write(document: Document, form: Form, mark: Mark) -> bytes:
    """The bytes of the file; the last two columns hold the AI line and the mark in the first row."""
    rows = [_row(one) for one in quiz.items(document)] or [("",) * (len(HEAD) - 2)]
    signs = [(mark.line(document.language), mark.json()), *[("", "")] * (len(rows) - 1)]
    return sheet.write([HEAD, *((*row, *sign) for row, sign in zip(rows, signs, strict=True))])


def _row(item: Item) -> tuple[str, ...]:
    options = list(enumerate(item.options))
    if len(options) > ANSWERS:
        wrong = [one for one in options if one[0] != item.right][: ANSWERS - 1]
        options = sorted([*wrong, *(one for one in options if one[0] == item.right)])
    said = [option for _, option in options]
    right = next((str(place) for place, (at, _) in enumerate(options, start=1) if at == item.right), "")
    seconds = SECONDS[item.level.is_low]
    return (item.question, *said, *[""] * (ANSWERS - len(said)), seconds, right)
