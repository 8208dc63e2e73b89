"""What reading a file yields: text cells, the rows they stood in, and how the file was read.

Nothing is cast here and nothing is guessed: an id stays the text that it was, and whether ``02/03/2024`` is in March is
for the mapping to say. These classes are plain data, so that everything later in the intake can import them cheaply.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars as pl

FORMAT_NAMES = {"csv": "CSV", "xlsx": "XLSX", "xls": "XLS", "ods": "ODS"}
DELIMITER_NAMES = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars"}
ENCODING_NAMES = {
    "utf-8": "UTF-8",
    "utf-16-le": "UTF-16 (little endian)",
    "utf-16-be": "UTF-16 (big endian)",
    "utf-32-le": "UTF-32 (little endian)",
    "utf-32-be": "UTF-32 (big endian)",
}
MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Limits:
    """How much a file may ask of the machine. What is larger is refused, quickly and with the limit named."""

    file_bytes: int = 300 * MEGABYTE
    rows: int = 3_000_000
    columns: int = 500
    field_characters: int = 32_767  # the most that a cell of a workbook can hold
    line_characters: int = 1_000_000
    unpacked_bytes: int = 1_000 * MEGABYTE
    unpacked_ratio: int = 200  # ordinary workbooks unpack to 5..20 times their size
    unpacked_small_bytes: int = 20 * MEGABYTE  # below this the ratio does not matter
    workbook_entries: int = 2_000
    archive_files: int = 200  # in one ZIP
    archive_bytes: int = 500 * MEGABYTE  # all files of one ZIP: they are held in memory together
    bundle_files: int = 500  # uploaded at once, those inside archives and sheets of workbooks included
    workbook_cells: int = 50_000_000  # of the rectangle from the first to the last used cell
    workbook_text_bytes: int = 400 * MEGABYTE  # a million rows of 15 columns are 150 to 250
    # Of addresses, which is more than memory: a full sheet of 1,000,000 rows and 13 columns (57 MB) takes 1.3 GB.
    worker_memory_bytes: int = 2_200 * MEGABYTE
    worker_seconds: int = 120  # of processor time
    worker_wait_seconds: int = 300  # by the clock, on a busy machine


LIMITS = Limits()


@dataclass(frozen=True)
class FileHints:
    """What the mapping's ``[file]`` table, or a person, says about the file; None is detected."""

    delimiter: str | None = None
    encoding: str | None = None
    sheet: str | None = None
    header_row: int | None = None


@dataclass(frozen=True)
class Reading:
    """How a file was read, to be shown and recorded.

    ``header_row`` counts from 1 as a spreadsheet does. ``detected`` names the facts (fields of this class) that were
    found in the file rather than given. ``notes`` are sentences that a person should see beside the result.
    """

    format: str
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    header_row: int = 1
    date_format: str | None = None
    decimal: str | None = None
    hidden_sheets: tuple[str, ...] = ()
    detected: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Plain values (lists instead of tuples), ready for JSON."""
        return {name: list(v) if isinstance(v, tuple) else v for name, v in asdict(self).items()}

    def sentence(self) -> str:
        """For example: Read as CSV, UTF-8, separated by semicolons, header in row 1."""
        parts = [f"Read as {FORMAT_NAMES.get(self.format, self.format)}"]
        if self.encoding:
            parts.append(ENCODING_NAMES.get(self.encoding, self.encoding))
        if self.delimiter:
            name = DELIMITER_NAMES.get(self.delimiter, f'"{self.delimiter}"')
            parts.append(f"separated by {name}")
        if self.sheet is not None:
            parts.append(f'sheet "{self.sheet}"')
        parts.append(f"header in row {self.header_row}")
        if self.date_format:
            parts.append(f"dates as {_in_words(self.date_format)}")
        if self.decimal:
            parts.append(f'decimal sign "{self.decimal}"')
        return " ".join([", ".join(parts) + ".", *self.notes])


def _in_words(date_format: str) -> str:
    """ "%d.%m.%Y" as a person writes it: dd.mm.yyyy; what can't be read so stays as it is."""
    from kpi.intake.dateformat import read_date_format

    read = read_date_format(date_format)
    return date_format if isinstance(read, str) else read.words


@dataclass(frozen=True)
class TextTable:
    """One table of text.

    cells: every column String, named by its header in the file (outer blanks removed, unique, never empty). An empty
        cell is the empty text "", never null. Cells are as they stand in the file, outer blanks included.
    rows: Int64, one per row of ``cells``: the row number a person sees when the file is open in a spreadsheet.
    typed: workbooks only. Per column a String series of "date", "number", "bool" or null per cell: what the cell
        really was. A real date stands in ``cells`` as 2024-02-03 (with a time only where it has one), a real number
        as its shortest exact text (12, 0.1), a real boolean as TRUE or FALSE. A column without any such cell is
        absent. Empty for CSV.
    trimmed: whether it is known that no cell has outer blanks.
    merged: workbooks only. Row, header and area of merged cells among the records: all but the first were read empty.
    otherwise: workbooks only. Header -> row, value and count of its numbers that the sheet shows with other digits.
    """

    cells: pl.DataFrame
    rows: pl.Series
    reading: Reading
    typed: Mapping[str, pl.Series] = field(default_factory=dict)
    merged: tuple[tuple[int, str, str], ...] = ()
    otherwise: Mapping[str, tuple[int, str, int]] = field(default_factory=dict)
    trimmed: bool = False
