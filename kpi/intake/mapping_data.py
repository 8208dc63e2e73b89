"""Mappings: how one partner's own file becomes one of ours. Plain data, read from TOML and written to it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from kpi.intake.table import FileHints

DECIMALS = (".", ",")
THOUSANDS = (".", ",", " ", "'", "’")


@dataclass(frozen=True)
class Mapping:
    """What a mapping file says; see docs for the TOML.

    file: how to read the bytes. date_format (strptime), decimal, thousands: how the file writes dates and numbers;
    missing: whole cells that mean "no value". columns: ours -> theirs (two of ours may name the same of theirs).
    dates: a format of its own for one column. constants: one value for every row, written our way.
    values: per column, their whole cell -> ours. replace: per column, part of their cell -> ours, before casting.
    """

    file: FileHints = field(default_factory=FileHints)
    date_format: str | None = None
    decimal: str | None = None
    thousands: str | None = None
    missing: tuple[str, ...] = ()
    columns: dict[str, str] = field(default_factory=dict)
    dates: dict[str, str] = field(default_factory=dict)
    constants: dict[str, str] = field(default_factory=dict)
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    replace: dict[str, dict[str, str]] = field(default_factory=dict)

    def to_toml(self) -> str:
        """The mapping as a TOML file; what is empty is left out. Reading it back gives an equal mapping."""
        facts = {
            "delimiter": self.file.delimiter,
            "encoding": self.file.encoding,
            "sheet": self.file.sheet,
            "header_row": self.file.header_row,
            "date_format": self.date_format,
            "decimal": self.decimal,
            "thousands": self.thousands,
            "missing": list(self.missing) or None,
        }
        tables: dict[str, dict[str, Any]] = {
            "file": {name: value for name, value in facts.items() if value is not None},
            "columns": self.columns,
            "dates": self.dates,
            "constants": self.constants,
            **{f"values.{column}": pairs for column, pairs in self.values.items()},
            **{f"replace.{column}": pairs for column, pairs in self.replace.items()},
        }
        return "\n".join(_table(name, entries) for name, entries in tables.items() if entries)


NO_MAPPING = Mapping()


def _table(name: str, entries: dict[str, Any]) -> str:
    lines = [f"{_key(key)} = {toml_value(value)}" for key, value in entries.items()]
    return "\n".join([f"[{name}]", *lines]) + "\n"


def _key(key: str) -> str:
    plain = key.isascii() and key.replace("_", "").replace("-", "").isalnum()
    return key if plain else toml_value(key)


def toml_value(value: Any) -> str:
    """A text, number or list as TOML writes it."""
    if isinstance(value, list):
        return "[" + ", ".join(toml_value(item) for item in value) + "]"
    if isinstance(value, int):
        return str(value)
    # JSON's strings are TOML's, except that TOML also wants the delete character escaped.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
