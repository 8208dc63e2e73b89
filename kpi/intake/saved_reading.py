"""Reading a file whose encoding, delimiter, sheet or header row only a saved mapping knows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from kpi.errors import InputRefused
from kpi.intake.contracts import dataset as contract_of
from kpi.intake.delimiter import SAMPLE_BYTES, read_head
from kpi.intake.encoding import to_utf8
from kpi.intake.filekind import file_kind
from kpi.intake.header import column_names
from kpi.intake.mapping import parse_mapping
from kpi.intake.mapping_data import Mapping
from kpi.intake.read import read_table
from kpi.intake.refusal import FileRefused
from kpi.intake.saved import Recognised, SavedMapping, file_hints, recognise
from kpi.intake.table import LIMITS, FileHints, Limits, TextTable

MOST_WORKBOOK_TRIES = 3  # a workbook is opened anew for every sheet and header row


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
    """The file read plainly, or, where that fails or gives headers that no saved mapping has, as a saved mapping says.

    Another way of reading is only taken where its headers are exactly those of the mapping that names it; what
    ``hints`` say is never changed. Raises FileRefused, with the reason of the plain reading, where neither works.
    """
    plain: TextTable | None = None
    failure: FileRefused | None = None
    try:
        plain = read_table(content, file_name, hints, preferred_sheet=dataset, limits=limits)
    except FileRefused as refusal:
        failure = refusal
    found = recognise(plain.cells.columns, dataset, saved) if plain is not None else ()
    if plain is not None and any(one.exact for one in found):
        return ReadWithSaved(plain, found, hints)
    for other in _other_hints(content, file_name, dataset, saved, hints, limits):
        try:
            table = read_table(content, file_name, other, preferred_sheet=dataset, limits=limits)
        except FileRefused:
            continue
        fitting = recognise(table.cells.columns, dataset, saved)
        if any(one.exact for one in fitting):
            return ReadWithSaved(table, fitting, other)
    if plain is None:
        assert failure is not None
        raise failure
    return ReadWithSaved(plain, found, hints)


def mapping_for(read: ReadWithSaved, chosen: Recognised) -> Mapping:
    """The saved mapping, told to read the file as it was read now: a partner may have changed to UTF-8 since.

    Raises InputRefused where its text does not fit the dataset any more.
    """
    saved = chosen.saved
    mapping = parse_mapping(saved.mapping_text, contract_of(saved.dataset), f"the mapping saved for {saved.partner_id}")
    return replace(mapping, file=read.hints)


def _other_hints(
    content: bytes, file_name: str, dataset: str, saved: Sequence[SavedMapping], hints: FileHints, limits: Limits
) -> Iterator[FileHints]:
    """Ways of reading named by saved mappings that differ from ``hints`` and are worth a try, newest first."""
    text = file_kind(content, file_name) == "text"
    tried = {_relevant(hints, text)}
    for one in sorted(saved, key=lambda mapping: -mapping.version):
        if one.dataset != dataset:
            continue
        other = _filled(hints, file_hints(one))
        if _relevant(other, text) in tried or (not text and len(tried) > MOST_WORKBOOK_TRIES):
            continue
        tried.add(_relevant(other, text))
        if not text or _head_fits(content, file_name, one, other, limits):
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


def _head_fits(content: bytes, file_name: str, saved: SavedMapping, hints: FileHints, limits: Limits) -> bool:
    """Whether the first rows, read that way, have exactly the saved headers; the rest is not even decoded."""
    try:
        sample = content
        if len(content) > SAMPLE_BYTES:
            sample = content[: content.rfind(b"\n", 0, SAMPLE_BYTES) + 1] or content
        body, *_ = to_utf8(sample, file_name, hints)
        head = read_head(body, hints, file_name)
        names = [name for name in column_names(head.header_cells, head.header_row, limits, file_name) if name]
    except (InputRefused, UnicodeError):
        return False
    return any(one.exact for one in recognise(names, saved.dataset, [saved]))
