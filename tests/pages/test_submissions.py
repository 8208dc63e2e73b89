"""The submissions screen: history, details by link, withdrawal, audit trail, the check of the ledger."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from kpi.access import EVERYTHING
from kpi.ledger.reads import history, version_now
from kpi.ledger.store import Store
from pages.shared.navigation import SUBMISSIONS
from pages.upload import history_table
from pages.upload.withdrawing import what_comes_back
from tests.ledger.acts import act
from tests.pages.test_upload import MARCH, ROOT, SITE, delivery, said
from tests.support import checked_rows, somebody_for, submit_rows, withdraw_quickly

APRIL = date(2025, 4, 1)
LONG_NAME = "Lieferungen Werk Basel März 2025 (final) [v3] *neu* " + "x" * 150 + ".csv"


@pytest.fixture
def store(empty_store: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Store:
    """S000001 register, S000002 deliveries, S000003 restates one of them, under a long file name."""
    submit_rows(empty_store, "partners", [SITE], MARCH)
    submit_rows(empty_store, "deliveries", [delivery(1), delivery(2)], MARCH)
    later = checked_rows("deliveries", [delivery(1, delivered_date=date(2025, 3, 20))])
    submit_rows(empty_store, "deliveries", replace(later, file_name=LONG_NAME), APRIL)
    monkeypatch.setenv("KPI_STORE", f"duckdb:///{empty_store.path}")
    monkeypatch.setenv("KPI_LOG", str(tmp_path / "kpi.log"))
    monkeypatch.setenv("KPI_ACTOR", "qa.lead")
    return empty_store


def open_screen(**query: str) -> AppTest:
    app = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=60)
    app.context = {"timezone": "Europe/Berlin", "timezone_offset": -60}
    app.run().switch_page(SUBMISSIONS)
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def listed(screen: AppTest) -> list[str]:
    return list(screen.dataframe[0].value["Submission"])


def facts(screen: AppTest) -> dict[str, str]:
    """The details' table; markdown escapes removed."""
    table = screen.table[0].value
    return {what: text.replace("\\", "") for what, text in table.iloc[:, 0].items()}


def test_the_history_is_listed_newest_first_with_both_times(store: Store) -> None:
    screen = open_screen()
    assert listed(screen) == ["S000003", "S000002", "S000001"]
    newest = screen.dataframe[0].value.iloc[0]
    assert newest["File"] == LONG_NAME
    assert (newest["New"], newest["Changed"], newest["Unchanged"]) == (0, 1, 0)
    assert newest["When (Berlin)"] - newest["When (UTC)"] == pd.Timedelta(hours=1)


def test_filters_narrow_the_list(store: Store) -> None:
    withdraw_quickly(store, "S000003")
    screen = open_screen()
    screen.selectbox(key="only_dataset").select("deliveries").run()
    assert listed(screen) == ["S000003", "S000002"]
    screen.selectbox(key="only_state").select("withdrawn").run()
    assert listed(screen) == ["S000003"]


def test_filters_come_from_the_link(store: Store) -> None:
    assert listed(open_screen(only_dataset="partners")) == ["S000001"]


def test_a_link_opens_one_submission(store: Store) -> None:
    found = facts(open_screen(submission="S000003"))
    assert found["State"] == "● current"
    assert LONG_NAME in found["File"]
    assert found["Covers"] == "April 2025"
    assert found["Submitted"].startswith("1 January 2026, 12:00 UTC (13:00 in Berlin), by tests")
    assert found["Read as"].startswith("Read as CSV")
    assert len(found["SHA-256"]) == 64


def test_a_link_to_nothing_says_so_and_shows_the_list(store: Store) -> None:
    screen = open_screen(submission="S000099")
    assert "There is no submission S000099" in said(screen)
    assert len(listed(screen)) == 3


def press(screen: AppTest, label: str) -> None:
    next(button for button in screen.button if button.label == label).click().run()
    assert not screen.exception


def press_withdraw(screen: AppTest, reason: str, certain: bool) -> None:
    press(screen, "Show what would change")
    screen.text_area[0].set_value(reason)
    (screen.checkbox[0].check if certain else screen.checkbox[0].uncheck)()
    next(button for button in screen.button if button.label == "Withdraw").click().run()
    assert not screen.exception


@pytest.mark.parametrize(("reason", "certain"), [("", True), ("   ", True), ("Wrong file", False)])
def test_withdrawing_needs_a_reason_and_a_tick(store: Store, reason: str, certain: bool) -> None:
    before = version_now(store)
    screen = open_screen(submission="S000003")
    press_withdraw(screen, reason, certain)
    assert "Write a reason and tick the box" in said(screen)
    assert version_now(store) == before


def test_a_withdrawal_says_what_comes_back_and_is_recorded(store: Store) -> None:
    screen = open_screen(submission="S000003")
    assert "1 record will be again as an earlier submission said" in said(screen)
    press_withdraw(screen, "Wrong file", True)
    assert "S000003 is withdrawn" in said(screen)
    row = history(store, scope=EVERYTHING).iloc[0]
    assert (row["state"], row["withdrawn_reason"], row["withdrawn_by"]) == ("withdrawn", "Wrong file", "qa.lead")
    assert "by qa.lead: Wrong file" in facts(screen)["Withdrawn"]
    assert not [button for button in screen.button if button.label == "Withdraw"], "once is enough"


def test_the_form_comes_after_what_would_change(store: Store) -> None:
    before = version_now(store)
    screen = open_screen(submission="S000003")
    assert not [button for button in screen.button if button.label == "Withdraw"]
    press(screen, "Show what would change")
    assert "Nothing has been written" in said(screen)
    assert "1 record would be again as an earlier submission said." in said(screen)
    assert version_now(store) == before
    moved = next(frame.value for frame in screen.dataframe if "Indicator" in frame.value)
    row = moved[(moved["Indicator"] == "On-time delivery") & (moved["Month"] == "March 2025")].iloc[0]
    assert (row["Partner"], row["Kind"]) == ("HELIX", "restated")
    cells = next(frame.value for frame in screen.dataframe if "old" in frame.value and frame.value["key"].any())
    assert ("delivered_date", "2025-03-20") in set(zip(cells["column"], cells["old"], strict=True))


def test_another_submission_is_asked_about_on_its_own(store: Store) -> None:
    screen = open_screen(submission="S000003")
    press(screen, "Show what would change")
    screen.selectbox(key="submission").select("S000002").run()
    assert not [button for button in screen.button if button.label == "Withdraw"]
    press(screen, "Show what would change")
    assert "1 record would no longer count" in said(screen)


def test_what_comes_back_names_each_kind_of_record() -> None:
    told = what_comes_back({"new": 2, "changed": 1, "unchanged": 0})
    assert told.startswith("2 records first sent with it will no longer count; 1 record will be again as")
    assert what_comes_back({"new": 0, "changed": 0, "unchanged": 5}).startswith("5 records will stay")


def test_the_ledger_as_it_was_cannot_be_changed(store: Store) -> None:
    screen = open_screen(submission="S000002")
    screen.text_input(key="as_of").set_value("2").run()
    assert listed(screen) == ["S000002", "S000001"]
    assert not [button for button in screen.button if button.label == "Withdraw"]
    assert "Clear the as-of field" in said(screen)


def test_the_audit_trail_tells_who_did_what_and_why(store: Store) -> None:
    withdraw_quickly(store, "S000002")
    screen = open_screen(view="Audit trail")
    newest = screen.dataframe[0].value.iloc[0]
    assert (newest["What"], newest["Submission"], newest["Who"]) == ("withdrew", "S000002", "tests")
    assert newest["Why"] == "sent by mistake"


def test_the_audit_trail_tells_what_people_said_letter_by_letter(store: Store) -> None:
    said = "=1+1 **not bold** $x$\n<b>second line</b> 🙂"
    act(store, "shelve", said, now=datetime(2026, 2, 6, 9, 30), until=date(2026, 3, 1))
    newest = open_screen(view="Audit trail").dataframe[0].value.iloc[0]
    assert (newest["What"], newest["Who"]) == ("shelved E-0000000a until 1 March 2026", "ana")
    assert (newest["Old"], newest["New"]) == ("not shelved", "shelved until 1 March 2026")
    assert newest["About"] == "on time delivery of HELIX, since January 2026, by rule past limit"
    assert newest["Why"] == said


def trail_of(screen: AppTest) -> pd.DataFrame:
    return screen.dataframe[0].value


@pytest.mark.parametrize(
    ("filters", "versions"),
    [
        ({}, [4, 3, 2, 1]),
        ({"event": "withdrawal"}, [4]),
        ({"who": "tests"}, [4, 3, 2, 1]),
        ({"text": "MISTAKE"}, [4]),
        ({"text": "s000002"}, [4, 2]),
        ({"text": "partners"}, [1]),
        ({"event": "submission", "text": "apr 2025: 0 new"}, [3]),
    ],
)
def test_the_audit_trail_is_filtered(store: Store, filters: dict[str, str], versions: list[int]) -> None:
    withdraw_quickly(store, "S000002")
    screen = open_screen(view="Audit trail", **filters)
    assert trail_of(screen)["Version"].tolist() == versions
    assert f"{len(versions)} event" in said(screen)


def test_the_audit_trail_is_filtered_by_days(store: Store) -> None:
    withdraw_quickly(store, "S000002", on=date(2026, 1, 5))
    screen = open_screen(view="Audit trail")
    screen.date_input(key="audit_from").set_value(date(2026, 1, 2)).run()
    assert trail_of(screen)["Version"].tolist() == [4]
    screen.date_input(key="audit_to").set_value(date(2026, 1, 4)).run()
    assert "No event matches these filters" in said(screen)


def test_the_audit_trail_says_old_and_new(store: Store) -> None:
    withdraw_quickly(store, "S000002")
    rows = trail_of(open_screen(view="Audit trail")).set_index("Version")
    assert (rows.loc[4, "Old"], rows.loc[4, "New"]) == ("S000002 in force", "S000002 withdrawn")
    assert rows.loc[3, "Old"] == "1 earlier record"
    assert rows.loc[3, "New"] == "Apr 2025: 0 new records, 1 changed, 0 unchanged"
    assert rows.loc[2, "New"] == "Mar 2025: 2 new records, 0 changed, 0 unchanged"


def test_many_events_come_in_pages(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pages.upload.audit_trail.EVENTS_A_PAGE", 2)
    screen = open_screen(view="Audit trail")
    assert trail_of(screen)["Version"].tolist() == [3, 2]
    screen.number_input(key="audit_page").set_value(2).run()
    assert trail_of(screen)["Version"].tolist() == [1]
    screen.text_input(key="text").set_value("S000003").run()
    assert trail_of(screen)["Version"].tolist() == [3]


def test_two_versions_are_compared_and_a_link_shows_them(store: Store) -> None:
    screen = open_screen(view="Compare versions")
    assert "Name an earlier version or a day" in said(screen)
    screen = open_screen(view="Compare versions", earlier="2", later="3")
    moved = trail_of(screen)
    row = moved[(moved["Indicator"] == "On-time delivery") & (moved["Month"] == "March 2025")].iloc[0]
    assert (row["Through"], row["Kind"]) == ("S000003", "restated")
    screen.selectbox(key="compared_file").select("3: S000003").run()
    assert "2025-03-20" in screen.dataframe[-1].value["new"].tolist()


@pytest.mark.parametrize(
    ("earlier", "later", "message"),
    [
        ("3", "2", "Version 3 is later than version 2"),
        ("99", "", "There is no ledger version 99"),
        ("soon", "", "is neither a ledger version nor a date"),
        ("2", "2", "No figure moves"),
    ],
)
def test_versions_that_make_no_sense_are_told(store: Store, earlier: str, later: str, message: str) -> None:
    screen = open_screen(view="Compare versions", earlier=earlier, later=later)
    assert message in said(screen).replace("\\", "")


def test_verify_says_in_words_that_all_is_well(store: Store) -> None:
    screen = open_screen(view="Audit trail")
    next(button for button in screen.button if button.label == "Verify the ledger").click().run()
    assert "3 events, 3 submissions and 3 original files were checked" in said(screen)


def test_verify_names_what_was_changed_behind_the_ledgers_back(store: Store) -> None:
    with duckdb.connect(str(store.path)) as connection:
        connection.execute("UPDATE deliveries SET delivered_quantity = 1 WHERE delivery_id = 'PO-2'")
    screen = open_screen(view="Audit trail")
    next(button for button in screen.button if button.label == "Verify the ledger").click().run()
    assert "does not say what was written to it" in screen.error[0].proto.title
    assert "S000002" in screen.error[0].value


def test_an_empty_ledger_leads_to_the_first_upload(empty_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KPI_STORE", f"duckdb:///{empty_store.path}")
    screen = open_screen()
    assert "Nothing has been submitted yet" in said(screen)
    assert "Upload the first file" in [link.value for link in screen.get("page_link")]


@pytest.mark.parametrize(
    ("view", "words"),
    [("Audit trail", "Nothing has happened yet"), ("Compare versions", "There is nothing to compare yet")],
)
def test_an_empty_ledger_says_so_in_every_view(
    empty_store: Store, monkeypatch: pytest.MonkeyPatch, view: str, words: str
) -> None:
    monkeypatch.setenv("KPI_STORE", f"duckdb:///{empty_store.path}")
    assert words in said(open_screen(view=view))


def test_what_was_decided_before_any_file_is_in_the_trail(empty_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KPI_STORE", f"duckdb:///{empty_store.path}")
    act(empty_store, "comment", "before any file")
    assert trail_of(open_screen(view="Audit trail"))["Why"].tolist() == ["before any file"]


@pytest.fixture
def reader_of_helix(store: Store, monkeypatch: pytest.MonkeyPatch) -> Store:
    """Four more versions about NOVA, one of them in a file with HELIX, and a reader who may see HELIX."""
    nova = {"partner_id": "NOVA", "site_id": "NOVA-1"}
    submit_rows(store, "partners", [SITE | nova | {"partner_name": "Nova Pharma"}], MARCH)
    submit_rows(store, "deliveries", [delivery(7, **nova)], MARCH)
    submit_rows(store, "deliveries", [delivery(8), delivery(9, **nova)], APRIL)
    act(store, "comment", "a word about NOVA", partner_id="NOVA")
    monkeypatch.setattr("pages.shared.session.person_of_reader", lambda store: somebody_for("HELIX"))
    return store


def everything_on(screen: AppTest) -> str:
    return " ".join([said(screen), *(frame.value.to_string() for frame in screen.dataframe)])


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"view": "Audit trail"},
        {"view": "Audit trail", "text": "nova"},
        {"view": "Compare versions", "earlier": "0", "later": "7"},
        {"submission": "S000005"},
        {"submission": "S000006"},
    ],
)
def test_a_reader_of_one_partner_learns_nothing_of_another(reader_of_helix: Store, query: dict[str, str]) -> None:
    shown = everything_on(open_screen(**query))
    for word in ("NOVA", "Nova", "PO-7", "PO-9"):
        assert word not in shown
    assert "S000004" not in shown


@pytest.mark.usefixtures("reader_of_helix")
def test_the_check_of_everybody_s_files_is_not_for_such_a_reader() -> None:
    assert "Verify the ledger" not in [button.label for button in open_screen(view="Audit trail").button]


def test_a_moment_is_told_in_utc_and_in_the_readers_zone() -> None:
    moment = datetime(2026, 11, 22, 23, 30)
    assert history_table.moment_text(moment, None) == "22 November 2026, 23:30 UTC"
    berlin = history_table.moment_text(moment, ZoneInfo("Europe/Berlin"))
    assert berlin == "22 November 2026, 23:30 UTC (23 November, 00:30 in Berlin)"


@pytest.mark.parametrize("name", [None, "", "UTC", "Etc/UTC", "Not/A zone", "../etc/passwd"])
def test_a_reader_in_utc_or_nowhere_gets_one_time(name: str | None) -> None:
    assert history_table.reader_zone(name) is None
