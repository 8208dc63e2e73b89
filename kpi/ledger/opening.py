"""Opening a DuckDB file: settings, and what its errors mean for a person."""

from __future__ import annotations

import os
import re
from pathlib import Path

import duckdb

from kpi.errors import StoreDamaged, StoreUnavailable

LARGEST_SHARE_OF_MEMORY = 0.5

# A store is data from elsewhere: no statement run on it may reach other files or load code.
SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "preserve_insertion_order": "true",
}

FILE_KINDS = (
    (b"SQLite format 3", "a SQLite database"),
    (b"PK\x03\x04", "a zip archive or a workbook"),
    (b"PAR1", "a Parquet file"),
    (b"%PDF", "a PDF document"),
)


PREFIXES = re.compile(r"^(?:(?:[\w ]+ Error|Failed to commit|Failed to create checkpoint because of error): )+")


class FileLockedError(Exception):
    """Somebody else has the file open in a way that excludes us; worth another try. ``holder`` says who."""

    def __init__(self, holder: str) -> None:
        super().__init__(holder)
        self.holder = holder


def open_database(path: Path, read_only: bool) -> duckdb.DuckDBPyConnection:
    """One attempt. Raises FileLockedError (try again), StoreUnavailable or StoreDamaged (do not)."""
    try:
        connection = duckdb.connect(str(path), read_only=read_only, config=_settings())
    except duckdb.Error as error:
        raise _meaning(error, path) from error
    connection.execute("SET TimeZone = 'UTC'; SET enable_progress_bar = false")
    return connection


def _settings() -> dict[str, str | bool | int | float | list[str]]:
    limit = _memory_limit()
    return SETTINGS | {"memory_limit": limit} if limit else SETTINGS


def _memory_limit() -> str:
    """Half of the machine's memory: the screens beside it need the rest. Empty where the system does not tell."""
    try:
        total = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, OSError, ValueError):
        return ""
    return f"{int(total * LARGEST_SHARE_OF_MEMORY / 2**20)}MiB"


def _meaning(error: duckdb.Error, path: Path) -> Exception:
    text = str(error)
    if "Could not set lock" in text:
        return FileLockedError(_holder(text))
    if "different configuration" in text or "Unique file handle conflict" in text:
        return FileLockedError("another part of this program")
    # DuckDB knows a SQLite file by its first bytes and asks for an extension to read it with; a file that is named like
    # a table of text it would only look at, from a database in memory.
    signs = ("not a valid DuckDB database", "Loading external extensions", "Cannot launch in-memory database")
    if any(sign in text for sign in signs):
        return StoreDamaged(
            f"{path} is not a ledger: it is {_kind_of(path)}. Name another file as the store, or move this one away."
        )
    if "version number" in text:
        return StoreDamaged(f"{path} was written by another release of DuckDB. Update this program's packages.")
    if isinstance(error, duckdb.IOException) and not means_damage(error):
        return unavailable(path, error)
    return damaged(path, error)


def means_damage(error: duckdb.Error) -> bool:
    text = str(error).lower()
    signs = ("corrupt", "checksum", "could not read enough bytes", "failed to deserialize", "internal error")
    return any(sign in text for sign in signs)


def means_unavailable(error: duckdb.Error) -> bool:
    """The disk is full, the network share is gone: not the ledger's fault, and over once that is."""
    return isinstance(error, duckdb.IOException) or "could not write file" in str(error).lower()


def unavailable(path: Path, error: duckdb.Error) -> StoreUnavailable:
    return StoreUnavailable(f"The store {path} could not be used: {_first_line(str(error))}. Nothing was written.")


def damaged(path: Path, error: duckdb.Error) -> StoreDamaged:
    return StoreDamaged(
        f"The store {path} is damaged: {_first_line(str(error))}. Keep the file as it is and restore a backup."
    )


def _holder(text: str) -> str:
    found = re.search(r"held in (?P<program>.+?)(?: \(PID (?P<pid>\d+)\))", text)
    if not found:
        return "another process"
    return f"another process ({Path(found['program']).name}, PID {found['pid']})"


def _kind_of(path: Path) -> str:
    # Reading the file here is safe only because DuckDB has just refused it: closing any handle on a file that this
    # process has open in DuckDB would drop DuckDB's lock on it.
    with path.open("rb") as file:
        head = file.read(512)
    if not head:
        return "an empty file"
    for magic, kind in FILE_KINDS:
        if head.startswith(magic):
            return kind
    return "another kind of file" if b"\x00" in head else "a text file"


def _first_line(text: str) -> str:
    return PREFIXES.sub("", text.split("\n", 1)[0]).rstrip(". ")
