"""What a person says about a file on the screen, as the mapping that it amounts to.

The screen has no second way of reading: a date order chosen here becomes part of the same mapping that a partner's
saved file holds, and is recorded with the submission.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from kpi.intake.mapping import Mapping

DATE_FORMATS = {
    "%d.%m.%Y": "31.03.2026 (day, month, year)",
    "%d/%m/%Y": "31/03/2026 (day, month, year)",
    "%m/%d/%Y": "03/31/2026 (month, day, year)",
    "%d-%b-%Y": "31-Mar-2026 (day, name of the month, year)",
    "%d-%b-%y": "31-Mar-26 (day, name of the month, short year)",
}
DECIMAL_SIGNS = {",": "1234,5 (comma)"}
DELIMITERS = {",": "Commas", ";": "Semicolons", "\t": "Tabs", "|": "Vertical bars"}
ENCODINGS = {"utf-8": "UTF-8", "cp1252": "Western European (cp1252)", "iso-8859-2": "Central European (iso-8859-2)"}


@dataclass(frozen=True)
class FileSettings:
    """Choices about one file; None leaves it to the mapping, and without one to detection or the plain form."""

    date_format: str | None = None
    decimal: str | None = None
    delimiter: str | None = None
    encoding: str | None = None
    sheet: str | None = None


def applied(settings: FileSettings, mapping: Mapping) -> Mapping:
    """The mapping with the choices added. A choice made for this file goes before what the mapping says."""
    file = replace(
        mapping.file,
        delimiter=settings.delimiter or mapping.file.delimiter,
        encoding=settings.encoding or mapping.file.encoding,
        sheet=settings.sheet or mapping.file.sheet,
    )
    return replace(
        mapping,
        file=file,
        date_format=settings.date_format or mapping.date_format,
        decimal=settings.decimal or mapping.decimal,
    )
