"""Put one question through the whole line: recorded, checked, retrieved, routed, answered, closed.

In demonstration mode the question is the demo teacher's; elsewhere --as names the person. The exit status is 0
for every recorded outcome but `failed` (1).
"""

import argparse
import sys


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("question", help="the question, in any of the three languages")
    parser.add_argument("--language", choices=("kk", "ru", "en"), default="kk", help="language of the answer")
    parser.add_argument("--grade", type=int, help="1 to 12")
    parser.add_argument("--subject", help="slug of a subject, see `ustaz doctor --json`")
    parser.add_argument(
        "--programme",
        metavar="KEY",
        help="the programme whose code is meant, as an answer with choices names it",
    )
    parser.add_argument("--model", metavar="ID", help="an entry of the registry that the school allows")
    parser.add_argument(
        "--as", dest="person", metavar="ISSUER|SUBJECT", help="who asks; default: the demo teacher"
    )
    parser.add_argument("--json", action="store_true", help="one JSON document, docs/ask.schema.json")


def run(arguments: argparse.Namespace) -> int:
    """Ask."""
    from app import bootstrap
    from app.assistant import Question
    from app.assistant.answer import Answer, collect
    from app.cli import print_json
    from app.i18n import translator
    from app.settings import Settings

    with bootstrap.opened(Settings.from_env()) as services:
        principal = services.person(arguments.person)
        events = services.assistant.ask(
            principal,
            Question(
                text=arguments.question,
                language=arguments.language,
                grade=arguments.grade,
                subject=arguments.subject,
                programme=arguments.programme,
                model=arguments.model,
            ),
        )
        answer: Answer = collect(events, services.audit, translator(arguments.language))
        if arguments.json:
            print_json(answer.document())
        else:
            sys.stdout.write(answer.page(translator(arguments.language), services.library.passage))
    return 1 if answer.outcome == "failed" else 0
