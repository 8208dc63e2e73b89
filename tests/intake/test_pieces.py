"""A file that is read and cast in pieces is checked like one read whole, and what is too much is counted exactly."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpi.intake import cast, contract_check, kept, source, textfile, translate
from kpi.intake.contracts import dataset
from kpi.intake.findings import KEPT_OF_A_KIND, KIND
from kpi.intake.known import KnownRecords
from kpi.intake.mapping import parse_mapping
from kpi.intake.mapping_data import NO_MAPPING, Mapping
from kpi.intake.read import read_table
from kpi.intake.template import EXAMPLE_ID
from kpi.intake.validate import Checked, check_file, check_table

TODAY = date(2026, 6, 30)
KNOWN = KnownRecords(
    sites=pl.DataFrame({"partner_id": ["HELIX", "HELIX"], "site_id": ["HELIX-BASEL", "HELIX-BERN"]}),
    batches=pl.DataFrame(schema={"partner_id": pl.String, "batch_id": pl.String}),
    findings=pl.DataFrame(schema={"partner_id": pl.String, "finding_id": pl.String}),
)
CELLS = {
    "partner_id": ["HELIX", "HELIX", "HELIX", "", "NOBODY", EXAMPLE_ID],
    "site_id": ["HELIX-BASEL", "HELIX-BERN", "HELIX-ROME", " HELIX-BASEL\u200b"],
    "delivery_id": ["1", "2", "3", "0004", "5", "6\n7", "", EXAMPLE_ID],
    "promised_date": ["2026-01-31", "2026-02-30", "03/02/2026", "31.12.2026", "1899-12-30", "", "n/a"],
    "delivered_date": ["2026-01-30", "2027-01-01", "", "45000"],
    "ordered_quantity": ["1", "1,5", "-2", "12 %", "1e5", " 7 "],
    "unit": ["kg", 'say "kg"', "", "kg\x07"],
    "documents_ok": ["yes", "NO", "perhaps", "", "tbd"],
}
ROWS = st.lists(
    st.fixed_dictionaries({name: st.sampled_from(cells) for name, cells in CELLS.items()}) | st.none(),
    min_size=1,
    max_size=25,
)
SAYS_HELIX = '[constants]\npartner_id = "HELIX"\n[replace.promised_date]\n"/" = "-"\n'


def as_csv(rows: list[dict[str, str] | None]) -> bytes:
    """None is a blank line of the file; such a row has no record, but a number."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(CELLS), lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow(row if row is not None else dict.fromkeys(CELLS, ""))
    return text.getvalue().encode()


@contextmanager
def pieces_of(size: int) -> Iterator[None]:
    """Blocks of so many bytes, slices of so many rows, and every cell looked at as in a large file."""
    places: list[tuple[Any, str, int]] = [
        (textfile, "BLOCK_BYTES", size),
        (source, "ROWS_AT_ONCE", size),
        (contract_check, "ROWS_AT_ONCE", max(1, size // 100)),
        (cast, "WORTH_A_LOOK", 0),
    ]
    normal = [getattr(module, name) for module, name, _ in places]
    for module, name, value in places:
        setattr(module, name, value)
    try:
        yield
    finally:
        for (module, name, _), value in zip(places, normal, strict=True):
            setattr(module, name, value)


def check(content: bytes, mapping: Mapping = NO_MAPPING) -> Checked:
    return check_file("deliveries", content, "file.csv", known=KNOWN, today=TODAY, mapping=mapping)


@settings(max_examples=80)
@given(rows=ROWS, size=st.integers(60, 900), mapped=st.booleans())
def test_pieces_say_what_the_whole_says(rows: list[dict[str, str] | None], size: int, mapped: bool) -> None:
    content = as_csv(rows)
    mapping = parse_mapping(SAYS_HELIX, dataset("deliveries"), "mapping.toml") if mapped else NO_MAPPING
    with pieces_of(size):
        found = check(content, mapping)
    once = check(content, mapping)
    assert found.findings.lines(None) == once.findings.lines(None)
    assert found.findings.frame.equals(once.findings.frame)
    assert (found.records is None) == (once.records is None)
    if once.reading is None:  # only headers: nothing was read
        return
    table = read_table(content, "file.csv")
    whole = check_table(dataset("deliveries"), table, "file.csv", known=KNOWN, today=TODAY, mapping=mapping)
    assert found.findings.frame.equals(whole.findings.frame)
    if found.records is not None:
        assert found.records.equals(whole.records)


@settings(max_examples=50)
@given(rows=ROWS, most=st.integers(1, 4))
def test_what_is_not_kept_is_counted(rows: list[dict[str, str] | None], most: int) -> None:
    content = as_csv(rows)
    everything = check(content)
    normal = kept.KEPT_OF_A_KIND
    kept.KEPT_OF_A_KIND = most
    try:
        found = check(content)
    finally:
        kept.KEPT_OF_A_KIND = normal
    about_file = pl.col("row").is_null()
    first = everything.findings.frame.filter(about_file | (pl.int_range(pl.len()).over(KIND) < most))
    assert found.findings.frame.equals(first)
    assert len(found.findings) == len(everything.findings)
    assert found.findings.errors == everything.findings.errors
    assert found.findings.warnings == everything.findings.warnings
    counts = found.findings.grouped().select(*KIND, "rows").sort(KIND)
    assert counts.equals(everything.findings.grouped().select(*KIND, "rows").sort(KIND))
    lines = found.findings.lines(None)
    left = len(everything.findings) - first.height
    assert lines[first.height :] == ([f"… and {left:,} more."] if left else [])


def test_five_thousand_findings_are_listed_in_full_and_more_are_counted() -> None:
    rows: list[dict[str, str] | None] = [
        {**{name: cells[0] for name, cells in CELLS.items()}, "delivery_id": str(number), "documents_ok": "perhaps"}
        for number in range(KEPT_OF_A_KIND + 7)
    ]
    few = check(as_csv(rows[:5_000])).findings
    about_cells = few.frame.filter(pl.col("row").is_not_null())
    assert (about_cells.height, few.not_kept, len(few.lines(None))) == (5_000, 0, 5_001)  # product is missing: one more
    many = check(as_csv(rows)).findings
    assert (len(many), many.errors, many.not_kept) == (KEPT_OF_A_KIND + 8, KEPT_OF_A_KIND + 8, 7)
    assert many.grouped()["rows"].to_list() == [KEPT_OF_A_KIND + 7, 1]
    assert many.lines(None)[-1] == "… and 7 more."
    assert (len(many + few), (many + few).not_kept) == (KEPT_OF_A_KIND + 5_009, 7)


def test_progress_moves_within_the_reading_and_never_back() -> None:
    rows: list[dict[str, str] | None] = [
        {**{name: cells[0] for name, cells in CELLS.items()}, "delivery_id": str(number)} for number in range(300)
    ]
    told: list[tuple[str, float]] = []
    with pieces_of(2_000):
        check_file(
            "deliveries",
            as_csv(rows),
            "file.csv",
            known=KNOWN,
            today=TODAY,
            progress=lambda step, share: told.append((step, share)),
        )
    shares = [share for _, share in told]
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0.0, 1.0)
    assert len({share for step, share in told if step == "Reading the file"}) > 5
    assert len(dict.fromkeys(step for step, _ in told)) == 5


def test_the_cells_can_be_read_again_for_the_report() -> None:
    content = as_csv([{name: cells[0] for name, cells in CELLS.items()}, None, {**dict.fromkeys(CELLS, "x")}])
    table = check(content).table
    assert table is not None
    assert table.rows.to_list() == [2, 4]
    assert table.cells["unit"].to_list() == ["kg", "x"]
    assert check(content).rows_read == 2
    assert check(b"").table is None
    assert check(b"").rows_read is None


SPACES = "".join(map(chr, [9, 10, 11, 12, 13, 32, 0x85, 0xA0, 0x1680, *range(0x2000, 0x2011), 0x2028, 0x2029, 0x202F]))


@given(st.lists(st.text(st.sampled_from(SPACES + "\u205f\u3000\u200b\ufeff\x1fab"), max_size=6), min_size=1))
def test_cells_are_trimmed_of_all_that_cannot_be_seen(cells: list[str]) -> None:
    seen = re.compile(r"^[\t-\r \x85\xa0\u1680\u2000-\u200b\u2028\u2029\u202f\u205f\u3000\ufeff]+|"
                      r"[\t-\r \x85\xa0\u1680\u2000-\u200b\u2028\u2029\u202f\u205f\u3000\ufeff]+\Z")  # fmt: skip
    assert translate.trimmed(pl.Series(cells)).to_list() == [seen.sub("", cell) for cell in cells]


@pytest.mark.parametrize("quote", ["", '"'])
def test_single_lines_are_found_again_in_blocks_read_either_way(quote: str) -> None:
    """A quoted line end makes a block one for the csv module; the others are split on their bytes."""
    lines = ["a,b", *(f"{quote}{number}{quote},x{number}" for number in range(50)), '"two\nlines",y', "last,z"]
    content = "\n".join(lines).encode()
    with pieces_of(64):
        file = textfile.open_text(content, "file.csv", source_hints(), textfile_limits())
        table = pl.concat([piece.cells.with_columns(piece.rows) for piece, _ in file.pieces()])
    for wanted in ([2], [3, 9, 30], [51, 52, 53], table["row"].to_list()):
        rows = pl.Series(wanted, dtype=pl.Int64)
        expected = table.filter(pl.col("row").is_in(wanted))
        assert file.cells("a", rows).to_list() == expected["a"].to_list()
        assert file.cells("b", rows).to_list() == expected["b"].to_list()


@pytest.mark.parametrize("lines", [1, 2, 200_000])
@pytest.mark.parametrize("size", [1, 7, 64])
def test_a_record_longer_than_a_block_is_one_record(monkeypatch: pytest.MonkeyPatch, size: int, lines: int) -> None:
    monkeypatch.setattr(textfile, "PARSED_LINES", lines)
    long = "\n".join(f"line {number}" for number in range(40))
    content = f'a,b\n1,"{long}"\n2,"say ""x"", y"\n3,{"z" * 300}\n'.encode()
    with pieces_of(size):
        file = textfile.open_text(content, "file.csv", source_hints(), textfile_limits())
        table = pl.concat([piece.cells.with_columns(piece.rows) for piece, _ in file.pieces()])
    assert table.rows() == [("1", long, 2), ("2", 'say "x", y', 3), ("3", "z" * 300, 4)]
    assert file.cells("b", pl.Series([2, 4], dtype=pl.Int64)).to_list() == [long, "z" * 300]


@pytest.mark.parametrize("size", [7, 64, 1_000])
def test_a_quote_never_closed_is_refused_in_its_row_whatever_the_blocks(size: int) -> None:
    content = b"a,b\n1,2\n" + b'3,"never closed\n' + b"4,5\n" * 50
    with pieces_of(size):
        found = check(content)
    assert found.findings.frame["row"].to_list() == [3]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@given(
    cells=st.lists(st.tuples(*[st.text(st.sampled_from(' x\t\u200b\xa0"'), max_size=3)] * 3), min_size=1, max_size=5)
)
def test_cells_said_to_be_trimmed_are(cells: list[tuple[str, ...]], end: str) -> None:
    text = io.StringIO()
    csv.writer(text, lineterminator=end).writerows([("a", "b", "c"), ("x", "y", "z"), *cells])
    file = textfile.open_text(text.getvalue().encode(), "file.csv", source_hints(), textfile_limits())
    for piece, _ in file.pieces():
        same = all(translate.trimmed(piece.cells[name]).equals(piece.cells[name]) for name in "abc")
        assert same or not piece.trimmed
        if all(set(cell) <= {"x"} for row in cells for cell in row):
            assert piece.trimmed


def source_hints() -> Any:
    from kpi.intake.table import FileHints

    return FileHints()


def textfile_limits() -> Any:
    from kpi.intake.table import LIMITS

    return LIMITS
