"""Which version of the product this is, for records and pages."""

from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def _version() -> str:
    try:
        return version("ustaz")
    except PackageNotFoundError:
        return "0.0.0"


VERSION = _version()


def commit(root: Path = ROOT) -> str | None:
    """The commit of the checkout that runs, or None where there is no checkout."""
    folder = root / ".git"
    try:
        head = (folder / "HEAD").read_text(encoding="ascii").strip()
        if not head.startswith("ref: "):
            return head or None
        name = head.removeprefix("ref: ")
        if (folder / name).is_file():
            return (folder / name).read_text(encoding="ascii").strip() or None
        packed = (
            line.split(" ", 1) for line in (folder / "packed-refs").read_text(encoding="utf-8").splitlines()
        )
        return next((row[0] for row in packed if row[1:] == [name]), None)
    except (OSError, UnicodeDecodeError):
        return None
