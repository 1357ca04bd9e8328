"""The words of a school in the forms of documents: set and reset by its admin, in versions that are only added to."""

import hashlib
import json
import string
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts import Permission, Principal
from app.accounts.duty import Duty
from app.assistant.desk_tables import DeskFormRow
from app.audit import AuditLog
from app.database import Database, Entry
from app.documents import Kind
from app.documents.form import Form, load
from app.errors import BadArgument, Conflict, Forbidden
from app.runtime import Runtime

CHANGE = Permission.SCHOOL_FORMS_CHANGE
LONGEST = 50_000
NUMBER, LEVELS = "{n}", ".levels"


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnWords:
    """What a school says instead, by place of the form; empty: nothing, version 0: it never said anything."""

    labels: Mapping[str, str]
    phrases: Mapping[str, tuple[str, ...]]
    version: int = 0

    @property
    def plain(self) -> bytes:
        """As it is sealed, and as records take its digest."""
        told = {"labels": dict(self.labels), "phrases": {name: list(of) for name, of in self.phrases.items()}}
        return json.dumps(told, ensure_ascii=False, sort_keys=True).encode()

    @property
    def digest(self) -> str:
        """SHA-256 hex, for records."""
        return hashlib.sha256(self.plain).hexdigest()


class SchoolForms(Duty):
    """Reads and changes what a school calls the parts of its documents; texts are stored only sealed."""

    def __init__(
        self,
        database: Database,
        audit: AuditLog,
        runtime: Runtime,
        *,
        shipped: Callable[[Kind, str], Form] = load,
    ) -> None:
        super().__init__(database, audit, runtime)
        self._audit, self._shipped = audit, shipped

    def of(self, school: str | None, kind: Kind, language: str) -> Form:
        """The form of a school; a place that this release's form does not have any more is left out.

        Raises:
            LookupError: no form ships for that kind and language.
        """
        shipped = self._shipped(kind, language)
        if school is None:
            return shipped
        own = self._database.read(lambda session: self._latest(session, school, kind, language))
        labels = {place: words for place, words in own.labels.items() if place in shipped.labels}
        phrases = {name: lines for name, lines in own.phrases.items() if name in shipped.phrases}
        if not labels and not phrases:
            return shipped
        return shipped.changed(school=school, labels=labels, phrases=phrases)

    def change(
        self,
        principal: Principal,
        kind: Kind,
        language: str,
        *,
        labels: Mapping[str, str],
        phrases: Mapping[str, tuple[str, ...]],
    ) -> Form:
        """Replace all that the admin's school says instead of the form that ships; on record in the same transaction.

        Args:
            labels: by place; with `phrases` empty too, the form is again as it ships.

        Raises:
            Forbidden: the person may not change the school's forms (recorded).
            BadArgument: the words do not fit the form, see `check`; or they are too long.
            Conflict: somebody else changed it at the same moment.
        """
        if principal.school is None:
            self.require(principal, CHANGE)
            raise Forbidden("the person belongs to no school", permission=str(CHANGE))
        self.require(principal, CHANGE, principal.school)
        school = principal.school
        check(self._shipped(kind, language), labels, phrases)
        after = OwnWords(labels=labels, phrases=phrases)
        if len(after.plain) > LONGEST:
            raise BadArgument("too long", key="desk.too_long", most=LONGEST // 1000)

        def work(session: Session) -> None:
            before = self._latest(session, school, kind, language)
            if before.digest == after.digest:
                return
            clear = {
                "event": "form_changed" if labels or phrases else "form_reset",
                "language": language,
                "document_kind": str(kind),
                "before_digest": before.digest,
                "after_digest": after.digest,
                "places": sorted([*labels, *phrases]),
            }
            role = principal.role_for(CHANGE)
            entry = Entry(
                kind="admin_change",
                school=school,
                actor=principal.subject,
                role=None if role is None else str(role),
                clear=clear,
            )
            record_id = self._recorder.record(session, entry)
            owner = self._runtime.new_id()
            sealed = self._audit.vault.seal(
                session, school=school, owner=owner, data=zlib.compress(after.plain)
            )
            session.add(
                DeskFormRow(
                    school=school,
                    kind=str(kind),
                    language=language,
                    version=before.version + 1,
                    key_owner=owner,
                    sealed=sealed,
                    changed_at=self._runtime.now(),
                    record_id=record_id,
                )
            )
            session.flush()

        try:
            self._database.write(work)
        except IntegrityError as error:
            raise Conflict("the form was changed at the same moment", key="desk.form.elsewhere") from error
        return self.of(school, kind, language)

    def _latest(self, session: Session, school: str, kind: Kind, language: str) -> OwnWords:
        row = session.scalar(
            select(DeskFormRow)
            .where(
                DeskFormRow.school == school,
                DeskFormRow.kind == str(kind),
                DeskFormRow.language == language,
            )
            .order_by(DeskFormRow.version.desc())
            .limit(1)
        )
        if row is None:
            return OwnWords(labels={}, phrases={})
        opened = self._audit.vault.open_many(session, {row.key_owner: row.sealed})
        if row.key_owner not in opened:
            return OwnWords(labels={}, phrases={}, version=row.version)
        told = json.loads(zlib.decompress(opened[row.key_owner]))
        phrases = {name: tuple(lines) for name, lines in told["phrases"].items()}
        return OwnWords(labels=told["labels"], phrases=phrases, version=row.version)


def check(form: Form, labels: Mapping[str, str], phrases: Mapping[str, tuple[str, ...]]) -> None:
    """Hold a school's own words to the form that ships.

    Raises:
        BadArgument: a place that the form does not have; an empty label or one that lost its number; no sentence, fewer
            levels than the form has, a sentence with another place to fill, or a place that no sentence fills any more.
    """
    unknown = sorted((labels.keys() - form.labels.keys()) | (phrases.keys() - form.phrases.keys()))
    if unknown:
        raise BadArgument("no such place", key="desk.form.unknown", place=unknown[0][:80])
    for place, words in labels.items():
        if not words.strip():
            raise BadArgument("an empty label", key="desk.form.empty", place=place)
        if NUMBER in form.labels[place] and NUMBER not in words:
            raise BadArgument("a label without its number", key="desk.form.kept", place=place, kept=NUMBER)
    for name, lines in phrases.items():
        _check_lines(name, form.phrases[name], lines)


def _check_lines(name: str, shipped: tuple[str, ...], lines: tuple[str, ...]) -> None:
    if not any(line.strip() for line in lines):
        raise BadArgument("no sentence", key="desk.form.no_sentence", place=name)
    if name.endswith(LEVELS) and len(lines) != len(shipped):
        raise BadArgument("another number of levels", key="desk.form.levels", place=name, count=len(shipped))
    known = set().union(*(_places(line) or set() for line in shipped))
    filled: set[str] = set()
    for line in lines:
        found = _places(line)
        if found is None or not found <= known:
            raise BadArgument(
                "another place to fill", key="desk.form.places", place=name, known=_told(known) or "–"
            )
        filled |= found
    if filled != known:
        raise BadArgument("a place is lost", key="desk.form.kept", place=name, kept=_told(known - filled))


def _told(places: Iterable[str]) -> str:
    return ", ".join(f"{{{one}}}" for one in sorted(places))


def places_of(sentences: Iterable[str]) -> str:
    """The places that sentences fill, as they are written in them; "" if they fill none."""
    return _told(set().union(*(_places(one) or set() for one in sentences)))


def _places(sentence: str) -> set[str] | None:
    """The places that a sentence fills, with whatever is written after their names; None if it is no such sentence."""
    try:
        parsed = list(string.Formatter().parse(sentence))
    except ValueError:
        return None
    return {
        f"{name}{'!' if how else ''}{how or ''}{':' if spec else ''}{spec or ''}"
        for _, name, spec, how in parsed
        if name is not None
    }
