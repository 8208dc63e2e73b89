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
MB = 1_000_000


class _Making(Generic[Thing]):
    """A thing that one thread makes while others wait for it."""

    def __init__(self) -> None:
        self.done = threading.Event()
        self.made: list[Thing] = []
        self.failed: Exception | None = None


class Shelf(Generic[Thing]):
    """Holds at most ``most`` things and ``heaviest`` bytes of them, as ``weigh`` tells, those used last.

    Safe for threads. A thing is made by one thread, and everybody who asks for it meanwhile gets the same; who asks for
    another waits for nobody. The newest thing stays, however heavy.
    """

    def __init__(
        self, most: int, heaviest: float = float("inf"), weigh: Callable[[Thing], int] = lambda thing: 0
    ) -> None:
        self._most, self._heaviest, self._weigh = most, heaviest, weigh
        self._things: OrderedDict[Hashable, tuple[Thing, int]] = OrderedDict()
        self._weight = 0
        self._lock = threading.Lock()
        self._under_way: dict[Hashable, _Making[Thing]] = {}

    def __contains__(self, key: Hashable) -> bool:
        return key in self._things

    @property
    def weight(self) -> int:
        """Bytes of all that is held."""
        return self._weight

    def __len__(self) -> int:
        return len(self._things)

    def get(self, key: Hashable, make: Callable[[], Thing]) -> Thing:
        """The thing under ``key``, made by ``make`` when it is not there. What ``make`` raises is not kept.

        Whoever waits for it meets the same error. Where its maker was only stopped (a reader who went away while
        Streamlit ran the script), the next of them makes it.
        """
        while True:
            with self._lock:
                if key in self._things:
                    self._things.move_to_end(key)
                    return self._things[key][0]
                making = self._under_way.get(key)
                mine = making is None
                if making is None:
                    making = self._under_way[key] = _Making()
            if mine:
                return self._make(key, make, making)
            making.done.wait()
            if making.made:
                return making.made[0]
            if making.failed is not None:
                raise making.failed

    def _make(self, key: Hashable, make: Callable[[], Thing], making: _Making[Thing]) -> Thing:
        try:
            made = make()
            making.made.append(made)
            self._put(key, made, self._weigh(made))
            return made
        except Exception as error:
            making.failed = error
            raise
        finally:
            with self._lock:
                del self._under_way[key]
            making.done.set()

    def _put(self, key: Hashable, made: Thing, weight: int) -> None:
        with self._lock:
            self._things[key] = (made, weight)
            self._weight += weight
            while len(self._things) > 1 and (len(self._things) > self._most or self._weight > self._heaviest):
                _, (_, lost) = self._things.popitem(last=False)
                self._weight -= lost
