"""Reading a file whose encoding, delimiter, sheet or header row only a saved mapping knows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from kpi.intake.contracts import dataset as contract_of
from kpi.intake.delimiter import read_head
from kpi.intake.encoding import to_utf8
from kpi.intake.filekind import file_kind
from kpi.intake.header import column_names
from kpi.intake.mapping import parse_mapping
from kpi.intake.mapping_data import Mapping
from kpi.intake.read import check_size, read_table
from kpi.intake.refusal import FileRefused
from kpi.intake.saved import Recognised, SavedMapping, file_hints, recognise
from kpi.intake.table import LIMITS, FileHints, Limits, TextTable

MOST_WORKBOOK_TRIES = 3  # a workbook is opened anew for every sheet and header row
MOST_TEXT_TRIES = 20  # different ways of reading a text file


@dataclass(frozen=True)
class RecognisedFile:
    """recognised: as ``saved.recognise`` has it for the file's headers. hints: the way of reading that gave them.

    table: of a workbook, which is read whole anyway; None for text files.
    """

    recognised: tuple[Recognised, ...]
    hints: FileHints
    table: TextTable | None = None


@dataclass(frozen=True)
class ReadWithSaved:
    """recognised: as ``saved.recognise`` has it for the headers read. hints: those that the file was read with."""

    table: TextTable
    recognised: tuple[Recognised, ...]
    hints: FileHints


def read_with_saved(
    content: bytes,
    file_name: str,
    dataset: str,
    saved: Sequence[SavedMapping],
    hints: FileHints = FileHints(),  # noqa: B008 - frozen, so that one instance serves all
    *,
    limits: Limits = LIMITS,
) -> ReadWithSaved:
    """The file read as ``recognise_file`` finds best. Raises FileRefused as reading it does."""
    found = recognise_file(content, file_name, dataset, saved, hints, limits=limits)
    table = found.table or read_table(content, file_name, found.hints, preferred_sheet=dataset, limits=limits)
    return ReadWithSaved(table, found.recognised, found.hints)


def recognise_file(
    content: bytes,
    file_name: str,
    dataset: str,
    saved: Sequence[SavedMapping],
    hints: FileHints = FileHints(),  # noqa: B008 - frozen, so that one instance serves all
    *,
    limits: Limits = LIMITS,
) -> RecognisedFile:
    """The saved mappings that fit the file, read plainly or, where that fits none exactly, as one of them says.

    Another way of reading is only taken where its headers are exactly those of the mapping that names it; what
    ``hints`` say is never changed. Of a text file only the first rows are split. Raises FileRefused, with the reason of
    the plain reading, where neither works.
    """
    check_size(len(content), file_name, limits)
    failure: FileRefused | None = None
    plain: RecognisedFile | None = None
    try:
        plain = _recognised(content, file_name, dataset, saved, hints, limits)
    except FileRefused as refusal:
        failure = refusal
    if plain is not None and any(one.exact for one in plain.recognised):
        return plain
    for other in _other_hints(content, file_name, dataset, saved, hints):
        try:
            found = _recognised(content, file_name, dataset, saved, other, limits)
        except FileRefused:
            continue
        if any(one.exact for one in found.recognised):
            return found
    if plain is None:
        assert failure is not None
        raise failure
    return plain


def mapping_for(read: RecognisedFile | ReadWithSaved, chosen: Recognised) -> Mapping:
    """The saved mapping, told to read the file as it was read now: a partner may have changed to UTF-8 since.

    Raises InputRefused where its text does not fit the dataset any more.
    """
    saved = chosen.saved
    mapping = parse_mapping(saved.mapping_text, contract_of(saved.dataset), f"the mapping saved for {saved.partner_id}")
    return replace(mapping, file=read.hints)


def _recognised(
    content: bytes, file_name: str, dataset: str, saved: Sequence[SavedMapping], hints: FileHints, limits: Limits
) -> RecognisedFile:
    """What this way of reading gives; text is decoded whole, because a byte far down may not be in that encoding."""
    if file_kind(content, file_name) != "text":
        table = read_table(content, file_name, hints, preferred_sheet=dataset, limits=limits)
        return RecognisedFile(recognise(table.cells.columns, dataset, saved), hints, table)
    body, *_ = to_utf8(content, file_name, hints)
    head = read_head(body, hints, file_name)
    names = [name for name in column_names(head.header_cells, head.header_row, limits, file_name) if name]
    return RecognisedFile(recognise(names, dataset, saved), hints)


def _other_hints(
    content: bytes, file_name: str, dataset: str, saved: Sequence[SavedMapping], hints: FileHints
) -> Iterator[FileHints]:
    """Ways of reading named by saved mappings that differ from ``hints``, newest first."""
    text = file_kind(content, file_name) == "text"
    tried = {_relevant(hints, text)}
    for one in sorted(saved, key=lambda mapping: -mapping.version):
        other = _filled(hints, file_hints(one))
        if one.dataset != dataset or _relevant(other, text) in tried:
            continue
        if len(tried) > (MOST_TEXT_TRIES if text else MOST_WORKBOOK_TRIES):
            return
        tried.add(_relevant(other, text))
        yield other


def _filled(hints: FileHints, from_saved: FileHints) -> FileHints:
    return FileHints(
        delimiter=hints.delimiter or from_saved.delimiter,
        encoding=hints.encoding or from_saved.encoding,
        sheet=hints.sheet or from_saved.sheet,
        header_row=hints.header_row or from_saved.header_row,
    )


def _relevant(hints: FileHints, text: bool) -> tuple[object, ...]:
    if text:
        return hints.delimiter, hints.encoding, hints.header_row
    return hints.sheet, hints.header_row
