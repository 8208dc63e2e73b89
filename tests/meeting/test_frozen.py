"""What changed since a meeting froze its figures: how many, old and new, through which file; what does not count."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from kpi.access import Scope
from kpi.catalog import Catalog
from kpi.errors import UsageError
from kpi.ledger.store import Store
from kpi.meeting.frozen import Since, changed_since
from tests.ledger.files import EVERYTHING
from tests.ledger.meeting_acts import decide
from tests.meeting.held import FEBRUARY, JANUARY, MARCH, deliver, meet
from tests.support import withdraw_quickly

ON_TIME = "on_time_delivery"


def of(since: Since, key: str = ON_TIME) -> list[tuple[date, str, str, str]]:
    return [(one.month, one.was, one.now, one.through) for one in since.months if one.key == key]


def test_a_restated_month_is_told_old_and_new_with_the_file(store: Store, catalog: Catalog) -> None:
    meeting = meet(store, catalog)
    deliver(store, "HELIX", FEBRUARY, late=5)
    since = changed_since(store, catalog, meeting, scope=EVERYTHING)
    assert of(since) == [(FEBRUARY, "80.0 %", "50.0 %", "S000004")]
    [figure] = [one for one in since.figures if one.key == ON_TIME]
    assert (figure.value_was, figure.value_now, figure.n_was, figure.n_now) == (0.8, 0.5, 10, 10)
    assert figure.restated
    assert figure.sentence.startswith("On-time delivery, Feb 2025: 80.0 % (n 10)")
    assert since.short == f"{len(since.figures)} figures have changed since"
    assert (since.earlier, since.later, since.files, since.exact) == (3, 5, ("S000004",), True)


def test_what_is_counted_are_the_figures_of_the_meetings_own_period(store: Store, catalog: Catalog) -> None:
    """A month before it is told apart; a month after it, and another partner, are no change at all."""
    meeting = meet(store, catalog)
    deliver(store, "HELIX", JANUARY, late=9)
    since = changed_since(store, catalog, meeting, scope=EVERYTHING)
    assert (since.figures, since.short) == ((), "No figure has changed since")
    assert of(since) == [(JANUARY, "90.0 %", "10.0 %", "S000004")]
    assert f"Of single months up to then, {len(since.months)} figures differ." in since.sentence

    quiet = meet(store, catalog)
    deliver(store, "NOVA", FEBRUARY, late=9)
    assert changed_since(store, catalog, quiet, scope=EVERYTHING).months == ()
    deliver(store, "HELIX", MARCH, late=9)
    assert of(changed_since(store, catalog, quiet, scope=EVERYTHING)) == []


def test_a_figure_of_three_months_changes_with_any_of_them(store: Store, catalog: Catalog) -> None:
    meeting = meet(store, catalog, window=3)
    deliver(store, "HELIX", JANUARY, late=9)
    since = changed_since(store, catalog, meeting, scope=EVERYTHING)
    [figure] = [one for one in since.figures if one.key == ON_TIME]
    assert (figure.was, figure.now, figure.n_was, figure.through) == ("85.0 %", "45.0 %", 20, "S000004")
    assert since.period == "the 3 months to February 2025"


def test_what_was_taken_back_again_is_no_change(store: Store, catalog: Catalog) -> None:
    meeting = meet(store, catalog)
    withdraw_quickly(store, deliver(store, "HELIX", FEBRUARY, late=5))
    since = changed_since(store, catalog, meeting, scope=EVERYTHING)
    assert of(since) == []
    assert since.files == ("S000004", "withdrawal of S000004")


def test_a_quick_answer_has_the_same_figures_and_names_who_could_have_moved_them(
    store: Store, catalog: Catalog
) -> None:
    meeting = meet(store, catalog)
    deliver(store, "HELIX", FEBRUARY, late=5)
    deliver(store, "HELIX", JANUARY, late=5)
    slow = changed_since(store, catalog, meeting, scope=EVERYTHING)
    quick = changed_since(store, catalog, meeting, scope=EVERYTHING, quick=True)
    assert (slow.exact, quick.exact) == (True, False)
    assert quick.figures == tuple(replace(one, through="one of S000004 and S000005") for one in slow.figures)


def test_decisions_are_no_figures_and_cost_no_comparison(store: Store, catalog: Catalog) -> None:
    meeting = meet(store, catalog)
    decide(store, meeting.id)
    since = changed_since(store, catalog, meeting, scope=EVERYTHING, progress=lambda *told: pytest.fail("computed"))
    assert (since.figures, since.months, since.files, since.later) == ((), (), (), 5)


def test_other_definitions_are_said_plainly(store: Store, catalog: Catalog) -> None:
    meeting = meet(store, catalog, definitions="0123456789ab")
    since = changed_since(store, catalog, meeting, scope=EVERYTHING)
    assert since.definitions_changed
    assert f"The definitions have changed since: 0123456789ab then, {catalog.digest} now." in since.sentence
    assert not changed_since(store, catalog, meet(store, catalog), scope=EVERYTHING).definitions_changed


def test_an_earlier_look_sees_what_had_changed_by_then(store: Store, catalog: Catalog) -> None:
    meeting = meet(store, catalog)  # version 4
    deliver(store, "HELIX", FEBRUARY, late=5)
    assert changed_since(store, catalog, meeting, scope=EVERYTHING, later=4).figures == ()
    assert changed_since(store, catalog, meeting, scope=EVERYTHING, later=5).figures != ()
    with pytest.raises(UsageError, match="later than version 2"):
        changed_since(store, catalog, meeting, scope=EVERYTHING, later=2)


def test_nobody_learns_about_others_partners(store: Store, catalog: Catalog) -> None:
    meeting = meet(store, catalog)
    for change in (False, True):
        if change:
            deliver(store, "HELIX", FEBRUARY, late=5)
        with pytest.raises(UsageError, match='There is no partner "HELIX"'):
            changed_since(store, catalog, meeting, scope=Scope.of(["NOVA"]))
