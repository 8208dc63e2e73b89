"""Which sheets of a workbook are tables of records, and which only explain or list something."""

from __future__ import annotations

from kpi.intake.contracts import DATASET_NAMES
from kpi.intake.file_names import words_in
from kpi.intake.header import find_header
from kpi.intake.recognition import dataset_by_headers, dataset_by_words
from kpi.intake.refusal import FileRefused
from kpi.intake.table import Limits
from kpi.intake.workbook import sheet_beginnings

# Sheets that explain or hold drop-down lists, by a word of their name. They are left out only where nothing else says
# that they are records, and it is said.
HELP_WORDS = frozenset(
    {"columns", "list", "lists", "dropdown", "dropdowns", "lookup", "lookups", "codes", "parameter", "parameters"}
    | {"help", "readme", "legend", "note", "notes", "info", "information", "instructions", "guide", "glossary"}
    | {"index", "contents", "cover", "settings", "version", "changelog"}
    | {"legende", "notizen", "anleitung", "hinweise", "glossar", "inhalt", "deckblatt"}
    | {"aide", "istruzioni", "legenda", "ayuda"}
)


def sheets_to_read(
    content: bytes, kind: str, file_name: str, limits: Limits
) -> tuple[list[str | None], tuple[str, ...]]:
    """The names of the sheets that are tables, in their order, and a sentence about what was left out.

    [None] where the workbook has one sheet with content, or none that is a table: reading it says what is wrong.
    Raises FileRefused for a workbook that cannot be opened.
    """
    heads = sheet_beginnings(content, kind, file_name, limits)
    if len(heads) < 2:
        return [None], ()
    taken: list[str | None] = []
    left_out = []
    for name, rows in heads.items():
        if _holds_records(name, rows, file_name):
            taken.append(name)
        else:
            left_out.append(f'"{name}"')
    if not taken:
        return [None], ()
    if not left_out:
        return taken, ()
    noun = "sheet" if len(left_out) == 1 else "sheets"
    return taken, (f"Left out as no table of records: {noun} {', '.join(left_out)}.",)


def _holds_records(name: str, rows: list[list[str]], file_name: str) -> bool:
    """Headers in several columns and something under them; of a sheet that is called a list or a help, ours only."""
    numbered = list(enumerate(rows, start=1))
    try:
        header = find_header(numbered, None, file_name)
    except FileRefused:
        return False
    headers = [cell.strip() for cell in rows[header] if cell.strip()]
    several = len(headers) > 1 and any(cell.strip() for row in rows[header + 1 :] for cell in row)
    if name.strip().casefold() in DATASET_NAMES or dataset_by_headers(headers):
        return True
    if not several:
        return False
    return bool(dataset_by_words(name)) or not HELP_WORDS.intersection(words_in(name))
