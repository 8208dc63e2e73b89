"""A bounded shelf for things made once and shared by all sessions of the process.

Streamlit's own caches cost about a millisecond of processor time a look-up (they hash arguments, inspect signatures);
a screen makes several a run. Here a look-up is one in a dictionary. A key must name everything the thing depends on.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Thing = TypeVar("Thing")


class Shelf(Generic[Thing]):
    """Holds at most ``most`` things, those used last. Safe for threads; a thing is made by one of them at a time."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._things: OrderedDict[Hashable, Thing] = OrderedDict()
        self._lock = threading.Lock()
        self._makers: dict[Hashable, threading.Lock] = {}

    def get(self, key: Hashable, make: Callable[[], Thing]) -> Thing:
        """The thing under ``key``, made by ``make`` when it is not there. What ``make`` raises is not kept."""
        with self._lock:
            if key in self._things:
                self._things.move_to_end(key)
                return self._things[key]
            maker = self._makers.setdefault(key, threading.Lock())
        with maker:
            with self._lock:
                if key in self._things:
                    return self._things[key]
            try:
                made = make()
                with self._lock:
                    self._things[key] = made
                    while len(self._things) > self._most:
                        self._things.popitem(last=False)
                return made
            finally:
                with self._lock:
                    self._makers.pop(key, None)
