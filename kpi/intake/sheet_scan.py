"""What a sheet's XML says of its cells, found while it streams by: their places, errors, formulas without values.

Regular expressions on purpose: no parser, so nothing is expanded and a strange document costs no more than its length.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import unescape
from types import MappingProxyType

from kpi.intake.header import column_letters
from kpi.intake.table import Limits

MOST_PROBLEMS = 1_000
MOST_WIDTHS = 100_000
KEPT_BYTES = 16_000_000  # the most that is held back while waiting for the end of a row


@dataclass(frozen=True)
class CellProblem:
    """A cell that a reader would hand over as empty. ``row`` and ``column`` count from 1."""

    row: int
    column: int
    kind: str  # "error" or "no_value"
    text: str  # the error's name, or the formula


@dataclass
class SheetFacts:
    """``last_row`` and ``last_column`` (from 1, 0 for none) bound the cells that hold something.

    unplaced: errors and valueless formulas in cells that do not say where they stand. hidden_rows: those with cells.
    percentages: per column (from 1), how many cells are shown as a percentage. merged: areas of merged cells.
    widths: per column (from 1) and row, the ``width_shown`` of cells whose format has one, the first of them.
    """

    last_row: int = 0
    last_column: int = 0
    problems: list[CellProblem] = field(default_factory=list)
    unplaced: int = 0
    formulas: int = 0
    hidden_rows: int = 0
    hidden_columns: int = 0
    filtered: bool = False
    merged: int = 0
    percentages: dict[int, int] = field(default_factory=dict)
    widths: dict[int, dict[int, int]] = field(default_factory=dict)

    def reach(self, row: int, column: int) -> None:
        self.last_row = max(self.last_row, row)
        self.last_column = max(self.last_column, column)

    def beyond(self, limits: Limits) -> str | None:
        """The far corner, like XFD1048576, if the cells spread further than the limits allow."""
        cells = self.last_row * self.last_column
        if self.last_column > limits.columns or self.last_row > limits.rows or cells > limits.workbook_cells:
            return f"{column_letters(self.last_column)}{self.last_row}"
        return None


class _Scan(ABC):
    """Cuts the stream after a row's end, so that no cell is seen in halves."""

    row_end = b"row>"

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._held = b""

    def feed(self, piece: bytes) -> None:
        looked_at = max(len(self._held) - len(self.row_end), 0)
        self._held += piece
        cut = self._held.rfind(self.row_end, looked_at)
        if cut >= 0:
            self._look(self._held[: cut + len(self.row_end)])
            self._held = self._held[cut + len(self.row_end) :]
        elif len(self._held) > KEPT_BYTES:
            self._look(self._held)
            self._held = b""

    @abstractmethod
    def _look(self, text: bytes) -> None:
        """Note what is in ``text``, which ends with a row or with the sheet."""


class XlsxScan(_Scan):
    """A worksheet part of an XLSX. A cell without content (only a style) counts for nothing."""

    filled = re.compile(rb"""<(?:\w+:)?c\s[^>]*?\br=["']([A-Z]{1,3})(\d{1,10})["'](?:[^>]*[^/>])?>""")
    error = re.compile(rb"""<(?:\w+:)?c\s([^>]*\bt=["']e["'][^>]*)>(.*?)</(?:\w+:)?c>""", re.S)
    cell = re.compile(rb"""<(?:\w+:)?c\s((?:[^>]*[^/>])?)>(.*?)</(?:\w+:)?c>""", re.S)
    place = re.compile(rb"""\br=["']([A-Z]{1,3})(\d{1,10})["']""")
    formula = re.compile(rb"<(?:\w+:)?f[\s/>]")
    value = re.compile(rb"<(?:\w+:)?is[\s/>]|<(?:\w+:)?v(?:\s[^>/]*)?>[^<]")
    blank = re.compile(rb"<(?:\w+:)?v[\s/>]")
    text_result = re.compile(rb"""\bt=["']str["']""")
    inner = re.compile(rb"<(?:\w+:)?[vf](?:\s[^>]*)?>([^<]*)<")
    hidden_row = re.compile(rb"""<(?:\w+:)?row\s[^>]*\bhidden=["'](?:1|true)["'][^>]*(?<!/)>""")
    hidden_column = re.compile(rb"""<(?:\w+:)?col\s[^>]*\bhidden=["'](?:1|true)["'][^>]*>""")
    span = re.compile(rb"""\b(min|max)=["'](\d{1,5})["']""")
    styled = re.compile(
        rb"""<(?:\w+:)?c\s[^>]*?\br=["']([A-Z]{1,3})(\d{1,10})["'][^>]*?\bs=["'](\d{1,6})["'][^>]*(?<!/)>"""
    )

    def __init__(
        self,
        limits: Limits,
        percent_styles: frozenset[bytes] = frozenset(),
        widths: Mapping[bytes, int] = MappingProxyType({}),
    ) -> None:
        super().__init__(limits)
        self.facts = SheetFacts()
        self.percent_styles = percent_styles
        self.widths = widths

    def close(self) -> SheetFacts:
        self._look(self._held)
        return self.facts

    def _look(self, text: bytes) -> None:
        places = self.filled.findall(text)
        if places:
            letters, digits = zip(*places, strict=True)
            self.facts.reach(max(map(int, set(digits))), max(map(_column_number, set(letters))))
        self._look_at_what_is_hidden(text)
        if self.percent_styles or self.widths:
            self._look_at_formats(text)
        if len(self.facts.problems) >= MOST_PROBLEMS:
            return
        if b't="e"' in text or b"t='e'" in text:
            for attributes, content in self.error.findall(text):
                self._note(attributes, content, "error")
        if (b"<f" in text or b":f" in text) and self.formula.search(text):
            for attributes, content in self.cell.findall(text):
                if self.formula.search(content):
                    self.facts.formulas += 1
                    if not self._has_value(attributes, content):
                        self._note(attributes, content, "no_value")

    def _look_at_formats(self, text: bytes) -> None:
        for name, row, style in self.styled.findall(text):
            if style in self.percent_styles:
                column = _column_number(name)
                self.facts.percentages[column] = self.facts.percentages.get(column, 0) + 1
            elif style in self.widths:
                found = self.facts.widths.setdefault(_column_number(name), {})
                if len(found) < MOST_WIDTHS:
                    found[int(row)] = self.widths[style]

    def _look_at_what_is_hidden(self, text: bytes) -> None:
        if b"hidden=" in text:
            self.facts.hidden_rows += len(self.hidden_row.findall(text))
            for column in self.hidden_column.findall(text):
                ends = {name: int(number) for name, number in self.span.findall(column)}
                last = min(ends.get(b"max", 1), self.limits.columns)
                self.facts.hidden_columns += max(last - ends.get(b"min", 1) + 1, 0)
        if b"autoFilter" in text:
            self.facts.filtered = True
        if b"mergeCell" in text:
            self.facts.merged += text.count(b"mergeCell ")

    def _has_value(self, attributes: bytes, content: bytes) -> bool:
        """Programs that do not calculate leave the value out or write an empty one; an empty text is a value."""
        if self.value.search(content):
            return True
        return self.text_result.search(attributes) is not None and self.blank.search(content) is not None

    def _note(self, attributes: bytes, content: bytes, kind: str) -> None:
        place = self.place.search(attributes)
        if not place:
            self.facts.unplaced += 1
            return
        found = self.inner.findall(content)  # the formula, if there is one, stands before the value
        text = found[-1 if kind == "error" else 0].decode("utf-8", "replace") if found else ""
        self.facts.problems.append(
            CellProblem(int(place[2]), _column_number(place[1]), kind, text if kind == "error" else f"={text}")
        )


class OdsScan(_Scan):
    """The content part of an ODS: all sheets one after another, places told by counting, repeats included."""

    row_end = b"</table:table-row>"
    token = re.compile(
        rb"<table:table\s([^>]*)>|<(table:table-row)(\s[^>]*)?>|</(table:table-row)>|<(table:table-column)\s([^>]*)>"
        rb"|<table:(?:covered-)?table-cell(\s[^>]*?)?(/?)>"
    )
    name = re.compile(rb"""table:name=["']([^"']*)["']""")
    columns = re.compile(rb"""table:number-columns-repeated=["'](\d{1,9})["']""")
    formula = re.compile(rb"""table:formula=["'](?:of:)?([^"']*)["']""")
    hidden = re.compile(rb"""table:visibility=["'](?:collapse|filter)["']""")
    rows = re.compile(rb"""table:number-rows-repeated=["'](\d{1,9})["']""")

    def __init__(self, limits: Limits) -> None:
        super().__init__(limits)
        self.sheets: dict[str, SheetFacts] = {}
        self._facts = SheetFacts()
        self._row = 0
        self._column = 0
        self._rows_at_once = 1
        self._row_hidden = False

    def close(self) -> dict[str, SheetFacts]:
        self._look(self._held)
        return self.sheets

    def _look(self, text: bytes) -> None:
        for found in self.token.finditer(text):
            sheet, row_start, row_attributes, row_end, column, column_attributes, cell, empty = found.groups()
            if sheet is not None:
                self._begin_sheet(sheet)
            elif row_start:
                self._rows_at_once = _repeats(self.rows, row_attributes)
                self._row_hidden = bool(row_attributes and self.hidden.search(row_attributes))
                self._column = 0
            elif column:
                if self.hidden.search(column_attributes):
                    self._facts.hidden_columns += min(_repeats(self.columns, column_attributes), self.limits.columns)
            elif row_end:
                self._row += self._rows_at_once
            else:
                self._cell(cell or b"", bool(empty))

    def _begin_sheet(self, attributes: bytes) -> None:
        named = self.name.search(attributes)
        self._facts = SheetFacts()
        self.sheets[unescape(named[1].decode("utf-8", "replace")) if named else ""] = self._facts
        self._row = self._column = 0

    def _cell(self, attributes: bytes, empty: bool) -> None:
        times = _repeats(self.columns, attributes)
        if not empty or b"office:value" in attributes:
            self._facts.reach(self._row + self._rows_at_once, self._column + times)
            if self._row_hidden:
                self._facts.hidden_rows += self._rows_at_once
                self._row_hidden = False  # once for each row
            if b'value-type="percentage"' in attributes:
                for column in range(self._column + 1, self._column + min(times, self.limits.columns) + 1):
                    self._facts.percentages[column] = self._facts.percentages.get(column, 0) + self._rows_at_once
            if b'value-type="error"' in attributes:
                self._note("error", "")
        if b"table:number-columns-spanned=" in attributes or b"table:number-rows-spanned=" in attributes:
            self._facts.merged += 1
        if b"table:formula=" in attributes:
            self._facts.formulas += times * self._rows_at_once
        if b"table:formula=" in attributes and b"office:value-type=" not in attributes:
            found = self.formula.search(attributes)
            self._note("no_value", unescape(found[1].decode("utf-8", "replace")) if found else "")
        self._column += times

    def _note(self, kind: str, text: str) -> None:
        if len(self._facts.problems) < MOST_PROBLEMS:
            self._facts.problems.append(CellProblem(self._row + 1, self._column + 1, kind, text))


def _repeats(pattern: re.Pattern[bytes], attributes: bytes | None) -> int:
    found = pattern.search(attributes) if attributes else None
    return int(found[1]) if found else 1


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number
