"""Withdrawing: it needs a reason, happens once, and brings back what stood before."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kpi.access import Scope
from kpi.errors import InputRefused, UsageError
from kpi.ledger.current import create_current
from kpi.ledger.reads import details, events, history, version_now
from kpi.ledger.store import Store
from kpi.ledger.submissions import withdraw
from tests.ledger.files import EVERYTHING, NOW, deliveries, put, targets


def units(store: Store, version: int) -> dict[str, str]:
    with store.connect() as connection:
        table = create_current(connection, "deliveries", version, EVERYTHING)
        return dict(connection.execute(f"SELECT delivery_id, unit FROM {table}").fetchall())


def take_back(store: Store, submission_id: str, reason: str = "Sent by mistake", scope: Scope = EVERYTHING) -> int:
    return withdraw(store, submission_id, reason=reason, actor="ben", now=NOW + timedelta(days=1), scope=scope)


def test_earlier_rows_come_back_and_earlier_versions_stay(store: Store) -> None:
    put(store, deliveries({"delivery_id": "D1", "unit": "kg"}))
    put(store, deliveries({"delivery_id": "D1", "unit": "g"}, {"delivery_id": "D2", "unit": "g"}))
    put(store, deliveries({"delivery_id": "D2", "unit": "mg"}))
    assert take_back(store, "S000002") == 4
    assert [units(store, version) for version in range(5)] == [
        {},
        {"D1": "kg"},
        {"D1": "g", "D2": "g"},
        {"D1": "g", "D2": "mg"},
        {"D1": "kg", "D2": "mg"},
    ]


def test_it_needs_a_reason(store: Store) -> None:
    put(store, deliveries({"delivery_id": "D1"}))
    with pytest.raises(UsageError, match="needs a reason"):
        take_back(store, "S000001", reason="  ")
    assert version_now(store) == 1


def test_twice_is_refused_and_says_who_did_it_first(store: Store) -> None:
    put(store, deliveries({"delivery_id": "D1"}))
    take_back(store, "S000001", reason="Wrong site")
    with pytest.raises(InputRefused, match="withdrawn already, on 2026-02-06 by ben: Wrong site"):
        take_back(store, "S000001")
    assert version_now(store) == 2


def test_unknown_and_invisible_are_the_same_to_a_reader(store: Store) -> None:
    put(store, deliveries({"delivery_id": "D1"}))
    put(store, deliveries({"delivery_id": "D1", "partner_id": "NOVA"}, {"delivery_id": "D3"}))
    nova = Scope.of(["NOVA"])
    said = []
    for submission_id in ("S000001", "S000002", "S000009"):
        with pytest.raises(UsageError) as refused:
            take_back(store, submission_id, scope=nova)
        said.append(str(refused.value).replace(submission_id, "…"))
    assert len(set(said)) == 1
    assert version_now(store) == 2


def test_targets_for_all_are_seen_by_every_partner_and_withdrawn_by_none(store: Store) -> None:
    put(store, targets({}))
    assert history(store, scope=Scope.of(["HELIX"]))["submission_id"].to_list() == ["S000001"]
    with pytest.raises(InputRefused, match=r"\*"):
        take_back(store, "S000001", scope=Scope.of(["HELIX"]))


def test_it_is_on_record(store: Store) -> None:
    put(store, deliveries({"delivery_id": "D1"}))
    take_back(store, "s000001 ")
    latest = events(store, EVERYTHING).iloc[0]
    assert (latest["kind"], latest["actor"], latest["reason"], latest["submission_id"]) == (
        "withdrawal",
        "ben",
        "Sent by mistake",
        "S000001",
    )
    assert details(store, "S000001", EVERYTHING)["withdrawn_reason"] == "Sent by mistake"
