"""Writes a data frame as a table, CSV, JSON or Parquet. Nulls are empty, never 0; months are ``YYYY-MM``.

In CSV a text that a spreadsheet would take for a formula gets a leading apostrophe; JSON and Parquet are exact.
"""

from __future__ import annotations

import json
import math
import os
import sys
import tempfile
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kpi.errors import UsageError
from kpi.present.safe_csv import safe_text_csv

if TYPE_CHECKING:
    import pandas as pd

TABLE, CSV, JSON, PARQUET = "table", "csv", "json", "parquet"
LAYOUT_OF_SUFFIX = {".csv": CSV, ".json": JSON, ".parquet": PARQUET}
WHOLE_NUMBERS = ("n", "n_before", "n_after")
MONTHS = ("month", "month_from", "month_to")
SIGNIFICANT_DIGITS = 6  # of the table for people; csv, json and parquet carry every digit


def write_frame(frame: pd.DataFrame, layout: str | None, to_file: Path | None = None) -> None:
    """To ``to_file``, else standard output. Without a layout the file's suffix decides, else it is a table.

    Raises UsageError where the file cannot be written, or Parquet's bytes would land on a terminal.
    """
    if layout is None:
        layout = LAYOUT_OF_SUFFIX.get(to_file.suffix.lower(), TABLE) if to_file else TABLE
    if to_file is None and layout == PARQUET and sys.stdout.isatty():
        raise UsageError("Parquet is not for a terminal. Name a file: --to-file FILE.parquet.")
    content = rendered(tidy(frame), layout)
    if to_file is None:
        sys.stdout.flush()
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
    else:
        write_whole(to_file, content)


def write_whole(path: Path, content: bytes) -> None:
    """All of the file or none of it. Raises UsageError where it cannot be written."""
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            os.chmod(name, 0o666 & ~_umask())
            os.replace(name, path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}. Name another file.") from error


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def tidy(frame: pd.DataFrame) -> pd.DataFrame:
    """The same rows with months as ``YYYY-MM``, other dates as ISO text and counts as whole numbers."""
    import pandas as pd

    out = frame.reset_index(drop=True).copy()
    for name in out.columns:
        column = out[name]
        if name in MONTHS:
            out[name] = pd.to_datetime(column).dt.strftime("%Y-%m").astype("string")
        elif pd.api.types.is_datetime64_any_dtype(column):
            out[name] = _iso(column)
        elif name in WHOLE_NUMBERS:
            out[name] = column.astype("Int64")
    return out


def _iso(column: pd.Series) -> pd.Series:
    midnight = column.dropna().dt.normalize().eq(column.dropna()).all()
    return column.dt.strftime("%Y-%m-%d" if midnight else "%Y-%m-%dT%H:%M:%SZ").astype("string")


def rendered(frame: pd.DataFrame, layout: str) -> bytes:
    if layout == CSV:
        return safe_text_csv(frame).encode()
    if layout == JSON:
        return as_json(frame).encode()
    if layout == PARQUET:
        content: bytes = frame.to_parquet(index=False)
        return content
    return as_table(frame).encode()


def plain(value: Any) -> Any:
    """One cell as JSON knows it: no NaN, no NaT, no numpy."""
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if hasattr(value, "tolist"):  # numpy scalars and arrays
        return plain(value.tolist())
    if value is None or type(value).__name__ in ("NAType", "NaTType"):  # NA cannot be compared, not even with itself
        return None
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, date | datetime):
        return value.isoformat()
    return value


def as_json(frame: pd.DataFrame) -> str:
    """A list of objects, one line each, so that a difference between two versions can be read."""
    columns = [[plain(value) for value in frame[name]] for name in frame.columns]
    rows = (dict(zip(frame.columns, row, strict=True)) for row in zip(*columns, strict=True))
    lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    return f"[\n{lines}\n]\n" if lines else "[]\n"


def as_table(frame: pd.DataFrame) -> str:
    """Aligned columns for a person: numbers to the right and rounded, everything else to the left."""
    columns = []
    for name in frame.columns:
        cells = [shown(value) for value in frame[name]]
        right = frame[name].dtype.kind in "iuf"
        width = max([len(name), *(len(cell) for cell in cells)])
        columns.append([f"{cell:>{width}}" if right else f"{cell:<{width}}" for cell in (name, *cells)])
    return "".join("  ".join(line).rstrip() + "\n" for line in zip(*columns, strict=True))


def shown(value: Any) -> str:
    """One cell on one line; characters that could steer a terminal become a blank."""
    value = plain(value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.0f}" if abs(value) >= 10**SIGNIFICANT_DIGITS else f"{value:.{SIGNIFICANT_DIGITS}g}"
    if isinstance(value, list):
        return ", ".join(shown(item) for item in value)
    return "".join(letter if letter.isprintable() else " " for letter in str(value))
