"""What a person should know of a workbook beside its cells: what was hidden, calculated, merged, or left alone."""

from __future__ import annotations

from collections.abc import Sequence

from kpi.intake.header import column_letters
from kpi.intake.sheet_scan import SheetFacts
from kpi.intake.workbook_guard import Inspected

MERGED_SHOWN = 3
COLUMNS_SHOWN = 5

Area = tuple[tuple[int, int], tuple[int, int]]  # first and last cell, each row and column from 0


def notes_on(
    inspected: Inspected,
    sheet: str,
    hidden_sheets: Sequence[str],
    merged: Sequence[Area],
    header_row: int,
    names: Sequence[str],
) -> tuple[str, ...]:
    """Sentences for the reading of one sheet; none where there is nothing to say."""
    facts = inspected.sheets.get(sheet, SheetFacts())
    areas = [area_text(area) for area in merged if area[1][0] + 1 >= header_row]
    said = [
        _hidden_sheets(hidden_sheets),
        _merged(areas),
        _hidden(facts),
        _formulas(facts),
        _percentages(facts, names),
        "It holds macros, which are never run." if inspected.macros else "",
        "It refers to other workbooks: what is stored in this one was read." if inspected.links else "",
    ]
    return tuple(sentence for sentence in said if sentence)


def area_text(area: Area) -> str:
    (top, left), (bottom, right) = area
    return f"{column_letters(left + 1)}{top + 1}:{column_letters(right + 1)}{bottom + 1}"


def merged_cells(merged: Sequence[Area], header_row: int, names: Sequence[str]) -> tuple[tuple[int, str, str], ...]:
    """Row, header and area of those merged areas that begin in a column and a row of records."""
    return tuple(
        (area[0][0] + 1, names[area[0][1]], area_text(area))
        for area in merged
        if area[0][0] >= header_row and area[0][1] < len(names) and names[area[0][1]]
    )


def _hidden_sheets(names: Sequence[str]) -> str:
    quoted = [f'"{name}"' for name in names]
    return f"Hidden and not read: {', '.join(quoted)}." if quoted else ""


def _merged(areas: Sequence[str]) -> str:
    if not areas:
        return ""
    shown = ", ".join(areas[:MERGED_SHOWN]) + (" …" if len(areas) > MERGED_SHOWN else "")
    return f"Merged cells ({shown}) hold their value in the first cell only; the others were read as empty."


def _hidden(facts: SheetFacts) -> str:
    counted = [(facts.hidden_rows, "hidden row"), (facts.hidden_columns, "hidden column")]
    parts = [f"{count:,} {noun}{'' if count == 1 else 's'}" for count, noun in counted if count]
    if not parts:
        return ""
    one = sum(count for count, _ in counted) == 1
    why = " (a filter is set)" if facts.filtered and facts.hidden_rows else ""
    return f"{' and '.join(parts)}{why} {'was' if one else 'were'} read as well."


def _formulas(facts: SheetFacts) -> str:
    if not facts.formulas:
        return ""
    return (
        "1 cell is a formula; its stored result was read."
        if facts.formulas == 1
        else f"{facts.formulas:,} cells are formulas; their stored results were read."
    )


def _percentages(facts: SheetFacts, names: Sequence[str]) -> str:
    columns = [
        f'"{names[column - 1]}" ({count:,} {"cell" if count == 1 else "cells"})'
        for column, count in sorted(facts.percentages.items())
        if column <= len(names) and names[column - 1]
    ]
    if not columns:
        return ""
    shown = ", ".join(columns[:COLUMNS_SHOWN]) + (" …" if len(columns) > COLUMNS_SHOWN else "")
    return f"Shown as percentages, read as the numbers behind them (98.5 % is 0.985): {shown}."
