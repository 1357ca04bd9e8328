"""Verbs of `ustaz audit` for erasure: one person asks, a second one reads what waits and approves or refuses it."""

import argparse
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from app.errors import BadArgument

if TYPE_CHECKING:
    from app.assistant.erasing import Wish
    from app.audit import Losses, Request
    from app.bootstrap import Services
    from app.settings import Settings

VERBS = ("erase", "requests", "approve", "refuse")
GROUNDS = ("person_asked", "left_school", "mistake", "authority")
COUNTS = ("exchanges", "records", "conversations", "documents", "drafts", "keys", "held")


def add_arguments(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The verbs' arguments."""
    erase = verbs.add_parser(
        "erase", help="ask that texts be erased; nothing goes before a second person agrees"
    )
    whose = erase.add_mutually_exclusive_group(required=True)
    whose.add_argument("--person", metavar="ISSUER|SUBJECT", help="all texts of this person")
    whose.add_argument(
        "--record", metavar="RECEIPT", help="the texts of the question that this receipt is about"
    )
    whose.add_argument(
        "--before",
        type=_moment,
        metavar="TIME",
        help="texts of the school from before, at least half a year old",
    )
    erase.add_argument(
        "--reason", metavar="WHY", help="in words, 10 to 500 characters; kept sealed in the log"
    )
    erase.add_argument("--basis", choices=GROUNDS, default="person_asked", help="default: person_asked")
    erase.add_argument("--dry-run", action="store_true", help="only count what would go, and what is on hold")
    _common(erase, "the teacher or the school's admin who asks", "audit-erase")
    waiting = verbs.add_parser(
        "requests", help="what waits for the decision of a second person, longest first"
    )
    waiting.add_argument("--start", type=int, default=0, metavar="N", help="pass over so many")
    _common(waiting, "the second person", "audit-requests")
    for verb, said in (("approve", "say yes; an erasure happens at once"), ("refuse", "say no")):
        decide = verbs.add_parser(verb, help=f"{said}, as the second person, never the one who asked")
        decide.add_argument(
            "request", type=UUID, metavar="REQUEST", help="its id, as `erase` and `requests` print it"
        )
        decide.add_argument(
            "--reason", metavar="WHY", help="in words, 10 to 500 characters; kept sealed in the log"
        )
        if verb == "approve":
            decide.add_argument(
                "--dry-run", action="store_true", help="only count what an erasure would take"
            )
        _common(decide, "the second person", "audit-erase")


def run(arguments: argparse.Namespace, settings: "Settings") -> int:
    """Ask, list or decide."""
    from app import bootstrap

    counting = getattr(arguments, "dry_run", False)
    if arguments.verb != "requests" and not counting and not arguments.reason:
        raise BadArgument("--reason: say why, in words")
    with bootstrap.opened(settings) as services:
        document = carry_out(services, arguments)
    _tell(document, as_json=arguments.json)
    return 0


def carry_out(services: "Services", arguments: argparse.Namespace) -> dict[str, Any]:
    """Do what the verb says; gives the document that it prints."""
    from app.assistant.approvals import PAGE

    match arguments.verb:
        case "requests":
            found = services.approvals.waiting(
                services.person(arguments.actor), start=max(0, arguments.start)
            )
            shown = [_request(services, one) for one in found[:PAGE]]
            return {"schema_version": 1, "requests": shown, "more": len(found) > PAGE}
        case "erase":
            return _asked(services, arguments)
        case _:
            return _decided(services, arguments)


def _asked(services: "Services", arguments: argparse.Namespace) -> dict[str, Any]:
    """What would go; without --dry-run it is asked for."""
    from app.audit import Basis

    person, approvals = services.person(arguments.actor), services.approvals
    wish = _wish(services, arguments)
    losses, request = approvals.losses(person, wish), None
    if not arguments.dry_run:
        asked = approvals.ask_to_erase(person, wish, basis=Basis(arguments.basis), reason=arguments.reason)
        request = next(one for one in approvals.mine(person) if one.request_id == asked)
    return _document(services, arguments, losses, request)


def _wish(services: "Services", arguments: argparse.Namespace) -> "Wish":
    from app.assistant.erasing import Wish

    person, approvals = services.person(arguments.actor), services.approvals
    if arguments.person is not None:
        return approvals.wish_for_person(person, arguments.person)
    if arguments.record is not None:
        return approvals.wish_for_record(person, arguments.record)
    return Wish(before=arguments.before)


def _decided(services: "Services", arguments: argparse.Namespace) -> dict[str, Any]:
    """The decision, or for a dry run of an erasure what it would take."""
    person, approvals = services.person(arguments.actor), services.approvals
    wanted: UUID = arguments.request
    if arguments.verb == "refuse":
        return _document(services, arguments, None, approvals.refuse(person, wanted, reason=arguments.reason))
    if arguments.dry_run:
        return _document(services, arguments, approvals.losses_of(person, wanted), None)
    return _document(services, arguments, None, approvals.approve(person, wanted, reason=arguments.reason))


def _document(
    services: "Services", arguments: argparse.Namespace, losses: "Losses | None", request: "Request | None"
) -> dict[str, Any]:
    """The result as JSON values, docs/audit-erase.schema.json."""
    return {
        "schema_version": 1,
        "dry_run": getattr(arguments, "dry_run", False),
        "losses": None if losses is None else {name: getattr(losses, name) for name in COUNTS},
        "request": None if request is None else _request(services, request),
    }


def _request(services: "Services", request: "Request") -> dict[str, Any]:
    scope, decision = request.scope, request.decision
    return {
        "request": str(request.request_id),
        "kind": request.kind.value,
        "state": services.approvals.state(request).value,
        "asked_by": request.asked_by,
        "role": request.role,
        "school": request.school,
        "basis": None if request.basis is None else request.basis.value,
        "pseudonym": scope.pseudonym,
        "before": None if scope.before is None else scope.before.isoformat(),
        "records": [str(one) for one in request.targets],
        "words": request.words,
        "made_at": request.made_at.isoformat(),
        "decided_by": None if decision is None else decision.decided_by,
        "decided_at": None if decision is None else decision.decided_at.isoformat(),
    }


def _tell(document: dict[str, Any], *, as_json: bool) -> None:
    from app.cli import print_json
    from app.i18n import translator

    if as_json:
        print_json(document)
        return
    t = translator("en")
    if "requests" in document:
        for one in document["requests"]:
            print(f"{one['request']}  {one['made_at'][:16]}  {t('approvals.kind.' + one['kind'])}")
            print(f"  {one['asked_by'][:16]}, {one['role']}, {one['school'] or '—'}: {one['words'] or '—'}")
        print(
            f"{len(document['requests'])} shown" + (", there are more: --start" if document["more"] else "")
        )
        return
    for name, number in (document["losses"] or {}).items():
        print(f"{t(f'erasure.count.{name}')}: {number}")
    request = document["request"]
    if request is None:
        print("a dry run: nothing was asked, nothing was erased")
    else:
        state = t(f"approvals.state.{request['kind']}.{request['state']}")
        print(f"request {request['request']}: {state}")


def _common(parser: argparse.ArgumentParser, who: str, schema: str) -> None:
    parser.add_argument("--as", dest="actor", required=True, metavar="ISSUER|SUBJECT", help=who)
    parser.add_argument("--json", action="store_true", help=f"one JSON document, docs/{schema}.schema.json")


def _moment(value: str) -> datetime:
    at = datetime.fromisoformat(value)
    return at if at.tzinfo else at.replace(tzinfo=UTC)
