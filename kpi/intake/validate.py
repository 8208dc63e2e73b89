"""One uploaded file checked: read, map, cast, compare with the contract and with what is known already."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date

import polars as pl

from kpi.intake import rules
from kpi.intake.cast_pieces import cast_pieces
from kpi.intake.contract_check import contract_findings
from kpi.intake.contracts import Dataset, dataset
from kpi.intake.findings import Findings
from kpi.intake.headers import match_headers
from kpi.intake.kept import Kept
from kpi.intake.known import KnownRecords
from kpi.intake.mapping_data import NO_MAPPING, Mapping
from kpi.intake.places import Places
from kpi.intake.read import open_source, read_table
from kpi.intake.refusal import FileRefused
from kpi.intake.rules_targets import target_rules
from kpi.intake.rules_texts import text_warnings
from kpi.intake.shape import settled
from kpi.intake.source import Source, TableSource
from kpi.intake.table import LIMITS, FileHints, Limits, Reading, TextTable

Progress = Callable[[str, float], None]

READING = "Reading the file"
CHECKING, COMPARING, WORDING = 0.75, 0.85, 0.95  # where these steps begin, as shares of the whole


@dataclass(frozen=True)
class ReadAgain:
    """What besides the bytes decides how a file is read."""

    hints: FileHints
    limits: Limits


@dataclass(frozen=True)
class Checked:
    """What came of checking one file.

    records: the contract's columns in contract order with their physical types, row_number (Int64) first; None where
    there are errors. read_again: how ``table`` reads the text cells once more; None where they could not be read.
    headers: our columns -> the file's headers. rows_read: how many records the file holds, wrong ones included; None
    where it could not be read.
    """

    dataset: str
    file_name: str
    content: bytes = field(repr=False)
    records: pl.DataFrame | None
    findings: Findings
    reading: Reading | None = None
    mapping_text: str = ""
    partners: tuple[str, ...] = ()
    read_again: ReadAgain | None = None
    headers: dict[str, str] = field(default_factory=dict)
    rows_read: int | None = None

    @property
    def table(self) -> TextTable | None:
        """The file's own text cells, for the annotated workbook; None where it could not be read.

        Read from ``content`` whenever it is asked for: kept, they would take more memory than all the rest.
        """
        if self.read_again is None:
            return None
        hints, limits = self.read_again.hints, self.read_again.limits
        return read_table(self.content, self.file_name, hints, preferred_sheet=self.dataset, limits=limits)

    @property
    def accepted(self) -> bool:
        """No errors; warnings may still need a person's consent."""
        return self.records is not None


def check_file(
    dataset_name: str,
    content: bytes,
    file_name: str,
    *,
    known: KnownRecords,
    today: date,
    mapping: Mapping = NO_MAPPING,
    limits: Limits = LIMITS,
    progress: Progress | None = None,
) -> Checked:
    """Checks a file against a dataset's contract and what is known; never raises for bad data.

    A file that can't be read at all comes back with the reason as its findings. Raises UsageError for an unknown
    dataset.
    """
    tell = progress or (lambda step, share: None)
    contract = dataset(dataset_name)
    mapping_text = "" if mapping == NO_MAPPING else mapping.to_toml()
    tell(READING, 0.0)
    try:
        source = open_source(content, file_name, mapping.file, preferred_sheet=dataset_name, limits=limits)
        checked = check_source(contract, source, file_name, known=known, today=today, mapping=mapping, progress=tell)
    except FileRefused as refusal:
        return Checked(dataset_name, file_name, content, None, refusal.findings, None, mapping_text)
    tell("Done", 1.0)
    return Checked(
        dataset_name,
        file_name,
        content,
        records=None if checked.findings.errors else checked.records,
        findings=checked.findings,
        reading=_as_mapped(source.reading, mapping),
        mapping_text=mapping_text,
        partners=_partners(checked.records),
        read_again=ReadAgain(mapping.file, limits),
        headers=checked.headers,
        rows_read=checked.records.height,
    )


@dataclass(frozen=True)
class CheckedTable:
    """records, headers: as in Checked, but records are there whatever was found; bad cells are null in them."""

    records: pl.DataFrame
    findings: Findings
    headers: dict[str, str]


def check_table(
    contract: Dataset,
    table: TextTable,
    file_name: str,
    *,
    known: KnownRecords,
    today: date,
    mapping: Mapping = NO_MAPPING,
    progress: Progress = lambda step, share: None,
) -> CheckedTable:
    """``check_source`` for a table that is in memory already."""
    source = TableSource(table)
    return check_source(contract, source, file_name, known=known, today=today, mapping=mapping, progress=progress)


def check_source(
    contract: Dataset,
    source: Source,
    file_name: str,
    *,
    known: KnownRecords,
    today: date,
    mapping: Mapping = NO_MAPPING,
    progress: Progress = lambda step, share: None,
) -> CheckedTable:
    """All steps, each over the whole table, so that everything is found in one pass.

    The cells are cast piece by piece as they are read; the rules see the records, which take a fraction of the memory.
    Raises FileRefused where the source turns out not to be a table.
    """
    headers = match_headers(source.headers, contract, mapping)
    kept = Kept()
    cast = cast_pieces(contract, source, headers, mapping, today, kept, _part(progress, READING, 0.0, CHECKING))
    about_headers = Findings.of([*headers.faults, *cast.conflicts], file_name).frame
    places = Places(cast.rows, headers.found, source, kept)
    example = rules.example_rows(contract, cast.records).fill_null(False)
    spoken = places.but(example) if example.any() else places
    said = list(cast.findings)
    progress("Checking the rules of each row", CHECKING)
    step = _part(progress, "Checking the rules of each row", CHECKING, COMPARING)
    said += contract_findings(contract, cast.records, cast.bad, spoken, step)
    progress("Comparing with what is known", COMPARING)
    said += _across_rows(contract, cast.records, known, today, spoken)
    if example.any():
        said += rules.example_row_findings(contract, cast.records, places)
    progress("Writing the findings", WORDING)
    said.append(Findings.of(cast.whole).frame)
    said = settled(said, cast.apart, source.lines)
    findings = Findings.of_frames([about_headers, *said], file_name, kept.beyond)
    numbered = cast.records.select(cast.rows.cast(pl.Int64).alias("row_number"), pl.all())
    return CheckedTable(numbered, findings, headers.found)


def _part(progress: Progress, step: str, start: float, end: float) -> Callable[[float], None]:
    """A step's own progress from 0 to 1 as a part of the whole."""
    return lambda share: progress(step, start + (end - start) * share)


def _across_rows(
    contract: Dataset, records: pl.DataFrame, known: KnownRecords, today: date, places: Places
) -> list[pl.DataFrame]:
    said = [
        rules.future_dates(column, records[column.name], today, places)
        for column in contract.columns
        if column.kind == "date"
    ]
    said += text_warnings(contract, records, places)
    said.append(rules.duplicate_keys(contract, records, places))
    if contract.name != "targets":
        said.append(rules.partner_named(records, places))
    if contract.name == "partners":
        said.append(rules.partner_names(records, places))
    else:
        said += rules.register(contract, records, known, places)
    if contract.name == "deviations":
        said.append(rules.known_batches(records, known, places))
    if contract.name == "audit_findings":
        said.append(rules.known_findings(records, known, places))
    if contract.name == "targets":
        said += target_rules(records, known, places)
    return said


def _as_mapped(reading: Reading, mapping: Mapping) -> Reading:
    return replace(reading, date_format=mapping.date_format, decimal=mapping.decimal)


def _partners(records: pl.DataFrame) -> tuple[str, ...]:
    ids = records["partner_id"].drop_nulls().unique().sort().to_list()
    return tuple(name for name in ids if name != rules.EVERY_PARTNER)
