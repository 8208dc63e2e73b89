"""What sessions share is made once, bounded by number and by bytes, and a failure is not kept."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from streamlit.runtime.scriptrunner_utils.exceptions import StopException

from pages.shared.shelf import Shelf
from pages.shared.weight import weight

PATIENCE = 20.0


def all_at_once(count: int, act: Callable[[], object]) -> None:
    """Runs ``act`` in as many threads, which begin together."""
    gate = threading.Barrier(count)

    def run() -> None:
        gate.wait(PATIENCE)
        act()

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert not any(thread.is_alive() for thread in threads)


def test_a_thing_is_made_once_however_many_ask_at_the_same_time():
    shelf: Shelf[object] = Shelf(4)
    made: list[int] = []
    found: list[object] = []

    def make() -> object:
        made.append(1)
        time.sleep(0.05)
        return object()

    all_at_once(100, lambda: found.append(shelf.get("key", make)))
    assert len(made) == 1
    assert len(found) == 100
    assert len({id(thing) for thing in found}) == 1


def test_whoever_waits_gets_the_thing_even_where_the_shelf_has_no_room_for_it_any_more():
    shelf: Shelf[object] = Shelf(1)
    made: list[int] = []
    found: list[object] = []
    may_end = threading.Event()

    def make() -> object:
        made.append(1)
        may_end.wait(PATIENCE)
        return object()

    threads = [threading.Thread(target=lambda: found.append(shelf.get("slow", make))) for _ in range(20)]
    for thread in threads:
        thread.start()
    may_end.set()
    for place in range(200):
        shelf.get(place, object)
    for thread in threads:
        thread.join(PATIENCE)
    assert len(found) == 20
    assert len(made) <= 2  # a thread that came only after it had gone makes it anew


def test_a_slow_thing_keeps_nobody_from_what_is_there_or_from_another():
    shelf: Shelf[str] = Shelf(4)
    shelf.get("there", lambda: "there")
    under_way, may_end = threading.Event(), threading.Event()

    def slow() -> str:
        under_way.set()
        may_end.wait(PATIENCE)
        return "slow"

    thread = threading.Thread(target=lambda: shelf.get("slow", slow))
    thread.start()
    assert under_way.wait(PATIENCE)
    assert shelf.get("there", lambda: "made again") == "there"
    assert shelf.get("another", lambda: "another") == "another"
    assert "slow" not in shelf
    may_end.set()
    thread.join(PATIENCE)
    assert shelf.get("slow", lambda: "made again") == "slow"


def test_what_was_not_used_for_longest_goes_first():
    shelf: Shelf[str] = Shelf(2)
    for key in ("a", "b", "a", "c"):
        shelf.get(key, lambda key=key: key)
    assert shelf.get("a", lambda: "made again") == "a"
    assert shelf.get("b", lambda: "made again") == "made again"


def test_the_bound_is_in_bytes_where_things_differ_in_size():
    shelf: Shelf[bytes] = Shelf(1000, 100, len)
    for place in range(10):
        shelf.get(place, lambda: bytes(30))
    assert len(shelf) == 3
    assert shelf.weight == 90
    assert 9 in shelf
    shelf.get("heavy", lambda: bytes(1000))
    assert len(shelf) == 1, "the newest stays, or it would be made for every run"
    assert shelf.get("heavy", lambda: b"made again") == bytes(1000)
    shelf.get("light", lambda: bytes(1))
    assert (len(shelf), shelf.weight) == (1, 1)


def test_a_failure_is_not_kept():
    shelf: Shelf[str] = Shelf(2)
    with pytest.raises(LookupError):
        shelf.get("a", lambda: {}["missing"])
    assert shelf.get("a", lambda: "there now") == "there now"


def test_a_failure_is_met_by_all_who_waited_and_tried_once():
    shelf: Shelf[str] = Shelf(2)
    tried: list[int] = []
    met: list[str] = []

    def make() -> str:
        tried.append(1)
        time.sleep(0.2)
        raise LookupError("the store is busy")

    def ask() -> None:
        try:
            shelf.get("a", make)
        except LookupError as error:
            met.append(str(error))

    all_at_once(30, ask)
    assert met == ["the store is busy"] * 30
    assert len(tried) < 30
    assert shelf.get("a", lambda: "there now") == "there now"


def test_a_reader_who_goes_away_meanwhile_stops_nobody_else():
    """Streamlit ends the run of a closed tab with an exception of its own; the next in line makes the thing."""
    shelf: Shelf[str] = Shelf(2)
    tried: list[int] = []
    found: list[str] = []

    def make() -> str:
        tried.append(1)
        time.sleep(0.05)
        if len(tried) == 1:
            raise StopException
        return "made"

    def ask() -> None:
        try:
            found.append(shelf.get("a", make))
        except StopException:
            found.append("stopped")

    all_at_once(10, ask)
    assert sorted(found) == ["made"] * 9 + ["stopped"]
    assert len(tried) == 2


def test_weights_are_those_of_frames_arrays_and_texts():
    frame = pd.DataFrame({"figure": np.zeros(100_000), "name": pd.Categorical(["a", "b"] * 50_000)})
    assert weight(frame) > 900_000
    assert weight({"one": frame, "the same": frame}) < 1.2 * weight(frame)
    assert weight(np.zeros(1_000_000)) >= 8_000_000
    assert weight(["x" * 1_000_000, None, 3]) > 1_000_000
    loop: list[object] = []
    loop.append(loop)
    assert weight(loop) > 0
