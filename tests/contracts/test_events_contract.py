"""Every event that the code writes into the log has words in Kazakh, Russian and English: the log's pages show no record's own names."""

import ast
import importlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest

from app.i18n import LANGUAGES, translator
from app.i18n.translator import HOME, catalogue
from app.settings import ROOT

NO_RECORDS = ("app/ui", "app/cli", "app/audit/verify.py", "app/audit/second_verifier.py")
"""Where an "event" is none of the log, or is only read."""
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Place:
    """Where an expression stands: its file, and the functions around it, the outermost first."""

    path: Path
    around: tuple[Function, ...]


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def files() -> tuple[Path, ...]:
    paths = sorted((ROOT / "app").rglob("*.py"))
    return tuple(one for one in paths if not str(one.relative_to(ROOT)).startswith(NO_RECORDS))


def walk(path: Path) -> Iterator[tuple[ast.AST, Place]]:
    """Every node of a file with its place."""
    waiting: list[tuple[ast.AST, tuple[Function, ...]]] = [(tree(path), ())]
    while waiting:
        node, around = waiting.pop()
        yield node, Place(path, around)
        inside = (*around, node) if isinstance(node, Function) else around
        waiting.extend((child, inside) for child in ast.iter_child_nodes(node))


def module(path: Path) -> ModuleType:
    return importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))


def values(expression: ast.expr, place: Place) -> set[str]:
    """Every text that an expression can be."""
    match expression:
        case ast.Constant(value=str(value)):
            return {value}
        case ast.IfExp():
            return values(expression.body, place) | values(expression.orelse, place)
        case ast.JoinedStr():
            said = {""}
            for part in expression.values:
                of = part.value if isinstance(part, ast.FormattedValue) else part
                said = {one + more for one in said for more in values(of, place)}
            return said
        case ast.Attribute(value=ast.Name(id=kind), attr=name):
            return {str(getattr(getattr(module(place.path), kind), name))}
        case ast.Name(id=name):
            return named(name, place)
        case _:
            raise AssertionError(f"{place.path}: who knows what {ast.unparse(expression)} says?")


def named(name: str, place: Place) -> set[str]:
    """What a name says: a constant of its module, what it was set to, or what callers give."""
    for function in reversed(place.around):
        if name in {one.arg for one in (*function.args.args, *function.args.kwonlyargs)}:
            return called(function, name, place)
        said: set[str] = set()
        for node in ast.walk(function):
            if isinstance(node, ast.Assign) and name in {
                one.id for one in node.targets if isinstance(one, ast.Name)
            }:
                said |= values(node.value, place)
        if said:
            return said
    return {str(getattr(module(place.path), name))}


def called(function: Function, name: str, place: Place) -> set[str]:
    """What the callers of a function give for a parameter; a private one is called in its file, or from those beside it."""
    if not function.name.startswith("_"):
        return given(files(), function, name)
    near = tuple(one for one in files() if one.parent == place.path.parent)
    return given((place.path,), function, name) or given(near, function, name)


def given(paths: tuple[Path, ...], function: Function, name: str) -> set[str]:
    said: set[str] = set()
    positional = [one.arg for one in function.args.args if one.arg != "self"]
    for path in paths:
        for node, at in walk(path):
            if not isinstance(node, ast.Call):
                continue
            callee = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if callee == function.name and takes(node, function, positional):
                keyed = {one.arg: one.value for one in node.keywords}
                said |= values(keyed.get(name) or node.args[positional.index(name)], at)
    return said


def takes(node: ast.Call, function: Function, positional: list[str]) -> bool:
    """Whether a call fits a function; another one may have the same name."""
    least = len(positional) - len(function.args.defaults)
    known = {*positional, *(one.arg for one in function.args.kwonlyargs)}
    keyed = {one.arg for one in node.keywords if one.arg is not None}
    return least <= len(node.args) + len(keyed & set(positional)) <= len(positional) and keyed <= known


@cache
def events() -> Mapping[str, set[str]]:
    """The events that the code can write into the log, with the files that write them."""
    found: dict[str, set[str]] = {}
    for path in files():
        for node, place in walk(path):
            if not isinstance(node, ast.Dict):
                continue
            for key, value in zip(node.keys, node.values, strict=True):
                if isinstance(key, ast.Constant) and key.value == "event":
                    for name in values(value, place):
                        found.setdefault(name, set()).add(path.name)
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_event_of_a_record_has_words(language: str) -> None:
    t = translator(language)

    assert {name for name in events() if not t.has(f"audit.event.{name}")} == set()


def test_words_are_of_events_that_are_written() -> None:
    worded = {key.removeprefix("audit.event.") for key in catalogue(HOME / "en" / "audit_event.po")}

    assert worded - set(events()) == set()
