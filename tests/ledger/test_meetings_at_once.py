"""Meetings while others write in them: one does, the others are told, and nothing is lost."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from kpi.errors import InputRefused, KpiError, UsageError
from kpi.ledger.agreed_actions import agreed_action
from kpi.ledger.decisions import decisions
from kpi.ledger.meeting_model import AgreedAction, Edition, Meeting
from kpi.ledger.minutes import minutes_of
from kpi.ledger.store import Store
from kpi.ledger.verify import verify
from tests.ledger.files import EVERYTHING
from tests.ledger.meeting_acts import agree, change, change_one, decide, issue, open_one, sign

PEOPLE = 5


def all_at_once(act: Callable[[int], Any]) -> tuple[list[Any], list[KpiError]]:
    """What ``PEOPLE`` who act at the same time get: results and refusals."""

    def one(number: int) -> Any:
        try:
            return act(number)
        except KpiError as told:
            return told

    with ThreadPoolExecutor(PEOPLE) as pool:
        outcomes = list(pool.map(one, range(PEOPLE)))
    told = [outcome for outcome in outcomes if isinstance(outcome, KpiError)]
    return [outcome for outcome in outcomes if outcome not in told], told


def test_of_several_who_saw_the_same_meeting_one_changes_it(store: Store) -> None:
    open_one(store)
    done, told = all_at_once(lambda n: change_one(store, title=f"Title {n}", actor=f"person {n}", after_version=1))
    [changed] = done
    assert isinstance(changed, Meeting)
    assert len(told) == PEOPLE - 1
    assert all(isinstance(one, UsageError) and f"{changed.changed_by} changed it" in str(one) for one in told)


def test_of_several_who_saw_the_same_action_one_changes_it(store: Store) -> None:
    agree(store, "", partner_id="HELIX")
    done, told = all_at_once(
        lambda n: change(store, "A-1", "done", note=f"Note {n}", actor=f"person {n}", after_version=1)
    )
    assert (len(done), len(told)) == (1, PEOPLE - 1)
    assert isinstance(done[0], AgreedAction)
    assert agreed_action(store, "A-1", scope=EVERYTHING) == done[0]


def test_of_several_who_issue_the_same_minutes_one_does(store: Store) -> None:
    open_one(store)
    done, told = all_at_once(lambda n: issue(store, text=f"Text {n}", up_to=1))
    assert (len(done), len(told)) == (1, PEOPLE - 1)
    assert all("ana issued its minutes" in str(one) or "correction" in str(one) for one in told)
    assert minutes_of(store, "M-1", scope=EVERYTHING) == done


def test_decisions_entered_at_once_are_all_kept(store: Store) -> None:
    open_one(store)
    done, told = all_at_once(lambda n: decide(store, text=f"Decision {n}"))
    assert told == []
    assert {one.text for one in decisions(store, scope=EVERYTHING)} == {one.text for one in done}
    assert verify(store).problems == ()


def test_two_who_sign_at_once_both_have_signed_and_one_signs_once(store: Store) -> None:
    open_one(store)
    edition = issue(store)
    done, told = all_at_once(lambda n: sign(store, edition.version, name=["Ben Low", "Cy Orr"][n % 2]))
    assert len(done) == 2
    assert len(told) == PEOPLE - 2
    assert all(isinstance(one, InputRefused) and "signed edition 1 already" in str(one) for one in told)
    [kept] = minutes_of(store, "M-1", scope=EVERYTHING)
    assert isinstance(kept, Edition)
    assert sorted(one.name for one in kept.signatures) == ["Ben Low", "Cy Orr"]
    assert verify(store).problems == ()
