"""The pages there are, as data: where each answers, who may see it, which module draws it."""

import importlib
import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from app.accounts import Permission, Principal
from app.ui.context import Context


class Group(StrEnum):
    """The headings of the menu, in its order; `pages.group.<name>` words them."""

    TEACHING = "teaching"
    SCHOOL = "school"
    AUDIT = "audit"
    OPEN = "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page.

    Args:
        url_path: where it answers; the default page answers at `/` only.
        title: catalogue key of its name in the menu.
        permission: what a person must hold somewhere; None is open to anybody.
        module: has `render(context)`; a module that does not exist makes no menu entry.
        hidden: reachable by links only.
    """

    url_path: str
    title: str
    group: Group
    permission: Permission | None
    module: str
    hidden: bool = False

    def open_to(self, principal: Principal | None) -> bool:
        """Whether the page exists for this person."""
        return self.permission is None or (principal is not None and principal.may(self.permission))

    def render(self) -> Callable[[Context], None]:
        """What draws the page."""
        drawn: Callable[[Context], None] = importlib.import_module(self.module).render
        return drawn


ALL = (
    Page(
        url_path="new",
        title="pages.new",
        group=Group.TEACHING,
        permission=Permission.OWN_DOCUMENT_WRITE,
        module="app.ui.compose",
    ),
    Page(
        url_path="library",
        title="pages.library",
        group=Group.TEACHING,
        permission=Permission.OWN_DOCUMENT_READ,
        module="app.ui.library",
    ),
    Page(
        url_path="work",
        title="pages.work",
        group=Group.TEACHING,
        permission=Permission.OWN_DOCUMENT_READ,
        module="app.ui.work",
        hidden=True,
    ),
    Page(
        url_path="ask",
        title="pages.ask",
        group=Group.TEACHING,
        permission=Permission.OWN_EXCHANGE_ASK,
        module="app.ui.chat",
    ),
    Page(
        url_path="models",
        title="pages.models",
        group=Group.SCHOOL,
        permission=Permission.SCHOOL_MODELS_READ,
        module="app.ui.school_models",
    ),
    Page(
        url_path="people",
        title="pages.people",
        group=Group.SCHOOL,
        permission=Permission.SCHOOL_PEOPLE_READ,
        module="app.ui.people",
    ),
    Page(
        url_path="usage",
        title="pages.usage",
        group=Group.SCHOOL,
        permission=Permission.SCHOOL_USAGE_READ,
        module="app.ui.school_usage",
    ),
    Page(
        url_path="safety",
        title="pages.safety",
        group=Group.SCHOOL,
        permission=Permission.SCHOOL_PROTECTION_READ,
        module="app.ui.safety",
    ),
    Page(
        url_path="documents",
        title="pages.documents",
        group=Group.SCHOOL,
        permission=Permission.SCHOOL_DOCUMENTS_READ,
        module="app.ui.documents",
    ),
    Page(
        url_path="forms",
        title="pages.forms",
        group=Group.SCHOOL,
        permission=Permission.SCHOOL_FORMS_CHANGE,
        module="app.ui.school_forms",
    ),
    Page(
        url_path="system",
        title="pages.system",
        group=Group.SCHOOL,
        permission=Permission.SCHOOL_SYSTEM_READ,
        module="app.ui.school_system",
    ),
    Page(
        url_path="overview",
        title="pages.overview",
        group=Group.AUDIT,
        permission=Permission.ALL_LOG_READ,
        module="app.ui.auditor_overview",
    ),
    Page(
        url_path="log",
        title="pages.log",
        group=Group.AUDIT,
        permission=Permission.ALL_LOG_READ,
        module="app.ui.auditor_log",
    ),
    Page(
        url_path="samples",
        title="pages.samples",
        group=Group.AUDIT,
        permission=Permission.ALL_LOG_READ,
        module="app.ui.auditor_samples",
    ),
    Page(
        url_path="opened",
        title="pages.opened",
        group=Group.AUDIT,
        permission=Permission.ALL_CONTENT_OPEN,
        module="app.ui.auditor_opened",
    ),
    Page(
        url_path="findings",
        title="pages.findings",
        group=Group.AUDIT,
        permission=Permission.ALL_FINDING_READ,
        module="app.ui.auditor_findings",
    ),
    Page(
        url_path="export",
        title="pages.export",
        group=Group.AUDIT,
        permission=Permission.ALL_LOG_EXPORT,
        module="app.ui.auditor_export",
    ),
    Page(
        url_path="integrity",
        title="pages.integrity",
        group=Group.AUDIT,
        permission=Permission.ALL_INTEGRITY_READ,
        module="app.ui.auditor_integrity",
    ),
    Page(
        url_path="approvals",
        title="pages.approvals",
        group=Group.AUDIT,
        permission=Permission.ALL_APPROVAL_DECIDE,
        module="app.ui.approvals",
    ),
    Page(
        url_path="record",
        title="pages.record",
        group=Group.AUDIT,
        permission=Permission.ALL_RECORD_READ,
        module="app.ui.auditor_record",
        hidden=True,
    ),
    Page(
        url_path="policy",
        title="pages.policy",
        group=Group.AUDIT,
        permission=Permission.ALL_RECORD_READ,
        module="app.ui.auditor_policy",
        hidden=True,
    ),
    Page(
        url_path="curriculum",
        title="pages.curriculum",
        group=Group.OPEN,
        permission=Permission.ALL_CURRICULUM_READ,
        module="app.ui.curriculum_page",
    ),
    Page(
        url_path="editions",
        title="pages.editions",
        group=Group.OPEN,
        permission=Permission.ALL_EDITIONS_READ,
        module="app.ui.editions",
    ),
    Page(
        url_path="registry",
        title="pages.registry",
        group=Group.OPEN,
        permission=None,
        module="app.ui.registry_page",
    ),
    Page(
        url_path="in-use",
        title="pages.in_use",
        group=Group.OPEN,
        permission=None,
        module="app.ui.school_uses",
    ),
    Page(
        url_path="receipt",
        title="pages.receipt",
        group=Group.OPEN,
        permission=None,
        module="app.ui.receipt_page",
    ),
)
SIGN_IN = Page(
    url_path="sign-in", title="pages.sign_in", group=Group.OPEN, permission=None, module="app.ui.sign_in"
)
SIGN_IN_FIRST = Page(
    url_path="sign-in",
    title="pages.sign_in",
    group=Group.OPEN,
    permission=None,
    module="app.ui.sign_in_first",
    hidden=True,
)
"""Stands at the address of every screen that is not public; also where a session has ended in the middle of work."""
NOTICE = Page(
    url_path="notice", title="pages.notice", group=Group.OPEN, permission=None, module="app.ui.notice"
)

MISSING = Page(
    url_path="nothing-here",
    title="pages.missing",
    group=Group.OPEN,
    permission=None,
    module="app.ui.missing",
    hidden=True,
)
HOME = "home"
"""Address under which the first page of everybody is registered; it answers at `/` only."""


def addresses() -> frozenset[str]:
    """The address of every screen that exists for somebody."""
    return frozenset(page.url_path for page in (SIGN_IN, NOTICE, MISSING, *ALL) if exists(page))


def exists(page: Page) -> bool:
    """Whether the module that draws the page is part of this build."""
    return importlib.util.find_spec(page.module) is not None


def for_visitor(principal: Principal | None, *, notice_answered: bool) -> tuple[Page, ...]:
    """The pages that exist for somebody now, the first one being where they land.

    Anonymous people see sign-in, notice and what is public. A signed-in person answers the notice before
    anything that is not public; then their roles decide.
    """
    public = tuple(page for page in ALL if page.permission is None and exists(page))
    if principal is None:
        return (SIGN_IN, *public, NOTICE)
    if not notice_answered:
        return (NOTICE, *public)
    return (*(page for page in ALL if page.open_to(principal) and exists(page)), NOTICE)
