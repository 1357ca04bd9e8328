"""The reading room of the log; whoever reads here for another person records that first."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from app.audit import indexing
from app.audit.evidence import figures, heads, sampling
from app.audit.evidence.bundle import Bundle, Selection, select_leaves
from app.audit.evidence.figures import Charts, Unit
from app.audit.evidence.findings import Findings
from app.audit.evidence.heads import Head
from app.audit.evidence.queries import Queries
from app.audit.evidence.sampling import Drawn, Plan
from app.audit.evidence.table import Table
from app.audit.keys import Keys
from app.audit.means import Means
from app.audit.search import Filter


class ReadingRoom:
    """Everything that auditors make of the log of one process."""

    def __init__(self, means: Means, keys: Keys) -> None:
        self._means = means
        self._keys = keys

    @property
    def findings(self) -> Findings:
        """What auditors note."""
        return Findings(self._means, self._keys)

    @property
    def queries(self) -> Queries:
        """The searches that auditors keep."""
        return Queries(self._means, self._keys)

    def index_differs(self) -> tuple[UUID, ...]:
        """The records that lists and charts would find or count otherwise than their bodies say; reads every body."""
        return indexing.differing(self._means.database)

    def charts(self, wanted: Filter, unit: Unit = Unit.DAY) -> Charts:
        """The figures over a filter.

        Raises:
            ValueError: not a receipt code.
        """
        return self._means.database.read(lambda session: figures.charts(session, wanted, unit))

    def head(self, size: int | None = None) -> Head:
        """The head that the log signed over exactly so many leaves; None: the newest.

        Raises:
            NotFound: nothing is signed yet.
            BadArgument: no head is signed over so many.
        """
        return self._means.database.read(lambda session: heads.at(session, size))

    def since(self, kept: str, head: Head) -> str | None:
        """What leads from a head that somebody kept to this one; None if it is this one.

        Raises:
            BadArgument: it holds no head of this log.
            Conflict: the log has other leaves now than that head says.
        """
        return self._means.database.read(lambda session: heads.since(session, kept, head))

    def draw(self, wanted: Filter, plan: Plan, head: Head) -> tuple[Drawn, ...]:
        """A sample under a head.

        Raises:
            BadArgument: more than 2000 records would be drawn.
            ValueError: not a receipt code.
        """
        return self._means.database.read(lambda session: sampling.draw(session, wanted, plan, head))

    def select(self, wanted: Filter, head: Head) -> Selection:
        """What an export of a filter under a signed head would hold.

        Raises:
            ValueError: not a receipt code.
        """
        return self._means.database.read(lambda session: select_leaves(session, wanted, head))

    def bundle(
        self,
        selection: Selection,
        *,
        wanted: Mapping[str, Any],
        table: Table,
        extra: Mapping[str, bytes],
    ) -> Bundle:
        """A bundle to write.

        Args:
            wanted: the filter as the manifest says it.
            extra: further files by name.
        """
        return Bundle(
            database=self._means.database,
            signer=self._keys.signer,
            selection=selection,
            wanted=wanted,
            table=table,
            created=self._means.runtime.now(),
            extra=extra,
        )
