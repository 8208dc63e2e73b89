"""The sample's records hold to the contracts' rules, and have the gaps that real records have."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from kpi.intake.contracts import dataset
from kpi.sample.knowledge import KEYS
from kpi.sample.register import register, targets
from tests.sample.plain import PORTFOLIO, of, records

DATED_IN_ORDER = {
    "batch_records": ["actual_start_date", "completed_date", "record_received_date", "disposition_date"],
    "deviations": ["opened_date", "closed_date", "capa_closed_date", "capa_evaluated_date"],
    "audit_findings": ["audit_date", "response_date", "closed_date"],
    "deliveries": ["order_date", "delivered_date"],
}


def test_eight_partners_twelve_sites_thirty_six_months():
    assert len(PORTFOLIO.partners) == 8
    assert len(PORTFOLIO.sites) == 12
    assert len(PORTFOLIO.months) == 36
    assert (PORTFOLIO.first, PORTFOLIO.last) == (date(2023, 11, 1), date(2026, 10, 1))


@pytest.mark.parametrize(
    ("name", "least", "most"),
    [
        ("batch_records", 3_500, 4_500),
        ("deviations", 600, 1_200),
        ("audit_findings", 150, 300),
        ("deliveries", 2_600, 3_400),
    ],
)
def test_there_are_about_as_many_records_as_a_portfolio_has(name, least, most):
    assert least <= len(records(name)) <= most


@pytest.mark.parametrize("name", DATED_IN_ORDER)
def test_columns_are_the_contracts_in_its_order(name):
    assert list(records(name)[0]) == [column.name for column in dataset(name).columns]
    assert KEYS[name] == dataset(name).key


def test_the_register_and_the_targets_have_the_contracts_columns():
    assert list(register(PORTFOLIO, PORTFOLIO.last)[0]) == [column.name for column in dataset("partners").columns]
    assert list(targets(PORTFOLIO)[0]) == [column.name for column in dataset("targets").columns]


@pytest.mark.parametrize("name", DATED_IN_ORDER)
def test_keys_are_unique(name):
    assert max(Counter(tuple(row[column] for column in KEYS[name]) for row in records(name)).values()) == 1


@pytest.mark.parametrize("name", DATED_IN_ORDER)
def test_nothing_ends_before_it_starts_and_nothing_lies_in_the_future(name):
    for row in records(name):
        dates = [row[column] for column in DATED_IN_ORDER[name] if row[column] is not None]
        assert dates == sorted(dates)
        assert all(day <= PORTFOLIO.last_day for day in dates)


def test_a_disposition_and_its_date_are_both_there_or_both_missing():
    for row in records("batch_records"):
        assert (row["disposition"] == "pending") == (row["disposition_date"] is None)


def test_a_cost_and_its_currency_are_both_there_or_both_missing():
    assert all((row["batch_cost"] is None) == (row["currency"] is None) for row in records("batch_records"))
    assert {row["currency"] for row in records("batch_records")} == {"EUR", "USD", "CHF", None}


def test_yields_lie_where_yields_lie():
    shares = [row["actual_yield"] / row["theoretical_yield"] for row in records("batch_records") if row["actual_yield"]]
    assert 0.92 < min(shares) < max(shares) <= 1.015


def test_open_deviations_have_no_cause_outcome_or_capa_yet():
    still_open = [row for row in records("deviations") if row["closed_date"] is None]
    assert still_open
    assert all(row["root_cause"] is row["oos_outcome"] is row["capa_id"] is None for row in still_open)


def test_every_capa_belongs_to_one_deviation():
    for partner in PORTFOLIO.partners:
        capas = [row["capa_id"] for row in of("deviations", partner.partner_id) if row["capa_id"]]
        assert len(capas) == len(set(capas)) > 0


def test_most_deviations_name_their_batch_and_its_product():
    products = {(row["partner_id"], row["batch_id"]): row["product"] for row in records("batch_records")}
    linked = [row for row in records("deviations") if row["batch_id"]]
    assert 0.5 < len(linked) / len(records("deviations")) < 0.9
    assert all(products[row["partner_id"], row["batch_id"]] == row["product"] for row in linked)


def test_most_deviations_are_minor():
    severities = Counter(row["severity"] for row in records("deviations"))
    assert severities["minor"] / len(records("deviations")) > 0.65
    assert severities["major"] > severities["critical"] > 0


def test_a_repeated_finding_names_an_earlier_one_of_the_same_partner():
    audited = {(row["partner_id"], row["finding_id"]): row["audit_date"] for row in records("audit_findings")}
    repeated = [row for row in records("audit_findings") if row["repeat_of"]]
    assert repeated
    assert all(audited[row["partner_id"], row["repeat_of"]] < row["audit_date"] for row in repeated)


def test_ids_are_text_and_some_start_with_a_zero():
    assert "0042" in {partner.partner_id for partner in PORTFOLIO.partners}
    assert any(row["batch_id"].startswith("0") for row in of("batch_records", "0042"))
    assert {site.site_id for site in PORTFOLIO.sites if site.partner_id == "0042"} == {"01", "02"}


def test_targets_have_clauses_change_over_time_and_leave_gaps():
    rows = targets(PORTFOLIO)
    assert all(row["source"] for row in rows)
    assert max(Counter((row["partner_id"], row["kpi_id"]) for row in rows).values()) > 1
    assert [row["kpi_id"] for row in rows if row["limit"] is None] == ["perfect_order"]
    assert {p.partner_id for p in PORTFOLIO.partners} - {row["partner_id"] for row in rows} == {"SERI"}


def test_partners_differ_in_how_they_work():
    rows = register(PORTFOLIO, PORTFOLIO.last)
    for column in ("operating_model", "engagement", "pricing_model", "capacity_model"):
        assert len({row[column] for row in rows}) >= 2
    assert max(len(row["partner_name"]) for row in rows) > 80
    assert any("ü" in row["partner_name"] for row in rows)
