"""The three review screens, started from dashboard.py, over the sample, an empty store and one partner's month."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from kpi.access import EVERYTHING
from kpi.catalog import load_catalog
from kpi.ledger.store import Store
from kpi.marts import load_marts
from pages.shared.navigation import INDICATOR_PAGE, PARTNER_PAGE
from tests.pages.boards import boards
from tests.support import submit_rows

ROOT = Path(__file__).resolve().parents[2]
CATALOG = load_catalog()
MARCH = date(2025, 3, 1)


def opened(page: str = "", **query: str) -> AppTest:
    """The dashboard as a colleague sees it who follows a link to ``page``."""
    app = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=120)
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    if page:
        app.switch_page(page).run()
        for name, value in query.items():
            if name not in app.query_params:
                app.query_params[name] = value
        app.run()
    assert not app.exception
    return app


def texts(app: AppTest) -> str:
    kinds = (app.title, app.subheader, app.markdown, app.caption, app.info, app.error)
    return "\n".join(element.value for kind in kinds for element in kind)


@pytest.fixture
def sample(sample_store: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("KPI_STORE", f"duckdb:///{sample_store.path}")
    monkeypatch.setenv("KPI_LOG", str(tmp_path / "kpi.log"))
    return load_marts(sample_store, CATALOG, scope=EVERYTHING)


@pytest.fixture
def empty(empty_store: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Store:
    monkeypatch.setenv("KPI_STORE", f"duckdb:///{empty_store.path}")
    monkeypatch.setenv("KPI_LOG", str(tmp_path / "kpi.log"))
    return empty_store


@pytest.fixture
def one_month(empty: Store) -> Store:
    """One partner that sent one month of deliveries and nothing else; it is not in any register."""
    lines = [
        {
            "partner_id": "SOLO",
            "site_id": "S1",
            "delivery_id": f"D{i}",
            "product": "A",
            "promised_date": date(2025, 3, 10),
            "delivered_date": date(2025, 3, 9 if i < 5 else 12),
            "ordered_quantity": 10,
            "delivered_quantity": 10,
        }
        for i in range(6)
    ]
    submit_rows(empty, "deliveries", lines, MARCH)
    return empty


@pytest.mark.parametrize("page", ["", PARTNER_PAGE, INDICATOR_PAGE])
def test_an_empty_store_shows_the_first_steps(empty, page):
    app = opened(page)
    assert "No records yet" in texts(app)
    assert "python -m kpi demo" in texts(app)
    assert "The ledger is empty." in texts(app)


def test_the_portfolio_shows_all_partners_and_says_that_the_sample_is_synthetic(sample):
    app = opened()
    assert "Synthetic sample data" in texts(app)
    assert f"Ledger version {sample.version}" in texts(app)
    (board,) = boards(app)
    assert len(board["rows"]) == sample.register["partner_id"].nunique()
    assert [column["name"] for column in board["columns"][2:]] == [i.name for i in CATALOG.headlines]


def test_a_link_names_partner_month_and_window(sample):
    partner, name = sample.register[["partner_id", "partner_name"]].iloc[0]
    app = opened(PARTNER_PAGE, partner=partner, month="2026-03", window="12")
    assert app.title[0].value == name
    assert "Trend" in [board["columns"][-1]["name"] for board in boards(app)]
    assert app.query_params["partner"] == name
    assert app.query_params["month"] == "March 2026"
    assert app.query_params["window"] == "12"
    assert "12 months" in json.dumps(boards(app))


def test_what_a_link_asks_for_in_vain_is_said(sample):
    app = opened(partner="NOBODY", month="1999-01", as_of="99999")
    said = "\n".join(note.value for note in app.info)
    assert "NOBODY" in said
    assert "1999-01" in said
    assert "99999" in said
    assert len(boards(app)) == 1


def test_an_earlier_version_shows_the_figures_of_then(sample):
    app = opened(as_of="200")
    assert "Ledger version 200" in texts(app)
    assert boards(app) != boards(opened())


def test_without_a_partner_the_partner_screen_offers_all(sample):
    app = opened(PARTNER_PAGE)
    assert "Choose a partner" in texts(app)
    assert len(boards(app)[0]["rows"]) == sample.register["partner_id"].nunique()


def test_the_partner_screen_has_everything_a_committee_asks(sample):
    sites = sample.register.groupby("partner_id")["site_id"].nunique()
    app = opened(PARTNER_PAGE, partner=str(sites[sites > 1].index[0]))
    heads = [heading.value.split(" since")[0].split(",")[0] for heading in app.subheader]
    assert heads == [
        "Open escalations",
        "Largest moves",
        "Indicators",
        "Score",
        "Sites side by side",
        "Data received",
        "Latest records",
    ]
    for label in ("Where it stands", "What changed", "Why it matters"):
        assert label in texts(app)
    records = app.dataframe[0].value
    assert {"submission_id", "file_name", "row_number"} <= set(records.columns)


def test_the_indicator_screen_goes_from_definition_to_file_and_row(sample):
    partner = str(sample.register["partner_id"].iloc[0])
    app = opened(INDICATOR_PAGE, partner=partner, kpi="lot_acceptance_rate")
    assert app.title[0].value == "Lot acceptance rate"
    assert CATALOG.indicators["lot_acceptance_rate"].numerator_text in texts(app)
    assert "p chart of" in texts(app)
    figures = sample.kpi_monthly.query(
        "grain == 'partner' and kpi_id == 'lot_acceptance_rate' and partner_id == @partner"
    )
    last = figures.sort_values("month").iloc[-1]
    records = app.dataframe[0].value
    assert len(records) == last["denominator"]
    assert (records["counts_as"] == "numerator and denominator").sum() == last["numerator"]
    assert {"file_name", "row_number"} <= set(records.columns)


def test_every_indicator_can_be_chosen_for_all_partners(sample):
    app = opened(INDICATOR_PAGE)
    for kpi, indicator in CATALOG.indicators.items():
        app.selectbox(key="kpi").set_value(kpi).run()
        assert not app.exception
        assert not app.error
        assert app.title[0].value == indicator.name


@pytest.mark.parametrize(
    "kpi", ["disposition_lead_time", "deviation_rate", "overdue_findings", "yield_attainment", "submission_timeliness"]
)
def test_every_kind_of_chart_is_drawn(sample, kpi):
    app = opened(INDICATOR_PAGE, partner=str(sample.register["partner_id"].iloc[0]), kpi=kpi)
    assert not app.error
    assert "control_chart" in {chart.key for chart in app.get("plotly_chart")}


def test_rolling_values_are_another_chart(sample):
    app = opened(INDICATOR_PAGE, partner=str(sample.register["partner_id"].iloc[0]), kpi="right_first_time")
    app.segmented_control(key="drawn_as").set_value("Rolling 3 and 12 months").run()
    assert not app.error
    assert "control limits would mislead" in texts(app)


@pytest.mark.parametrize("page", ["", PARTNER_PAGE, INDICATOR_PAGE])
def test_one_partner_with_one_month_of_one_dataset(one_month, page):
    app = opened(page, partner="SOLO", kpi="on_time_delivery")
    assert not app.error
    assert app.query_params["month"] == "March 2025"


def test_one_partner_month_says_what_it_can_and_no_more(one_month):
    app = opened(INDICATOR_PAGE, partner="SOLO", kpi="on_time_delivery")
    assert "83.3 %" in texts(app)
    assert "5 of 6" in texts(app)
    assert "Trial limits" in texts(app)
    app = opened(PARTNER_PAGE, partner="SOLO")
    assert "Nothing was reported for February 2025" in texts(app)


def test_an_indicator_that_a_partner_never_reported_says_so(one_month):
    app = opened(INDICATOR_PAGE, partner="SOLO", kpi="lot_acceptance_rate")
    assert not app.error
    assert "No month of SOLO has a value for this indicator. Not reported: Mar 2025." in texts(app)
    assert not app.get("plotly_chart")


def test_a_store_that_is_none_is_said_plainly(monkeypatch, tmp_path):
    bad = tmp_path / "notes.duckdb"
    bad.write_text("not a database at all, only a text file " * 100)
    monkeypatch.setenv("KPI_STORE", f"duckdb:///{bad}")
    app = opened()
    assert len(app.error) == 1
    assert "notes.duckdb" in app.error[0].value
    assert "Traceback" not in app.error[0].value


def test_a_defect_shows_an_incident_and_logs_no_contents(sample, monkeypatch, tmp_path):
    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError("lot SECRET-1 has no mother")

    monkeypatch.setattr("kpi.present.portfolio.summary", broken)
    app = opened(month="2025-07", window="3")
    assert "incident" in app.error[0].value
    assert "SECRET" not in texts(app)
    log = (tmp_path / "kpi.log").read_text(encoding="utf-8")
    assert "RuntimeError" in log
    assert "SECRET" not in log


def test_names_and_links_are_shown_letter_by_letter(empty):
    """A partner's file and a link come from elsewhere: neither may bring formatting, links or formulas."""
    site = {"partner_id": "E*V*IL", "partner_name": ":red[Solo] $x$", "site_id": "S1", "site_name": "[Ulm](http://e)"}
    line = {"partner_id": "E*V*IL", "site_id": "S1", "delivery_id": "D1", "product": "A", "ordered_quantity": 10}
    submit_rows(empty, "partners", [site], MARCH)
    submit_rows(empty, "deliveries", [{**line, "promised_date": date(2025, 3, 10)}], MARCH)
    partner = opened(PARTNER_PAGE, partner="E*V*IL", as_of="[then](http://e)")
    indicator = opened(INDICATOR_PAGE, partner="E*V*IL", kpi="lot_acceptance_rate")
    assert partner.title[0].value == indicator.subheader[0].value == r"\:red\[Solo\] \$x\$"
    assert r"Id **E\*V\*IL**  ·  Sites **\[Ulm\](http\://e)**" in texts(partner)
    assert r"\[then\](http" in texts(partner)
    assert r"No month of \:red\[Solo\] \$x\$ has a value" in texts(indicator)


def test_an_earlier_state_says_so_on_the_page(sample):
    said = opened(as_of="200").warning[0].value
    assert said.startswith("This is ledger version 200 of ")
    assert said.endswith("Empty the field “As of” to see the latest figures.")
    assert not opened().warning


def test_before_the_first_event_nothing_had_been_accepted(sample):
    app = opened(as_of="2020-01-01")
    assert app.info[0].value == "Nothing had been accepted by then. Empty the field “As of” to see the latest figures."
    assert not app.subheader
