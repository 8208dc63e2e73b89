"""The tables that the screens draw: every cell says what the marts say."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from kpi.access import EVERYTHING
from kpi.catalog import load_catalog
from kpi.marts import load_marts
from kpi.present import indicator as indicator_view
from kpi.present import partner as partner_view
from kpi.present.portfolio import (
    BY_ATTENTION,
    BY_NAME,
    coverage_cells,
    portfolio,
    sort_key,
    summary_sentence,
)
from kpi.present.wording import STATUSES, cell_value

CATALOG = load_catalog()
OCTOBER = date(2026, 10, 1)


@pytest.fixture(scope="module")
def marts(sample_store):
    return load_marts(sample_store, CATALOG, scope=EVERYTHING)


def counts(**given: int) -> dict[str, int]:
    return dict.fromkeys(STATUSES, 0) | {name.replace("_", " "): count for name, count in given.items()}


def rows(board: str) -> list[dict]:
    return [row for row in json.loads(board)["rows"] if "heading" not in row]


@pytest.mark.parametrize("window", [1, 3, 12])
def test_every_cell_of_the_portfolio_is_the_figure_of_the_marts(marts, window):
    month = marts.last_month
    table = json.loads(portfolio(marts, CATALOG, month, window, BY_NAME).board)
    value, status = ("value", "status") if window == 1 else (f"rolling_{window}", f"status_{window}")
    figures = marts.kpi_monthly
    figures = figures[(figures["grain"] == "partner") & (figures["month"] == pd.Timestamp(month))]
    names = marts.register.drop_duplicates("partner_id").set_index("partner_name")["partner_id"]
    assert len(table["rows"]) == len(names)
    for row in table["rows"]:
        mine = figures[figures["partner_id"] == names[row["name"]]].set_index("kpi_id")
        for indicator, cell in zip(CATALOG.headlines, row["cells"][1:], strict=True):
            assert cell["s"] == mine.loc[indicator.id, status]
            if cell["s"] not in ("no data", "no activity"):
                assert cell["v"] == cell_value(indicator, mine.loc[indicator.id, value])


def test_partners_stand_by_attention_or_by_name(marts):
    month = marts.last_month
    by_name = [row["name"] for row in rows(portfolio(marts, CATALOG, month, 1, BY_NAME).board)]
    assert by_name == sorted(by_name, key=str.casefold)
    past = [
        dict(row.get("counts", [])).get("past limit", 0)
        for row in rows(portfolio(marts, CATALOG, month, 1, BY_ATTENTION).board)
    ]
    assert past == sorted(past, reverse=True)


def test_who_has_not_reported_comes_before_who_merely_missed_a_target():
    silent, missed, past = counts(no_data=8), counts(missed=3, met=5), counts(past_limit=1, met=7)
    ordered = sorted([("a", missed), ("b", silent), ("c", past)], key=lambda p: sort_key(p[1], p[0], BY_ATTENTION))
    assert [name for name, _ in ordered] == ["c", "b", "a"]


@pytest.mark.parametrize(
    ("partners", "incomplete", "sentence"),
    [
        (
            {"a": counts(past_limit=2), "b": counts(met=2), "c": counts(no_data=2)},
            ["c"],
            "1 of 3 partners has a headline figure past its limit in October 2026; 1 has not reported.",
        ),
        (
            {"a": counts(past_limit=2), "b": counts(met=1, no_data=1), "c": counts(no_data=2)},
            ["b", "c"],
            "1 of 3 partners has a headline figure past its limit in October 2026; 1 has not reported and 1 partner "
            "sent incomplete data.",
        ),
        (
            {"a": counts(met=2), "b": counts(met=2)},
            [],
            "None of 2 partners have a headline figure past its limit in October 2026; every partner has reported.",
        ),
        (
            {"a": counts(past_limit=1, missed=2)},
            [],
            "1 headline figure past the limit and 2 short of target in October 2026.",
        ),
        ({"a": counts(no_data=2)}, ["a"], "The partner has not reported for October 2026."),
        (
            {"a": counts(past_limit=2, no_data=1)},
            ["a"],
            "2 headline figures past the limit and 0 short of target in October 2026; its data is incomplete.",
        ),
    ],
)
def test_the_summary_in_one_sentence(partners, incomplete, sentence):
    received = {partner: ["on time", "missing" if partner in incomplete else "late"] for partner in partners}
    assert summary_sentence(partners, received, OCTOBER, 1) == sentence


def test_a_file_that_is_not_due_yet_is_neither_received_nor_missing(marts):
    waiting = pd.DataFrame(
        [("A", "deliveries", OCTOBER, "on time"), ("A", "deviations", OCTOBER, "not due yet")],
        columns=["partner_id", "dataset", "month", "state"],
    )
    cell = coverage_cells(replace(marts, coverage=waiting), OCTOBER, 2)["A"]
    assert (cell.text, cell.state, cell.note) == ("1 of 2", "no activity", "1 not due yet")


def test_a_partners_table_holds_every_indicator_under_its_category(marts):
    partner = str(marts.register["partner_id"].iloc[0])
    table = json.loads(partner_view.indicators_board(marts, CATALOG, partner, marts.last_month, 1))
    shown = {row["name"] for row in table["rows"] if "heading" not in row}
    figures = marts.kpi_monthly
    known = figures[(figures["partner_id"] == partner) & (figures["month"] == pd.Timestamp(marts.last_month))]
    assert shown == {CATALOG.indicators[kpi].name for kpi in known["kpi_id"]}
    assert table["rows"][0] == {"heading": CATALOG.categories[0].name}


def test_sites_stand_side_by_side_only_where_there_are_two(marts):
    sites = marts.register.groupby("partner_id")["site_id"].nunique()
    one, two = str(sites[sites == 1].index[0]), str(sites[sites > 1].index[0])
    assert partner_view.sites_board(marts, CATALOG, one, marts.last_month, 1) == ""
    table = json.loads(partner_view.sites_board(marts, CATALOG, two, marts.last_month, 1))
    assert len(table["columns"]) == sites[two]


def test_coverage_has_a_column_for_each_of_twelve_months(marts):
    partner = str(marts.register["partner_id"].iloc[0])
    titles = {name: name for name in CATALOG.calendar.datasets}
    table = json.loads(partner_view.coverage_board(marts, partner, marts.last_month, titles))
    assert len(table["columns"]) == 12
    assert {cell.get("s", "") for row in table["rows"] for cell in row["cells"]} <= {*marts.coverage["state"], ""}


def test_products_of_an_indicator_that_has_none_give_no_table(marts):
    partner = str(marts.register["partner_id"].iloc[0])
    found = indicator_view.entities_board(
        marts, CATALOG.indicators["findings_per_audit"], "product", partner, marts.last_month, 1
    )
    assert found == ""


def test_two_partners_of_one_name_stay_apart_in_links(marts):
    from dataclasses import replace

    from kpi.present.rows import labels_of

    register = pd.DataFrame({"partner_id": ["A1", "B2", "C3"], "partner_name": ["Twin", "Twin", "Other"]})
    assert labels_of(replace(marts, register=register)) == {"C3": "Other", "A1": "Twin (A1)", "B2": "Twin (B2)"}
