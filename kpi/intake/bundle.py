"""Many files at once: archives unpacked, workbooks parted into the sheets that are datasets, each with its own reason.

No part depends on another one: a file that cannot be read is a part with ``refused``, and the others go on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from kpi.intake.archive import is_archive, unpack_archive
from kpi.intake.file_names import month_in_name, safe_name
from kpi.intake.filekind import file_kind
from kpi.intake.findings import Findings
from kpi.intake.known import known_with
from kpi.intake.read import check_size
from kpi.intake.recognition import Recognition, recognise_dataset
from kpi.intake.refusal import FileRefused, Problem
from kpi.intake.sheets import sheets_to_read
from kpi.intake.table import LIMITS, Limits

__all__ = [
    "SUBMISSION_ORDER",
    "Part",
    "Recognition",
    "in_submission_order",
    "known_with",
    "month_in_name",
    "recognise_dataset",
    "unpack",
]

WITHIN = " › "
# What others refer to comes first: sites, then targets, then batches before the deviations that name them.
SUBMISSION_ORDER = ("partners", "targets", "batch_records", "deviations", "audit_findings", "deliveries")

T = TypeVar("T")


@dataclass(frozen=True)
class Part:
    """One table to be: a file, a file of an archive, or a sheet of a workbook.

    name: what a person reads, 'march.zip › batches.csv'. file_name: the safe base name that goes into the ledger.
    content: the bytes that are read and kept as the original (for a sheet: the whole workbook), empty where they could
    not be had. sheet: which sheet, for a workbook of several. refused: why the part can't be read at all.
    notes: sentences about what was left out around it; those of an archive or workbook stand at its first part.
    """

    name: str
    file_name: str
    content: bytes
    sheet: str | None = None
    refused: Findings | None = None
    notes: tuple[str, ...] = ()


def unpack(files: Sequence[tuple[str, bytes]], limits: Limits = LIMITS) -> tuple[Part, ...]:
    """The parts of uploaded (name, content) pairs, in their order; raises nothing, whatever the files hold.

    Workbooks are opened, in a process of their own, only to see their sheets.
    """
    parts: list[Part] = []
    for place, (name, content) in enumerate(files):
        if len(parts) >= limits.bundle_files:
            parts.append(_too_many(files[place:], limits))
            break
        parts += _parts_of(name, content, limits)
    return tuple(parts)


def in_submission_order(items: Iterable[T], dataset_of: Callable[[T], str]) -> list[T]:
    """The items so that what others refer to comes first; items of one dataset keep their order."""
    return sorted(items, key=lambda item: SUBMISSION_ORDER.index(dataset_of(item)))


def _parts_of(name: str, content: bytes, limits: Limits) -> list[Part]:
    file_name = safe_name(name)
    try:
        check_size(len(content), file_name, limits)
    except FileRefused as refused:
        return [Part(file_name, file_name, b"", refused=refused.findings)]
    if not is_archive(content):
        return _tables(file_name, file_name, content, limits)
    try:
        packed, notes = unpack_archive(content, file_name, limits)
    except FileRefused as refused:
        return [Part(file_name, file_name, b"", refused=refused.findings)]
    parts: list[Part] = []
    for inner in packed:
        shown = f"{file_name}{WITHIN}{inner.path}"
        if inner.refused:
            parts.append(Part(shown, inner.file_name, b"", refused=inner.refused.findings))
        else:
            parts += _tables(shown, inner.file_name, inner.content, limits)
    parts[0] = replace(parts[0], notes=(*notes, *parts[0].notes))
    return parts


def _tables(shown: str, file_name: str, content: bytes, limits: Limits) -> list[Part]:
    """A part for the file, or one per sheet where a workbook has several that are tables."""
    try:
        kind = file_kind(content, file_name)
        if kind == "text":
            return [Part(shown, file_name, content)]
        sheets, notes = sheets_to_read(content, kind, file_name, limits)
    except FileRefused as refused:
        return [Part(shown, file_name, content, refused=refused.findings)]
    parts = [
        Part(shown if sheet is None else f"{shown}{WITHIN}{safe_name(sheet)}", file_name, content, sheet)
        for sheet in sheets
    ]
    parts[0] = replace(parts[0], notes=notes)
    return parts


def _too_many(rest: Sequence[tuple[str, bytes]], limits: Limits) -> Part:
    file_name = safe_name(rest[0][0])
    problem = Problem(
        "bundle_too_many",
        f"{limits.bundle_files:,} files and sheets came before it; {len(rest):,} uploaded files were not looked at",
        f"at most {limits.bundle_files:,} files and sheets at once",
        "Upload the rest afterwards",
    )
    return Part(file_name, file_name, b"", refused=FileRefused(file_name, problem).findings)
