"""Where the ledger is, and how to get a connection to it that does not stand in anybody's way.

A DuckDB file takes one writing process or several reading ones. So a connection is short: open, work, close; whoever
finds the file taken tries again for a bounded time. Fetch what you need inside the ``with`` block: a result or relation
kept alive after it keeps the file open. Never open the database file by other means in the same process: closing any
handle on it drops the lock that DuckDB holds.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import duckdb

from kpi.errors import StoreDamaged, StoreUnavailable, UsageError
from kpi.ledger.gate import GateBusyError, gate_for
from kpi.ledger.opening import FileLockedError, damaged, means_damage, means_unavailable, open_database, unavailable
from kpi.ledger.originals import FURTHER_LAYOUT, LAYOUT

SCHEMA_VERSIONS = (LAYOUT, FURTHER_LAYOUT)
LAYOUTS_READ = " and ".join(map(str, SCHEMA_VERSIONS))
PRODUCT = "cdmo-governance"
DEFAULT_TIMEOUT = 15.0  # seconds that a connection is tried for
LONGEST_PAUSE = 0.1  # between two tries; short, or a process that writes one file after another keeps others out
DEFAULT_PATH = Path(__file__).parents[2] / "data" / "local" / "governance.duckdb"
URL_PREFIX = "duckdb:///"


@dataclass(frozen=True)
class Store:
    """A ledger in the file ``path`` (absolute). ``keeps_originals``: uploaded files are kept with their submissions."""

    keeps_originals: ClassVar[bool] = True
    path: Path

    @contextmanager
    def connect(self, read_only: bool = True, timeout: float = DEFAULT_TIMEOUT) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection of this thread's own, for as long as the block lasts.

        A thread inside a block may open further read-only ones (nested), never a second one to write with.
        Raises StoreUnavailable when the file stays taken for ``timeout`` seconds or cannot be opened, StoreDamaged
        when it is not readable as a ledger.
        """
        with ExitStack() as held:
            connection = self._open_in_time(held, read_only, timeout)
            try:
                yield connection
            except duckdb.Error as error:
                if means_damage(error):
                    raise damaged(self.path, error) from error
                if means_unavailable(error):
                    raise unavailable(self.path, error) from error
                raise

    def fingerprint(self) -> tuple[int, ...]:
        """Changes whenever something was committed; costs two file stats. Equal means nothing new to read."""
        return _stamp(self.path) + _stamp(wal_of(self.path))

    def _open_in_time(self, held: ExitStack, read_only: bool, timeout: float) -> duckdb.DuckDBPyConnection:
        gate = gate_for(self.path, lambda mode: open_database(self.path, mode))
        deadline = time.monotonic() + timeout
        pause = 0.02
        while True:
            try:
                return held.enter_context(gate.cursor(read_only, deadline))
            except GateBusyError:
                raise self._taken_by("another part of this program", timeout) from None
            except FileLockedError as locked:
                if time.monotonic() + pause >= deadline:
                    raise self._taken_by(locked.holder, timeout) from locked
            time.sleep(random.uniform(0, pause))
            pause = min(pause * 1.5, LONGEST_PAUSE)

    def _taken_by(self, holder: str, timeout: float) -> StoreUnavailable:
        return StoreUnavailable(
            f"The store {self.path} is in use by {holder} and did not come free within {timeout:g} seconds. "
            "Nothing was written. Try again in a moment; if it stays so, see what that program is doing."
        )


def open_store(url: str | None = None) -> Store:
    """The ledger at ``url``, else at ``KPI_STORE``, else the local default; created when there is none.

    Raises UsageError for an address that makes no sense, StoreUnavailable and StoreDamaged as ``Store.connect``.
    """
    store = Store(parse_url(url or os.environ.get("KPI_STORE") or ""))
    if not os.path.exists(store.path):  # unlike Path.exists, False for a name that the system cannot have
        _create(store.path)
    else:
        _replay_leftover_log(store)
    _check_schema(store)
    return store


def parse_url(url: str) -> Path:
    """``duckdb:///relative.duckdb`` or ``duckdb:////absolute.duckdb`` as an absolute path; empty is the default."""
    if not url:
        return DEFAULT_PATH
    name = url.removeprefix(URL_PREFIX)
    if name == url or not name.strip() or name.startswith(":") or name.endswith(("/", "\\")):
        raise UsageError(
            f'"{url}" is not the address of a store. Allowed: duckdb:///relative/file.duckdb or '
            "duckdb:////absolute/file.duckdb."
        )
    return Path(name).expanduser().resolve()


def wal_of(path: Path) -> Path:
    """DuckDB's write-ahead log beside the database file."""
    return path.with_name(path.name + ".wal")


def _stamp(path: Path) -> tuple[int, int, int]:
    try:
        stat = path.stat()
    except OSError:
        return (0, 0, 0)
    return (stat.st_mtime_ns, stat.st_size, stat.st_ino)


def _create(path: Path) -> None:
    """Builds the empty ledger under another name first: a half-made store never bears the store's name."""
    draft = path.with_name(f".{path.name}.{os.getpid()}-{random.randrange(10**9)}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _build(draft)
        _publish(draft, path)
    except OSError as error:
        raise StoreUnavailable(f"The store {path} could not be created: {error.strerror or error}.") from error
    except StoreUnavailable as error:  # it names the draft, which nobody has heard of
        raise StoreUnavailable(str(error).replace(str(draft), str(path))) from error
    finally:
        with suppress(OSError):  # where a folder is no folder there is nothing to remove either
            draft.unlink(missing_ok=True)
            wal_of(draft).unlink(missing_ok=True)


def _build(draft: Path) -> None:
    schema = Path(__file__).with_name("schema.sql").read_text(encoding="utf-8")
    connection = open_database(draft, read_only=False)
    try:
        connection.execute(f"BEGIN; {schema} COMMIT;")
        connection.execute("CHECKPOINT")  # closing writes the file too, but says nothing where the disk is full
    except duckdb.Error as error:
        raise unavailable(draft, error) from error
    finally:
        connection.close()


def _publish(draft: Path, path: Path) -> None:
    """Gives the draft its name unless somebody else's is there already: then theirs is as good."""
    try:
        os.link(draft, path)
    except FileExistsError:
        return
    except OSError:  # a file system without hard links
        if not path.exists():
            os.rename(draft, path)


def _replay_leftover_log(store: Store) -> None:
    """After a crash the log is replayed by whoever opens next; a reader would do so again at every opening."""
    if _stamp(wal_of(store.path))[1] == 0:
        return
    try:
        with store.connect(read_only=False, timeout=0):
            pass  # opening replays the log, closing writes it into the file
    except StoreUnavailable:
        return  # a writer is at work, or the file may only be read: readers replay for themselves


def _check_schema(store: Store) -> None:
    with store.connect() as connection:
        try:
            meta = dict(connection.execute("SELECT name, value FROM meta").fetchall())
        except duckdb.Error as error:
            if means_damage(error):
                raise
            meta = {}
    if meta.get("product") != PRODUCT or not meta.get("schema_version", "").isdigit():
        raise StoreDamaged(f"{store.path} is a DuckDB file, but not a ledger. Name another file as the store.")
    if int(meta["schema_version"]) not in SCHEMA_VERSIONS:
        raise StoreDamaged(
            f"{store.path} has ledger layout {meta['schema_version']}; this program reads layouts {LAYOUTS_READ}. "
            "Open it with the release that wrote it."
        )
