"""Offered and then accepted gives the same records and the same figures as submitted at once, and nothing before."""

from __future__ import annotations

import tempfile
from datetime import date, datetime, timedelta
from typing import Any

import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from kpi.access import EVERYTHING
from kpi.catalog import load_catalog
from kpi.desk.acceptance import check_again
from kpi.ledger.deciding import accept_offer
from kpi.ledger.reads import history
from kpi.ledger.store import Store, open_store
from kpi.ledger.submissions import submit
from kpi.ledger.verify import verify
from kpi.marts import Marts, load_marts
from tests.ledger.offer_acts import under_four_eyes
from tests.support import checked_rows, order_lines

FIRST = date(2025, 3, 1)
DAY = date(2025, 9, 1)
MONTHS = [date(2025, month, 1) for month in (3, 4, 5)]
# Files one after the other: whose, for which month, how many lines late, how many lines at all. Later ones restate.
files = st.lists(
    st.tuples(st.sampled_from(["HELIX", "NOVA"]), st.sampled_from(MONTHS), st.integers(0, 4), st.integers(4, 7)),
    min_size=1,
    max_size=5,
    unique_by=lambda file: file,
)


def submitted(store: Store, plan: tuple[str, date, int, int], place: int) -> Any:
    partner, month, late, count = plan
    return submit(
        store,
        checked_rows("deliveries", order_lines(partner, month, late, count)),
        month_from=month,
        month_to=month,
        actor="hel",
        reason="monthly",
        now=datetime(2025, 6, 1) + timedelta(days=place),
        accept_warnings=True,
        scope=EVERYTHING,
    )


def accepted(store: Store, version: int, place: int) -> None:
    found = check_again(store, load_catalog(), version, today=DAY, scope=EVERYTHING)
    accept_offer(
        store,
        version,
        found.outcome.checked,
        note="",
        actor="sam",
        now=datetime(2025, 8, 1) + timedelta(days=place),
        accept_warnings=True,
        scope=EVERYTHING,
    )


def marts_of(store: Store) -> Marts:
    return load_marts(store, load_catalog(), scope=EVERYTHING, day=DAY)


def records(store: Store) -> list[tuple[Any, ...]]:
    with store.connect() as connection:
        return connection.execute(
            "SELECT deliveries.* EXCLUDE (version), submission_id FROM deliveries JOIN submissions USING (version) "
            "ORDER BY submission_id, row_number"
        ).fetchall()


@settings(max_examples=6, phases=[Phase.explicit, Phase.generate])
@given(files)
def test_the_same_records_and_figures_as_submitted_at_once(plans: list[tuple[str, date, int, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        at_once, in_two = (open_store(f"duckdb:///{folder}/{name}.duckdb") for name in ("once", "two"))
        under_four_eyes(in_two, None)
        empty = marts_of(in_two)
        for place, plan in enumerate(plans):
            submitted(at_once, plan, place)
        offered = [submitted(in_two, plan, place).version for place, plan in enumerate(plans)]
        waiting = marts_of(in_two)
        pd.testing.assert_frame_equal(waiting.kpi_monthly, empty.kpi_monthly)
        pd.testing.assert_frame_equal(waiting.coverage, empty.coverage)
        assert waiting.last_month is None
        for place, version in enumerate(offered):
            accepted(in_two, version, place)
        once, two = marts_of(at_once), marts_of(in_two)
        assert records(at_once) == records(in_two)
        pd.testing.assert_frame_equal(once.kpi_monthly, two.kpi_monthly)
        pd.testing.assert_frame_equal(once.coverage, two.coverage)
        pd.testing.assert_frame_equal(once.register, two.register)
        kept = [
            "submission_id",
            "dataset",
            "month_from",
            "partners",
            "row_count",
            "new",
            "changed",
            "unchanged",
            "sha256",
        ]
        pd.testing.assert_frame_equal(history(at_once, scope=EVERYTHING)[kept], history(in_two, scope=EVERYTHING)[kept])
        assert verify(in_two).problems == ()


def test_what_was_offered_in_time_was_received_in_time(empty_store: Store) -> None:
    """However long the sponsor takes: acceptance moves no due day of the partner's."""
    under_four_eyes(empty_store)
    version = submitted(empty_store, ("HELIX", date(2025, 5, 1), 0, 4), 2).version
    accepted(empty_store, version, 0)
    coverage = marts_of(empty_store).coverage
    received = coverage[coverage["received_on"].notna()]
    assert [day.date() for day in received["received_on"]] == [date(2025, 6, 3)]
    assert list(received["state"]) == ["on time"]


@pytest.mark.parametrize("state", ["current", "withdrawn"])
def test_a_withdrawn_acceptance_was_never_received(empty_store: Store, state: str) -> None:
    from tests.support import withdraw_quickly

    under_four_eyes(empty_store)
    version = submitted(empty_store, ("HELIX", date(2025, 5, 1), 0, 4), 2).version
    accepted(empty_store, version, 0)
    if state == "withdrawn":
        withdraw_quickly(empty_store, "S000001", on=date(2025, 8, 2))
    assert marts_of(empty_store).coverage["received_on"].notna().sum() == (1 if state == "current" else 0)
