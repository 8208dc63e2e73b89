"""What sessions share is made once, bounded, and a failure is not kept."""

from __future__ import annotations

import threading
import time

import pytest

from pages.shared.shelf import Shelf


def test_a_thing_is_made_once_however_many_ask_at_the_same_time():
    shelf: Shelf[object] = Shelf(4)
    made: list[int] = []
    found: list[object] = []

    def make() -> object:
        made.append(1)
        time.sleep(0.05)
        return object()

    threads = [threading.Thread(target=lambda: found.append(shelf.get("key", make))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 1
    assert len({id(thing) for thing in found}) == 1


def test_what_was_not_used_for_longest_goes_first():
    shelf: Shelf[str] = Shelf(2)
    for key in ("a", "b", "a", "c"):
        shelf.get(key, lambda key=key: key)
    assert shelf.get("a", lambda: "made again") == "a"
    assert shelf.get("b", lambda: "made again") == "made again"


def test_a_failure_is_not_kept():
    shelf: Shelf[str] = Shelf(2)
    with pytest.raises(LookupError):
        shelf.get("a", lambda: {}["missing"])
    assert shelf.get("a", lambda: "there now") == "there now"
