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


def commit() -> str | None:
    """The commit of the checkout that runs, or None where there is no checkout."""
    folder = ROOT / ".git"
    try:
        head = (folder / "HEAD").read_text(encoding="ascii").strip()
        if not head.startswith("ref: "):
            return head or None
        return (folder / head.removeprefix("ref: ")).read_text(encoding="ascii").strip() or None
    except (OSError, UnicodeDecodeError):
        return None
