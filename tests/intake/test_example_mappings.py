"""The mappings kept as examples, on lines shaped like the files that they are for."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from kpi.errors import InputRefused
from kpi.intake.contracts import DATASET_NAMES, dataset
from kpi.intake.known import KnownRecords
from kpi.intake.mapping import Mapping, parse_mapping
from tests.intake.offered import offer

FOLDER = Path(__file__).parents[2] / "data" / "mappings"
DATASETS = {"scms_deliveries": "deliveries", "zagar_laboratory": "batch_records"}


def example(name: str) -> Mapping:
    return parse_mapping((FOLDER / f"{name}.toml").read_text(encoding="utf-8"), dataset(DATASETS[name]))


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.toml")), ids=lambda path: path.stem)
def test_every_example_is_a_mapping_of_one_dataset(path: Path) -> None:
    fits = []
    for name in DATASET_NAMES:
        try:
            mapping = parse_mapping(path.read_text(encoding="utf-8"), dataset(name))
        except InputRefused:
            continue
        assert parse_mapping(mapping.to_toml(), dataset(name)) == mapping
        fits.append(name)
    assert len(fits) == 1


@pytest.mark.parametrize("month", ["Sep", "Sept"])
def test_order_lines_with_either_september(month: str) -> None:
    line = {
        "ID": "1",
        "Country": "Vietnam",
        "PO Sent to Vendor Date": "Date Not Captured",
        "Scheduled Delivery Date": f"02-{month}-06",
        "Delivered to Client Date": f"03-{month}-06",
        "Vendor": "Some Vendor, Ltd.",
        "Molecule/Test Type": "Nevirapine",
        "Line Item Quantity": "1000",
        "Manufacturing Site": "Some Vendor Unit III, India",
    }
    records = offer("deliveries", [line], example("scms_deliveries"), KnownRecords.empty()).records
    assert records is not None
    record = records.row(0, named=True)
    assert (record["promised_date"], record["delivered_date"]) == (date(2006, 9, 2), date(2006, 9, 3))
    assert (record["partner_id"], record["ordered_quantity"], record["delivered_quantity"]) == (
        "Some Vendor, Ltd.",
        1000.0,
        None,
    )


SLOVENIAN = ["jan", "feb", "mar", "apr", "maj", "jun", "jul", "avg", "sep", "okt", "nov", "dec"]


def test_batches_with_slovenian_months_and_yields_above_a_hundred() -> None:
    yields = ["100.909", "", "   ", "#N/A", *["98.5"] * 8]
    rows = [
        {"batch": str(number), "code": "25", "start": f"{name}.19", "tbl_yield": "95", "batch_yield": cell}
        for number, (name, cell) in enumerate(zip(SLOVENIAN, yields, strict=True))
    ]
    records = offer("batch_records", rows, example("zagar_laboratory"), KnownRecords.empty(), ";").records
    assert records is not None
    assert records["completed_date"].to_list() == [date(2019, month, 1) for month in range(1, 13)]
    assert records["actual_yield"].to_list() == [100.909, None, None, None, *[98.5] * 8]
    assert set(records["theoretical_yield"]) == {100.0}
