"""No screen draws text that has not passed the one renderer, the translator or the hands of whoever wrote the code."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
UI = sorted((ROOT / "app" / "ui").glob("*.py"))
EVERYWHERE = sorted(
    path for folder in ("app", "knowledge", "guardrails", "prompts") for path in (ROOT / folder).rglob("*.py")
)

BANNED_KEYWORDS = {"unsafe_allow_html", "unsafe_allow_javascript"}
BANNED_CALLS = {
    "iframe",
    "declare_component",
    "write",
    "image",
    "audio",
    "video",
    "pdf",
    "graphviz_chart",
    "exec_js",
}
BANNED_MODULES = ("streamlit.components", "streamlit.v1")
DRAWS_MARKDOWN = {
    "markdown", "caption", "title", "header", "subheader", "badge", "info", "success", "warning", "error", "toast",
    "button", "checkbox", "toggle", "radio", "selectbox", "multiselect", "pills", "segmented_control", "text_input",
    "text_area", "number_input", "slider", "date_input", "expander", "tabs", "popover", "status", "dialog",
    "link_button", "download_button", "form_submit_button", "file_uploader", "metric", "spinner", "page_link",
    "link",
}  # fmt: skip
WORDED = {"group.title"}
"""Fields that were worded by the translator where their value was made."""


def name_of(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def calls(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


@pytest.mark.parametrize("path", EVERYWHERE, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_switch_that_lets_html_or_scripts_through(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))

    keywords = {keyword.arg for call in calls(tree) for keyword in call.keywords}
    imported = {
        name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (
            [node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]
        )
    }

    assert not keywords & BANNED_KEYWORDS
    assert not {name for name in imported if name.startswith(BANNED_MODULES)}


@pytest.mark.parametrize("path", UI, ids=lambda path: path.name)
def test_no_call_that_guesses_or_fetches(path: Path) -> None:
    for call in calls(ast.parse(path.read_text(encoding="utf-8"))):
        on_streamlit = isinstance(call.func, ast.Attribute) and name_of(call.func.value) == "st"
        assert not (on_streamlit and name_of(call.func) in BANNED_CALLS), f"{path.name}:{call.lineno}"


@pytest.mark.parametrize("path", UI, ids=lambda path: path.name)
def test_html_is_only_a_constant_sheet_of_style(path: Path) -> None:
    for call in calls(ast.parse(path.read_text(encoding="utf-8"))):
        if (
            isinstance(call.func, ast.Attribute)
            and name_of(call.func.value) == "st"
            and call.func.attr == "html"
        ):
            assert len(call.args) == 1, f"{path.name}:{call.lineno}"
            assert isinstance(call.args[0], ast.Name), f"{path.name}:{call.lineno}"
            assert call.args[0].id == "STYLE", f"{path.name}:{call.lineno}"


@pytest.mark.parametrize(
    "path", [path for path in UI if path.stem.endswith("_style")], ids=lambda path: path.name
)
def test_a_sheet_of_style_holds_constants_only_and_asks_for_nothing(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    for node in ast.parse(source).body:
        assert isinstance(node, ast.Assign | ast.Expr), f"{path.name}:{node.lineno}"
        assert not list(calls(node)), f"{path.name}:{node.lineno}"
    for word in ("url(", "@import", "<script", "http:", "https:", "expression("):
        assert word not in source.lower()


class Scope:
    """What the names of one function stand for."""

    def __init__(self, function: ast.AST) -> None:
        self.values: dict[str, list[ast.AST]] = {}
        for node in ast.walk(function):
            if isinstance(node, ast.Assign):
                for target in node.targets:
                    self._learn(target, node.value)
            elif isinstance(node, ast.AnnAssign | ast.NamedExpr) and node.value is not None:
                self._learn(node.target, node.value)

    def _learn(self, target: ast.AST, value: ast.AST) -> None:
        if isinstance(target, ast.Name):
            self.values.setdefault(target.id, []).append(value)
        elif (
            isinstance(target, ast.Tuple)
            and isinstance(value, ast.Tuple)
            and len(target.elts) == len(value.elts)
        ):
            for one, its in zip(target.elts, value.elts, strict=True):
                self._learn(one, its)

    def untrusted(self, node: ast.AST | None, seen: frozenset[str] = frozenset()) -> bool:
        """Whether an expression plainly carries a field of something: `passage.title`, `f"{entry.name}"`."""
        match node:
            case ast.Attribute():
                return (
                    ast.unparse(node) not in WORDED
                    and not (isinstance(node.value, ast.Name) and node.value.id == "self")
                    and not node.attr.isupper()
                )
            case ast.JoinedStr():
                return any(
                    self.untrusted(part.value, seen)
                    for part in node.values
                    if isinstance(part, ast.FormattedValue)
                )
            case ast.BinOp():
                return self.untrusted(node.left, seen) or self.untrusted(node.right, seen)
            case ast.IfExp():
                return self.untrusted(node.body, seen) or self.untrusted(node.orelse, seen)
            case ast.BoolOp():
                return any(self.untrusted(value, seen) for value in node.values)
            case ast.Subscript():
                return self.untrusted(node.value, seen)
            case ast.Name() if node.id in self.values and node.id not in seen:
                return any(self.untrusted(value, seen | {node.id}) for value in self.values[node.id])
            case ast.Call() if name_of(node.func) == "join" and node.args:
                return self.untrusted(node.args[0], seen)
            case ast.Call() if name_of(node.func) in (
                "str",
                "strip",
                "lower",
                "upper",
                "title",
                "replace",
                "format",
            ):
                inside = node.func.value if isinstance(node.func, ast.Attribute) else None
                return any(self.untrusted(part, seen) for part in (inside, *node.args))
            case ast.GeneratorExp() | ast.ListComp():
                return self.untrusted(node.elt, seen)
            case ast.List() | ast.Tuple():
                return any(self.untrusted(part, seen) for part in node.elts)
            case _:
                return False


@pytest.mark.parametrize(
    "path", [path for path in UI if path.name != "rendering.py"], ids=lambda path: path.name
)
def test_no_field_of_anything_is_drawn_without_the_renderer(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    for function in functions:
        scope = Scope(function)
        for call in calls(function):
            if isinstance(call.func, ast.Attribute) and call.func.attr in DRAWS_MARKDOWN:
                first = call.args[0] if call.args else None
                help_text = next((keyword.value for keyword in call.keywords if keyword.arg == "help"), None)
                drawn = [first, help_text] if name_of(call.func.value) != "context" else call.args[1:2]
                for argument in drawn:
                    assert not scope.untrusted(argument), (
                        f"{path.name}:{call.lineno} draws {ast.unparse(call)[:120]}"
                    )


@pytest.mark.parametrize(
    ("code", "caught"),
    [
        ("st.markdown(passage.text)", True),
        ("st.caption(f'{entry.name} {t(\"x\")}')", True),
        ("title = passage.title\n st.title(title)", True),
        ("st.button(' '.join([t('a'), person.name]))", True),
        ("st.markdown(names['kk'].strip() or entry.name)", True),
        ("st.markdown(safe(passage.text))", False),
        ("st.caption(f'**{plain(entry.name)}** {t(\"x\")}')", False),
        ("st.title(t('people.title'))", False),
    ],
)
def test_the_net_catches_what_it_should(code: str, caught: bool) -> None:
    function = ast.parse(f"def f():\n {code}")
    scope = Scope(function)
    found = [
        call
        for call in calls(function)
        if isinstance(call.func, ast.Attribute) and call.func.attr in DRAWS_MARKDOWN
    ]

    assert any(scope.untrusted(call.args[0]) for call in found) is caught
