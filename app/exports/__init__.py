"""A finished document as a file: the official form, with the visible AI line and the machine-readable mark."""

from app.exports.catalogue import CannotExport, Exported, Format, export, formats
from app.exports.mark import Mark
from app.exports.reading import read

__all__ = ["CannotExport", "Exported", "Format", "Mark", "export", "formats", "read"]
