"""The readable table of a bundle: columns named like the fields of a record, every cell made from its bytes by rule."""

import csv
import json
from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol, TextIO

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
COLUMNS = (
    "leaf",
    "record_id",
    "exchange_id",
    "kind",
    "time",
    "school",
    "pseudonym",
    "role",
    "language",
    "task",
    "grade",
    "subject",
    "outcome",
    "reason",
    "rail",
    "failure",
    "entry_id",
    "gen_ai.request.model",
    "gen_ai.conversation.id",
    "registry_sequence",
    "prompt_id",
    "prompt_version",
    "personal_data",
    "verdicts",
    "sentences",
    "first_text_ms",
    "total_ms",
    "gen_ai.usage.input_tokens",
    "gen_ai.usage.output_tokens",
    "characters_shown",
    "characters_withheld",
    "event",
    "what",
    "purpose",
    "count",
    "target",
    "details",
)
NUMBERS = frozenset(
    {
        "leaf",
        "registry_sequence",
        "first_text_ms",
        "total_ms",
        "gen_ai.usage.input_tokens",
        "gen_ai.usage.output_tokens",
        "characters_shown",
        "characters_withheld",
        "count",
    }
)
"""Columns of whole numbers in a Parquet table; all others are text, and none is a float."""


class Table(StrEnum):
    """The readable table beside the records as they were written; `jsonl` is none beside them."""

    JSONL = "jsonl"
    CSV = "csv"
    PARQUET = "parquet"

    @property
    def file(self) -> str:
        """Its name in the bundle."""
        return f"records.{self.value}"


class Rows(Protocol):
    """Where rows of a table go."""

    def add(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Write rows: fields of a record's clear part, and its `leaf`."""
        ...

    def close(self) -> None:
        """Finish the file."""
        ...


def plain(value: Any) -> str:
    """A value as text: text as it is, nothing for null, anything else as compact JSON."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def cell(value: Any) -> str:
    """A value as a cell of a spreadsheet: what would begin like a formula stands behind a `'`."""
    text = plain(value)
    return f"'{text}" if text.startswith(FORMULA) else text


class CsvRows:
    """A CSV table that spreadsheets open as it is: UTF-8 with its mark, RFC 4180."""

    def __init__(self, path: Path) -> None:
        self._file: TextIO = path.open("w", encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._file)
        self._writer.writerow(COLUMNS)

    def add(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Write rows."""
        self._writer.writerows([cell(row.get(name)) for name in COLUMNS] for row in rows)

    def close(self) -> None:
        """Finish the file."""
        self._file.close()


class ParquetRows:
    """A Parquet table of text and whole numbers, compressed."""

    def __init__(self, path: Path) -> None:
        import pyarrow
        import pyarrow.parquet

        self._arrow: Any = pyarrow
        self._schema = pyarrow.schema(
            [(name, pyarrow.int64() if name in NUMBERS else pyarrow.string()) for name in COLUMNS]
        )
        self._writer = pyarrow.parquet.ParquetWriter(path, self._schema, compression="zstd")

    def add(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Write rows as one group."""
        columns = [[self._value(row, name) for row in rows] for name in COLUMNS]
        self._writer.write_table(self._arrow.table(columns, schema=self._schema))

    def close(self) -> None:
        """Finish the file."""
        self._writer.close()

    @staticmethod
    def _value(row: Mapping[str, Any], name: str) -> Any:
        value = row.get(name)
        if value is None:
            return None
        if name in NUMBERS:
            return value if type(value) is int and abs(value) < 2**63 else None
        return plain(value)
