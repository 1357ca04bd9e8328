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
    SCHOOL_MODELS_READ = "school:models:read"
    SCHOOL_MODELS_CHANGE = "school:models:change"
    SCHOOL_PEOPLE_READ = "school:people:read"
    SCHOOL_PEOPLE_CHANGE = "school:people:change"
    ALL_CURRICULUM_READ = "all:curriculum:read"
    ALL_LOG_READ = "all:log:read"
    ALL_RECORD_READ = "all:record:read"
    ALL_INTEGRITY_READ = "all:integrity:read"
    ALL_INTEGRITY_VERIFY = "all:integrity:verify"
    ALL_APPROVAL_DECIDE = "all:approval:decide"
    ALL_REGISTRY_UPDATE = "all:registry:update"


_P = Permission
_SIGNED_IN = frozenset({_P.ALL_CURRICULUM_READ})

MATRIX: Mapping[Role, frozenset[Permission]] = MappingProxyType(
    {
        Role.TEACHER: _SIGNED_IN
        | {_P.OWN_EXCHANGE_ASK, _P.OWN_CONVERSATION_READ, _P.OWN_CONVERSATION_CHANGE, _P.OWN_FEEDBACK_GIVE},
        Role.SCHOOL_ADMIN: _SIGNED_IN
        | {_P.SCHOOL_MODELS_READ, _P.SCHOOL_MODELS_CHANGE, _P.SCHOOL_PEOPLE_READ, _P.SCHOOL_PEOPLE_CHANGE},
        Role.AUDITOR: _SIGNED_IN
        | {_P.ALL_LOG_READ, _P.ALL_RECORD_READ, _P.ALL_INTEGRITY_READ, _P.ALL_INTEGRITY_VERIFY},
        Role.SECOND_APPROVER: _SIGNED_IN | {_P.ALL_APPROVAL_DECIDE},
        Role.REGISTRY_OPERATOR: _SIGNED_IN | {_P.ALL_REGISTRY_UPDATE},
    }
)

AFTER_NOTICE = frozenset({Permission.OWN_EXCHANGE_ASK})
"""What waits until the person has read and accepted the notice about AI; a refusal keeps it shut."""
