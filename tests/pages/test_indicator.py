"""The indicator screen with signals: verdicts, flagged months, sites, kinds of limits, phases, comparisons."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from kpi.access import EVERYTHING
from kpi.ledger.rebaselines import rebaselines
from kpi.ledger.store import Store, open_store
from kpi.marts import Marts, load_marts
from pages.shared.navigation import INDICATOR_PAGE
from tests.pages.test_review import CATALOG, opened, texts
from tests.support import submit_rows

RIGHT_FIRST_TIME = "right_first_time"


@pytest.fixture
def store(sample_store: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Store:
    """The sample portfolio in a file of the test's own."""
    copy = open_store(f"duckdb:///{shutil.copy(sample_store.path, tmp_path / 'own.duckdb')}")
    monkeypatch.setenv("KPI_STORE", f"duckdb:///{copy.path}")
    monkeypatch.setenv("KPI_LOG", str(tmp_path / "kpi.log"))
    monkeypatch.setenv("KPI_ACTOR", "qa.lead")
    return copy


@pytest.fixture
def marts(store: Store) -> Marts:
    return load_marts(store, CATALOG, scope=EVERYTHING)


def partner_with_sites(marts: Marts) -> str:
    count = marts.register.groupby("partner_id")["site_id"].nunique()
    return str(count[count > 1].index[0])


def indicator(**query: str) -> AppTest:
    app = opened(INDICATOR_PAGE, **query)
    assert not app.error
    return app


def charts(app: AppTest) -> dict[str, dict]:
    """{key: the figure as it is sent to the browser}."""
    return {chart.key: json.loads(chart.proto.spec) for chart in app.get("plotly_chart")}


def names_drawn(app: AppTest) -> set[str]:
    return {trace.get("name", "") for trace in charts(app)["control_chart"]["data"]}


def submit(app: AppTest, label: str) -> AppTest:
    button = next(button for button in app.button if button.label == label)
    return button.click().run()


def test_both_verdicts_and_the_clause_of_the_target_stand_above_the_chart(marts: Marts) -> None:
    app = indicator(partner=partner_with_sites(marts), kpi=RIGHT_FIRST_TIME)
    said = texts(app)
    assert "Common cause" in said or "Special cause" in said
    assert "the control limits (" in said
    assert "Target ≥ " in said
    assert "Flagged months: " in said
    assert "σz " in said


def test_a_site_has_a_chart_and_records_of_its_own(marts: Marts) -> None:
    partner = partner_with_sites(marts)
    site = marts.register[marts.register["partner_id"] == partner].iloc[0]
    app = indicator(partner=partner, kpi="lot_acceptance_rate", of=f"site:{site['site_id']}")
    assert app.selectbox(key="of").value == f"site:{site['site_id']}"
    assert app.subheader[0].value.startswith("Site ")
    assert site["site_name"].split(",")[0] in charts(app)["control_chart"]["layout"]["title"]["subtitle"]["text"]
    assert set(app.dataframe[0].value["site_id"]) == {site["site_id"]}
    assert "Why it changed" not in texts(app)


def test_another_partner_forgets_the_site_that_was_chosen(marts: Marts) -> None:
    partner = partner_with_sites(marts)
    site = marts.register.loc[marts.register["partner_id"] == partner, "site_id"].iloc[0]
    app = indicator(partner=partner, kpi="lot_acceptance_rate", of=f"site:{site}")
    other = next(p for p in marts.register["partner_id"] if p != partner)
    app.selectbox(key="partner").set_value(other).run()
    assert not app.exception
    assert app.selectbox(key="of").value == ""


def test_a_link_to_a_site_that_is_none_shows_the_whole_partner(marts: Marts) -> None:
    app = indicator(partner=partner_with_sites(marts), kpi="lot_acceptance_rate", of="site:NOWHERE")
    assert app.selectbox(key="of").value == ""
    assert (
        app.subheader[0].value
        == marts.register.set_index("partner_id").loc[partner_with_sites(marts)].iloc[0]["partner_name"]
    )


def test_the_link_chooses_limits_for_overdispersion(marts: Marts) -> None:
    partner = partner_with_sites(marts)
    usual = indicator(partner=partner, kpi=RIGHT_FIRST_TIME)
    primed = indicator(partner=partner, kpi=RIGHT_FIRST_TIME, limits="For overdispersion")
    assert "p chart of" in texts(usual)
    assert "p′ chart of" in texts(primed)
    assert primed.query_params["limits"] == "For overdispersion"


def test_an_xmr_chart_offers_no_other_limits(marts: Marts) -> None:
    app = indicator(partner=partner_with_sites(marts), kpi="disposition_lead_time")
    assert "limits" not in {control.key for control in app.segmented_control}
    assert "XmR chart of" in texts(app)


def test_months_after_the_one_looked_at_are_pale(marts: Marts) -> None:
    app = indicator(partner=partner_with_sites(marts), kpi=RIGHT_FIRST_TIME, month="2026-03")
    assert "Later month" in names_drawn(app)
    assert "Later month" not in names_drawn(indicator(partner=partner_with_sites(marts), kpi=RIGHT_FIRST_TIME))


def test_limits_start_anew_with_a_reason_and_are_taken_back_with_one(store: Store, marts: Marts) -> None:
    partner = partner_with_sites(marts)
    app = indicator(partner=partner, kpi=RIGHT_FIRST_TIME)
    submit(app, "Start anew")
    assert "Choose a month and write a reason" in app.warning[0].value
    form = next(box for box in app.selectbox if box.label == "First month of the new limits")
    form.set_value(date(2025, 6, 1))
    app.text_area[0].set_value("New line *qualified*")
    submit(app, "Start anew")
    (found,) = rebaselines(store, scope=EVERYTHING)
    assert (found.partner_id, found.month, found.reason) == (partner, date(2025, 6, 1), "New line *qualified*")
    assert found.actor == "qa.lead"
    assert f"This is ledger version {found.version}." in app.success[0].value
    assert r"New line \*qualified\*" in texts(app)
    assert "since the new limits of June 2025" in texts(app)
    annotations = charts(app)["control_chart"]["layout"]["annotations"]
    assert [note["text"] for note in annotations] == ["New limits: New line *qualified*"]

    app.text_area[0].set_value("Wrong month")
    submit(app, "Take back")
    assert not rebaselines(store, scope=EVERYTHING)
    assert "are taken back" in app.success[0].value
    assert "since the new limits" not in texts(app)


def test_an_earlier_version_cannot_be_rebaselined(marts: Marts) -> None:
    app = indicator(partner=partner_with_sites(marts), kpi=RIGHT_FIRST_TIME, as_of=str(marts.version - 1))
    assert "Start anew" not in {button.label for button in app.button}


@pytest.mark.parametrize("which", ["Funnel of partners", "Funnel of sites"])
def test_funnels_compare_partners_and_sites(marts: Marts, which: str) -> None:
    app = indicator(kpi=RIGHT_FIRST_TIME, breakdown=which, window="12")
    assert set(charts(app)) == {"funnel"}
    assert "limits" in texts(app)


def test_what_cannot_be_compared_is_not_offered(marts: Marts) -> None:
    app = indicator(kpi="disposition_lead_time")
    assert app.segmented_control(key="breakdown").options == ["By partner"]
    app = indicator(partner=partner_with_sites(marts), kpi="disposition_lead_time", breakdown="Funnel of sites")
    assert app.segmented_control(key="breakdown").value == "by site"


def test_two_months_of_few_records_say_what_they_can(
    empty_store: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("KPI_STORE", f"duckdb:///{empty_store.path}")
    monkeypatch.setenv("KPI_LOG", str(tmp_path / "kpi.log"))
    line = {"partner_id": "SOLO", "site_id": "S1", "product": "A", "ordered_quantity": 10, "delivered_quantity": 10}
    for month, lines in ((3, 8), (4, 2)):
        promised = date(2025, month, 10)
        rows = [
            {**line, "delivery_id": f"D{month}{i}", "promised_date": promised, "delivered_date": promised}
            for i in range(lines)
        ]
        submit_rows(empty_store, "deliveries", rows, date(2025, month, 1))
    app = indicator(partner="SOLO", kpi="on_time_delivery")
    assert "too few records to judge" in texts(app)
    assert "Provisional: it rests on 2 months." in texts(app)
    assert any("error_y" in trace and trace["error_y"].get("array") for trace in charts(app)["control_chart"]["data"])
