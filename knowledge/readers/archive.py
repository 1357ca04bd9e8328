"""What the archive of a Word document may be before anything parses it: no bomb, nothing nested, no document types."""

import re
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path

from knowledge.readers.limits import LARGEST_RATIO, MOST_ENTRIES, Limits
from knowledge.readers.reasons import ReasonKey, Refused

PIECE = 256 * 1024
OVERLAP = 64
LOCAL_HEADER = 30
ENCRYPTED_FLAG = 0x1
METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
NESTED = (b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf")
DOCTYPE = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
ENCODING = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._-]+)", re.IGNORECASE)
ENCODINGS = frozenset({b"utf-8", b"utf8", b"utf-16", b"us-ascii", b"ascii"})
XML_ENDINGS = (".xml", ".rels", ".vml")


def check(path: Path, limits: Limits) -> None:
    """Look at what the archive declares, then at what really comes out of it, piece by piece.

    Raises:
        Refused: too many or overlapping entries, too large or too tightly packed, an archive inside, a document type
            in its XML, encrypted or damaged.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            _declared(entries, archive.start_dir, limits)
            left = limits.unpacked
            for entry in entries:
                left -= _stream(archive, entry, left, limits)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, UnicodeDecodeError) as error:
        raise Refused(ReasonKey.DAMAGED, format="archive") from error


def _declared(entries: Sequence[zipfile.ZipInfo], directory: int, limits: Limits) -> None:
    if len(entries) > MOST_ENTRIES:
        raise Refused(ReasonKey.TOO_MANY_ENTRIES, entries=len(entries), most=MOST_ENTRIES)
    if any(entry.flag_bits & ENCRYPTED_FLAG for entry in entries):
        raise Refused(ReasonKey.ENCRYPTED)
    if any(entry.compress_type not in METHODS for entry in entries):
        raise Refused(ReasonKey.UNUSUAL_ARCHIVE)
    if sum(entry.file_size for entry in entries) > limits.unpacked:
        raise Refused(ReasonKey.UNPACKS_TOO_LARGE, most=limits.unpacked)
    for entry in entries:
        if entry.file_size > LARGEST_RATIO * max(1, entry.compress_size):
            raise Refused(ReasonKey.PACKED_TOO_HIGH, part=_name(entry), most=LARGEST_RATIO)
    if len({entry.filename for entry in entries}) < len(entries):
        raise Refused(ReasonKey.UNUSUAL_ARCHIVE)
    end = 0
    for entry in sorted(entries, key=lambda one: one.header_offset):
        if entry.header_offset < end:
            raise Refused(ReasonKey.UNUSUAL_ARCHIVE)
        end = entry.header_offset + LOCAL_HEADER + len(entry.orig_filename) + entry.compress_size
    if end > directory:
        raise Refused(ReasonKey.UNUSUAL_ARCHIVE)


def _stream(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, most: int, limits: Limits) -> int:
    """Read one entry through; how many bytes it really holds."""
    size, before, is_xml = 0, b"", entry.filename.lower().endswith(XML_ENDINGS)
    with archive.open(entry) as part:
        while piece := part.read(PIECE):
            if size == 0:
                if piece.startswith(NESTED):
                    raise Refused(ReasonKey.ARCHIVE_INSIDE, part=_name(entry))
                plain = piece[:512].replace(b"\0", b"").removeprefix(b"\xef\xbb\xbf")
                plain = plain.removeprefix(b"\xff\xfe").removeprefix(b"\xfe\xff").lstrip()
                if is_xml or plain.startswith(b"<"):
                    is_xml = True
                    _readable(entry, plain)
            size += len(piece)
            if size > most:
                raise Refused(ReasonKey.UNPACKS_TOO_LARGE, most=limits.unpacked)
            # Without the zero bytes, UTF-16 hides no declaration either.
            seen = before + (piece.replace(b"\0", b"") if is_xml else b"")
            if is_xml and DOCTYPE.search(seen):
                raise Refused(ReasonKey.DOCUMENT_TYPE, part=_name(entry))
            before = seen[-OVERLAP:]
    return size


def _readable(entry: zipfile.ZipInfo, plain: bytes) -> None:
    """XML that begins otherwise, or names a rare encoding, could hide what is looked for."""
    declared = ENCODING.match(plain)
    if plain[:1] not in (b"<", b"") or (declared and declared[1].lower() not in ENCODINGS):
        raise Refused(ReasonKey.DOCUMENT_TYPE, part=_name(entry))


def _name(entry: zipfile.ZipInfo) -> str:
    return entry.filename[:80]
