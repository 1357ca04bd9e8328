"""What a file may be before anything parses it: sizes as declared, no bombs, no document types in XML."""

import re
import zipfile
from pathlib import Path

from knowledge.readers.document import Refused

LARGEST_FILE = 50 * 1024 * 1024
LARGEST_UNPACKED = 100 * 1024 * 1024
LARGEST_RATIO = 100
MOST_ENTRIES = 2000
MOST_PAGES = 500
MOST_LETTERS = 10_000_000
DOCTYPE = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
XML_ENDINGS = (".xml", ".rels")


def content(path: Path) -> bytes:
    """The bytes of a file within the size limit.

    Raises:
        Refused: it is larger, or empty.
    """
    size = path.stat().st_size
    if size > LARGEST_FILE:
        raise Refused(f"{size} bytes; at most {LARGEST_FILE} are read")
    if size == 0:
        raise Refused("the file is empty")
    return path.read_bytes()


def text(path: Path) -> str:
    """The text of a file in UTF-8, or in UTF-16 with a byte-order mark.

    Raises:
        Refused: too large, or in another encoding.
    """
    plain = content(path)
    encoding = "utf-16" if plain[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        decoded = plain.decode(encoding)
    except UnicodeDecodeError as error:
        raise Refused("the text is not in UTF-8; save it as UTF-8") from error
    if "\0" in decoded:
        raise Refused("the file is not a text")
    return enough(decoded)


def enough(decoded: str) -> str:
    """The text, if it is not too long.

    Raises:
        Refused: it is.
    """
    if len(decoded) > MOST_LETTERS:
        raise Refused(f"{len(decoded)} letters; at most {MOST_LETTERS} are read")
    return decoded


def check_zip(path: Path) -> None:
    """Look at what an archive declares, before unpacking anything of it.

    Raises:
        Refused: too many entries, too large unpacked, too high a ratio, or a document type in its XML.
    """
    content(path)
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            if len(entries) > MOST_ENTRIES:
                raise Refused(f"{len(entries)} entries in the archive; at most {MOST_ENTRIES}")
            unpacked = sum(entry.file_size for entry in entries)
            if unpacked > LARGEST_UNPACKED:
                raise Refused(f"{unpacked} bytes unpacked; at most {LARGEST_UNPACKED}")
            for entry in entries:
                if entry.file_size > LARGEST_RATIO * max(1, entry.compress_size):
                    raise Refused(f"{entry.filename} is packed more than {LARGEST_RATIO} to 1")
                if entry.filename.lower().endswith(XML_ENDINGS):
                    with archive.open(entry) as part:
                        if DOCTYPE.search(part.read(entry.file_size + 1)):
                            raise Refused(f"{entry.filename} declares a document type")
    except zipfile.BadZipFile as error:
        raise Refused("the file is damaged or not what its name says") from error
