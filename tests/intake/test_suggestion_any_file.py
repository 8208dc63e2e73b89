"""Whatever a file holds: a proposal comes, its mapping is one that can be read, and every answer can be given."""

from __future__ import annotations

import time
from datetime import datetime

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpi.errors import UsageError
from kpi.intake.contracts import DATASET_NAMES, dataset
from kpi.intake.known import KnownRecords
from kpi.intake.mapping import parse_mapping
from kpi.intake.mapping_data import Mapping
from kpi.intake.saved import SavedMapping
from kpi.intake.suggestion import answered, dataset_scores, encoding_choices, preview, propose
from kpi.intake.table import TextTable
from tests.intake.partner_files import FILES, SAP, SPANISH, register
from tests.intake.test_suggestion_formats import READING, table

PIECES = ["Charge", "Lot No.", "due", "Datum", "date", "severity", "Werk", "CAPA", "Menge", "x", "ä", "#", "(%)", " "]
CELLS = [
    "", "-", "n/a", "03.04.2026", "31.03.26", "2026-03-31", "12,5", "1.234", "1.412.698.315", "Freigegeben", "Gesperrt",
    "ja", "X", "maj.18", "99.99.9999", "0", "\u200b", "\x1f", "=1+1", "'", '"', "\\", "NA", "major; minor", "H1",
]  # fmt: skip
KNOWN = register(("HELIX", "H1"), ("NOVA", "N1"), batches=(("HELIX", "12,5"),))
HEADER = st.lists(st.sampled_from(PIECES), min_size=1, max_size=3).map(" ".join).map(str.strip).filter(bool)


@st.composite
def tables(draw: st.DrawFn) -> TextTable:
    headers = draw(st.lists(HEADER, min_size=1, max_size=7, unique=True))
    height = draw(st.integers(1, 5))
    cell = st.sampled_from(CELLS) | st.text(max_size=6)
    columns = {header: draw(st.lists(cell, min_size=height, max_size=height)) for header in headers}
    kind = st.sampled_from([None, "number", "bool"])
    typed = {headers[0]: draw(st.lists(kind, min_size=height, max_size=height))} if draw(st.booleans()) else None
    return table(columns, typed)


@settings(max_examples=120)
@given(tables(), st.sampled_from(DATASET_NAMES), st.booleans())
def test_a_proposal_can_always_be_read_and_answered(given_table: TextTable, name: str, empty: bool) -> None:
    contract = dataset(name)
    found = propose(given_table, contract, known=KnownRecords.empty() if empty else KNOWN)
    assert parse_mapping(found.mapping.to_toml(), contract) == found.mapping
    assert len({question.key for question in found.questions}) == len(found.questions)
    for last in (False, True):
        answers = {question.key: question.choices[-1 if last else 0][0] for question in found.questions}
        mapping = answered(found, answers)
        parse_mapping(mapping.to_toml(), contract)
        preview(given_table, contract, mapping)
        again = propose(given_table, contract, known=KNOWN, base=mapping)
        assert {**again.mapping.columns, **mapping.columns} == again.mapping.columns
    scores = dataset_scores(given_table, KNOWN)
    assert all(0 <= score <= 1 for _, score, _ in scores)


@settings(max_examples=200)
@given(st.binary(max_size=200))
def test_every_encoding_offered_reads_all_of_the_bytes(content: bytes) -> None:
    for choice in encoding_choices(content):
        content.decode(choice.name)


def test_headers_that_are_ours_need_no_columns_in_the_mapping() -> None:
    own = table({"partner_id": ["HELIX"], "kpi_id": ["x"], "effective_from": ["31.01.2026"], "target": ["0,95"]})
    found = propose(own, dataset("targets"), known=KnownRecords.empty())
    assert found.mapping == Mapping(date_format="%d.%m.%Y", decimal=",")
    assert all(one.sure for one in found.suggestions if one.header is not None)


def test_an_earlier_mapping_of_the_partner_leads() -> None:
    text = (
        '[columns]\nproduct = "Materialnummer"\nbatch_cost = "Sollmenge"\n'
        '[values.disposition]\nGesperrt = "pending"\n[constants]\npartner_id = "0042"\n'
    )
    headers = tuple(SAP.table().cells.columns)
    past = [SavedMapping("0042", "batch_records", headers, text, 3, datetime(2026, 11, 3), "ana", "")]
    known = register(("0042", "1000"), ("HELIX", "1000"))
    found = propose(SAP.table(), dataset("batch_records"), known=known, past=past)
    by_column = {one.column: one for one in found.suggestions}
    assert (by_column["product"].header, by_column["product"].why) == (
        "Materialnummer",
        "as in the last file of 0042",
    )
    assert by_column["batch_cost"].header == "Sollmenge"
    assert found.mapping.values["disposition"]["Gesperrt"] == "pending"
    partner = next(question for question in found.questions if question.column == "partner_id")
    assert partner.choices[0][0] == "0042"


def test_an_answer_that_is_none_of_the_choices_is_refused() -> None:
    found = propose(SPANISH.table(), dataset("deliveries"), known=KnownRecords.empty())
    with pytest.raises(UsageError, match='"perhaps" is not a question about this file'):
        answered(found, {"perhaps": "yes"})
    with pytest.raises(UsageError, match='";" is no answer to: Is the'):
        answered(found, {"decimal sign:": ";"})


def test_an_empty_column_is_proposed_by_its_name_but_never_surely() -> None:
    found = propose(table({"Lot No.": [""], "Status": [""]}), dataset("batch_records"), known=KnownRecords.empty())
    lot = next(one for one in found.suggestions if one.column == "batch_id")
    assert (lot.header, lot.sure) == ("Lot No.", False)


def test_what_a_workbook_holds_as_dates_is_known_as_dates() -> None:
    cells = {"Datum": ["2026-03-31"], "Due date": ["2026-04-30"]}
    typed = {name: pl.Series(name, ["date"], dtype=pl.String) for name in cells}
    real = TextTable(pl.DataFrame(cells), pl.Series([2], dtype=pl.Int64), READING, typed)
    due = next(one for one in propose(real, dataset("deviations"), known=KNOWN).suggestions if one.column == "due_date")
    assert (due.header, due.sure) == ("Due date", True)


def test_the_share_of_columns_found_does_not_fall() -> None:
    """Over all files of partners: of the columns that a person would map, how many are proposed rightly."""
    right = every = 0
    for file in FILES:
        suggested = propose(file.table(), dataset(file.dataset), known=KnownRecords.empty()).suggestions
        right += sum(file.columns.get(one.column) == one.header for one in suggested if one.header is not None)
        every += len(file.columns)
    assert right / every >= 0.95


def test_a_file_of_five_hundred_columns_is_recognised_within_seconds() -> None:
    """An export of everything: our columns among hundreds of others. It took minutes once."""
    ours = {"Werk": "H1", "Bestellposition": "4711-10", "Material": "AX-101", "Zugesagt": "31.03.2026"}
    ours |= {"Bestellmenge": "12,5", "Geliefert am": "30.03.2026"}
    wide = table(
        {header: [cell] * 200 for header, cell in {**ours, **{f"Spalte {n}": str(n) for n in range(494)}}.items()}
    )
    started = time.process_time()
    (best, _, _), *_ = dataset_scores(wide, KNOWN)
    found = propose(wide, dataset("deliveries"), known=KNOWN)
    assert time.process_time() - started < 60  # it takes four on a quiet machine
    assert best == "deliveries"
    assert found.mapping.columns["delivered_date"] == "Geliefert am"
