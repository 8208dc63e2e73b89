"""One process, one database file: many readers together, or one writer alone.

DuckDB refuses a read-only and a read-write connection to the same file within one process, and one connection shared
by threads gives wrong answers. So the threads of a process take turns here, and each gets a cursor of its own.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb


class GateBusyError(Exception):
    """Another thread of this process kept the file to itself for too long."""


class Gate:
    """Hands out cursors on one shared connection; the last one out closes the file."""

    def __init__(self, open_file: Callable[[bool], duckdb.DuckDBPyConnection]) -> None:
        self._open_file = open_file
        self._turn = threading.Condition()
        self._root: duckdb.DuckDBPyConnection | None = None
        self._read_only = True
        self._inside: dict[int, int] = {}  # thread -> how many cursors it holds
        self._waiting_writers = 0
        self._closed = False

    @contextmanager
    def cursor(self, read_only: bool, deadline: float) -> Iterator[duckdb.DuckDBPyConnection]:
        """A cursor of this thread's own. ``deadline`` is on the ``time.monotonic`` clock.

        Raises GateBusyError, or whatever opening the file raises (nothing is held then).
        """
        cursor = self._enter(read_only, deadline)
        try:
            yield cursor
        finally:
            self._leave(cursor)

    def close(self, deadline: float) -> bool:
        """Lets those inside finish and nobody in any more. False when somebody is still inside at ``deadline``."""
        with self._turn:
            self._closed = True
            while self._inside:
                if not self._turn.wait(max(0.0, deadline - time.monotonic())) and time.monotonic() >= deadline:
                    return False
            return True

    def _enter(self, read_only: bool, deadline: float) -> duckdb.DuckDBPyConnection:
        me = threading.get_ident()
        with self._turn:
            if me in self._inside:
                if not read_only:
                    raise RuntimeError("A thread that holds a connection asked for a second one to write with.")
            else:
                self._await_turn(read_only, deadline)
            if self._root is None:
                self._root, self._read_only = self._open_file(read_only), read_only
            cursor = self._root.cursor()
            self._inside[me] = self._inside.get(me, 0) + 1
            return cursor

    def _await_turn(self, read_only: bool, deadline: float) -> None:
        """Waiting writers go before new readers, or a busy dashboard would keep every upload out."""
        if not read_only:
            self._waiting_writers += 1
        try:
            while not self._free_for(read_only):
                if not self._turn.wait(max(0.0, deadline - time.monotonic())) and time.monotonic() >= deadline:
                    raise GateBusyError
        finally:
            if not read_only:
                self._waiting_writers -= 1
                self._turn.notify_all()

    def _free_for(self, read_only: bool) -> bool:
        if self._closed:
            return False
        if not read_only:
            return not self._inside
        return not self._waiting_writers and (not self._inside or self._read_only)

    def _leave(self, cursor: duckdb.DuckDBPyConnection) -> None:
        me = threading.get_ident()
        with self._turn:
            cursor.close()
            self._inside[me] -= 1
            if not self._inside[me]:
                del self._inside[me]
            if not self._inside and self._root is not None:
                self._root.close()
                self._root = None
            self._turn.notify_all()


_gates: dict[Path, Gate] = {}
_gates_lock = threading.Lock()


def gate_for(path: Path, open_file: Callable[[bool], duckdb.DuckDBPyConnection]) -> Gate:
    """The one gate of this process for ``path`` (absolute, links resolved)."""
    with _gates_lock:
        return _gates.setdefault(path, Gate(open_file))


def close_all(timeout: float) -> bool:
    """Before the process ends: waits until nobody has a file open, ``timeout`` seconds at most, and keeps others out.

    What is being written becomes whole. False when something was still open; the database undoes that when the file
    is opened next.
    """
    deadline = time.monotonic() + timeout
    with _gates_lock:
        gates = list(_gates.values())
    closed = [gate.close(deadline) for gate in gates]  # every one, also after one that did not
    return all(closed)
