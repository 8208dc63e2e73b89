"""Formats under which a sheet shows a number otherwise than its cell holds it: 12 as 00012, or as PO-0012.

For an amount that makes no difference; a lot that is called 00012 is another one than 12.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

OTHERWISE = 0  # a width: the format shows characters of its own, whatever the number's length
_BRACKETS = re.compile(r"\[[^\]]*\]")  # colours, conditions, languages
_SPACED = re.compile(r"[_*].")  # as wide as that character, or filled with it
_LITERAL = re.compile(r'"([^"]*)"|\\(.)')
_ZEROS = re.compile(r"0{2,}")
_DIGITS_AND_SIGNS = re.compile(r"[0#\-/ ().]+")


def width_shown(code: str) -> int | None:
    """How many digits a format code of a workbook shows at least: 5 for 00000; ``OTHERWISE`` for "PO-"0000.

    None where whole numbers are shown as they are, or not as numbers at all.
    """
    plain = _SPACED.sub("", _BRACKETS.sub("", unescape(code).split(";")[0]))
    own = "".join(first or second for first, second in _LITERAL.findall(plain)).strip()
    rest = _LITERAL.sub("", plain).strip()
    if _ZEROS.fullmatch(rest) and not own:
        return len(rest)
    signs = own or ("-" in rest.strip("-") or "/" in rest)
    return OTHERWISE if signs and "0" in rest and "." not in rest and _DIGITS_AND_SIGNS.fullmatch(rest) else None


def shown_otherwise(
    cells: pl.Series, typed: pl.Series, rows: pl.Series, widths: Mapping[int, int]
) -> tuple[int, str, int] | None:
    """Row, value and count of the numbers of a column that its sheet shows otherwise; None where there are none.

    widths: row number -> as from ``width_shown``, for the cells of this column that have such a format.
    """
    found = [
        (row, cell)
        for row, cell, kind in zip(rows.to_list(), cells.to_list(), typed.to_list(), strict=True)
        if kind == "number" and row in widths and (widths[row] == OTHERWISE or len(cell.lstrip("-")) < widths[row])
    ]
    return (*found[0], len(found)) if found else None
