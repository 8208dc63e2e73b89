"""What a contract says, as plain data: the columns of a dataset and the rules between them.

Everything else about a dataset comes from here: casting, validation, the template, the documentation. This
module does not import pandera; the contracts themselves do (through ``fields``), and are only imported when one
is asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import polars as pl

Kind = Literal["id", "text", "date", "integer", "number", "choice", "yes_no", "list"]

TEXT_LIMIT = 500
FIRST_PLAUSIBLE_YEAR = 1990
PLAUSIBLE_YEARS_AHEAD = 20
LIST_SEPARATOR = ";"
ALLOWED_SHOWN = 12

KIND_ALLOWED: dict[str, str] = {
    "id": "an identifier, kept exactly as text",
    "text": f"a text of up to {TEXT_LIMIT} characters",
    "date": "dates as yyyy-mm-dd",
    "integer": "whole numbers such as 12",
    "number": "numbers such as 1234.5",
    "yes_no": "yes or no",
}


@dataclass(frozen=True)
class Column:
    """One column of a dataset. ``allowed`` lists a choice's or list's values; ``example`` is how a cell may look."""

    name: str
    title: str
    help: str
    kind: Kind
    unit: str
    required: bool
    allowed: tuple[str, ...]
    example: str
    future_allowed: bool
    range_text: str = ""
    allowed_text: str = ""

    @property
    def allows(self) -> str:
        """What a cell may hold, in words: the values where they are few, else a description."""
        if self.allowed_text:
            return self.allowed_text
        if self.allowed:
            values = ", ".join(self.allowed)
            return f"{values} (several separated by {LIST_SEPARATOR})" if self.kind == "list" else values
        words = KIND_ALLOWED[self.kind]
        return f"{words}, {self.range_text}" if self.range_text else words


@dataclass(frozen=True)
class Rule:
    """A rule across the columns of one row. The finding stands in the first column of ``columns``.

    ``problem`` may name columns in braces; they are filled with the row's own values.
    """

    code: str
    columns: tuple[str, ...]
    problem: str
    allowed: str
    action: str
    severity: Literal["error", "warning"] = "error"


@dataclass(frozen=True)
class Dataset:
    """One dataset: its name, what one row is, its key, its columns in order, its rules, its pandera model."""

    name: str
    title: str
    one_row_is: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    rules: tuple[Rule, ...]
    model: Any

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    @property
    def required(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns if column.required)

    def column(self, name: str) -> Column:
        """Raises KeyError for a name that is not a column."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    def schema(self) -> dict[str, pl.DataType]:
        """The physical types of accepted records, in contract order (without row_number)."""
        return {column.name: physical_type(column.kind) for column in self.columns}


def physical_type(kind: Kind) -> pl.DataType:
    """The polars type that cells of this kind become."""
    import polars as pl

    types: dict[str, pl.DataType] = {
        "date": pl.Date(),
        "integer": pl.Int64(),
        "number": pl.Float64(),
        "yes_no": pl.Boolean(),
    }
    return types.get(kind, pl.String())
