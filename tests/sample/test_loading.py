"""The whole sample goes through intake and ledger without a finding, and only into an empty store."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from kpi.errors import InputRefused
from kpi.ledger.reads import is_synthetic, version_now
from kpi.ledger.verify import verify
from kpi.sample import load
from kpi.sample.acts import sample_acts
from kpi.sample.meetings import sample_meetings
from tests.sample.plain import files

GO_LIVE = datetime(2025, 11, 10, tzinfo=UTC)  # the register, the targets and the history are in


def test_every_file_is_accepted_without_a_warning(sample_store):
    with sample_store.connect() as connection:
        submissions = connection.execute("SELECT count(*) FROM submissions").fetchone()
        withdrawals = connection.execute("SELECT count(*) FROM withdrawals").fetchone()
        assert submissions == (len(files()),)
        assert withdrawals == (1,)
        acts = len(sample_acts()) + len(sample_meetings())
        assert version_now(sample_store) == submissions[0] + withdrawals[0] + acts + 1  # the mark of synthetic data
        assert connection.execute("SELECT count(*) FROM submissions WHERE warnings <> '[]'").fetchone() == (0,)


def test_the_ledger_knows_that_it_is_synthetic_and_verifies(sample_store):
    assert is_synthetic(sample_store)
    assert verify(sample_store).problems == ()


def test_times_are_those_at_which_the_files_came_in(sample_store):
    with sample_store.connect() as connection:
        recorded = connection.execute("SELECT recorded_at FROM submissions ORDER BY version").fetchall()
        actors = connection.execute("SELECT DISTINCT actor FROM submissions").fetchall()
    assert [at for (at,) in recorded] == [file.received_at.replace(tzinfo=None) for file in files()]
    assert actors == [("sample generator",)]


def test_leading_zeros_survive(sample_store):
    with sample_store.connect() as connection:
        found = connection.execute("SELECT min(batch_id) FROM batch_records WHERE partner_id = '0042'").fetchone()
    assert found == ("000412",)


def test_the_sample_can_be_loaded_as_it_stood_at_go_live(empty_store):
    told: list[tuple[str, float]] = []
    summary = load(empty_store, now=GO_LIVE, progress=lambda name, share: told.append((name, share)))
    assert summary.submissions == len([file for file in files() if file.received_at <= GO_LIVE]) > 5
    assert summary.partners == 8
    assert summary.versions == version_now(empty_store) == summary.submissions + 1
    assert 4_000 < summary.records < 8_000
    shares = [share for _, share in told]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_a_store_that_holds_anything_is_refused(sample_store):
    before = version_now(sample_store)
    with pytest.raises(InputRefused, match="already holds"):
        load(sample_store)
    assert version_now(sample_store) == before


def test_an_interrupted_load_leaves_the_store_empty(empty_store):

    def interrupt(name: str, share: float) -> None:
        if share > 0.2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load(empty_store, now=GO_LIVE, progress=interrupt)
    assert version_now(empty_store) == 0
