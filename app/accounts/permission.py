"""What each role may do, as data: what does not stand here is denied."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from app.accounts.role import Role


class Permission(StrEnum):
    """`scope:resource:action`: `own` is the person's own, `school` the school of the grant, `all` whatever the grant reaches."""

    OWN_EXCHANGE_ASK = "own:exchange:ask"
    OWN_CONVERSATION_READ = "own:conversation:read"
    OWN_CONVERSATION_CHANGE = "own:conversation:change"
    OWN_FEEDBACK_GIVE = "own:feedback:give"
    OWN_DOCUMENT_READ = "own:document:read"
    OWN_DOCUMENT_WRITE = "own:document:write"
    OWN_ERASURE_REQUEST = "own:erasure:request"
    SCHOOL_ERASURE_REQUEST = "school:erasure:request"
    SCHOOL_MODELS_READ = "school:models:read"
    SCHOOL_MODELS_CHANGE = "school:models:change"
    SCHOOL_MODELS_TRY = "school:models:try"
    SCHOOL_SYSTEM_READ = "school:system:read"
    SCHOOL_PEOPLE_READ = "school:people:read"
    SCHOOL_PEOPLE_CHANGE = "school:people:change"
    SCHOOL_DOCUMENTS_READ = "school:documents:read"
    SCHOOL_DOCUMENTS_CHANGE = "school:documents:change"
    SCHOOL_FORMS_CHANGE = "school:forms:change"
    SCHOOL_BUDGET_READ = "school:budget:read"
    SCHOOL_BUDGET_CHANGE = "school:budget:change"
    SCHOOL_USAGE_READ = "school:usage:read"
    SCHOOL_PROTECTION_READ = "school:protection:read"
    SCHOOL_PROTECTION_CHANGE = "school:protection:change"
    SCHOOL_PROTECTION_TRY = "school:protection:try"
    ALL_CURRICULUM_READ = "all:curriculum:read"
    ALL_EDITIONS_READ = "all:editions:read"
    ALL_LOG_READ = "all:log:read"
    ALL_LOG_EXPORT = "all:log:export"
    ALL_RECORD_READ = "all:record:read"
    ALL_FINDING_READ = "all:finding:read"
    ALL_FINDING_NOTE = "all:finding:note"
    ALL_CONTENT_OPEN = "all:content:open"
    ALL_INTEGRITY_READ = "all:integrity:read"
    ALL_INTEGRITY_VERIFY = "all:integrity:verify"
    ALL_APPROVAL_DECIDE = "all:approval:decide"
    ALL_HOLD_CHANGE = "all:hold:change"
    ALL_REGISTRY_UPDATE = "all:registry:update"


_P = Permission
_SIGNED_IN = frozenset({_P.ALL_CURRICULUM_READ})

MATRIX: Mapping[Role, frozenset[Permission]] = MappingProxyType(
    {
        Role.TEACHER: _SIGNED_IN
        | {_P.OWN_EXCHANGE_ASK, _P.OWN_CONVERSATION_READ, _P.OWN_CONVERSATION_CHANGE, _P.OWN_FEEDBACK_GIVE}
        | {_P.OWN_DOCUMENT_READ, _P.OWN_DOCUMENT_WRITE, _P.OWN_ERASURE_REQUEST},
        Role.SCHOOL_ADMIN: _SIGNED_IN
        | {_P.SCHOOL_MODELS_READ, _P.SCHOOL_MODELS_CHANGE, _P.SCHOOL_PEOPLE_READ, _P.SCHOOL_PEOPLE_CHANGE}
        | {_P.SCHOOL_MODELS_TRY, _P.SCHOOL_SYSTEM_READ, _P.SCHOOL_ERASURE_REQUEST}
        | {_P.SCHOOL_DOCUMENTS_READ, _P.SCHOOL_DOCUMENTS_CHANGE, _P.SCHOOL_FORMS_CHANGE}
        | {_P.SCHOOL_BUDGET_READ, _P.SCHOOL_BUDGET_CHANGE, _P.SCHOOL_USAGE_READ}
        | {_P.SCHOOL_PROTECTION_READ, _P.SCHOOL_PROTECTION_CHANGE, _P.SCHOOL_PROTECTION_TRY}
        | {_P.ALL_EDITIONS_READ},
        Role.AUDITOR: _SIGNED_IN
        | {_P.ALL_LOG_READ, _P.ALL_RECORD_READ, _P.ALL_INTEGRITY_READ, _P.ALL_INTEGRITY_VERIFY}
        | {_P.ALL_LOG_EXPORT, _P.ALL_FINDING_READ, _P.ALL_FINDING_NOTE}
        | {_P.ALL_CONTENT_OPEN}
        | {_P.ALL_EDITIONS_READ},
        Role.SECOND_APPROVER: _SIGNED_IN | {_P.ALL_APPROVAL_DECIDE, _P.ALL_HOLD_CHANGE},
        Role.REGISTRY_OPERATOR: _SIGNED_IN | {_P.ALL_REGISTRY_UPDATE},
    }
)

AFTER_NOTICE = frozenset({Permission.OWN_EXCHANGE_ASK, Permission.SCHOOL_MODELS_TRY})
"""What waits until the person has read and accepted the notice about AI; a refusal keeps it shut."""
