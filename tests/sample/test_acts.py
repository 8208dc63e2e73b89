"""What people did in the sample: every act finds its escalation, and the board shows it."""

from __future__ import annotations

from datetime import date

import pytest

from kpi.access import EVERYTHING
from kpi.catalog import load_catalog
from kpi.ledger.store import Store
from kpi.sample.acts import sample_acts
from kpi.signals.load import load_review
from kpi.signals.review import Review


@pytest.fixture(scope="module")
def reviewed(sample_store: Store) -> Review:
    return load_review(sample_store, load_catalog(), as_of=None, scope=EVERYTHING, today=date(2027, 1, 1))[1]


def test_every_act_belongs_to_an_open_escalation(reviewed: Review) -> None:
    assert reviewed.orphans == ()
    assert len(reviewed.actions) == len(sample_acts())
    assert all(e.open for e in reviewed.escalations if e.actions)


def test_the_acts_are_those_of_the_file_in_the_order_of_time(reviewed: Review) -> None:
    kept = [(act.at, act.actor, act.action, act.text) for act in reviewed.actions]
    assert kept == [(act.at.replace(tzinfo=None), act.actor, act.action, act.text) for act in sample_acts()]


def test_the_board_has_something_of_everything(reviewed: Review) -> None:
    open_ones = [e for e in reviewed.escalations if e.open]
    assert [e for e in open_ones if e.acknowledged]
    assert [e for e in open_ones if not e.acknowledged and not e.covered_by]
    assert [e for e in open_ones if e.shelved_until]
    assert [e for e in open_ones if e.objection]
    assert {e.tier for e in open_ones} == {1, 2, 3}


def test_the_acts_move_neither_the_day_nor_the_escalations(reviewed: Review) -> None:
    """A generated portfolio is judged on the day of its newest file, whatever people do."""
    assert reviewed.day == date(2026, 11, 16)
