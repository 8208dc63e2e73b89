"""One uploaded file checked: read, map, cast, compare with the contract and with what is known already."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date

import polars as pl

from kpi.intake import rules
from kpi.intake.cast import cast_column
from kpi.intake.contract_check import contract_findings
from kpi.intake.contracts import Dataset, dataset
from kpi.intake.findings import Findings
from kpi.intake.headers import Headers, match_headers
from kpi.intake.known import KnownRecords
from kpi.intake.mapping_data import NO_MAPPING, Mapping
from kpi.intake.places import Places
from kpi.intake.read import read_table
from kpi.intake.refusal import FileRefused
from kpi.intake.rules_targets import target_rules
from kpi.intake.shape import shape_findings
from kpi.intake.table import LIMITS, Limits, Reading, TextTable
from kpi.intake.translate import conflicts, translate

Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class Checked:
    """What came of checking one file.

    records: the contract's columns in contract order with their physical types, row_number (Int64) first; None where
    there are errors. cells: the file's own text cells, for the annotated workbook; None where it could not be read.
    """

    dataset: str
    file_name: str
    content: bytes
    records: pl.DataFrame | None
    findings: Findings
    reading: Reading | None = None
    mapping_text: str = ""
    partners: tuple[str, ...] = ()
    table: TextTable | None = field(default=None, repr=False)

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
    tell("Reading the file", 0.0)
    try:
        table = read_table(content, file_name, mapping.file, preferred_sheet=dataset_name, limits=limits)
    except FileRefused as refusal:
        return Checked(dataset_name, file_name, content, None, refusal.findings, None, mapping_text)
    checked = check_table(contract, table, file_name, known=known, today=today, mapping=mapping, progress=tell)
    tell("Done", 1.0)
    return Checked(
        dataset_name,
        file_name,
        content,
        records=None if checked.findings.errors else checked.records,
        findings=checked.findings,
        reading=_as_mapped(table.reading, mapping),
        mapping_text=mapping_text,
        partners=_partners(checked.records),
        table=table,
    )


@dataclass(frozen=True)
class CheckedTable:
    """records: as in Checked, but there whatever was found; bad cells are null in it."""

    records: pl.DataFrame
    findings: Findings


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
    """The steps after reading, each over the whole table, so that everything is found in one pass."""
    table = replace(table, cells=table.cells.rechunk(), rows=table.rows.rechunk())
    headers = match_headers(table.cells.columns, contract, mapping)
    about_headers = Findings.of([*headers.faults, *conflicts(table, headers.found, mapping)], file_name).frame
    places = Places(table.rows, headers.found, table.cells)
    progress("Reading the cells", 0.3)
    records, bad, said = _cast(contract, table, headers, mapping, places, today)
    progress("Checking the rules of each row", 0.6)
    said += contract_findings(contract, records, bad, places)
    progress("Comparing with what is known", 0.8)
    said += _across_rows(contract, records, known, today, places)
    example = rules.example_rows(contract, records).fill_null(False)
    if example.any():
        said = [_elsewhere(frame, places.rows.filter(example)) for frame in said]
        said += rules.example_row_findings(contract, records, places)
    said = shape_findings(table, said)
    findings = Findings.of_frames([about_headers, *said], file_name)
    return CheckedTable(records.select(table.rows.cast(pl.Int64).alias("row_number"), pl.all()), findings)


def _cast(
    contract: Dataset, table: TextTable, headers: Headers, mapping: Mapping, places: Places, today: date
) -> tuple[pl.DataFrame, dict[str, pl.Series], list[pl.DataFrame]]:
    """The typed columns, the masks of bad cells (a missing required column is bad throughout), and the findings."""
    values, bad, said = {}, {}, []
    absent = {fault["column"] for fault in headers.faults if fault["code"] == "missing_column"}
    absent |= set(mapping.columns) - set(headers.found)
    for column in contract.columns:
        given = translate(column, headers.found.get(column.name), table, mapping)
        cast = cast_column(column, given.cells, given.typed, given.conventions)
        said.append(places.findings(column.name, cast.faults))
        none = pl.Series([False]).new_from_index(0, table.cells.height)
        wrong = given.cells.is_not_null() & cast.values.is_null() if cast.faults.height else none
        if column.kind == "date":
            said.append(rules.implausible_dates(column, cast.values, today, places))
            slips = rules.implausible(cast.values, today)
            wrong = wrong | slips if slips.any() else wrong
        values[column.name] = cast.values.alias(column.name)
        bad[column.name] = ~none if column.name in absent else wrong
    return pl.DataFrame(values), bad, said


def _across_rows(
    contract: Dataset, records: pl.DataFrame, known: KnownRecords, today: date, places: Places
) -> list[pl.DataFrame]:
    said = [
        rules.future_dates(column, records[column.name], today, places)
        for column in contract.columns
        if column.kind == "date"
    ]
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


def _elsewhere(findings: pl.DataFrame, rows: pl.Series) -> pl.DataFrame:
    return findings.filter(~pl.col("row").is_in(rows.to_list()) | pl.col("row").is_null())


def _as_mapped(reading: Reading, mapping: Mapping) -> Reading:
    return replace(reading, date_format=mapping.date_format, decimal=mapping.decimal)


def _partners(records: pl.DataFrame) -> tuple[str, ...]:
    ids = records["partner_id"].drop_nulls().unique().sort().to_list()
    return tuple(name for name in ids if name != rules.EVERY_PARTNER)
