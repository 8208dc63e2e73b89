"""A day that no column of a partner's file holds: said beside the file, in its own way, and for that file alone."""

from __future__ import annotations

from datetime import date

from streamlit.testing.v1 import AppTest

from kpi.access import EVERYTHING
from kpi.ledger.mappings import saved_mappings
from kpi.ledger.reads import details
from kpi.ledger.store import Store
from tests.desk.partner_files import german_lots
from tests.pages.test_upload import confirm, said
from tests.pages.test_upload_desk import answer, press, screen, store, upload

__all__ = ["screen", "store"]
PLANNED = "Geplanter Beginn"


def lots_without_a_plan(month: int) -> bytes:
    rows = [line.split(";") for line in german_lots(month).decode("cp1252").splitlines()]
    return "\n".join(";".join(cell for place, cell in enumerate(row) if place != 4) for row in rows).encode("utf-8")


def say_planned_start(screen: AppTest, typed: str) -> None:
    next(field for field in screen.text_input if field.label == "Planned start of every row").set_value(typed).run()
    assert not screen.exception


def planned_starts(store: Store, submission: str) -> str:
    mapping: str = details(store, submission, EVERYTHING)["mapping"]
    return next(line for line in mapping.splitlines() if line.startswith("planned_start_date"))


def test_a_day_is_typed_as_the_file_writes_days_and_asked_again_next_month(screen: AppTest, store: Store) -> None:
    assert PLANNED.encode() not in lots_without_a_plan(3)
    upload(screen, ("Chargen.csv", lots_without_a_plan(3)))
    answer(screen, "No header says whose file it is", "0042")
    answer(screen, 'What does "Gesperrt"', "rejected")
    assert "To be answered first: planned start." in said(screen)
    say_planned_start(screen, "01.03.2025")
    press(screen, "Check the file")
    assert "The file can be accepted" in said(screen)
    assert "In every row: " in said(screen)
    assert "planned start 2025-03-01" in said(screen).replace("\\", "")
    confirm(screen)
    assert planned_starts(store, "S000002") == 'planned_start_date = "2025-03-01"'

    press(screen, "Upload another file")
    screen.selectbox(key="upload_to").select(date(2025, 4, 1)).run()
    upload(screen, ("Chargen.csv", lots_without_a_plan(4)))
    assert "it was planned start 2025-03-01. Days are not carried over" in said(screen).replace("\\", "")
    assert "have changed" not in said(screen)
    assert "To be answered first: planned start." in said(screen)
    say_planned_start(screen, "02.04.2025")
    press(screen, "Check the file")
    confirm(screen)
    assert planned_starts(store, "S000003") == 'planned_start_date = "2025-04-02"'
    assert len(saved_mappings(store, scope=EVERYTHING)) == 1


def test_changing_a_saved_mapping_does_not_call_the_same_headers_changed(screen: AppTest) -> None:
    upload(screen, ("Chargen.csv", german_lots(3)))
    answer(screen, "Which of these reads right?", "cp1252")
    answer(screen, "No header says whose file it is", "0042")
    answer(screen, 'What does "Gesperrt"', "rejected")
    press(screen, "Check the file")
    confirm(screen)
    press(screen, "Upload another file")
    upload(screen, ("Chargen.csv", german_lots(4)))
    press(screen, "Change the mapping")
    assert "have changed" not in said(screen)
    assert "read with the mapping of 0042" in said(screen)
