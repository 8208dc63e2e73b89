"""Reading a mapping file: every mistake in it is found and told at once, a line each."""

from __future__ import annotations

import codecs
import tomllib
from difflib import get_close_matches
from typing import Any

from kpi.errors import InputRefused
from kpi.intake.contracts.base import Dataset
from kpi.intake.dateformat import DateFormat, read_date_format
from kpi.intake.mapping_data import DECIMALS, NO_MAPPING, THOUSANDS, Mapping
from kpi.intake.table import FileHints

__all__ = ["NO_MAPPING", "Mapping", "parse_mapping"]

TABLES = ("file", "columns", "dates", "constants", "values", "replace")
FILE_KEYS = ("delimiter", "encoding", "sheet", "header_row", "date_format", "decimal", "thousands", "missing")


def parse_mapping(text: str, dataset: Dataset, file_name: str = "mapping") -> Mapping:
    """The mapping in a TOML text; raises InputRefused with a line per mistake."""
    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputRefused(f"{file_name}: this is not TOML: {error}. Correct the line and try again.") from error
    reader = _Reader(dataset)
    mapping = reader.read(given)
    if reader.mistakes:
        noun = "mistake" if len(reader.mistakes) == 1 else "mistakes"
        lines = "\n".join(f"  {line}" for line in reader.mistakes)
        raise InputRefused(f"{file_name}: {len(reader.mistakes)} {noun} in the mapping:\n{lines}")
    return mapping


class _Reader:
    """Reads table by table and gathers mistakes; what is mistaken is left out of the result."""

    def __init__(self, dataset: Dataset) -> None:
        self.dataset = dataset
        self.mistakes: list[str] = []

    def read(self, given: dict[str, Any]) -> Mapping:
        for name in given:
            if name not in TABLES:
                self.mistakes.append(f"[{name}] is unknown{_nearest(name, TABLES)}; allowed: {', '.join(TABLES)}")
        tables = {name: self._table(f"[{name}]", given.get(name, {})) for name in TABLES}
        file = self._file(tables["file"])
        columns = self._columns(tables["columns"])
        return Mapping(
            file=FileHints(**{name: file.get(name) for name in ("delimiter", "encoding", "sheet", "header_row")}),
            date_format=file.get("date_format"),
            decimal=file.get("decimal"),
            thousands=file.get("thousands"),
            missing=file.get("missing", ()),
            columns=columns,
            dates=self._dates(tables["dates"]),
            constants=self._constants(tables["constants"], columns),
            values=self._per_column("values", tables["values"]),
            replace=self._per_column("replace", tables["replace"]),
        )

    def _table(self, where: str, value: Any) -> dict[str, Any]:
        if isinstance(value, dict):
            return value
        self.mistakes.append(f"{where} is to be a table of its own, not a value")
        return {}

    def _file(self, table: dict[str, Any]) -> dict[str, Any]:
        facts: dict[str, Any] = {}
        for key, value in table.items():
            if key not in FILE_KEYS:
                self.mistakes.append(
                    f"[file] {key} is unknown{_nearest(key, FILE_KEYS)}; allowed: {', '.join(FILE_KEYS)}"
                )
                continue
            wrong = _wrong_fact(key, value)
            if wrong:
                self.mistakes.append(f"[file] {key}: {wrong}")
            else:
                facts[key] = tuple(value) if key == "missing" else value
        if facts.get("decimal") and facts.get("decimal") == facts.get("thousands"):
            self.mistakes.append("[file] decimal and thousands are to be two different signs")
        return facts

    def _columns(self, table: dict[str, Any]) -> dict[str, str]:
        columns = {}
        for ours, theirs in self._known("columns", table).items():
            if isinstance(theirs, str) and theirs.strip():
                columns[ours] = theirs.strip()
            else:
                self.mistakes.append(f'[columns] {ours}: the partner\'s header is to be a text, such as "ID"')
        return columns

    def _dates(self, table: dict[str, Any]) -> dict[str, str]:
        formats = {}
        for ours, text in self._known("dates", table).items():
            if self.dataset.column(ours).kind != "date":
                self.mistakes.append(f"[dates] {ours} is not a date column")
                continue
            wrong = _wrong_fact("date_format", text)
            if wrong:
                self.mistakes.append(f"[dates] {ours}: {wrong}")
            else:
                formats[ours] = text
        return formats

    def _constants(self, table: dict[str, Any], columns: dict[str, str]) -> dict[str, str]:
        constants = {}
        for ours, value in self._known("constants", table).items():
            text = _constant_text(value)
            if ours in columns:
                self.mistakes.append(
                    f'[constants] {ours} is filled from the column "{columns[ours]}" as well; keep one of the two'
                )
            elif not text:
                self.mistakes.append(
                    f"[constants] {ours}: the value is to be a text, a number, a date, or true or false"
                )
            else:
                wrong = self._wrong_value(ours, text)
                if wrong:
                    self.mistakes.append(f"[constants] {ours}: {wrong}")
                else:
                    constants[ours] = text
        return constants

    def _per_column(self, name: str, table: dict[str, Any]) -> dict[str, dict[str, str]]:
        found = {}
        for ours, pairs in self._known(name, table).items():
            where = f"[{name}.{ours}]"
            good = {}
            for theirs, text in self._table(where, pairs).items():
                if not isinstance(text, str):
                    self.mistakes.append(f'{where} "{theirs}": our value is to be a text')
                elif name == "replace" and not theirs:
                    self.mistakes.append(f"{where} an empty text can't be replaced")
                elif name == "values" and (wrong := self._wrong_value(ours, text)):
                    self.mistakes.append(f'{where} "{theirs}": {wrong}')
                else:
                    good[theirs.strip() if name == "values" else theirs] = text
            if good:
                found[ours] = good
        return found

    def _known(self, name: str, table: dict[str, Any]) -> dict[str, Any]:
        """The entries whose names are columns of ours; the others are mistakes."""
        for ours in table:
            if ours not in self.dataset.names:
                hint = _nearest(ours, self.dataset.names)
                self.mistakes.append(f"[{name}] {ours} is not a column of {self.dataset.name}{hint}")
        return {ours: value for ours, value in table.items() if ours in self.dataset.names}

    def _wrong_value(self, ours: str, text: str) -> str:
        """Why a constant or a translated value, written our way, can't stand in this column; "" if it can."""
        import polars as pl

        from kpi.intake.cast import PLAIN, cast_column

        column = self.dataset.column(ours)
        if not text.strip():
            return ""
        cast = cast_column(column, pl.Series("cell", [text.strip()], dtype=pl.String), None, PLAIN)
        outside = column.kind == "choice" and cast.values[0] not in column.allowed
        if cast.faults.height or outside:
            return f'"{text}" can\'t be used; allowed: {column.allows}'
        return ""


def _wrong_fact(key: str, value: Any) -> str:
    """What is wrong with one entry of [file]; "" if nothing is."""
    if key == "header_row":
        good = isinstance(value, int) and not isinstance(value, bool) and value >= 1
        return "" if good else "it is to be a row number, counted from 1"
    if key == "missing":
        good = isinstance(value, list) and all(isinstance(item, str) for item in value)
        return "" if good else 'it is to be a list of texts, such as ["", "-", "n/a"]'
    if not isinstance(value, str) or not value:
        return "it is to be a text in quotes"
    if key == "delimiter" and len(value) != 1:
        return 'it is to be one character, such as ";" or "\\t"'
    if key == "decimal" and value not in DECIMALS:
        return 'it is to be "." or ","'
    if key == "thousands" and value not in THOUSANDS:
        return "it is to be one of " + " ".join(f'"{sign}"' for sign in THOUSANDS)
    if key == "encoding":
        return _wrong_encoding(value)
    if key == "date_format":
        read = read_date_format(value)
        return "" if isinstance(read, DateFormat) else f'"{value}" can\'t be used: {read}'
    return ""


def _wrong_encoding(name: str) -> str:
    try:
        codecs.lookup(name)
    except (LookupError, ValueError):
        return f'"{name}" is not an encoding; common ones are utf-8, cp1252, iso-8859-2, utf-16'
    return ""


def _constant_text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.15g}"
    return "" if isinstance(value, dict | list) else str(value).strip()


def _nearest(name: str, allowed: tuple[str, ...]) -> str:
    near = get_close_matches(name, allowed, n=1)
    return f' (did you mean "{near[0]}"?)' if near else ""
