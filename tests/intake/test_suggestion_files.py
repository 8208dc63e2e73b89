"""Files of seven partners, from headers and cells to a mapping: which column is which, and what is left to a person."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpi.intake.contracts import DATASET_NAMES, dataset
from kpi.intake.known import KnownRecords
from kpi.intake.mapping import parse_mapping
from kpi.intake.suggestion import answered, dataset_scores, needs_mapping, preview, propose
from kpi.intake.table import TextTable
from kpi.intake.validate import check_file
from tests.intake.partner_files import (
    AMERICAN,
    FILES,
    FRENCH,
    ITALIAN,
    SAP,
    SPANISH,
    SUPPLY_CHAIN,
    PartnerFile,
    register,
)

NOBODY = KnownRecords.empty()


def proposed(file: PartnerFile) -> dict[str, str]:
    suggestions = propose(file.table(), dataset(file.dataset), known=NOBODY).suggestions
    return {one.column: one.header for one in suggestions if one.header is not None}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_the_columns_are_found(file: PartnerFile) -> None:
    assert proposed(file) == file.columns


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_what_is_sure_is_right(file: PartnerFile) -> None:
    for one in propose(file.table(), dataset(file.dataset), known=NOBODY).suggestions:
        assert not one.sure or one.header == file.columns[one.column]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_column_of_the_contract_has_its_suggestion_and_every_header_its_place(file: PartnerFile) -> None:
    contract = dataset(file.dataset)
    found = propose(file.table(), contract, known=NOBODY)
    assert [one.column for one in found.suggestions] == list(contract.names)
    used = [one.header for one in found.suggestions if one.header is not None]
    assert len(used) == len(set(used))
    assert sorted([*used, *found.unused]) == sorted(file.table().cells.columns)
    assert parse_mapping(found.mapping.to_toml(), contract) == found.mapping


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_the_dataset_is_told_by_the_headers(file: PartnerFile) -> None:
    scores = dataset_scores(file.table(), NOBODY)
    assert {name for name, _, _ in scores} == set(DATASET_NAMES)
    assert scores[0][0] == file.dataset
    assert scores[0][1] > 2 * scores[1][1]


@pytest.mark.parametrize("name", DATASET_NAMES)
def test_our_own_headers_need_no_mapping(name: str) -> None:
    headers = list(dataset(name).names)
    assert not needs_mapping(headers, dataset(name))
    assert not needs_mapping([header.upper() for header in headers], dataset(name))
    assert needs_mapping([*headers, "Bemerkung"], dataset(name))


ORDERS = [
    (SAP, "%d.%m.%Y", "Dates are read as day.month.year because 4 of 11 have a day above 12."),
    (FRENCH, "%d/%m/%Y", "Dates are read as day/month/year because 4 of 12 have a day above 12."),
    (AMERICAN, "%m/%d/%Y", "Dates are read as month/day/year because 3 of 9 have a day in second place above 12."),
    (ITALIAN, "%d.%m.%Y", "Dates are read as day.month.year because 6 of 8 have a day above 12."),
]


@pytest.mark.parametrize(("file", "order", "note"), ORDERS, ids=lambda value: getattr(value, "name", None))
def test_values_settle_the_order_of_dates(file: PartnerFile, order: str, note: str) -> None:
    found = propose(file.table(), dataset(file.dataset), known=NOBODY)
    assert found.mapping.date_format == order
    assert note in found.notes
    assert not [question for question in found.questions if question.kind == "date order"]


def test_words_that_are_certain_are_translated_and_the_others_asked() -> None:
    found = propose(SAP.table(), dataset("batch_records"), known=NOBODY)
    assert found.mapping.values == {
        "stage": {"Arzneimittel": "drug_product", "Wirkstoff": "drug_substance"},
        "disposition": {"Freigegeben": "released", "Offen": "pending"},
        "reworked": {"ja": "yes", "nein": "no"},
    }
    assert found.mapping.missing == ("-",)
    (blocked,) = [question for question in found.questions if question.kind == "value"]
    assert (blocked.key, blocked.examples) == ("value:disposition:Gesperrt", ("Gesperrt",))
    assert blocked.choices[0] == ("rejected", "rejected")
    assert [value for value, _ in blocked.choices] == ["rejected", "pending", "released", ""]


def test_a_german_file_is_read_once_the_questions_are_answered() -> None:
    contract, known = dataset("batch_records"), register(("0042", "1000"), ("HELIX", "HELIX-BASEL"))
    found = propose(SAP.table(), contract, known=known)
    partner = next(question for question in found.questions if question.column == "partner_id")
    assert partner.choices[0][0] == "0042"  # whose site 1000 is
    mapping = answered(found, {question.key: question.choices[0][0] for question in found.questions})
    checked = check_file(
        "batch_records",
        SAP.content,
        SAP.name,
        known=known,
        today=date(2026, 5, 1),
        mapping=replace(mapping, file=SAP.hints),
    )
    assert checked.findings.errors == 0
    assert checked.records is not None
    assert checked.records.select("partner_id", "batch_id", "disposition", "actual_yield", "release_tests").rows() == [
        ("0042", "000749", "released", 17640.5, 14),
        ("0042", "000750", "rejected", 17100.0, 14),
        ("0042", "000751", "pending", None, None),
    ]
    assert checked.records["record_received_date"].to_list() == [date(2026, 3, 20), date(2026, 3, 27), None]


def test_spanish_month_names_are_replaced_and_read() -> None:
    contract = dataset("deliveries")
    found = propose(SPANISH.table(), contract, known=NOBODY)
    assert found.mapping.date_format == "%d-%b-%Y"
    shown = preview(SPANISH.table(), contract, found.mapping)
    assert shown.cells["order_date"].to_list() == ["2026-01-08", "2026-01-09", "2026-02-10"]
    assert shown.cells["delivered_date"].to_list() == ["2026-03-14", "2026-04-20", ""]
    assert shown.problems["delivered_date"].to_list() == ["", "", ""]


def test_a_single_group_of_digits_is_asked_about() -> None:
    found = propose(SPANISH.table(), dataset("deliveries"), known=NOBODY)
    (question,) = [one for one in found.questions if one.kind == "decimal sign"]
    assert (found.mapping.decimal, question.key, question.examples[0]) == (None, "decimal sign:", "1.500")
    shown = {
        sign: preview(SPANISH.table(), dataset("deliveries"), answered(found, {question.key: sign})).cells
        for sign, _ in question.choices
    }
    assert shown[","]["ordered_quantity"].to_list() == ["12000", "1500", "8000"]
    assert shown["."]["ordered_quantity"].to_list() == ["12", "1.5", "8"]


def test_the_preview_says_what_cannot_be_read() -> None:
    contract = dataset("batch_records")
    found = propose(SAP.table(), contract, known=NOBODY)
    shown = preview(SAP.table(), contract, found.mapping, rows=2)
    assert shown.cells["row"].to_list() == [2, 3]
    assert shown.cells["disposition"].to_list() == ["released", "Gesperrt"]
    assert shown.problems["disposition"].to_list() == ["", "is not allowed; allowed: pending, released, rejected"]
    assert shown.headers["batch_id"] == "Charge"
    assert "partner_id" not in shown.cells.columns


def shuffled(table: TextTable, order: list[str]) -> TextTable:
    return TextTable(table.cells.select(order), table.rows, table.reading, table.typed)


@settings(max_examples=15)
@given(st.data())
def test_the_order_of_the_columns_decides_nothing(data: st.DataObject) -> None:
    file = data.draw(st.sampled_from([SAP, FRENCH, SUPPLY_CHAIN]))
    table = file.table()
    order = data.draw(st.permutations(table.cells.columns))
    straight = propose(table, dataset(file.dataset), known=NOBODY)
    other = propose(shuffled(table, order), dataset(file.dataset), known=NOBODY)
    assert other.mapping == straight.mapping
    assert other.suggestions == straight.suggestions
    assert {one.key for one in other.questions} == {one.key for one in straight.questions}
    assert other.notes == straight.notes
    assert set(other.unused) == set(straight.unused)
    assert dataset_scores(shuffled(table, order), NOBODY) == dataset_scores(table, NOBODY)


def test_what_a_person_has_chosen_stays() -> None:
    contract = dataset("batch_records")
    base = parse_mapping(
        '[file]\ndate_format = "%d.%m.%Y"\ndecimal = "."\n[columns]\nproduct = "Materialnummer"\n'
        '[constants]\npartner_id = "0042"\n[values.disposition]\nGesperrt = "pending"\n',
        contract,
    )
    found = propose(SAP.table(), contract, known=NOBODY, base=base)
    assert found.mapping.columns["product"] == "Materialnummer"
    assert found.mapping.values["disposition"]["Gesperrt"] == "pending"
    assert (found.mapping.decimal, found.mapping.constants) == (".", {"partner_id": "0042"})
    by_column = {one.column: one for one in found.suggestions}
    assert by_column["product"].why == "as chosen"
    assert by_column["partner_id"].sure
    assert found.questions == ()


def test_lots_that_are_known_tell_a_column_without_a_name() -> None:
    table = TextTable(
        pl.DataFrame({"Feld 1": ["000749", "000750", "X1"], "Feld 2": ["a", "b", "c"]}),
        pl.Series([2, 3, 4], dtype=pl.Int64),
        SAP.table().reading,
    )
    known = register(("0042", "1000"), batches=(("0042", "000749"), ("0042", "000750")))
    suggested = propose(table, dataset("batch_records"), known=known).suggestions
    lot = next(one for one in suggested if one.column == "batch_id")
    assert (lot.header, lot.why, lot.sure) == ("Feld 1", "66 % of its values are lots that we know", False)
