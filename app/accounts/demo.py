"""The demonstration school and its people, all invented; they exist only where the development sign-in does."""

from contextlib import suppress
from dataclasses import dataclass

from app.accounts.accounts import Accounts
from app.accounts.changing import Operator
from app.accounts.principal import Grant
from app.accounts.role import EVERYWHERE, Role
from app.errors import Conflict

PATH = "/dev-idp"
"""Where the development sign-in is mounted."""
ISSUER = "http://localhost" + PATH
"""`iss` of the development sign-in, the same on every port: records and conversations belong to `iss|sub`."""
SCHOOL = "samal-demo"
SCHOOL_NAMES = {
    "kk": "«Самал» демонстрациялық мектебі",
    "ru": "Демонстрационная школа «Самал»",
    "en": "Samal demonstration school",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoPerson:
    """One invented person; `identifier` is the `sub` that the development sign-in gives."""

    identifier: str
    name: str
    roles: tuple[Role, ...]

    @property
    def school(self) -> str | None:
        """The demonstration school for those who work in it."""
        return SCHOOL if Role.TEACHER in self.roles or Role.SCHOOL_ADMIN in self.roles else None

    @property
    def grants(self) -> tuple[Grant, ...]:
        """The roles in the school, or everywhere for those outside it."""
        return tuple(Grant(role=role, scope=self.school or EVERYWHERE) for role in self.roles)


PEOPLE = (
    DemoPerson(identifier="demo-teacher", name="Айгерім Сапарқызы", roles=(Role.TEACHER,)),
    DemoPerson(identifier="demo-admin", name="Марат Бекұлы", roles=(Role.TEACHER, Role.SCHOOL_ADMIN)),
    DemoPerson(identifier="demo-auditor", name="Динара Асқарқызы", roles=(Role.AUDITOR,)),
    DemoPerson(identifier="demo-approver", name="Тимур Жанұлы", roles=(Role.SECOND_APPROVER,)),
    DemoPerson(identifier="demo-registry", name="Сәуле Ерланқызы", roles=(Role.REGISTRY_OPERATOR,)),
)
TEACHER = PEOPLE[0]


def address(public_url: str) -> str:
    """Where the development sign-in answers under a public URL."""
    return public_url.rstrip("/") + PATH


def subject(person: DemoPerson = TEACHER) -> str:
    """`iss|sub` of a demonstration person, for `Accounts.act_as`."""
    return f"{ISSUER}|{person.identifier}"


def seed(accounts: Accounts) -> None:
    """Enter the school and its people; what stands already stays as it is."""
    operator = Operator()
    accounts.add_school(operator, code=SCHOOL, names=SCHOOL_NAMES)
    for person in PEOPLE:
        with suppress(Conflict):  # already entered
            accounts.add_person(
                operator,
                issuer=ISSUER,
                identifier=person.identifier,
                name=person.name,
                school=person.school,
                grants=person.grants,
                reason="demonstration",
            )
