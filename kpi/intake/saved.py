"""Mappings saved for a partner: which of them a new file belongs to, told by its headers."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kpi.intake.headers import fold
from kpi.intake.table import FileHints

EVERY_PARTNER = "*"  # whose mapping it is where one file holds the records of several partners
LEAST_SHARE = 0.5  # of a mapping's headers that a changed file still has to have


@dataclass(frozen=True)
class SavedMapping:
    """The newest mapping of one partner ("*": a file of several) and dataset.

    headers: all of the file that it was made for. ``version`` is the ledger's, ``at`` UTC without a zone.
    """

    partner_id: str
    dataset: str
    headers: tuple[str, ...]
    mapping_text: str
    version: int
    at: datetime
    actor: str
    reason: str


@dataclass(frozen=True)
class Recognised:
    """A saved mapping that a file's headers fit. exact: the same headers, in whatever order.

    new_headers: in the file, not in the saved one. missing_headers: the other way round; ``needed`` names those of
    them that the mapping reads, without which it cannot be used as it is.
    """

    saved: SavedMapping
    exact: bool
    new_headers: tuple[str, ...]
    missing_headers: tuple[str, ...]
    needed: tuple[str, ...] = ()


def recognise(headers: Sequence[str], dataset: str, saved: Sequence[SavedMapping]) -> tuple[Recognised, ...]:
    """The saved mappings of this dataset that fit these headers; empty if none does.

    Those with the same headers, if there are any: several only where they read the file differently, newest first; then
    a person has to choose. Else the one that is closest, if at least half of the headers that it reads are there.
    """
    folded = {fold(header): header for header in headers}
    fitting = [_compared(folded, one) for one in saved if one.dataset == dataset]
    exact = sorted((one for one in fitting if one.exact), key=lambda one: -one.saved.version)
    if exact:
        by_text = {one.saved.mapping_text: one for one in reversed(exact)}
        return tuple(one for one in exact if by_text[one.saved.mapping_text] is one)
    near = [(share, one) for one in fitting if (share := _share(one)) >= LEAST_SHARE]
    if not near:
        return ()
    return (max(near, key=lambda pair: (pair[0], -len(pair[1].new_headers), pair[1].saved.version))[1],)


def read_headers(saved: SavedMapping) -> tuple[str, ...]:
    """The partner's headers that the mapping reads; none where its text cannot be read any more."""
    columns = _table(saved, "columns")
    return tuple(dict.fromkeys(str(theirs) for theirs in columns.values()))


def file_hints(saved: SavedMapping) -> FileHints:
    """How the mapping says that the file is to be read; what it does not say is None."""
    table = _table(saved, "file")
    texts = {name: table.get(name) for name in ("delimiter", "encoding", "sheet")}
    row = table.get("header_row")
    return FileHints(
        **{name: text if isinstance(text, str) else None for name, text in texts.items()},
        header_row=row if isinstance(row, int) else None,
    )


def _table(saved: SavedMapping, name: str) -> dict[str, Any]:
    try:
        table = tomllib.loads(saved.mapping_text).get(name, {})
    except tomllib.TOMLDecodeError:
        return {}
    return table if isinstance(table, dict) else {}


def _compared(folded: dict[str, str], saved: SavedMapping) -> Recognised:
    then = {fold(header): header for header in saved.headers}
    missing = tuple(header for key, header in then.items() if key not in folded)
    needed = {fold(header) for header in read_headers(saved)}
    return Recognised(
        saved,
        exact=then.keys() == folded.keys(),
        new_headers=tuple(header for key, header in folded.items() if key not in then),
        missing_headers=missing,
        needed=tuple(header for header in missing if fold(header) in needed),
    )


def _share(one: Recognised) -> float:
    """How much of what the mapping reads is in the file, 0..1; its own headers where it names none."""
    read = read_headers(one.saved) or one.saved.headers
    gone = one.needed if read_headers(one.saved) else one.missing_headers
    return 1 - len(gone) / len(read) if read else 0.0
