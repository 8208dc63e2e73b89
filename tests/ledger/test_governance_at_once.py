"""Acts while others act, while a file comes in, and while the process is killed."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest

from kpi.errors import UsageError
from kpi.ledger.actions import Action, actions
from kpi.ledger.reads import version_now
from kpi.ledger.rebaselines import Rebaseline, rebaselines
from kpi.ledger.store import Store
from kpi.ledger.verify import verify
from tests.ledger.acts import act, begin_anew
from tests.ledger.files import EVERYTHING, deliveries, put

PROJECT = Path(__file__).parents[2]
KILLS = 3
PEOPLE = 6

ACT_ON_AND_ON = """
import sys
from kpi.ledger.store import open_store
from tests.ledger.acts import act
store = open_store("duckdb:///" + sys.argv[1])
for number in range(int(sys.argv[2])):
    print(act(store, "comment", sys.argv[3] + str(number)).version, flush=True)
"""


def start(store: Store, times: int, name: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", ACT_ON_AND_ON, str(store.path), str(times), name],
        stdout=subprocess.PIPE,
        text=True,
        cwd=PROJECT,
    )


def test_of_several_who_saw_the_same_one_acts_and_the_others_are_told(store: Store) -> None:
    def comment(number: int) -> Action | UsageError:
        try:
            return act(store, "comment", f"Comment {number}", actor=f"person {number}", after_version=0)
        except UsageError as told:
            return told

    with ThreadPoolExecutor(PEOPLE) as pool:
        outcomes = list(pool.map(comment, range(PEOPLE)))
    [done] = [outcome for outcome in outcomes if isinstance(outcome, Action)]
    told = [str(outcome) for outcome in outcomes if isinstance(outcome, UsageError)]
    assert len(told) == PEOPLE - 1
    assert all(f"{done.actor} commented on it" in message and done.text in message for message in told)
    assert actions(store, scope=EVERYTHING) == [done]


def test_of_several_who_begin_the_same_chart_anew_one_does(store: Store) -> None:
    put(store, deliveries({"delivery_id": "D1"}), month_to=date(2026, 2, 1))

    def begin(number: int) -> Rebaseline | UsageError:
        try:
            return begin_anew(store, date(2026, 2, 1), actor=f"person {number}")
        except UsageError as told:
            return told

    with ThreadPoolExecutor(PEOPLE) as pool:
        outcomes = list(pool.map(begin, range(PEOPLE)))
    assert rebaselines(store, scope=EVERYTHING) == [one for one in outcomes if isinstance(one, Rebaseline)]
    assert version_now(store) == 2


def test_acts_of_two_processes_while_files_come_in_are_all_kept(store: Store) -> None:
    people = [start(store, 5, name) for name in ("A", "B")]
    for number in range(5):
        put(store, deliveries({"delivery_id": f"D{number}"}))
    versions = [int(line) for person in people for line in person.communicate(timeout=120)[0].split()]
    kept = actions(store, scope=EVERYTHING)
    assert sorted(versions) == [one.version for one in kept]
    assert sorted(one.text for one in kept) == sorted(f"{name}{number}" for name in "AB" for number in range(5))
    assert version_now(store) == 15
    assert verify(store).problems == ()


@pytest.mark.parametrize("attempt", range(KILLS))
def test_a_killed_process_leaves_whole_acts_only(store: Store, attempt: int) -> None:
    person = start(store, 100_000, "Comment ")
    assert person.stdout is not None
    person.stdout.readline()
    time.sleep(random.random() * 0.3 * (attempt + 1))
    person.send_signal(signal.SIGKILL)
    acknowledged = 1 + len(person.communicate()[0].split())

    kept = actions(store, scope=EVERYTHING)
    assert [one.text for one in kept] == [f"Comment {number}" for number in range(len(kept))]
    assert acknowledged <= len(kept) <= acknowledged + 1, "what was acknowledged is there"
    assert verify(store).problems == ()
    assert act(store, "comment", "after").version == len(kept) + 1
