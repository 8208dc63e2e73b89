"""Reading the ledger: as of a version or a date, and only what the reader may see."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import polars as pl
import pytest

from kpi.access import Scope
from kpi.errors import UsageError
from kpi.intake.known import KpiFacts
from kpi.ledger.marks import mark_synthetic
from kpi.ledger.reads import (
    AsOf,
    changes,
    details,
    events,
    history,
    is_synthetic,
    known_records,
    original,
    resolve_as_of,
    version_now,
    version_time,
)
from kpi.ledger.store import Store, open_store
from kpi.ledger.submissions import withdraw
from tests.ledger.files import EVERYTHING, File, deliveries, put

HELIX = Scope.of(["HELIX"])
NOVA = Scope.of(["NOVA"])
BOTH = Scope.of(["HELIX", "NOVA"])


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """1: HELIX on 3 March. 2: HELIX and NOVA on 5 March. 3: the first is withdrawn on the 6th. 4: NOVA on the 6th."""
    store = open_store(f"duckdb:///{tmp_path_factory.mktemp('told')}/ledger.duckdb")
    put(store, deliveries({"delivery_id": "D1"}), now=datetime(2026, 3, 3, 23, 59, 59, 999999))
    both = deliveries({"delivery_id": "D1", "unit": "kg"}, {"delivery_id": "D1", "partner_id": "NOVA"})
    put(store, both, now=datetime(2026, 3, 5, 8, 0))
    withdraw(store, "S000001", reason="Twice", actor="ben", now=datetime(2026, 3, 6, 8, 0), scope=EVERYTHING)
    put(store, deliveries({"delivery_id": "D2", "partner_id": "NOVA"}), now=datetime(2026, 3, 6, 8, 0))
    return store


@pytest.mark.parametrize(
    ("as_of", "version"),
    [
        (None, 4),
        (0, 0),
        (2, 2),
        ("3", 3),
        (date(2026, 3, 2), 0),
        (date(2026, 3, 3), 1),
        ("2026-03-04", 1),
        ("20260305", 2),
        ("2026-03-05T07:59", 1),
        ("2026-03-05T08:00", 2),
        ("2026-03-05T09:00+01:00", 2),
        (datetime(2026, 3, 5, 9, 59, tzinfo=timezone(timedelta(hours=2))), 1),
        (datetime(2026, 3, 6, 8, 0, tzinfo=UTC), 4),
        ("2030-01-01", 4),
    ],
)
def test_as_of(told: Store, as_of: AsOf, version: int) -> None:
    assert resolve_as_of(told, as_of) == version


@pytest.mark.parametrize("as_of", [5, "5", "-1", -1, "yesterday", "", "2026-02-30", "03/04/2026"])
def test_as_of_that_makes_no_sense(told: Store, as_of: AsOf) -> None:
    with pytest.raises(UsageError):
        resolve_as_of(told, as_of)


def test_when_a_version_came_about(told: Store) -> None:
    assert [version_time(told, version) for version in (0, 2)] == [None, datetime(2026, 3, 5, 8, 0)]
    assert version_now(told) == 4


def test_history_is_newest_first_with_its_states(told: Store) -> None:
    shown = history(told, scope=EVERYTHING)
    assert shown[["submission_id", "partners", "state", "withdrawn_reason", "new", "changed"]].values.tolist() == [
        ["S000003", "NOVA", "current", "", 1, 0],
        ["S000002", "HELIX, NOVA", "current", "", 1, 1],
        ["S000001", "HELIX", "withdrawn", "Twice", 1, 0],
    ]


def test_history_as_of_an_earlier_version_knows_nothing_of_what_came_later(told: Store) -> None:
    shown = history(told, scope=EVERYTHING, as_of=2)
    assert shown[["submission_id", "state"]].values.tolist() == [["S000002", "current"], ["S000001", "current"]]


@pytest.mark.parametrize(
    ("scope", "visible"),
    [
        (EVERYTHING, ["S000003", "S000002", "S000001"]),
        (BOTH, ["S000003", "S000002", "S000001"]),
        (HELIX, ["S000001"]),
        (NOVA, ["S000003"]),
        (Scope.of([]), []),
    ],
)
def test_a_file_is_shown_to_those_who_may_see_all_its_partners(told: Store, scope: Scope, visible: list[str]) -> None:
    assert history(told, scope=scope)["submission_id"].to_list() == visible
    trail = events(told, scope)
    assert set(trail["submission_id"]) == set(visible)
    for submission_id in ("S000001", "S000002", "S000003"):
        if submission_id in visible:
            assert original(told, submission_id, scope)[1]
            assert details(told, submission_id, scope)["submission_id"] == submission_id
            continue
        for read in (original, details, changes):
            with pytest.raises(UsageError, match=f'There is no submission "{submission_id}"'):
                read(told, submission_id, scope)


def test_the_trail_names_who_did_what_and_why(told: Store) -> None:
    assert events(told, EVERYTHING)[["version", "kind", "actor", "reason", "submission_id"]].values.tolist() == [
        [4, "submission", "ana", "Monthly upload", "S000003"],
        [3, "withdrawal", "ben", "Twice", "S000001"],
        [2, "submission", "ana", "Monthly upload", "S000002"],
        [1, "submission", "ana", "Monthly upload", "S000001"],
    ]


def test_the_cells_that_a_submission_changed_stay_known_after_later_ones(told: Store) -> None:
    assert changes(told, "S000002", EVERYTHING).values.tolist() == [[2, "HELIX / D1", "unit", "vial", "kg"]]
    assert changes(told, "S000003", EVERYTHING).empty


def batches(*keys: tuple[str, str]) -> File:
    columns = [
        ("partner_id", pl.String), ("site_id", pl.String), ("batch_id", pl.String), ("product", pl.String),
        ("stage", pl.String), ("planned_start_date", pl.Date), ("actual_start_date", pl.Date),
        ("completed_date", pl.Date), ("record_received_date", pl.Date), ("disposition", pl.String),
        ("disposition_date", pl.Date), ("reworked", pl.Boolean), ("actual_yield", pl.Float64),
        ("theoretical_yield", pl.Float64), ("release_tests", pl.Int64), ("batch_cost", pl.Float64),
        ("currency", pl.String),
    ]  # fmt: skip
    rows = [{"partner_id": partner, "batch_id": batch} for partner, batch in keys]
    frame = pl.DataFrame([{**dict.fromkeys(name for name, _ in columns), **row} for row in rows], schema=dict(columns))
    numbered = frame.select(pl.int_range(2, len(rows) + 2, dtype=pl.Int64).alias("row_number"), *frame.columns)
    return File("batch_records", repr(keys).encode(), numbered)


def test_what_validation_compares_with_is_current_and_within_scope(store: Store) -> None:
    put(store, batches(("HELIX", "L1"), ("HELIX", "L2")))
    put(store, batches(("HELIX", "L2"), ("HELIX", "L3")))
    put(store, batches(("NOVA", "L1")))
    withdraw(store, "S000001", reason="Wrong file", actor="ana", now=datetime(2026, 3, 1), scope=EVERYTHING)
    facts = {"on_time_delivery": KpiFacts("proportion", "higher")}
    known = known_records(store, facts, scope=EVERYTHING)
    assert sorted(known.batches.rows()) == [("HELIX", "L2"), ("HELIX", "L3"), ("NOVA", "L1")]
    assert known_records(store, facts, scope=NOVA).batches.rows() == [("NOVA", "L1")]
    assert known.sites.is_empty()
    assert known.kpi_ids == facts


def test_a_generated_portfolio_is_known_as_one(store: Store) -> None:
    put(store, deliveries({"delivery_id": "D1"}))
    assert not is_synthetic(store)
    assert mark_synthetic(store, "sample generator", datetime(2026, 3, 1)) == 2
    assert (is_synthetic(store), is_synthetic(store, 1)) == (True, False)
    assert events(store, NOVA)["kind"].to_list() == ["synthetic"]
