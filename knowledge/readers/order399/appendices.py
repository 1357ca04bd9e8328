"""The page divided into its appendices: number, title, which order brought its edition, and its own pieces."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from knowledge.passage import UNKNOWN
from knowledge.readers.order399 import phrases, titles
from knowledge.readers.order399.pieces import Paragraph, Piece, Row, Source

LONGEST_HEADING = 420
LONGEST_TITLE = 700
TITLE_LINES = 12
NOTE_LINES = 4


@dataclass(slots=True)
class Appendix:
    """One appendix as it stands on the page; `number` is "unknown" for a page without appendices."""

    number: str = UNKNOWN
    heading: str = ""
    pieces: list[Piece] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """An order's number and ISO date."""

    number: str
    date: str

    @property
    def name(self) -> str:
        """As `Programme.act` writes it."""
        year, month, day = self.date.split("-")
        return f"Order {self.number} of {day}.{month}.{year}"


def divide(source: Source) -> tuple[list[Piece], list[Appendix]]:
    """What stands before the first appendix, and the appendices in the order of the page.

    A heading that is repeated before anything else stands under it opens nothing new. A note that an appendix was left
    out stands for an empty one where the page has no heading for it.
    """
    head: list[Piece] = []
    found: list[Appendix] = []
    before = ""
    for number, piece in enumerate(source.pieces):
        following = _text(source.pieces[number + 1]) if number + 1 < len(source.pieces) else ""
        heading = _heading(piece, before, following)
        if heading is not None:
            appendix, words = heading
            if not (found and found[-1].number == appendix and not found[-1].pieces):
                found.append(Appendix(appendix, words))
        elif found:
            gone = phrases.LEFT_OUT.match(_text(piece))
            if gone is not None and (gone[1] or gone[2]) not in {one.number for one in found}:
                found.append(Appendix(gone[1] or gone[2], _text(piece)))
            found[-1].pieces.append(piece)
        else:
            head.append(piece)
        before = _text(piece)
    return head, found


def _text(piece: Piece) -> str:
    return (
        piece.text
        if isinstance(piece, Paragraph)
        else " ".join(cell.text for cell in piece.cells if cell.lines)
    )


def _heading(piece: Piece, before: str, following: str) -> tuple[str, str] | None:
    """The appendix's number and the whole heading, if the piece is one."""
    if isinstance(piece, Row):
        texts = [cell.text for cell in piece.cells if cell.lines]
        if len(texts) > 2:
            return None
    else:
        texts = [piece.text]
    for text in texts:
        if len(text) > LONGEST_HEADING:
            continue
        text = text.strip()
        each = [first or second for first, second in phrases.EACH_APPENDIX.findall(text)]
        if (match := phrases.APPENDIX_RU.match(text)) is not None:
            rest = match[2].strip()
            if phrases.NOT_A_HEADING.search(text):
                continue
            if phrases.TO_ORDER_RU.match(rest) or (not rest and phrases.TO_ORDER_RU.match(following)):
                return (each[-1] if each else match[1]), text
        elif (match := phrases.APPENDIX_KK.match(text)) is not None:
            bare = text.lower().startswith(match[1])
            if not bare or before.strip().lower().endswith(("бұйрығына", "бұйрыққа", "бұйрығының")):
                return match[1], text if not bare else f"{before} {text}"[-LONGEST_HEADING:]
    return None


def orders_in(text: str) -> list[Order]:
    """The orders named in a text by date and number, in order; impossible dates are left out."""
    found: list[Order] = []
    for match in phrases.ORDER.finditer(text):
        if match["date"]:
            day, month, year = (int(part) for part in match["date"].split("."))
        elif match["day"]:
            day, month, year = int(match["day"]), phrases.MONTHS[match["month"].lower()], int(match["year"])
        else:
            day, month, year = (
                int(match["day_kk"]),
                phrases.MONTHS[match["month_kk"].lower()],
                int(match["year_kk"]),
            )
        if 1 <= day <= 31 and 1 <= month <= 12 and year > 1990:
            found.append(Order(number=match["number"], date=f"{year:04}-{month:02}-{day:02}"))
    return found


def own_order(head: Sequence[Piece]) -> Order | None:
    """The act's own number and date, from what stands above its first appendix."""
    for piece in head[:60]:
        text = _text(piece)
        if not phrases.NOTE.match(text) and (
            "риказ" in text or "ұйры" in text or "РИКАЗ" in text or "ҰЙРЫ" in text
        ):
            found = orders_in(text)
            if found:
                return found[0]
    return None


def base_order(appendix: Appendix) -> tuple[Order, ...]:
    """The orders that the heading of an appendix names; the last is the act that it belongs to."""
    lines = [appendix.heading]
    for piece in appendix.pieces[:6]:
        text = _text(piece)
        if (
            len(text) > 200
            or phrases.TITLE.search(text)
            or phrases.NOTE.match(text)
            or phrases.PART.match(text)
        ):
            break
        lines.append(text)
    return tuple(orders_in(" ".join(lines)))


def change(appendix: Appendix) -> tuple[Order | None, str]:
    """The newest order that an editor's note under the heading names, and from when it is in force ("" if unsaid)."""
    newest: Order | None = None
    since = ""
    for text in notes(appendix.pieces):
        if phrases.CHANGED.match(text):
            for order in orders_in(text):
                if newest is None or order.date >= newest.date:
                    newest, since = order, _since(text[text.find(order.number) :]) or _since(text)
    return newest, since


def notes(pieces: Sequence[Piece]) -> Iterator[str]:
    """The editors' notes among the pieces, each with the lines that a break or a bare call to it leaves to follow."""
    for number, piece in enumerate(pieces):
        if isinstance(piece, Paragraph) and phrases.NOTE.match(piece.text):
            whole = piece.text
            for after in pieces[number + 1 : number + 1 + NOTE_LINES]:
                if not isinstance(after, Paragraph) or (len(whole) > 40 and whole.endswith((".", "!", ";"))):
                    break
                whole = f"{whole} {after.text}"
            yield whole


def _since(text: str) -> str:
    match = phrases.FROM_DATE.search(text)
    if match is None:
        return ""
    if match[1] or match[7]:
        day, month, year = (match[1], match[2], match[3]) if match[1] else (match[7], match[8], match[9])
        return f"{int(year):04}-{int(month):02}-{int(day):02}"
    return f"{int(match[6]):04}-{phrases.MONTHS[match[5].lower()]:02}-{int(match[4]):02}"


def title(appendix: Appendix) -> str:
    """The programme's title: the first lines that call it a programme, else that name a subject and grades, else empty."""
    lines: list[str] = []
    for piece in appendix.pieces[:TITLE_LINES]:
        text = _text(piece)
        if phrases.PART.match(text):
            break
        if not phrases.NOTE.match(text):
            lines.append(text)
    for number, line in enumerate(lines):
        if phrases.TITLE.search(line) and not phrases.TO_ORDER_RU.match(line):
            rest = next((n for n, after in enumerate(lines[number + 1 :]) if not _goes_on(after)), len(lines))
            return " ".join(lines[number : number + 1 + rest])[:LONGEST_TITLE]
    named = next((line for line in lines if titles.QUOTED.search(line) and titles.grades_in(line)), "")
    if named:
        return named[:LONGEST_TITLE]
    headings = [
        piece.text
        for piece in appendix.pieces[:TITLE_LINES]
        if isinstance(piece, Paragraph) and piece.heading
    ]
    return headings[0][:LONGEST_TITLE] if headings else ""


def _goes_on(text: str) -> bool:
    """Whether a line goes on with a title that was broken over lines."""
    return (
        bool(text) and (text[0].islower() or text[0] in '(«"“') and len(text) < 300 and not text.endswith(";")
    )
