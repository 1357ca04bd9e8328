"""How a document comes to the desk: from a brief, or from another document; and the words of the school in its form."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy.orm import Session

from app.accounts import Principal
from app.assistant.desk_copy import Rerender, changed_brief, copied, rerendered
from app.assistant.desk_forms import SchoolForms
from app.assistant.desk_ground import WRITE, short_enough
from app.assistant.desk_history import Step
from app.assistant.desk_papers import Papers
from app.audit import AuditLog
from app.database import Database
from app.documents import Brief, Document, Finding, Kind
from app.documents.brief import BRIEF
from app.documents.draft import draft
from app.documents.form import Form, load
from app.documents.material import BadBrief, Material, Shelf, gather
from app.runtime import Runtime


class Maker(Protocol):
    """Makes the first draft; the real one is `app.documents.draft.draft`."""

    def __call__(self, brief: Brief, material: Material, form: Form, *, document: UUID) -> Document:
        """The first revision.

        Raises:
            BadBrief: the rules do not allow such a document.
        """
        ...


class Making(Papers):
    """The part of the desk that makes documents, from curriculum and form alone."""

    def __init__(
        self,
        database: Database,
        audit: AuditLog,
        runtime: Runtime,
        shelf: Shelf,
        *,
        make: Maker = draft,
        shipped: Callable[[Kind, str], Form] = load,
        rerender: Rerender = rerendered,
    ) -> None:
        super().__init__(database, audit, runtime, shelf)
        self._make, self._rerender = make, rerender
        self._forms = SchoolForms(database, audit, runtime, shipped=shipped)

    def start(self, principal: Principal, brief: Brief) -> Document:
        """The first draft from curriculum and form alone, kept as revision 1 with its record.

        Raises:
            BadBrief: the brief names what does not exist, or the rules do not allow such a document.
            NotRecorded: it could not be made durable; there is no document.
        """
        principal.require(WRITE)
        short_enough(BRIEF.dump_json(brief))
        document = self._drafted(principal, brief)

        def write(session: Session) -> Document:
            self._store.create(session, principal, document, Step.START)
            self._record(session, principal, document, "started")
            return document

        return self._database.write(write)

    def duplicate(
        self, principal: Principal, document: UUID, *, brief_changes: Mapping[str, Any]
    ) -> Document:
        """The document again for another class, date, grade or language; what the teacher wrote is kept.

        Args:
            brief_changes: by the names of `Brief`. Another grade needs other `codes` where it has not those of the brief.

        Raises:
            BadBrief: the words name the codes that are not of that grade, or why there can be no such document.
            ValueError: a value that a brief cannot have.
        """
        principal.require(WRITE)
        old = self.open(principal, document)
        wanted = changed_brief(self._shelf, old.brief, brief_changes)
        short_enough(BRIEF.dump_json(wanted))
        fresh = self._drafted(principal, replace(wanted, language=old.brief.language))
        made = copied(old, self._first(principal, old.brief), fresh)
        findings: tuple[Finding, ...] = ()
        if wanted.language != old.brief.language:
            made, findings = self._rerender(made, *self._given(principal, wanted))
        made = replace(made, id=fresh.id, brief=wanted, revision=1, final=False)

        def write(session: Session) -> Document:
            self._store.create(session, principal, made, Step.COPY, findings=findings)
            self._record(session, principal, made, "duplicated", copy_of=str(document))
            return made

        return self._database.write(write)

    def differences(self, principal: Principal, document: UUID) -> tuple[Finding, ...]:
        """What could not be said the same when the document was copied into its language; none of any other document."""
        return self._read(
            principal,
            document,
            lambda session, held: self._store.versions.change(session, document, 1).findings,
        )

    def form(self, school: str | None, kind: Kind, language: str) -> Form:
        """The form that a school uses for a kind of document: its own, or the one that ships."""
        return self._forms.of(school, kind, language)

    def set_form(
        self,
        principal: Principal,
        kind: Kind,
        language: str,
        *,
        labels: Mapping[str, str],
        phrases: Mapping[str, tuple[str, ...]],
    ) -> Form:
        """Give the admin's school its own words in a form; see `SchoolForms.change`."""
        return self._forms.change(principal, kind, language, labels=labels, phrases=phrases)

    def reset_form(self, principal: Principal, kind: Kind, language: str) -> Form:
        """Go back to the form that ships; see `SchoolForms.change`."""
        return self._forms.change(principal, kind, language, labels={}, phrases={})

    def _given(self, principal: Principal, brief: Brief) -> tuple[Material, Form]:
        material = gather(self._shelf, brief, school=principal.school)
        return material, self.form(principal.school, brief.kind, brief.language)

    def _drafted(self, principal: Principal, brief: Brief) -> Document:
        return self._make(brief, *self._given(principal, brief), document=self._runtime.new_id())

    def _first(self, principal: Principal, brief: Brief) -> Document | None:
        """What the brief of an older document gives today."""
        try:
            return self._drafted(principal, brief)
        except BadBrief:
            return None
