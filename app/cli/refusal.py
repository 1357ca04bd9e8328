"""Why a command did not do its work: a sentence for people on standard error, one JSON document for scripts on standard output."""

import argparse
import sys
from collections.abc import Sequence
from typing import NoReturn

from app.errors import BadArgument, BadSetting, UstazError, Words

JSON = "--json"


class Misused(Exception):
    """Words that no command knows, or lacks."""

    def __init__(self, parser: argparse.ArgumentParser, message: str) -> None:
        super().__init__(message)
        self.parser = parser


class Parser(argparse.ArgumentParser):
    """A parser that lets its caller say what was wrong."""

    def error(self, message: str) -> NoReturn:
        """Raise it."""
        raise Misused(self, message)


def parsed(parser: argparse.ArgumentParser, given: Sequence[str]) -> argparse.Namespace:
    """What was typed.

    Raises:
        SystemExit: 2, it cannot be read, which was said; 0, help was asked for.
    """
    try:
        return parser.parse_args(given)
    except Misused as wrong:
        if JSON in given:
            _print(2, Words(key="error.bad_argument"), str(wrong))
        wrong.parser.print_usage(sys.stderr)
        wrong.parser.exit(2, f"{wrong.parser.prog}: error: {wrong}\n")


def refused(error: UstazError | OSError, *, as_json: bool) -> int:
    """Say it, and give the exit status: 2 for a setting or argument that cannot be used, else 1."""
    from app.i18n import translator

    status = 2 if isinstance(error, BadSetting | BadArgument) else 1
    if isinstance(error, OSError):
        file = str(error.filename or "a file")
        words, detail = Words(key="error.file", facts={"file": file}), error.strerror or str(error)
        said = f"{file}: {detail}"
    else:
        words = error.words
        detail = "" if str(error) == words.key else str(error)
        said = translator("en").words(words) + (f" ({detail})" if detail else "")
        if isinstance(error, BadSetting):
            said = str(error)
    print(f"ustaz: {said}", file=sys.stderr)
    if as_json:
        _print(status, words, detail)
    return status


def _print(status: int, words: Words, detail: str) -> None:
    from app.cli import print_json
    from app.i18n import translator

    print_json(
        {
            "schema_version": 1,
            "error": {
                "status": status,
                "key": words.key,
                "facts": dict(words.facts),
                "words": translator("en").words(words),
                "detail": detail or None,
            },
        }
    )
