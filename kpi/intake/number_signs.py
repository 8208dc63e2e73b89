"""What the cells of a file show about its decimal sign: 12.5 can only be read in one way, 12.000 in two.

A file in which every point stands before exactly three digits is read with points as decimal signs, as its template
says, but a person is told: 12.000 may mean twelve thousand.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars as pl

    from kpi.intake.cast import Conventions
    from kpi.intake.contracts.base import Column

OTHER_SIGN = {",": ".", ".": ","}
SPACES = " \u00a0\u2009\u202f"


def only_decimal(sign: str) -> str:
    """The pattern of cells in which ``sign`` can only be the decimal sign."""
    other = OTHER_SIGN[sign]
    group = f"[{other}'’{SPACES}]"
    return "|".join(
        [
            rf"^[+-]?[0-9]+[{sign}](?:[0-9]{{1,2}}|[0-9]{{4,}})$",  # not three digits after it
            rf"^[+-]?(?:0|[0-9]{{4,}})[{sign}][0-9]+$",  # or nothing before it that could be a group
            rf"^[+-]?[0-9]{{1,3}}(?:{group}[0-9]{{3}})+[{sign}][0-9]+$",  # 1.234,5
            rf"^[+-]?[0-9]{{1,3}}(?:[{other}][0-9]{{3}}){{2,}}$",  # 1.234.567
        ]
    )


def either(sign: str) -> str:
    """The pattern of cells in which ``sign`` could be the decimal sign or group thousands: 12.000."""
    return rf"^[+-]?[1-9][0-9]{{0,2}}[{sign}][0-9]{{3}}$"


@dataclass(frozen=True)
class Points:
    """The points of one column, or of a piece of it. shown: some cell shows that they are decimal signs.

    open: how many cells could be read in both ways; the first of them with its row.
    """

    shown: bool = False
    open: int = 0
    row: int = 0
    cell: str = ""

    def then(self, later: Points) -> Points:
        """Both, where ``later`` comes behind this piece."""
        first = self if self.open else later
        return Points(self.shown or later.shown, self.open + later.open, first.row, first.cell)


def points_in(cells: pl.Series, typed: pl.Series | None, rows: pl.Series, conventions: Conventions) -> Points:
    """The points of a column's text cells; real numbers of a workbook show nothing, nor does what a mapping settles."""
    if conventions.decimal is not None or conventions.thousands == ".":
        return Points()
    pointed = cells.str.contains(".", literal=True).fill_null(False)
    if typed is not None:
        pointed &= (typed != "number").fill_null(True)
    if not pointed.any():
        return Points()
    texts = cells.filter(pointed)
    if texts.str.contains(only_decimal(".")).any():
        return Points(shown=True)
    in_both_ways = texts.str.contains(either("."))
    count = int(in_both_ways.sum())
    if not count:
        return Points()
    first = in_both_ways.arg_true()[0]
    return Points(open=count, row=int(rows.filter(pointed)[first]), cell=texts[first])


def open_points(found: Iterable[tuple[Column, str, Points]]) -> list[dict[str, Any]]:
    """A warning, as a plain dict, per column whose points nothing in the file explains.

    found: each column of numbers with its header and its points.
    """
    columns = list(found)
    if any(points.shown for _, _, points in columns):
        return []
    return [_warning(column, header, points) for column, header, points in columns if points.open]


def _warning(column: Column, header: str, points: Points) -> dict[str, Any]:
    small, large = f"{float(points.cell):g}", points.cell.replace(".", "").removeprefix("+")
    cells = "1 cell is" if points.open == 1 else f"{points.open:,} cells are"
    return {
        "severity": "warning",
        "code": "ambiguous_number",
        "row": points.row,
        "column": header,
        "value": points.cell,
        "problem": f"is read as {small} and could be {large}: no number in the file shows whether its points are "
        f"decimal signs or group thousands ({cells} written so)",
        "allowed": column.allows,
        "action": f"accept the warning if it is {small}; if it is {large}, add to the mapping under [file]: "
        'decimal = "," and thousands = "."',
    }
