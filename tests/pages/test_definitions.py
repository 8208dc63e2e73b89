"""The KPI dictionary: everything a definition says is on the screen, and can be found and linked to."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from kpi.catalog import load_catalog
from kpi.intake.contracts import DATASET_NAMES, dataset
from kpi.ledger.store import Store
from pages.reference import dictionary
from pages.shared.navigation import DEFINITIONS
from tests.pages.test_upload import ROOT, said

CATALOG = load_catalog()


@pytest.fixture
def store(empty_store: Store, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setenv("KPI_STORE", f"duckdb:///{empty_store.path}")
    return empty_store


def open_screen(**query: str) -> AppTest:
    app = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=60).run().switch_page(DEFINITIONS)
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def lines_on(screen: AppTest) -> dict[str, str]:
    found: dict[str, str] = {}
    for table in screen.table:
        found |= {what: text.replace("\\", "") for what, text in table.value.iloc[:, 0].items()}
    return found


def test_every_indicator_is_listed_under_its_category(store: Store) -> None:
    screen = open_screen()
    labels = "\n".join(box.label for box in screen.expander)
    assert len(screen.expander) == len(CATALOG.indicators)
    assert all(indicator.name in labels for indicator in CATALOG.indicators.values())
    used = [category.name for category in CATALOG.categories if CATALOG.in_category(category.id)]
    assert [heading.value for heading in screen.subheader] == used


@pytest.mark.parametrize("named", ["on_time_delivery", "On-time delivery", "ON_TIME_DELIVERY"])
def test_a_link_shows_one_definition_in_full(store: Store, named: str) -> None:
    screen = open_screen(kpi=named)
    found = lines_on(screen)
    indicator = CATALOG.indicators["on_time_delivery"]
    assert found["Numerator"] == indicator.numerator_text
    assert found["Denominator"] == indicator.denominator_text
    assert found["Target"] == "≥ 95.0 %"
    assert found["Source"] == indicator.source
    assert found["Version"] == str(indicator.version)
    assert found["File"].endswith("on_time_delivery.toml")
    assert found["Settings"] == "tolerance days = 0"
    assert not screen.expander


def test_a_link_to_no_indicator_shows_all(store: Store) -> None:
    assert len(open_screen(kpi="beauty").expander) == len(CATALOG.indicators)


def test_search_and_category_narrow_the_list(store: Store) -> None:
    screen = open_screen(category="Delivery")
    assert len(screen.expander) == len(CATALOG.in_category("delivery"))
    screen.text_input(key="search").set_value("promised fill").run()
    assert ["Fill rate" in box.label for box in screen.expander] == [True]
    screen.text_input(key="search").set_value("nothing has this").run()
    assert "No indicator has all of these words" in said(screen)


@pytest.mark.parametrize("indicator", CATALOG.indicators.values(), ids=lambda i: i.id)
def test_no_definition_leaves_a_line_empty_that_it_should_say(indicator) -> None:
    lines = dictionary.counting_lines(indicator) | dictionary.origin_lines(indicator, CATALOG)
    needed = {"Formula", "Month of", "Unit", "Better", "Target", "Minimum n", "Source", "Owner", "Review by", "Version"}
    assert needed <= lines.keys()
    assert "{" not in "".join(lines.values()), "a setting was left unfilled in a text"
    assert ("Denominator" in lines) == (indicator.kind in ("proportion", "rate", "ratio"))


def test_a_review_date_that_has_passed_is_due() -> None:
    indicator = replace(CATALOG.indicators["on_time_delivery"], review_by=date(2026, 3, 31))
    assert not dictionary.review_is_due(indicator, date(2026, 3, 31))
    assert dictionary.review_is_due(indicator, date(2026, 4, 1))


@pytest.mark.parametrize("name", DATASET_NAMES)
def test_the_columns_of_every_upload_file_are_explained(store: Store, name: str) -> None:
    screen = open_screen(show="Upload files", dataset=dataset(name).title)
    table = screen.dataframe[0].value
    assert list(table["Column"]) == list(dataset(name).names)
    assert set(table.loc[table["Needed"] == "required", "Column"]) == set(dataset(name).required)
    assert table["What it is"].map(bool).all()
    assert table["Allowed"].map(bool).all()
