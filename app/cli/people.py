"""Add a person to a school: the first ones outside demonstration mode are made here."""

import argparse
from urllib.parse import urlsplit

ROLES = ("teacher", "school_admin", "auditor", "second_approver", "registry_operator")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    add = verbs.add_parser("add", help="add a person with one role")
    add.add_argument(
        "--issuer",
        required=True,
        type=address,
        help="address of the identity provider, exactly as in its tokens",
    )
    add.add_argument("--subject", required=True, help="the person's `sub` at that provider")
    add.add_argument("--name", required=True, help="how the person is shown")
    add.add_argument("--role", required=True, choices=ROLES)
    add.add_argument("--school", help="code of the school; leave out for roles over all schools")
    add.add_argument("--school-name", help="name of a school that does not exist yet")
    add.add_argument("--json", action="store_true")


def address(text: str) -> str:
    """An issuer as tokens name it; a mistyped one would lock the person out without a word."""
    parts = urlsplit(text)
    if parts.scheme not in {"https", "http"} or not parts.hostname:
        raise argparse.ArgumentTypeError(f"{text!r} is not an address such as https://id.example.kz")
    return text


def run(arguments: argparse.Namespace) -> int:
    """Add a person."""
    from app import bootstrap
    from app.accounts import EVERYWHERE, Grant, Role
    from app.accounts.changing import Operator
    from app.cli import print_json
    from app.settings import Settings

    operator = Operator()
    with bootstrap.opened(Settings.from_env()) as services:
        if arguments.school and arguments.school_name:
            names = dict.fromkeys(("kk", "ru", "en"), arguments.school_name)
            services.accounts.add_school(operator, code=arguments.school, names=names)
        person = services.accounts.add_person(
            operator,
            issuer=arguments.issuer,
            identifier=arguments.subject,
            name=arguments.name,
            school=arguments.school,
            grants=[Grant(role=Role(arguments.role), scope=arguments.school or EVERYWHERE)],
        )
    if arguments.json:
        print_json({"schema_version": 1, "person_id": str(person)})
    else:
        print(f"added {person}")
    return 0
