"""What a person says about a file on the screen, written as the mapping file it amounts to.

The screen has no second way of reading: a date order chosen here becomes the same TOML that a partner's saved mapping
holds, is parsed by the same code and is recorded with the submission.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

DATE_FORMATS = {
    "2026-03-31 (year, month, day)": None,
    "31.03.2026 (day, month, year)": "%d.%m.%Y",
    "31/03/2026 (day, month, year)": "%d/%m/%Y",
    "03/31/2026 (month, day, year)": "%m/%d/%Y",
    "31-Mar-2026 (day, month name, year)": "%d-%b-%Y",
    "31-Mar-26 (day, month name, short year)": "%d-%b-%y",
}
DECIMAL_SIGNS = {"1234.5 (point)": None, "1234,5 (comma)": ","}
DELIMITERS = {"Detect": None, "Comma": ",", "Semicolon": ";", "Tab": "\t", "Vertical bar": "|"}
ENCODINGS = {"Detect": None, "UTF-8": "utf-8", "Western European (cp1252)": "cp1252", "UTF-16": "utf-16"}


@dataclass(frozen=True)
class FileSettings:
    """Choices about one file; None is "as detected", or for dates and decimals the plain default."""

    date_format: str | None = None
    decimal: str | None = None
    delimiter: str | None = None
    encoding: str | None = None
    sheet: str | None = None

    def said(self) -> dict[str, str]:
        return {name: value for name, value in vars(self).items() if value is not None}


def mapping_text(settings: FileSettings) -> str:
    """The mapping file (TOML) that says the same; the empty text when nothing was chosen."""
    said = settings.said()
    if not said:
        return ""
    # A JSON string is a TOML basic string: same quotes, same escapes.
    lines = [f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in said.items()]
    return "\n".join(["[file]", *lines]) + "\n"


def with_sheet(text: str, sheet: str | None) -> str:
    """A mapping file's text with the sheet that a person chose, unless the mapping already names one.

    Only ``[file]`` can hold it; a text that has that table gets one line more, another gets the table.
    """
    if sheet is None:
        return text
    line = f"sheet = {json.dumps(sheet, ensure_ascii=False)}"
    lines = text.splitlines()
    for number, existing in enumerate(lines):
        if existing.split("#")[0].strip() == "[file]":
            return "\n".join([*lines[: number + 1], line, *lines[number + 1 :]]) + "\n"
    return "\n".join(["[file]", line, "", *lines]) + "\n"
