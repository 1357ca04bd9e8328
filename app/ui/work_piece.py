"""A field as one piece of safe markdown: what it is called, what it holds, and what is known about it."""

from app.documents import Field, Origin, State
from app.documents.value import Stage
from app.i18n import translator
from app.ui.rendering import plain
from app.ui.work_sheet import Sheet, is_row
from app.ui.work_value import Piece


def piece(sheet: Sheet, field: Field) -> str:
    """The label, the value, and what is known about it, as one piece of safe markdown."""
    t = sheet.t
    worded = Piece(
        sheet.space.document.language, unsupported=field.unsupported, mark=t("work.field.unsupported")
    )
    value = worded.of(field.value)
    if is_row(field):
        rest = "\n\n".join(filter(None, (value, _hint(sheet, field))))
        indented = "\n".join(f"  {line}" if line else "" for line in rest.split("\n"))
        return f"- **{plain(field.label)}**\n- {indented.lstrip()}{_mark(sheet, field, row=True)}"
    head = _head(sheet, field)
    return "\n\n".join(filter(None, (head, value, _hint(sheet, field), _mark(sheet, field, row=False))))


def _head(sheet: Sheet, field: Field) -> str:
    """What the field is called; one that bears the name of its section stands for both."""
    label = plain(field.label)
    heading = f"## {label}" if field.label == sheet.headings.get(field.section) else f"#### {label}"
    if not isinstance(field.value, Stage):
        return heading
    words = translator(sheet.space.document.language)
    return f"{heading} :gray-badge[{words.plural('work.minutes.count', field.value.minutes)}]"


def _hint(sheet: Sheet, field: Field) -> str:
    """What the teacher has still to write, or why a model's words are not there."""
    t = sheet.t
    match field.state:
        case State.TO_WRITE:
            hint = plain(field.hint) if field.hint else t("work.field.to_write")
            return f":small[:gray[✎ {hint}]]"
        case State.WITHHELD:
            return f":yellow-background[{t('work.field.withheld')}]"
        case State.FAILED:
            return f":yellow-background[{t('work.field.failed')}]"
        case State.DONE:
            return ""


def _mark(sheet: Sheet, field: Field, *, row: bool) -> str:
    """Whose words these are; a row of the header says it only of a model and the teacher."""
    t, parts = sheet.t, []
    if field.origin is Origin.MODEL or not row:
        parts.append(t(f"work.origin.{field.origin}"))
    if field.receipt:
        parts.append(t("work.field.receipt", code=field.receipt))
    if field.needs_review:
        parts.append(t("work.field.review"))
    if not parts:
        return ""
    said = f":small[:gray[{' · '.join(parts)}]]"
    return f"\n\n  {said}" if row else said
