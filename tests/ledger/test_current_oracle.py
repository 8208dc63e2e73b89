"""Current records at every version, against a plain-Python account of what was submitted and withdrawn."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator

import pytest
from duckdb import DuckDBPyConnection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kpi.access import Scope
from kpi.ledger.current import create_current
from kpi.ledger.store import Store, open_store
from kpi.ledger.submissions import preview, withdraw
from kpi.ledger.verify import verify
from tests.ledger.files import EVERYTHING, NOW, deliveries, put

PARTNERS = ("HELIX", "NOVA", "ORION")

record = st.tuples(st.sampled_from(PARTNERS), st.sampled_from("ABCD"))
file = st.dictionaries(record, st.sampled_from(["kg", "g", None]), min_size=1, max_size=6)
step = st.one_of(file, st.integers(0, 8))  # a file to submit, or which of the submissions so far to withdraw
Step = dict[tuple[str, str], str | None] | int
Records = dict[tuple[str, str], tuple[int, int, str | None]]  # key -> version, row number, unit


class Account:
    """The oracle: every event in a list, and the records in force by walking through it."""

    def __init__(self) -> None:
        self.events: list[Step] = []

    def withdrawn(self, version: int) -> set[int]:
        return {event for event in self.events[:version] if isinstance(event, int)}

    def in_force(self, version: int) -> Records:
        gone = self.withdrawn(version)
        records: Records = {}
        for number, event in enumerate(self.events[:version], start=1):
            if isinstance(event, dict) and number not in gone:
                for row, (key, unit) in enumerate(event.items(), start=2):
                    records[key] = (number, row, unit)
        return records

    def standing(self) -> list[int]:
        gone = self.withdrawn(len(self.events))
        return [n for n, event in enumerate(self.events, start=1) if isinstance(event, dict) and n not in gone]


def current(connection: DuckDBPyConnection, version: int, scope: Scope) -> Records:
    table = create_current(connection, "deliveries", version, scope)
    rows = connection.execute(f"SELECT partner_id, delivery_id, version, row_number, unit FROM {table}").fetchall()
    found = {(partner, delivery): (number, row, unit) for partner, delivery, number, row, unit in rows}
    assert len(found) == len(rows), "one row per key"
    return found


@pytest.fixture(scope="module")
def folder() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as path:
        yield path


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(steps=st.lists(step, min_size=1, max_size=9))
def test_current_records_at_every_version(folder: str, steps: list[Step]) -> None:
    with tempfile.TemporaryDirectory(dir=folder) as place:
        store = open_store(f"duckdb:///{place}/x.duckdb")
        account = Account()
        with store.connect(read_only=False) as connection:  # kept open: opening would cost more than all else
            play(store, connection, account, steps)
            for version in range(len(account.events) + 1):
                meant = account.in_force(version)
                assert current(connection, version, EVERYTHING) == meant
                some = Scope.of(["HELIX", "ORION"])
                assert current(connection, version, some) == {k: v for k, v in meant.items() if some.allows(k[0])}
            assert verify(store).problems == ()


def play(store: Store, connection: DuckDBPyConnection, account: Account, steps: list[Step]) -> None:
    """Submits and withdraws as told, and checks the counts on each receipt on the way."""
    submitted: dict[int, str] = {}
    for number, event in enumerate(steps):
        if isinstance(event, int):
            if standing := account.standing():
                version = standing[event % len(standing)]
                taken = submitted[version]
                withdraw(store, taken, reason="r", actor="a", now=NOW, scope=EVERYTHING, connection=connection)
                account.events.append(version)
            continue
        rows = [{"partner_id": p, "delivery_id": d, "unit": unit} for (p, d), unit in event.items()]
        checked = deliveries(*rows, content=f"file {number}".encode())
        seen = preview(store, checked, scope=EVERYTHING)
        receipt = put(store, checked, connection=connection)
        before = account.in_force(len(account.events))
        meant = Counter(
            "new" if key not in before else "unchanged" if before[key][2] == unit else "changed"
            for key, unit in event.items()
        )
        assert (receipt.new, receipt.changed, receipt.unchanged) == (meant["new"], meant["changed"], meant["unchanged"])
        assert (seen.new, seen.changed, seen.unchanged) == (receipt.new, receipt.changed, receipt.unchanged)
        assert len(seen.changes) == meant["changed"], "one cell differs in each changed record"
        account.events.append(event)
        submitted[receipt.version] = receipt.submission_id


def test_only_the_columns_asked_for(store: Store) -> None:
    put(store, deliveries({"delivery_id": "D1"}))
    with store.connect() as connection:
        create_current(connection, "deliveries", 1, EVERYTHING, ["unit", "delivery_id"])
        names = [name for name, *_ in connection.execute("FROM current_deliveries").description or ()]
    assert names == ["version", "row_number", "unit", "delivery_id"]
