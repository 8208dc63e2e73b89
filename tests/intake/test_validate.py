"""Checking a file: everything in one pass, nothing twice, whatever the order of the rows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpi.errors import UsageError
from kpi.intake.contracts import dataset
from kpi.intake.known import KnownRecords
from kpi.intake.table import Reading, TextTable
from kpi.intake.validate import check_file, check_table
from tests.intake.offered import DELIVERY, KNOWN, TODAY, codes, csv_bytes, offer

BATCH = {
    "partner_id": "HELIX",
    "site_id": "HELIX-A",
    "batch_id": "B-1",
    "product": "AX-101",
    "stage": "drug_product",
    "planned_start_date": "2024-03-01",
    "completed_date": "",
    "disposition": "",
    "disposition_date": "",
}


def test_every_bad_cell_is_found_in_one_pass() -> None:
    bad = {"partner_id": "", "site_id": "X\tY", "product": "x" * 501, "promised_date": "soon", "ordered_quantity": "-1"}
    rows = [{**DELIVERY, "delivery_id": str(number), **bad} for number in range(40)]
    found = offer("deliveries", rows).findings
    assert found.errors == 40 * len(bad)
    assert found.frame.group_by("row").len()["len"].to_list() == [len(bad)] * 40
    assert sorted(found.frame["row"].unique()) == list(range(2, 42))


def test_one_mistake_is_told_once() -> None:
    """An unreadable date is not also a missing value, nor a date before another."""
    assert codes(offer("deliveries", [{**DELIVERY, "promised_date": "soon"}])) == ["not_date"]
    assert codes(offer("deliveries", [{**DELIVERY, "order_date": "soon"}])) == ["not_date"]
    assert codes(offer("deliveries", [{**DELIVERY, "order_date": "0204-01-01"}])) == ["implausible_date"]
    assert codes(offer("deliveries", [{**DELIVERY, "partner_id": "HELYX"}])) == ["unknown_partner"]
    decided = {**BATCH, "disposition": "relased", "disposition_date": "2024-04-01"}
    assert codes(offer("batch_records", [decided])) == ["not_allowed"]


def test_a_missing_required_column_is_told_once_for_the_file() -> None:
    rows = [{name: value for name, value in DELIVERY.items() if name != "product"}] * 3
    found = offer("deliveries", [{**row, "delivery_id": str(number)} for number, row in enumerate(rows)])
    assert codes(found) == ["missing_column"]


def test_headers_may_be_titles_in_any_case_and_order() -> None:
    row = {
        "Ordered quantity": "5",
        "PROMISED": "2024-03-15",
        "Product": "AX",
        "delivery id": "1",
        "Site-ID": "HELIX-A",
        "Partner": "HELIX",
    }
    found = offer("deliveries", [row])
    assert found.findings.lines() == []
    assert found.partners == ("HELIX",)


def test_findings_name_the_header_as_it_stands_in_the_file() -> None:
    row = {("PROMISED" if name == "promised_date" else name): value for name, value in DELIVERY.items()}
    found = offer("deliveries", [{**row, "PROMISED": "soon"}]).findings.frame
    assert found.select("row", "column", "value").row(0) == (2, "PROMISED", "soon")


def test_blanks_around_a_cell_do_not_count() -> None:
    padded = {name: f" \u00a0{value}\ufeff " for name, value in DELIVERY.items()}
    records = offer("deliveries", [padded]).records
    assert records is not None
    assert records.row(0) == offer("deliveries", [DELIVERY]).records.row(0)  # type: ignore[union-attr]


def test_an_empty_register_blocks_nothing() -> None:
    found = offer("deliveries", [DELIVERY], known=KnownRecords.empty())
    assert found.accepted
    assert found.findings.lines() == [
        "notice: file.csv: the partner register is empty; partners and sites could not be checked. "
        "Upload the partners file when there is one."
    ]


def test_every_partner_may_have_a_target_but_not_a_delivery() -> None:
    target = {"partner_id": "*", "kpi_id": "on_time_delivery", "effective_from": "2027-01-01", "target": "0.95"}
    assert offer("targets", [target]).findings.lines() == []
    assert offer("targets", [target]).partners == ()
    refused = offer("deliveries", [{**DELIVERY, "partner_id": "*"}])
    assert refused.findings.lines() == [
        'file.csv, row 2, column "partner_id": "*" stands for every partner, which only a target may. '
        "Allowed: the identifier of one partner. Name the partner and upload the file again."
    ]
    before_any_register = offer("deliveries", [{**DELIVERY, "partner_id": "*"}], known=KnownRecords.empty())
    assert codes(before_any_register) == ["register_empty", "partner_not_named"]
    site = {"partner_id": "*", "partner_name": "All", "site_id": "A", "site_name": "Basel"}
    assert codes(offer("partners", [site])) == ["partner_not_named"]


def test_of_many_sites_only_the_first_are_named() -> None:
    many = [f"HELIX-{number:04d}" for number in range(1000)]
    known = replace(KNOWN, sites=pl.DataFrame({"partner_id": "HELIX", "site_id": many}))
    (line,) = offer("deliveries", [{**DELIVERY, "site_id": "X"}], known=known).findings.lines()
    assert "Allowed: HELIX-0000, HELIX-0001, " in line
    assert line.count("HELIX-") == 20
    assert "HELIX-0019 and 980 more. Correct the site" in line


def test_a_finding_is_one_line_and_shows_what_is_invisible() -> None:
    bad = {"delivery_id": "\x1b[2J\u202eL\u200b1", "ordered_quantity": "1\n2"}
    first, second = offer("deliveries", [{**DELIVERY, **bad}]).findings.lines()
    assert first.startswith('file.csv, row 2, column "delivery_id": "␛[2J[U+202E]L[U+200B]1" contains a line break')
    assert second.startswith('file.csv, row 2, column "ordered_quantity": "1␊2" is not a number.')
    unknown = offer("deliveries", [{**DELIVERY, "\x1b[31mred": "1"}]).findings.lines()
    assert len(unknown) == 1
    assert unknown[0].isprintable()


FUTURE = (TODAY + timedelta(days=1)).isoformat()


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        ("promised_date", []),
        ("requested_date", []),
        ("order_date", ["future_date"]),
        ("delivered_date", ["future_date"]),
    ],
)
def test_only_what_is_agreed_may_lie_ahead(column: str, expected: list[str]) -> None:
    row = {**DELIVERY, "delivered_date": "", column: FUTURE}
    assert codes(offer("deliveries", [row])) == expected
    assert codes(offer("deliveries", [{**row, column: TODAY.isoformat()}])) == []


def test_an_earlier_finding_may_stand_in_the_same_file() -> None:
    finding = {
        "partner_id": "HELIX",
        "site_id": "HELIX-A",
        "audit_id": "A-1",
        "finding_id": "F1",
        "audit_date": "2024-03-14",
        "audit_type": "routine",
        "severity": "major",
        "area": "Cleaning",
        "due_date": "2024-09-30",
        "repeat_of": "",
    }
    rows = [finding, {**finding, "finding_id": "F2", "repeat_of": "F1"}]
    assert codes(offer("audit_findings", rows)) == []


def test_a_file_that_cannot_be_read_comes_back_with_the_reason() -> None:
    found = check_file("deliveries", b"", "empty.csv", known=KNOWN, today=TODAY)
    assert not found.accepted
    assert found.records is None
    assert found.findings.errors == 1
    assert "empty.csv" in found.findings.lines()[0]


def test_an_unknown_dataset_is_a_mistake_of_the_request() -> None:
    with pytest.raises(UsageError, match="Allowed: partners, batch_records"):
        check_file("invoices", b"a\n1\n", "a.csv", known=KNOWN, today=TODAY)


def test_progress_is_told_from_start_to_end() -> None:
    told: list[tuple[str, float]] = []
    check_file(
        "deliveries",
        csv_bytes([DELIVERY]),
        "file.csv",
        known=KNOWN,
        today=TODAY,
        progress=lambda step, share: told.append((step, share)),
    )
    shares = [share for _, share in told]
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0.0, 1.0)


cells = {
    "partner_id": st.sampled_from(["HELIX", "HELYX", "AURORA", ""]),
    "site_id": st.sampled_from(["HELIX-A", "AURORA-1", "Z"]),
    "delivery_id": st.sampled_from(["1", "2", "3", "EXAMPLE-0001"]),
    "product": st.sampled_from(["AX", ""]),
    "promised_date": st.sampled_from(["2024-03-15", "03/02/2024", "2024-02-30"]),
    "order_date": st.sampled_from(["2024-01-08", "2024-04-01", ""]),
    "delivered_date": st.sampled_from(["2024-03-14", "2030-01-01", ""]),
    "ordered_quantity": st.sampled_from(["5", "1,5", "-1"]),
}


@settings(max_examples=40)
@given(rows=st.lists(st.fixed_dictionaries(cells), min_size=2, max_size=8), seed=st.randoms())
def test_the_order_of_rows_changes_no_finding(rows: list[dict[str, str]], seed: object) -> None:
    marked = [{**row, "unit": f"row {number}"} for number, row in enumerate(rows)]
    mixed = list(marked)
    seed.shuffle(mixed)  # type: ignore[attr-defined]
    assert found_in(marked) == found_in(mixed)


def found_in(rows: list[dict[str, str]]) -> list[tuple[object, ...]]:
    """Each finding with its row's mark instead of its number, and without the numbers of other rows."""
    found = offer("deliveries", rows).findings.frame.with_columns(
        pl.col("row").map_elements(lambda number: rows[number - 2]["unit"], return_dtype=pl.String).alias("mark"),
        pl.col("problem").str.replace(r"rows [\d, …]+", "rows"),
    )
    return sorted(found.select("mark", "code", "column", "value", "problem", "allowed", "action").rows(), key=str)


def test_a_file_read_in_pieces_is_checked_like_one_read_whole() -> None:
    """Large files arrive in several pieces of memory, some of them without a bad cell."""
    dates = ["2024-01-01", "2024-02-30", "03/02/2024", "31.12.2024", "02-Jun-06", "n/a", "45000", "1,5", "x"]
    rows = [
        {**DELIVERY, "delivery_id": str(number), **dict.fromkeys(columns, cell)}
        for columns in (["promised_date"], ["ordered_quantity"], ["documents_ok"], ["partner_id", "site_id"])
        for number, cell in enumerate(dates)
    ]
    frame = pl.DataFrame([{**dict.fromkeys(rows[18]), **row} for row in rows]).fill_null("")
    pieces = pl.concat([frame[start : start + 1] for start in range(frame.height)], rechunk=False)
    numbers = pl.Series(range(2, frame.height + 2), dtype=pl.Int64)
    found = [
        check_table(
            dataset("deliveries"), TextTable(cells, numbers, Reading("csv")), "file.csv", known=KNOWN, today=TODAY
        ).findings.lines(None)
        for cells in (frame, pieces)
    ]
    assert pieces.n_chunks() > 1
    assert found[0] == found[1]
    assert len(found[0]) > frame.height // 2


def test_the_records_have_the_contracts_types() -> None:
    records = offer("deliveries", [{**DELIVERY, "documents_ok": "yes"}]).records
    assert records is not None
    row = records.row(0, named=True)
    assert row["row_number"] == 2
    assert row["promised_date"] == date(2024, 3, 15)
    assert (row["ordered_quantity"], row["documents_ok"], row["condition_ok"]) == (12000.0, True, None)
