"""The audit trail with old and new states, its filters, and as files."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import openpyxl
import pandas as pd
import pytest

from kpi.access import EVERYTHING, Scope
from kpi.ledger.reads import events
from kpi.ledger.store import Store
from kpi.ledger.submissions import withdraw
from kpi.present.audit_export import audit_csv, audit_workbook
from kpi.present.audit_table import AUDIT_COLUMNS, audit_table, chosen
from tests.ledger.acts import act
from tests.ledger.files import NOW, deliveries, put

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def told(empty_store: Store) -> Store:
    """1 HELIX, 2 HELIX again, 3 NOVA, 4 withdraws 2, 5 to 8 acts on one escalation of HELIX."""
    put(empty_store, deliveries({"delivery_id": "PO-1"}, {"delivery_id": "PO-2"}))
    put(empty_store, deliveries({"delivery_id": "PO-1", "delivered_date": date(2026, 1, 30)}), reason="=1+1")
    put(empty_store, deliveries({"delivery_id": "N-1", "partner_id": "NOVA"}), actor="@nora")
    withdraw(empty_store, "S000002", reason="wrong file", actor="ben", now=NOW, scope=EVERYTHING)
    act(empty_store, "assign", "", owner="QA lead", now=NOW)
    act(empty_store, "assign", "", owner="ann", now=NOW)
    act(empty_store, "shelve", "until the audit", until=date(2026, 3, 1), now=datetime(2026, 2, 6, 23, 30))
    act(empty_store, "comment", "+ a remark", now=datetime(2026, 2, 7))
    return empty_store


def trail(store: Store, scope: Scope = EVERYTHING) -> pd.DataFrame:
    return audit_table(events(store, scope), BERLIN)


def test_every_event_says_what_was_before_and_what_is_now(told: Store) -> None:
    rows = trail(told)
    assert tuple(rows.columns) == AUDIT_COLUMNS
    assert list(rows[["version", "old", "new"]].itertuples(index=False, name=None)) == [
        (8, "", ""),
        (7, "not shelved", "shelved until 1 March 2026"),
        (6, "QA lead", "ann"),
        (5, "the rule's owner", "QA lead"),
        (4, "S000002 in force", "S000002 withdrawn"),
        (3, "", "Jan 2026: 1 new record, 0 changed, 0 unchanged"),
        (2, "1 earlier record", "Jan 2026: 0 new records, 1 changed, 0 unchanged"),
        (1, "", "Jan 2026: 2 new records, 0 changed, 0 unchanged"),
    ]


def test_times_are_utc_and_local(told: Store) -> None:
    row = trail(told).set_index("version").loc[7]
    assert (row["at"], row["at_local"]) == (pd.Timestamp("2026-02-06 23:30"), "2026-02-07T00:30:00+01:00")
    assert audit_table(events(told, EVERYTHING), UTC)["at_local"].iloc[1] == "2026-02-06T23:30:00+00:00"


@pytest.mark.parametrize(
    ("asked", "versions"),
    [
        ({}, [8, 7, 6, 5, 4, 3, 2, 1]),
        ({"kinds": ["withdrawal", "submission"]}, [4, 3, 2, 1]),
        ({"who": "ben"}, [4]),
        ({"partner": "NOVA"}, [3]),
        ({"text": "WRONG"}, [4]),
        ({"text": "s000002"}, [4, 2]),
        ({"first_day": date(2026, 2, 6)}, [8, 7]),
        ({"last_day": date(2026, 2, 6), "who": "ana", "partner": "HELIX", "kinds": ["escalation action"]}, [7, 6, 5]),
        ({"partner": "HELI"}, []),
        ({"text": "no such text"}, []),
    ],
)
def test_filters(told: Store, asked: dict, versions: list[int]) -> None:
    assert chosen(trail(told), **asked)["version"].tolist() == versions


def test_a_reader_of_one_partner_sees_no_word_of_others(told: Store) -> None:
    mine = trail(told, Scope.of(["NOVA"]))
    assert mine["version"].tolist() == [3]
    assert "HELIX" not in audit_csv(mine).decode()


def test_an_empty_trail_is_an_empty_table(empty_store: Store) -> None:
    nothing = trail(empty_store)
    assert (tuple(nothing.columns), len(nothing), len(chosen(nothing, text="x"))) == (AUDIT_COLUMNS, 0, 0)
    assert audit_csv(nothing).decode("utf-8-sig").startswith("Ledger version,When (UTC),When (local)")


def test_no_cell_of_a_file_begins_a_formula(told: Store) -> None:
    rows = trail(told)
    lines = list(csv.reader(io.StringIO(audit_csv(rows).decode("utf-8-sig"))))
    sheet = openpyxl.load_workbook(io.BytesIO(audit_workbook(rows))).active
    assert sheet is not None
    cells = [list(row) for row in sheet.iter_rows()]
    assert [[str(cell.value if cell.value is not None else "") for cell in row] for row in cells] == lines
    assert all(cell.data_type != "f" for row in cells for cell in row)
    texts = [text for line in lines for text in line]
    assert not [text for text in texts if text[:1] in ("=", "+", "-", "@", "\t", "\r", "\n")]
    assert {"'=1+1", "'@nora", "'+ a remark"} <= set(texts)
    assert lines[2][1:3] == ["2026-02-06T23:30:00Z", "2026-02-07T00:30:00+01:00"]


def test_ten_thousand_events_take_no_time() -> None:
    """Not an exact bound: it says that nothing in it grows with the square of the events."""
    import time

    count = 10_000
    many = pd.DataFrame(
        {
            "version": range(count, 0, -1), "kind": "submission", "at": pd.Timestamp("2026-01-01"), "actor": "ana",
            "reason": "r", "submission_id": "S000001", "dataset": "deliveries", "file_name": "f.csv",
            "partners": "HELIX", "new": 1, "changed": 0, "unchanged": 0, "month_from": pd.Timestamp("2026-01-01"),
            "month_to": pd.Timestamp("2026-01-01"), "hash": "0", "facts": [{} for _ in range(count)],
        }
    )  # fmt: skip
    start = time.process_time()
    found = chosen(audit_table(many, BERLIN), text="nothing like it")
    assert len(found) == 0
    assert time.process_time() - start < 30
