"""Lots that a sheet shows as 00012 and whose cells hold 12: the number is not the lot that a person reads."""

from __future__ import annotations

import io

import pytest
import xlsxwriter

from kpi.intake.number_formats import OTHERWISE, width_shown
from kpi.intake.validate import Checked, check_file
from tests.intake.offered import DELIVERY, KNOWN, TODAY

CODES = [
    ("00000", 5),
    ("[Red]000;[Blue]-000", 3),
    ("&quot;PO-&quot;0000", OTHERWISE),
    ("00-00", OTHERWISE),
    ("\\L0", OTHERWISE),
    ("0", None),
    ("#,##0", None),
    ("0.00", None),
    ("0.0%", None),
    ("_-* #,##0_-", None),
    ("yyyy-mm-dd", None),
    ("@", None),
]


@pytest.mark.parametrize(("code", "width"), CODES)
def test_what_a_format_shows(code: str, width: int | None) -> None:
    assert width_shown(code) == width


def checked(lots: list[tuple[int | str, str]], quantity_format: str = "0") -> Checked:
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content)
    sheet = book.add_worksheet("Data")
    sheet.write_row(0, 0, list(DELIVERY))
    for row, (lot, code) in enumerate(lots, start=1):
        sheet.write_row(row, 0, list(DELIVERY.values()))
        sheet.write(row, list(DELIVERY).index("delivery_id"), lot, book.add_format({"num_format": code}))
        sheet.write_number(
            row, list(DELIVERY).index("ordered_quantity"), 5, book.add_format({"num_format": quantity_format})
        )
    book.close()
    return check_file("deliveries", content.getvalue(), "file.xlsx", known=KNOWN, today=TODAY)


def test_a_lot_shown_with_zeros_that_its_cell_does_not_hold_is_refused() -> None:
    found = checked([(4711, "0000"), (12, "00000"), (13, "00000")])
    assert found.findings.lines() == [
        'file.xlsx, row 3, column "delivery_id": "12" is what the cell holds, but its number format shows something '
        "else, such as zeros in front (2 cells of this column). Allowed: an identifier, kept exactly as text. Format "
        "the column as text, fill in the identifiers as they are to be read and upload the file again."
    ]
    assert not found.accepted


def test_what_is_shown_as_it_is_goes_in() -> None:
    assert checked([(12345, "00000"), ("00012", "00000"), (13, "0")], quantity_format="0000").accepted
