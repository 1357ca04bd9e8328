"""Verbs of `ustaz audit` for heads outside the database: show them, print them, and be a witness for other logs."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.audit.verify import Keys
    from app.bootstrap import Services

VERBS = ("anchor", "head", "rotate-key", "witness")
PORT = 8502


def add_arguments(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The verbs' arguments."""
    verbs.add_parser("anchor", help="sign and show the newest head to every place that is set, now")
    verbs.add_parser("rotate-key", help="replace the key that signs heads; the app must be stopped")
    head = verbs.add_parser("head", help="print the newest signed head, or make a page of it for paper")
    head.add_argument("--print", type=Path, metavar="FILE", dest="page", help="an HTML page with its QR code")
    witness = verbs.add_parser(
        "witness", help="be a witness for logs of others (C2SP tlog-witness), until stopped"
    )
    witness.add_argument("--folder", type=Path, required=True, help="its key and what it has seen")
    witness.add_argument(
        "--log",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="verifier.pub of a log, repeatable",
    )
    witness.add_argument("--name", help="name of its key at the first start, e.g. witness.example.kz/w1")
    witness.add_argument("--address", default="127.0.0.1", help="address to bind (default 127.0.0.1)")
    witness.add_argument("--port", type=int, default=PORT, help=f"port to bind (default {PORT})")
    witness.add_argument(
        "--new-state",
        action="store_true",
        help="begin with an empty memory where witness.db was lost; what was cosigned before binds no more",
    )
    witness.add_argument("--show-key", action="store_true", help="print its public key and end")


def run(arguments: argparse.Namespace) -> int:
    """Do what the verb says."""
    if arguments.verb == "witness":
        return _witness(arguments)
    from app import bootstrap
    from app.settings import Settings

    with bootstrap.opened(Settings.from_env()) as services:
        if arguments.verb == "rotate-key":
            print(services.audit.rotate_key())
            print("Give this line to auditors and witnesses; they keep the old one too.", file=sys.stderr)
            return 0
        if arguments.verb == "head":
            return _head(services, arguments.page)
        services.audit.sequence(finish=True)
        services.audit.anchor()
        return _told(services)


def _head(services: "Services", page: Path | None) -> int:
    note = services.audit.newest_head()
    if page is None:
        print(note, end="")
        return 0
    page.write_bytes(services.audit.print_head(note))
    print(f"{page.name}: print it, sign it, keep it away from this machine")
    return 0


def _told(services: "Services") -> int:
    from app.audit import AnchorState
    from app.i18n import translator

    health, t = services.audit.health().anchors, translator("en")
    print(t.words(health.sentence))
    for trouble in health.troubles:
        print(f"  {t.words(trouble)}")
    for one in health.taken:
        print(f"  {one.place}: {one.size} leaves, {one.accepted_at:%Y-%m-%d %H:%M:%S} UTC")
    return 0 if health.state is AnchorState.KEPT else 1


def _witness(arguments: argparse.Namespace) -> int:
    from app.audit.witness.witness_key import key_in
    from app.runtime import Runtime

    runtime = Runtime()
    cosigner = key_in(arguments.folder, arguments.name, runtime)
    if arguments.show_key:
        print(cosigner.verifier)
        return 0
    import uvicorn

    from app.audit.witness.server import Desk, build
    from app.audit.witness.witness_state import WitnessState

    logs = _logs(arguments.log)
    if not logs:
        print("ustaz: --log: a witness needs the verifier.pub of at least one log", file=sys.stderr)
        return 2
    if arguments.new_state:
        WitnessState.renew(arguments.folder)
    state = WitnessState.open(arguments.folder)
    desk = Desk(logs=logs, cosigner=cosigner, state=state, now=runtime.now)
    print(f"witness {cosigner.verifier}\nfor {', '.join(logs)}", flush=True)
    uvicorn.run(
        build(desk),
        host=arguments.address,
        port=arguments.port,
        log_level="warning",
        ws="none",
        server_header=False,
    )
    return 0


def _logs(files: Sequence[Path]) -> dict[str, "Keys"]:
    from app.audit.verify import Keys
    from app.errors import BadArgument

    logs: dict[str, Keys] = {}
    for path in files:
        try:
            policy = Keys(path.read_text(encoding="utf-8"))
        except ValueError as error:
            raise BadArgument(f"--log: {path.name} holds no public key of a log: {error}") from error
        logs[policy.keys[0].name] = policy
    return logs
