"""The upload screen, run as it runs for a person: the real dashboard over a store of the test's own."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from kpi.access import EVERYTHING
from kpi.ledger.reads import history, original, version_now
from kpi.ledger.store import Store
from pages.shared.navigation import MONTHLY_UPLOAD
from tests.support import csv_of, submit_rows

ROOT = Path(__file__).resolve().parents[2]
MARCH = date(2025, 3, 1)
SITE = {"partner_id": "HELIX", "partner_name": "Helix Biologics", "site_id": "HELIX-BASEL", "site_name": "Basel"}


def delivery(number: int, **changes: object) -> dict[str, object]:
    return {
        "partner_id": "HELIX",
        "site_id": "HELIX-BASEL",
        "delivery_id": f"PO-{number}",
        "product": "AX-101",
        "promised_date": date(2025, 3, 10),
        "delivered_date": date(2025, 3, 9),
        "ordered_quantity": 100,
        "delivered_quantity": 100,
    } | changes


@pytest.fixture
def store(empty_store: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Store:
    """A store with one partner in the register, and the environment that points the dashboard at it."""
    submit_rows(empty_store, "partners", [SITE], MARCH)
    monkeypatch.setenv("KPI_STORE", f"duckdb:///{empty_store.path}")
    monkeypatch.setenv("KPI_LOG", str(tmp_path / "kpi.log"))
    monkeypatch.setenv("KPI_ACTOR", "qa.lead")
    return empty_store


@pytest.fixture
def screen(store: Store) -> AppTest:
    """The upload screen with March 2025 chosen."""
    app = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=60).run()
    app.switch_page(MONTHLY_UPLOAD).run()
    app.selectbox(key="upload_to").select(MARCH).run()
    assert not app.exception
    return app


def upload(screen: AppTest, content: bytes, name: str = "deliveries.csv") -> AppTest:
    screen.file_uploader(key="upload_file_0").set_value([(name, content, "text/csv")]).run()
    assert not screen.exception
    return screen


def confirm(screen: AppTest, reason: str = "") -> AppTest:
    if reason:
        screen.text_area[0].set_value(reason)
    next(button for button in screen.button if button.label.startswith("Confirm")).click().run()
    assert not screen.exception
    return screen


def table_with(screen: AppTest, column: str) -> pd.DataFrame:
    """The first table on the page that has this column."""
    return next(table.value for table in screen.dataframe if column in table.value)


def said(screen: AppTest) -> str:
    """Every sentence on the page, in boxes, captions and paragraphs."""
    boxes = [*screen.error, *screen.warning, *screen.success, *screen.info]
    titled = [f"{box.proto.title} {box.value}" for box in boxes]
    return "\n".join([*titled, *(m.value for m in screen.markdown), *(c.value for c in screen.caption)])


def test_a_good_file_is_previewed_and_goes_in_on_confirmation(screen: AppTest, store: Store) -> None:
    before = version_now(store)
    content = csv_of([delivery(1), delivery(2)])
    upload(screen, content)
    assert "The file can be accepted" in said(screen)
    assert "Read as CSV" in said(screen)
    assert [metric.value for metric in screen.metric] == ["2", "0", "0"]
    assert version_now(store) == before, "looking at a file writes nothing"

    confirm(screen)
    assert "Accepted as S000002" in said(screen)
    newest = history(store, scope=EVERYTHING).iloc[0]
    assert (newest["submission_id"], newest["new"], newest["actor"]) == ("S000002", 2, "qa.lead")
    assert original(store, "S000002", EVERYTHING) == ("deliveries.csv", content)


def test_a_bad_file_is_refused_with_every_finding_and_nothing_is_written(screen: AppTest, store: Store) -> None:
    before = version_now(store)
    rows = [delivery(1, promised_date="31.02.2025"), delivery(2, ordered_quantity=-5), delivery(3)]
    upload(screen, csv_of(rows))
    assert "The file is refused. Nothing was written." in said(screen)
    assert "2 errors" in said(screen)
    every = screen.dataframe[0].value
    assert list(every["Row"]) == [2, 3]
    assert list(every["Column"]) == ["promised_date", "ordered_quantity"]
    assert list(every["Value"]) == ["31.02.2025", "-5"]
    assert all(every["Allowed"]), "each finding says what is allowed"
    assert all(every["What to do"]), "each finding says what to do"
    assert not [button for button in screen.button if button.label.startswith("Confirm")]
    assert version_now(store) == before


def test_many_findings_are_summed_up_and_can_be_filtered(screen: AppTest) -> None:
    rows = [delivery(n, promised_date="soon", ordered_quantity=-1 if n < 3 else 5) for n in range(9)]
    upload(screen, csv_of(rows))
    grouped, every = (table.value for table in screen.dataframe)
    assert grouped[["Column", "Findings"]].values.tolist() == [["promised_date", 9], ["ordered_quantity", 3]]
    assert grouped["Rows"].tolist() == ["2, 3, 4, 5, 6 …", "2, 3, 4"]
    assert len(every) == 12
    next(box for box in screen.multiselect if box.label == "Column").select("ordered_quantity").run()
    assert list(screen.dataframe[1].value["Row"]) == [2, 3, 4]
    assert "Showing 3 of 12 findings." in said(screen)


FILES_THAT_ARE_NONE = {
    "empty": (b"", "deliveries.csv"),
    "headers_only": (csv_of([delivery(1)]).splitlines(keepends=True)[0], "deliveries.csv"),
    "not_a_table": (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "deliveries.csv"),
    "broken_workbook": (b"PK\x03\x04 and nothing else", "deliveries.xlsx"),
}


@pytest.mark.parametrize("case", FILES_THAT_ARE_NONE)
def test_a_file_that_is_none_gets_a_plain_message(screen: AppTest, store: Store, case: str) -> None:
    before = version_now(store)
    content, name = FILES_THAT_ARE_NONE[case]
    upload(screen, content, name)
    assert "The file is refused. Nothing was written." in said(screen)
    assert "incident" not in said(screen)
    assert version_now(store) == before


def test_a_restatement_shows_old_and_new_and_needs_a_reason(screen: AppTest, store: Store) -> None:
    submit_rows(store, "deliveries", [delivery(1), delivery(2)], MARCH)
    upload(screen, csv_of([delivery(1, delivered_date=date(2025, 3, 20)), delivery(2)]))
    assert [metric.value for metric in screen.metric] == ["0", "1", "1"]
    changes = table_with(screen, "old")
    assert changes[["row_number", "column", "old", "new"]].values.tolist() == [
        [2, "delivered_date", "2025-03-09", "2025-03-20"]
    ]

    before = version_now(store)
    confirm(screen)
    assert "Write a reason" in said(screen)
    assert version_now(store) == before
    confirm(screen, "Goods receipt was booked late")
    assert "Accepted as S000003" in said(screen)
    assert history(store, scope=EVERYTHING).iloc[0]["reason"] == "Goods receipt was booked late"


def test_a_month_reported_before_needs_a_reason_even_without_changes(screen: AppTest, store: Store) -> None:
    submit_rows(store, "deliveries", [delivery(1)], MARCH)
    upload(screen, csv_of([delivery(7)]))
    assert "S000002 already reports this month" in said(screen)
    confirm(screen)
    assert "Write a reason" in said(screen)


def test_the_same_bytes_name_the_submission_that_holds_them(screen: AppTest, store: Store) -> None:
    submit_rows(store, "deliveries", [delivery(1)], MARCH)
    before = version_now(store)
    upload(screen, csv_of([delivery(1)]))
    assert "Already there" in said(screen)
    assert "S000002" in said(screen)
    assert not [button for button in screen.button if button.label.startswith("Confirm")]
    assert version_now(store) == before


def test_warnings_need_a_tick(screen: AppTest, store: Store) -> None:
    row = {
        "partner_id": "HELIX",
        "site_id": "HELIX-BASEL",
        "deviation_id": "DEV-1",
        "opened_date": date(2025, 3, 3),
        "severity": "minor",
        "type": "process",
        "batch_id": "B-UNKNOWN",
        "due_date": date(2025, 4, 2),
    }
    before = version_now(store)
    upload(screen, csv_of([row]), "deviations.csv")
    assert "1 warning" in said(screen)
    confirm(screen)
    assert "Tick the box" in said(screen)
    assert version_now(store) == before
    screen.checkbox[0].check()
    confirm(screen)
    assert "Accepted as S000002" in said(screen)


def test_months_the_wrong_way_round_stop_before_the_file(screen: AppTest) -> None:
    screen.segmented_control(key="upload_span").set_value("History load").run()
    screen.selectbox(key="upload_from").select(date(2025, 5, 1)).run()
    assert not screen.exception
    assert "Swap them" in said(screen)
    assert not screen.file_uploader


def test_after_the_receipt_another_upload_starts_with_empty_fields(screen: AppTest) -> None:
    confirm(upload(screen, csv_of([delivery(1)])))
    next(button for button in screen.button if button.label == "Upload another file").click().run()
    assert not screen.exception
    assert not screen.file_uploader(key="upload_file_1").value


def test_a_rerun_does_not_check_the_file_again(screen: AppTest) -> None:
    def check() -> object:
        work = screen.session_state["upload_work"]
        return next(thing for name, (_, thing) in work.items() if name.startswith("checked"))

    upload(screen, csv_of([delivery(1)]))
    first = check()
    screen.run()
    assert check() is first
