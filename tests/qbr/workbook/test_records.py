"""The records behind the figures of a pack: as many as the figures count, and the sample whole."""

from __future__ import annotations

from datetime import date

import pytest

from kpi.access import EVERYTHING
from kpi.catalog import load_catalog
from kpi.ledger.store import Store
from kpi.qbr.choices import Choices
from kpi.qbr.gather import load_source, pack_of, partners_of
from kpi.qbr.pack import ScorecardPage
from kpi.qbr.workbook import records_of
from tests.qbr.stores import FEBRUARY, filled, source_of
from tests.qbr.workbook.books import parts_with_formulas, read, table_of, written


@pytest.mark.parametrize(("window", "count"), [(1, 10), (3, 20)])
def test_as_many_records_as_the_figure_counts(empty_store: Store, window: int, count: int) -> None:
    source = source_of(filled(empty_store, ("01234",)))
    pack = pack_of(source, Choices("01234", FEBRUARY, window))
    records = records_of(source, pack)
    assert set(records) == {page.figure.key for page in pack.indicator_pages if page.figure}
    figure = next(page.figure for page in pack.indicator_pages if page.figure and page.figure.key == "on_time_delivery")
    assert figure.denominator == count == len(records["on_time_delivery"])
    rows = table_of(read(written(pack, records)), "Records, deliveries")
    mine = [row for row in rows if row["Key"] == "on_time_delivery"]
    assert len(mine) == count
    assert {row["Partner"] for row in mine} == {"01234"}  # the id stays a text
    assert sum(row["Counts as"] == "numerator and denominator" for row in mine) == figure.numerator
    assert {(row["File"], row["Row in the file"]) for row in mine if row["Submission"] == "S000002"} == {
        ("deliveries.csv", number) for number in range(2, 12)
    }


def test_records_are_those_of_the_packs_version(empty_store: Store) -> None:
    store = filled(empty_store, ("HELIX",))
    source = source_of(store, as_of=1)
    pack = pack_of(source, Choices("HELIX", FEBRUARY.replace(month=1), 3))
    behind = records_of(source, pack)["on_time_delivery"]
    assert (len(behind), set(behind["submission_id"])) == (10, {"S000001"})


def test_the_packs_of_the_sample_add_up(sample_store: Store) -> None:
    source = load_source(sample_store, load_catalog(), today=date(2026, 11, 25), scope=EVERYTHING)
    last = source.marts.last_month
    assert last is not None
    for partner in list(partners_of(source))[:3]:
        pack = pack_of(source, Choices(partner, last))
        content = written(pack, records_of(source, pack))
        assert parts_with_formulas(content) == []
        book = read(content)
        page = next(page for page in pack.pages if isinstance(page, ScorecardPage))
        rows = table_of(book, "Scorecard")
        assert [row["Value"] for row in rows] == [
            None if figure.value is None else pytest.approx(figure.value, rel=1e-14) for figure in page.figures
        ]
        counted = {}
        for name in book.sheetnames:
            if name.startswith("Records, "):
                for row in table_of(book, name):
                    counted[row["Key"]] = counted.get(row["Key"], 0) + 1
        for figure in page.figures:
            if figure.kpi_id in (
                "lot_acceptance_rate",
                "right_first_time",
                "on_time_delivery",
                "disposition_lead_time",
            ):
                assert counted.get(figure.key, 0) == (figure.n or 0), (partner, figure.key)
