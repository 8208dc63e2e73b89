"""Open commitments: which records are overdue or due by a day, at a version, for a reader."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from kpi.access import EVERYTHING, Scope
from kpi.catalog import load_catalog
from kpi.errors import UsageError
from kpi.ledger.store import Store
from kpi.marts import load_marts
from kpi.marts.look_ahead import look_ahead
from kpi.marts.select import figures
from tests.support import submit_rows

MARCH = date(2025, 3, 1)
DAY, MEETING = date(2025, 4, 10), date(2025, 4, 30)
DEVIATION = {
    "partner_id": "P",
    "site_id": "S1",
    "opened_date": date(2025, 3, 2),
    "severity": "major",
    "type": "process",
}
FINDING = {
    "partner_id": "P",
    "site_id": "S1",
    "audit_id": "A1",
    "audit_date": date(2025, 3, 3),
    "audit_type": "routine",
    "severity": "critical",
    "area": "Training",
    "due_date": date(2025, 9, 1),
}
LINE = {"partner_id": "Q", "site_id": "T1", "product": "Vials", "ordered_quantity": 2400, "unit": "packs"}


@pytest.fixture
def store(empty_store: Store) -> Store:
    """Versions 1 to 3: deviations with a CAPA, findings, order lines of another partner."""
    deviations = [
        {"deviation_id": "OVERDUE", "due_date": date(2025, 4, 9), "extended_due_date": date(2025, 5, 9)},
        {"deviation_id": "TODAY", "due_date": DAY, "area": "Filling", "batch_id": "L1"},
        {"deviation_id": "LAST", "due_date": MEETING},
        {"deviation_id": "AFTER", "due_date": date(2025, 5, 1)},
        {"deviation_id": "CLOSED", "due_date": date(2025, 4, 1), "closed_date": date(2025, 4, 2), "capa_id": "CAPA-1"}
        | {"capa_due_date": date(2025, 4, 20)},
    ]
    submit_rows(empty_store, "deviations", [DEVIATION | row for row in deviations], MARCH)
    findings = [
        {"finding_id": "F1", "response_due_date": date(2025, 4, 1)},
        {"finding_id": "F2", "response_due_date": date(2025, 4, 1), "response_date": date(2025, 3, 30)},
        {"finding_id": "F3", "response_due_date": date(2025, 4, 1), "closed_date": date(2025, 4, 2)},
        {"finding_id": "F4", "due_date": date(2025, 4, 15)},
    ]
    submit_rows(empty_store, "audit_findings", [FINDING | row for row in findings], MARCH)
    lines = [
        {"delivery_id": "L1", "promised_date": date(2025, 4, 2)},
        {"delivery_id": "L2", "promised_date": date(2025, 4, 2), "delivered_date": date(2025, 4, 3)},
    ]
    submit_rows(empty_store, "deliveries", [LINE | row for row in lines], MARCH)
    return empty_store


def found(store: Store, version: int = 3, scope: Scope = EVERYTHING, **more: object) -> pd.DataFrame:
    return look_ahead(store, version=version, **{"day": DAY, "until": MEETING, "scope": scope} | more)  # type: ignore[arg-type]


def listed(frame: pd.DataFrame) -> list[tuple[str, str, int]]:
    return list(frame[["what", "record_id", "days_left"]].itertuples(index=False, name=None))


def test_what_is_open_and_due_by_the_day_the_earliest_first(store: Store) -> None:
    assert listed(found(store)) == [
        ("response", "F1", -9),
        ("delivery", "L1", -8),
        ("deviation", "OVERDUE", -1),
        ("deviation", "TODAY", 0),
        ("finding", "F4", 5),
        ("CAPA", "CAPA-1", 10),
        ("deviation", "LAST", 20),
    ]


def test_a_commitment_says_what_it_is_and_where_it_came_from(store: Store) -> None:
    rows = found(store).set_index("record_id")
    today = rows.loc["TODAY"]
    assert (today["description"], today["severity"], today["row_number"]) == ("process, Filling, lot L1", "major", 3)
    assert (today["submission_id"], today["file_name"]) == ("S000001", "deviations.csv")
    assert rows.loc["L1", "description"] == "Vials, 2,400 packs"
    assert rows.loc["OVERDUE", "extended_due_date"] == pd.Timestamp(2025, 5, 9)
    assert rows.loc["OVERDUE", "due_on"] == pd.Timestamp(2025, 4, 9)


def test_a_version_shows_what_was_known_then(store: Store) -> None:
    closed = DEVIATION | {"deviation_id": "OVERDUE", "due_date": date(2025, 4, 9), "closed_date": date(2025, 4, 12)}
    submit_rows(store, "deviations", [closed], date(2025, 4, 1))
    assert "OVERDUE" not in set(found(store, 4)["record_id"])
    assert "OVERDUE" in set(found(store, 3)["record_id"])
    assert set(found(store, 1)["what"]) == {"deviation", "CAPA"}
    assert found(store, 0).empty


def test_a_reader_sees_only_the_own_partners(store: Store) -> None:
    assert set(found(store, scope=Scope.of(["Q"]))["partner_id"]) == {"Q"}
    assert set(found(store, partner="P")["partner_id"]) == {"P"}
    with pytest.raises(UsageError, match='no partner "P"'):
        found(store, scope=Scope.of(["Q"]), partner="P")


def test_a_meeting_before_the_day_is_refused(store: Store) -> None:
    with pytest.raises(UsageError, match="2025-04-09 is before 2025-04-10"):
        found(store, until=date(2025, 4, 9))


@pytest.mark.parametrize(
    ("kpi", "what"), [("overdue_deviations", "deviation"), ("overdue_findings", "finding"), ("overdue_capas", "CAPA")]
)
def test_at_a_month_s_end_as_many_are_overdue_as_the_indicator_counts(sample_store: Store, kpi: str, what: str) -> None:
    """At the version's own last month: nothing that lies after it is in the ledger yet."""
    marts = load_marts(sample_store, load_catalog(), scope=EVERYTHING)
    counted = figures(marts, kpis=[kpi], month_from=marts.last_month, month_to=marts.last_month)
    expected = {row.partner_id: row.value for row in counted.itertuples() if row.value > 0}
    day = (pd.Timestamp(marts.last_month) + pd.offsets.MonthEnd()).date()
    rows = look_ahead(sample_store, version=marts.version, day=day, until=day, scope=EVERYTHING)
    late = rows[(rows["what"] == what) & (rows["days_left"] < 0)]
    shown = set(counted.loc[counted["value"].notna(), "partner_id"])
    assert {p: n for p, n in late["partner_id"].value_counts().items() if p in shown} == expected
