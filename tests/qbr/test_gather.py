"""A pack against the figures it is gathered from: nothing added, nothing lost, the same whenever it is made."""

from __future__ import annotations

from datetime import date, datetime
from functools import partial

import pytest

from kpi.access import EVERYTHING, Scope
from kpi.catalog import Catalog, load_catalog
from kpi.errors import UsageError
from kpi.ledger.store import Store
from kpi.present.wording import format_value
from kpi.qbr.choices import Choices
from kpi.qbr.gather import load_source, pack_of, partners_of
from kpi.qbr.pack import KINDS, AppendixPage, IndicatorPage, LookAheadPage, Pack, ScorecardPage
from kpi.qbr.source import Source
from tests.support import order_lines, submit_rows, withdraw_quickly

JANUARY, FEBRUARY, MARCH = date(2025, 1, 1), date(2025, 2, 1), date(2025, 3, 1)
TODAY = date(2026, 1, 5)


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_catalog()


def pack(store: Store, catalog: Catalog, choices: Choices, scope: Scope = EVERYTHING, as_of: int | None = None) -> Pack:
    return pack_of(load_source(store, catalog, today=TODAY, scope=scope, as_of=as_of), choices)


@pytest.fixture
def store(empty_store: Store) -> Store:
    """1 HELIX January, 2 NOVA January, 3 HELIX February, 4 HELIX January restated."""
    submit_rows(empty_store, "deliveries", order_lines("HELIX", JANUARY, late=1), JANUARY)
    submit_rows(empty_store, "deliveries", order_lines("NOVA", JANUARY, late=2), JANUARY)
    submit_rows(empty_store, "deliveries", order_lines("HELIX", FEBRUARY, late=2), FEBRUARY)
    submit_rows(empty_store, "deliveries", order_lines("HELIX", JANUARY, late=5), JANUARY)
    return empty_store


def value(found: Pack, key: str) -> float | None:
    return {page.figure.key: page.figure.value for page in found.indicator_pages if page.figure}[key]


def test_a_version_keeps_its_figures_and_the_newest_says_what_was_restated(store: Store, catalog: Catalog) -> None:
    choices = Choices("HELIX", JANUARY)
    before, after = pack(store, catalog, choices, as_of=3), pack(store, catalog, choices)
    assert (value(before, "on_time_delivery"), value(after, "on_time_delivery")) == (0.9, 0.5)
    told = "Restated since first reported: deliveries for Jan 2025 (S000004, 1 January 2026)"
    by_key = {page.key: page.restated for page in after.pages}
    assert by_key["indicator:on_time_delivery"] == by_key["scorecard"] == told
    assert {page.restated for page in before.pages} == {""}
    assert after.foot(after.pages[0])[0] == f"HELIX, January 2025. {told}"
    assert "Ledger version 4 of 1 January 2026, 12:00 UTC" in after.foot(after.pages[0])[1]
    assert "made from store.duckdb" in after.foot(after.pages[0])[1]


def test_a_withdrawn_restatement_restates_nothing(store: Store, catalog: Catalog) -> None:
    withdraw_quickly(store, "S000004")
    found = pack(store, catalog, Choices("HELIX", JANUARY))
    assert value(found, "on_time_delivery") == 0.9
    assert {page.restated for page in found.pages} == {""}


def test_a_window_counts_its_months(store: Store, catalog: Catalog) -> None:
    found = pack(store, catalog, Choices("HELIX", FEBRUARY, window=3))
    assert value(found, "on_time_delivery") == pytest.approx(13 / 20)
    assert found.period == "the 3 months to February 2025"
    [page] = [page for page in found.indicator_pages if page.key == "indicator:on_time_delivery"]
    assert [(month.month, month.value) for month in page.months] == [(JANUARY, 0.5), (FEBRUARY, 0.8)]


def test_months_after_the_period_are_not_there(store: Store, catalog: Catalog) -> None:
    found = pack(store, catalog, Choices("HELIX", JANUARY))
    assert {month.month for page in found.indicator_pages for month in page.months} == {JANUARY}
    [appendix] = [page for page in found.pages if isinstance(page, AppendixPage)]
    assert appendix.months[-1] == JANUARY
    assert [row.submission_id for row in appendix.sources] == ["S000004", "S000001"]


def test_a_partner_silent_in_the_month_has_a_pack_that_says_so(store: Store, catalog: Catalog) -> None:
    found = pack(store, catalog, Choices("NOVA", FEBRUARY))
    [page] = [page for page in found.indicator_pages if page.key == "indicator:on_time_delivery"]
    assert (page.figure.value, page.figure.status) == (None, "no data")
    assert page.title == "On-time delivery: not reported"
    assert [page.kind for page in found.pages if page.kind != "indicator"] == [k for k in KINDS if k != "indicator"]


def test_a_limited_reader_has_packs_of_their_partners_alone(store: Store, catalog: Catalog) -> None:
    mine = Scope.of(["HELIX"])
    source = load_source(store, catalog, today=TODAY, scope=mine)
    assert list(partners_of(source)) == ["HELIX"]
    alone, whole = pack_of(source, Choices("HELIX", JANUARY)), pack(store, catalog, Choices("HELIX", JANUARY))
    assert [page.figure for page in alone.indicator_pages] == [page.figure for page in whole.indicator_pages]
    with pytest.raises(UsageError, match='There is no partner "NOVA"'):
        pack_of(source, Choices("NOVA", JANUARY))


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        (Choices("NIEMAND", JANUARY), 'There is no partner "NIEMAND"'),
        (Choices("HELIX", date(2031, 1, 1)), "There are no figures for 2031-01. The ledger has 2025-01 to 2025-02"),
        (Choices("HELIX", JANUARY, pages=("cover",)), "There is no page cover in this pack."),
    ],
)
def test_what_there_is_not_is_refused(store: Store, catalog: Catalog, choices: Choices, message: str) -> None:
    with pytest.raises(UsageError) as refused:
        pack(store, catalog, choices)
    assert str(refused.value).startswith(message)


def test_an_empty_ledger_has_no_pack(empty_store: Store, catalog: Catalog) -> None:
    with pytest.raises(UsageError):
        pack(empty_store, catalog, Choices("HELIX", JANUARY))


def test_comments_and_order_are_those_chosen(store: Store, catalog: Catalog) -> None:
    keys = ("escalations", "indicator:on_time_delivery")
    comments = {"indicator:on_time_delivery": " Second line since March. ", "scorecard": "Not chosen"}
    found = pack(store, catalog, Choices("HELIX", JANUARY, pages=keys, comments=comments))
    assert [(page.key, page.comment) for page in found.pages] == [
        ("escalations", ""),
        ("indicator:on_time_delivery", "Second line since March."),
    ]
    assert found.pages[1].notes.endswith("Comment: Second line since March.")


@pytest.fixture(scope="module")
def sample(sample_store: Store, catalog: Catalog) -> Source:
    return load_source(sample_store, catalog, today=TODAY, scope=EVERYTHING)


def test_every_figure_of_every_sample_partner_is_that_of_the_marts(sample: Source) -> None:
    table = sample.marts.kpi_monthly
    last = sample.marts.last_month
    assert last is not None
    for partner_id in partners_of(sample):
        found = pack_of(sample, Choices(partner_id, last))
        mine = table[
            (table["grain"] == "partner") & (table["partner_id"] == partner_id) & (table["month"] == str(last))
        ]
        expected = {
            (row.kpi_id, row.currency): (none(row.value), none(row.n), none(row.target), row.status)
            for row in mine.itertuples()
        }
        pages = [page.figure for page in found.indicator_pages if page.figure]
        assert {(f.kpi_id, f.currency): (f.value, f.n, f.target, f.status) for f in pages} == expected
        [card] = [page for page in found.pages if isinstance(page, ScorecardPage)]
        assert list(card.figures) == pages
        for figure in pages:
            if figure.status not in ("no data", "no activity"):
                indicator = sample.catalog.indicators[figure.kpi_id]
                assert figure.value_text == format_value(indicator, figure.value, figure.currency)


def test_charts_hold_every_month_once_and_end_with_the_figure(sample: Source) -> None:
    last = sample.marts.last_month
    assert last is not None
    for page in pack_of(sample, Choices("LMCC", last)).indicator_pages:
        assert isinstance(page, IndicatorPage)
        months = [month.month for month in page.months]
        assert months == sorted(set(months))
        if page.months and page.figure:
            assert (page.months[-1].month, page.months[-1].value) == (last, page.figure.value)


def test_the_same_version_day_and_choices_give_the_same_pack(sample_store: Store, catalog: Catalog) -> None:
    make = partial(load_source, sample_store, catalog, today=TODAY, scope=EVERYTHING)
    choices = Choices("0042", date(2026, 10, 1))
    assert pack_of(make(as_of=400), choices) == pack_of(make(as_of=400), choices)


def test_the_look_ahead_looks_to_the_day_asked_for(sample: Source) -> None:
    until = date(2026, 11, 20)
    found = pack_of(sample, Choices("LMCC", date(2026, 10, 1), until=until))
    [page] = [page for page in found.pages if isinstance(page, LookAheadPage)]
    assert page.until == until
    assert all(row.due_on <= until for row in page.rows)
    assert [row.overdue for row in page.rows] == [row.due_on < sample.provenance.day for row in page.rows]
    assert isinstance(sample.provenance.recorded_at, datetime)


def none(value: float) -> float | None:
    return None if value != value else float(value)
