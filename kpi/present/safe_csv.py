"""A frame as CSV for whoever opens it in a spreadsheet: no text of a record begins a formula there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

# The full-width forms count too: a spreadsheet set to Japanese or Chinese takes them for the plain ones.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_BEGINS_A_CELL = re.compile(r'([;\t\r\n][ "]*)(?=[=+\-@＝＋－＠])')


def safe_csv(frame: pd.DataFrame) -> bytes:
    """``safe_text_csv`` as UTF-8 with a byte order mark (Excel needs it), dates as ISO days."""
    shown = frame.copy()
    for position, name in enumerate(shown.columns):
        if shown.iloc[:, position].dtype.kind == "M":
            shown[name] = shown.iloc[:, position].dt.strftime("%Y-%m-%d")
    return b"\xef\xbb\xbf" + safe_text_csv(shown).encode()


def safe_text_csv(frame: pd.DataFrame) -> str:
    """The frame as CSV; texts that could be formulas, in cells and heads, get a leading '.

    Numbers stay numbers: −3 is no formula. Source of the rule: OWASP, CSV injection.
    """
    shown = frame.copy()
    shown.columns = [safe_text(name) for name in shown.columns]
    for position, name in enumerate(shown.columns):
        column = shown.iloc[:, position]
        if column.dtype.kind not in "iufbM":
            shown[name] = [safe_text(value) for value in column.astype(object)]
    return shown.to_csv(index=False, lineterminator="\n")


def safe_text(value: Any) -> Any:
    """The text with an apostrophe where a spreadsheet would take it for a formula; all else as it is.

    That is at its beginning, and after what may begin a cell of its own where semicolons or tabs separate cells (many
    European settings): there "x;=1" in one cell of ours is two cells.
    """
    if not isinstance(value, str):
        return value
    inside = _BEGINS_A_CELL.sub(r"\1'", value)
    return f"'{inside}" if inside.startswith(FORMULA_STARTS) else inside
