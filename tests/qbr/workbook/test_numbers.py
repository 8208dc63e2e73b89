"""Every number of the pack, read back from the workbook, is the pack's."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

import pytest

from kpi.present.wording import look_of, short_month
from kpi.qbr.pack import AppendixPage, EscalationsPage, Pack, ScorecardPage
from tests.qbr.packs import a_pack, an_escalations_page, ugly_pack
from tests.qbr.workbook.books import read, table_of, written

PACKS = {
    "a usual one": a_pack(),
    "three months": a_pack(window=3),
    "120 months": a_pack(months=120),
    "one month": a_pack(months=1),
    "long and ugly": ugly_pack(),
}


def same(numbers: Sequence[float | None]) -> list[object]:
    """XlsxWriter writes 16 digits, so that the last bit of a double may differ; an empty cell equals only none."""
    return [None if number is None else pytest.approx(number, rel=1e-14, abs=0) for number in numbers]


@pytest.fixture(scope="module", params=PACKS)
def case(request: pytest.FixtureRequest) -> tuple[Pack, bytes]:
    pack = PACKS[request.param]
    return pack, written(pack)


def test_the_scorecard_has_every_figure(case: tuple[Pack, bytes]) -> None:
    pack, content = case
    rows = table_of(read(content), "Scorecard")
    page = next(page for page in pack.pages if isinstance(page, ScorecardPage))
    figures = page.figures
    assert len(figures) >= 6
    for row, figure in zip(rows, figures, strict=True):
        assert (row["Indicator"], row["Key"], row["Unit"] or "") == (figure.name, figure.key, figure.unit)
        numbers = ("Value", "n", "Numerator", "Denominator", "95 % interval from", "95 % interval to", "Target")
        there = (
            figure.value, figure.n, figure.numerator, figure.denominator, figure.lower, figure.upper, figure.target,
        )  # fmt: skip
        assert [row[name] for name in numbers] == same(there)
        assert [row["Limit"], row["Limit, upper edge"]] == same((figure.limit, figure.limit_high))
        look = look_of(figure.status)
        assert row["Status"] == f"{look.shape} {look.meaning}"
        assert (row["Variation"], row["Variation in a sentence"]) == (figure.variation.short, figure.variation.sentence)
        assert row["Assurance in a sentence"] == figure.assurance.sentence


def test_the_trend_stands_under_its_months(case: tuple[Pack, bytes]) -> None:
    pack, content = case
    page = next(page for page in pack.pages if isinstance(page, ScorecardPage))
    rows = table_of(read(content), "Scorecard")
    figure = page.figures[0]
    padded = (None,) * (12 - len(figure.trend)) + figure.trend
    months = [date(2025 + (10 + back) // 12, (10 + back) % 12 + 1, 1) for back in range(12)]
    assert months[-1] == pack.month
    assert [rows[0][short_month(month)] for month in months] == same(padded)


def test_the_charts_data_has_every_month(case: tuple[Pack, bytes]) -> None:
    pack, content = case
    rows = table_of(read(content), "Control charts data")
    expected = [(page.figure, month) for page in pack.indicator_pages for month in page.months]
    assert len(rows) == len(expected)
    for row, (figure, month) in zip(rows, expected, strict=True):
        assert figure is not None
        assert (row["Key"], row["Month"]) == (figure.key, datetime.combine(month.month, datetime.min.time()))
        there = (
            month.value, month.n, month.numerator, month.denominator, month.centre, month.lower_limit,
            month.upper_limit, month.target, month.target_high, month.limit, month.limit_high,
        )  # fmt: skip
        names = (
            "Value", "n", "Numerator", "Denominator", "Centre line", "Lower control limit", "Upper control limit",
            "Target", "Target, upper edge", "Limit", "Limit, upper edge",
        )  # fmt: skip
        assert [row[name] for name in names] == same(there)
        assert [row["Flagged month"]] == same([month.value if month.rule else None])
        assert (row["Rule that it broke"] or "") == month.rule_text
        assert row["Phase of limits"] == (None if month.phase is None else month.phase + 1)


def test_the_monthly_values_agree_in_both_tables(case: tuple[Pack, bytes]) -> None:
    pack, content = case
    page = next(page for page in pack.pages if isinstance(page, AppendixPage))
    book = read(content)
    wide, long = table_of(book, "Monthly values"), table_of(book, "Monthly values, long")
    assert len(wide) == 3 * len(page.monthly)
    assert len(long) == len(page.monthly) * len(page.months)
    cells = iter(long)
    for place, row in enumerate(page.monthly):
        values, counts, marks = wide[3 * place : 3 * place + 3]
        assert (values["What"], counts["What"], marks["What"]) == ("value", "n", "status")
        for month, (value, text, n, status) in zip(page.months, row.cells, strict=True):
            name = short_month(month)
            assert [values[name], counts[name]] == same((value, n))
            assert marks[name] == look_of(status).shape
            cell = next(cells)
            assert (cell["Key"], cell["Month"].date(), cell["As shown"]) == (row.figure.key, month, text)
            assert [cell["Value"], cell["n"]] == same((value, n))


def test_lists_have_every_row(case: tuple[Pack, bytes]) -> None:
    pack, content = case
    book = read(content)
    pages = {page.kind: page for page in pack.pages}
    for name, head, rows in (
        ("Escalations", "Escalation", pages["escalations"].rows),
        ("Decisions", "Decision", pages["decisions"].decisions),
        ("Actions", "Action", pages["decisions"].actions),
    ):
        assert [row[head] for row in table_of(book, name)] == [row.id for row in rows]
    ahead = table_of(book, "Look-ahead")
    assert [row["Record"] for row in ahead] == [row.record_id for row in pages["look_ahead"].rows]
    assert [row["Due"].date() for row in ahead] == [row.due_on for row in pages["look_ahead"].rows]
    sources = table_of(book, "Sources")
    assert [row["SHA-256"] for row in sources] == [row.sha256 for row in pages["appendix"].sources]
    assert [row["Received (UTC)"] for row in sources] == [row.received_at for row in pages["appendix"].sources]
    definitions = table_of(book, "Definitions")
    assert [row["Indicator"] for row in definitions] == [row.name for row in pages["appendix"].definitions]


@pytest.mark.parametrize("count", [0, 60])
def test_escalations_few_and_many(count: int) -> None:
    page = an_escalations_page(count)
    assert isinstance(page, EscalationsPage)
    book = read(written(a_pack(pages=[page])))
    rows = [row for row in table_of(book, "Escalations") if row["Rule"]]
    assert len(rows) == count
    if not count:
        assert "No escalation is open." in [cell.value for cell in book["Escalations"]["A"]]
