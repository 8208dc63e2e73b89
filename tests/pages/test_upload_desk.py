"""The desk's own steps on the screen: questions about a partner's file, its mapping, several files at once."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import zipfile
from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from kpi.access import EVERYTHING
from kpi.ledger.mappings import saved_mappings
from kpi.ledger.reads import details, history, version_now
from kpi.ledger.store import Store
from pages.shared.navigation import MONTHLY_UPLOAD
from tests.desk.partner_files import german_lots
from tests.pages.test_upload import MARCH, confirm, delivery, said, table_with
from tests.support import csv_of, submit_rows

ROOT = Path(__file__).resolve().parents[2]
SITES = [
    {"partner_id": "0042", "partner_name": "Mühlenthal", "site_id": "01", "site_name": "Werk 1"},
    {"partner_id": "HELIX", "partner_name": "Helix Biologics", "site_id": "HELIX-BASEL", "site_name": "Basel"},
]
Files = list[tuple[str, bytes]]


@pytest.fixture
def store(empty_store: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Store:
    submit_rows(empty_store, "partners", SITES, MARCH)
    monkeypatch.setenv("KPI_STORE", f"duckdb:///{empty_store.path}")
    monkeypatch.setenv("KPI_LOG", str(tmp_path / "kpi.log"))
    monkeypatch.setenv("KPI_ACTOR", "qa.lead")
    return empty_store


@pytest.fixture
def screen(store: Store) -> AppTest:
    app = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=60).run()
    app.switch_page(MONTHLY_UPLOAD).run()
    app.selectbox(key="upload_to").select(MARCH).run()
    return app


def upload(screen: AppTest, *files: tuple[str, bytes]) -> AppTest:
    field = next(one for one in screen.file_uploader if one.label.startswith("Files"))
    field.set_value([(name, content, "text/csv") for name, content in files]).run()
    assert not screen.exception
    return screen


def answer(screen: AppTest, question: str, value: str) -> None:
    fields = [*screen.radio, *screen.selectbox]
    next(field for field in fields if question in field.label).set_value(value).run()
    assert not screen.exception


def press(screen: AppTest, label: str) -> None:
    next(button for button in screen.button if button.label.startswith(label)).click().run()
    assert not screen.exception


def mapped(screen: AppTest, month: int = 3) -> AppTest:
    """The German file, its encoding and the open questions answered, checked."""
    upload(screen, ("Chargen.csv", german_lots(month)))
    answer(screen, "Which of these reads right?", "cp1252")
    answer(screen, "No header says whose file it is", "0042")
    answer(screen, 'What does "Gesperrt"', "rejected")
    press(screen, "Check the file")
    return screen


def test_each_open_question_is_asked_before_the_file_can_be_checked(screen: AppTest, store: Store) -> None:
    before = version_now(store)
    upload(screen, ("Chargen.csv", german_lots(3)))
    assert [radio.label for radio in screen.radio if "reads right" in radio.label]
    answer(screen, "Which of these reads right?", "cp1252")
    assert "The file has headers of its own" in said(screen)
    assert "Dates are read as day.month.year" in said(screen)
    button = next(button for button in screen.button if button.label == "Check the file")
    assert button.disabled
    assert 'To be answered first: partner and "Gesperrt"' in said(screen).replace("\\", "")
    answer(screen, "No header says whose file it is", "0042")
    answer(screen, 'What does "Gesperrt"', "rejected")
    assert not next(button for button in screen.button if button.label == "Check the file").disabled
    assert version_now(store) == before, "answering writes nothing"


def test_the_first_rows_are_shown_as_they_are_understood(screen: AppTest) -> None:
    upload(screen, ("Chargen.csv", german_lots(3)))
    answer(screen, "Which of these reads right?", "cp1252")
    shown = table_with(screen, "Batch")
    assert shown["Product"].tolist()[:2] == ["Präparat A", "Präparat A"]
    assert shown["Planned start"].tolist()[0] == "2025-03-01"
    assert shown["Actual yield"].tolist()[0] == "90.5"
    assert shown["Disposition"].tolist()[:3] == ["released", "released", "✕ Gesperrt"]


def test_a_confirmed_file_goes_in_as_mapped_and_the_mapping_is_kept(screen: AppTest, store: Store) -> None:
    mapped(screen)
    assert "The file can be accepted" in said(screen)
    confirm(screen)
    assert "Accepted as S000002" in said(screen)
    assert "The mapping is kept for 0042" in said(screen)
    found = details(store, "S000002", EVERYTHING)
    assert (found["row_count"], found["partners"]) == (12, ["0042"])
    assert 'Gesperrt = "rejected"' in found["mapping"]
    assert [one.partner_id for one in saved_mappings(store, scope=EVERYTHING)] == ["0042"]


def test_the_month_after_no_question_is_asked(screen: AppTest, store: Store) -> None:
    confirm(mapped(screen))
    press(screen, "Upload another file")
    screen.selectbox(key="upload_to").select(date(2025, 4, 1)).run()
    upload(screen, ("Chargen.csv", german_lots(4)))
    assert not [radio for radio in screen.radio if "?" in radio.label]
    assert "Mapping of 0042, saved on" in said(screen)
    confirm(screen)
    assert history(store, scope=EVERYTHING).iloc[0]["new"] == 12


def test_a_refused_file_can_have_its_mapping_kept_for_the_corrected_one(screen: AppTest, store: Store) -> None:
    bad = german_lots(3).replace(b"05.03.2025", b"31.02.2025", 1)
    upload(screen, ("Chargen.csv", bad))
    answer(screen, "Which of these reads right?", "cp1252")
    answer(screen, "No header says whose file it is", "0042")
    answer(screen, 'What does "Gesperrt"', "rejected")
    press(screen, "Check the file")
    assert "The file is refused. Nothing was written." in said(screen)
    assert "31.02.2025" in table_with(screen, "Value")["Value"].tolist()
    press(screen, "Keep the mapping for 0042")
    assert [one.dataset for one in saved_mappings(store, scope=EVERYTHING)] == ["batch_records"]
    assert len(history(store, scope=EVERYTHING)) == 1


def test_a_word_can_be_given_another_meaning(screen: AppTest, store: Store) -> None:
    upload(screen, ("Chargen.csv", german_lots(3)))
    answer(screen, "Which of these reads right?", "cp1252")
    answer(screen, "No header says whose file it is", "0042")
    answer(screen, 'What does "Gesperrt"', "pending")
    answer(screen, "Arzneimittel", "packaging")
    press(screen, "Check the file")
    assert "The file is refused" in said(screen), "a lot that is pending has no date of disposition"
    press(screen, "Change the mapping")
    assert "The first rows as we understand them" in said(screen)


def test_several_files_are_matched_listed_and_confirmed_together(screen: AppTest, store: Store) -> None:
    deviation = {
        "partner_id": "HELIX", "site_id": "HELIX-BASEL", "deviation_id": "D-1", "opened_date": date(2025, 3, 3),
        "severity": "minor", "type": "process", "batch_id": "B-1", "due_date": date(2025, 4, 2),
    }  # fmt: skip
    lot = {
        "partner_id": "HELIX", "site_id": "HELIX-BASEL", "batch_id": "B-1", "product": "AX", "stage": "packaging",
        "planned_start_date": date(2025, 3, 1),
    }  # fmt: skip
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("march/deviations.csv", csv_of([deviation]))
        packed.writestr("march/lots.csv", csv_of([lot]))
        packed.writestr("__MACOSX/._lots.csv", b"x")
    upload(screen, ("march.zip", archive.getvalue()), ("bad.csv", csv_of([delivery(1, promised_date="soon")])))
    listed = table_with(screen, "State")
    assert dict(zip(listed["Dataset"], listed["State"], strict=True)) == {
        "Batch records": "● Ready",
        "Deviations": "● Ready",
        "Deliveries": "✕ Refused, 1 error",
    }, "the deviation's lot comes in the same upload, so nothing is warned of"
    assert "1 file of 3 will not go in" in said(screen)
    confirm(screen)
    newest = history(store, scope=EVERYTHING)
    assert newest["dataset"].tolist() == ["deviations", "batch_records", "partners"]


def test_what_cannot_be_taken_apart_says_why_and_the_others_go_on(screen: AppTest) -> None:
    upload(screen, ("odd.pdf", b"%PDF-1.7 nothing"), ("good.csv", csv_of([delivery(1)])))
    states = table_with(screen, "State")["State"].tolist()
    assert sorted(states) == ["● Ready", "✕ Can't be read"]
    assert [button for button in screen.button if button.label.startswith("Confirm 1 record")]


def test_the_figures_that_would_move_are_shown_before_confirming(screen: AppTest, store: Store) -> None:
    submit_rows(store, "deliveries", [delivery(n) for n in range(8)], MARCH)
    upload(screen, ("late.csv", csv_of([delivery(1, delivered_date=date(2025, 3, 20))])))
    assert "figures move" in said(screen)
    moved = table_with(screen, "Indicator")
    on_time = moved[moved["Indicator"] == "On-time delivery"]
    assert on_time["Value"].tolist() == ["100.0 % → 87.5 %"]
    assert on_time["Kind"].tolist() == ["restated"]


def test_a_link_from_the_calendar_chooses_the_month(store: Store) -> None:
    app = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=60).run()
    app.query_params["for"] = "2024-11"
    app.switch_page(MONTHLY_UPLOAD).run()
    assert app.selectbox(key="upload_to").value == date(2024, 11, 1)


def test_a_month_in_the_files_name_is_offered_and_taken_with_a_click(screen: AppTest) -> None:
    upload(screen, ("deliveries 2025-01.csv", csv_of([delivery(1)])))
    assert "The file names say January 2025; March 2025 is chosen." in said(screen)
    press(screen, "Use January 2025")
    assert screen.selectbox(key="upload_to").value == date(2025, 1, 1)


def test_nothing_is_uploaded_into_the_past(screen: AppTest, store: Store) -> None:
    screen.text_input(key="as_of").set_value("1").run()
    assert "Clear the as-of field" in said(screen)
    assert not screen.file_uploader


def test_what_is_due_now_stands_above_the_files(screen: AppTest, store: Store) -> None:
    assert "due" not in said(screen), "a register alone owes nothing"
    submit_rows(store, "deliveries", [delivery(1)], MARCH)
    screen.run()
    assert re.search(r"\d+ files overdue", said(screen)), "the partner's other datasets"


HOLD = "import duckdb, sys; held = duckdb.connect(sys.argv[1]); print('held', flush=True); sys.stdin.read()"


def test_a_store_that_is_taken_loses_no_answer(screen: AppTest, store: Store) -> None:
    mapped(screen)
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(store.path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        confirm(screen)
        assert "Nothing was written" in said(screen)
        assert "Your files and answers are still here." in said(screen)
        other.communicate("")
    screen.run()
    confirm(screen)
    assert "Accepted as S000002" in said(screen)
    assert details(store, "S000002", EVERYTHING)["row_count"] == 12


def test_the_same_file_twice_goes_in_once(screen: AppTest, store: Store) -> None:
    content = csv_of([delivery(1)])
    upload(screen, ("a.csv", content), ("b.csv", content))
    assert table_with(screen, "State")["State"].tolist() == ["● Ready", "= The same as a.csv"]
    confirm(screen)
    assert len(history(store, scope=EVERYTHING)) == 2, "the register, and the file once"


def test_rows_that_do_not_fit_the_headers_are_listed_with_their_numbers(screen: AppTest) -> None:
    lines = csv_of([delivery(n) for n in range(20)]).splitlines()
    ragged = b"\n".join([lines[0], *(line + b",1,2" for line in lines[1:])])
    upload(screen, ("ragged.csv", ragged))
    assert table_with(screen, "Row")["Row"].tolist() == list(range(2, 22))
    assert len(screen.error) == 1, "one box, not one for each row"


def test_our_headers_with_the_partners_dates_lead_to_the_question_about_them(screen: AppTest, store: Store) -> None:
    upload(screen, ("d.csv", csv_of([delivery(1, promised_date="03/04/2025", delivered_date="02/04/2025")])))
    assert "Some cells are written in the partner's own way" in said(screen)
    press(screen, "Say how to read this file")
    answer(screen, "03/04/2025", "%d/%m/%Y")
    press(screen, "Check the file")
    assert "The file can be accepted" in said(screen)
    confirm(screen)
    assert 'date_format = "%d/%m/%Y"' in details(store, "S000002", EVERYTHING)["mapping"]


def test_points_that_may_group_thousands_lead_to_the_question_about_them(screen: AppTest, store: Store) -> None:
    upload(screen, ("d.csv", csv_of([delivery(number, ordered_quantity="12.000") for number in (1, 2)])))
    assert "Some cells are written in the partner's own way" in said(screen)
    press(screen, "Say how to read this file")
    answer(screen, 'Is the "." of 12.000', ",")
    press(screen, "Check the file")
    confirm(screen)
    assert 'thousands = "."' in details(store, "S000002", EVERYTHING)["mapping"]
