"""Putting a backup back, without ever losing an event silently.

The backup is checked first, then copied beside the store under another name and verified there, and takes the store's
place in one step. A store that holds an event which the backup does not have is not touched unless that was asked for;
whatever held events is kept aside under a dated name.
"""

from __future__ import annotations

import os
import random
import shutil
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from kpi.access import Scope
from kpi.errors import StoreDamaged, StoreUnavailable, UsageError
from kpi.ledger.backup import Backup, backups, copy_store, flush, sha256_of, verified
from kpi.ledger.chain import GENESIS, last_event, utc
from kpi.ledger.store import LAYOUTS_READ, PRODUCT, SCHEMA_VERSIONS, Store, open_store, wal_of

REFUSED = "Nothing was changed. To put the backup in its place all the same, add --replace: the present file is kept "


@dataclass(frozen=True)
class Restored:
    """``kept``: where the store's earlier file is now; None where there was none, or it held nothing."""

    store: Store
    backup: Backup
    kept: Path | None


def restore(folder: Path, target: Path, *, version: int | None, replace: bool, now: datetime, scope: Scope) -> Restored:
    """Puts the newest backup in ``folder`` (or the newest of ledger ``version``) in the place of ``target``.

    Raises UsageError (no such backup, a reader of some partners only, a store with other events and not ``replace``),
    StoreDamaged (the backup is not what its manifest or its own chain says), StoreUnavailable (the store is in use, the
    disk is full).
    """
    if scope.partners is not None:
        raise UsageError("A backup holds every partner's records; only a reader of all partners can restore one.")
    chosen = chosen_backup(folder, version)
    draft = target.with_name(f".{target.name}.{os.getpid()}-{random.randrange(10**9)}.restoring")
    try:
        _check_files(chosen)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(chosen.store_file, draft)
        _check_chain(chosen, draft)
        flush(draft)
        kept = _take_place(draft, target, replace, f"{utc(now):%Y%m%dT%H%M%SZ}")
        flush(target.parent)
    except OSError as error:
        raise StoreUnavailable(f"{target} was not restored: {error.strerror or error}. Nothing was changed.") from error
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
            wal_of(draft).unlink(missing_ok=True)
    return Restored(Store(target), chosen, kept)


def chosen_backup(folder: Path, version: int | None) -> Backup:
    """The newest backup in ``folder``, or the newest of this ledger version. Raises UsageError where there is none."""
    found = backups(folder)
    of_version = [one for one in found if version is None or one.manifest.ledger_version == version]
    if of_version:
        return of_version[0]
    there = ", ".join(str(number) for number in sorted({one.manifest.ledger_version for one in found}))
    raise UsageError(f"There is no backup of ledger version {version} in {folder}. There are: {there}.")


def _check_files(backup: Backup) -> None:
    """The backup's file is the one that its manifest was written for, and of a layout that this program reads."""
    manifest = backup.manifest
    if manifest.product != PRODUCT:
        raise StoreDamaged(f"{backup.path} is a backup of another product. Name another folder.")
    if manifest.schema_version not in SCHEMA_VERSIONS:
        raise StoreDamaged(
            f"{backup.path} has ledger layout {manifest.schema_version}; this program reads layouts "
            f"{LAYOUTS_READ}. Restore it with the release that wrote it."
        )
    try:
        size = backup.store_file.stat().st_size
    except OSError as error:
        raise _not_whole(backup, "its store is missing") from error
    if size != manifest.size:
        raise _not_whole(backup, f"its store has {size:,} bytes, not {manifest.size:,}")
    if sha256_of(backup.store_file) != manifest.sha256:
        raise _not_whole(backup, "its store was changed after it was written")


def _check_chain(backup: Backup, draft: Path) -> None:
    found = verified(draft)
    if (found.version, found.head) != (backup.manifest.ledger_version, backup.manifest.head):
        raise _not_whole(backup, "its events are not those that its manifest names")


def _not_whole(backup: Backup, why: str) -> StoreDamaged:
    return StoreDamaged(f"The backup {backup.path} cannot be used: {why}. Nothing was changed. Take an earlier one.")


def _take_place(draft: Path, target: Path, replace: bool, stamp: str) -> Path | None:
    """Publishes the draft under the store's name. Returns where the file that stood there is kept, if it is."""
    if not target.exists():
        try:
            os.link(draft, target)
        except FileExistsError:
            raise UsageError(f"{target} was made just now by another program. Nothing was changed.") from None
        except OSError:  # a file system without hard links
            os.rename(draft, target)
        return None
    aside = _free_name(target, stamp)
    try:
        store = open_store(f"duckdb:///{target}")
        with store.connect(read_only=False) as connection:  # nobody reads or writes while it changes hands
            connection.execute("CHECKPOINT")
            holds = last_event(connection)
            if holds.version == 0:
                os.replace(draft, target)
                return None
            if not replace and not _is_prefix(holds.version, holds.hash, draft):
                raise UsageError(
                    f"{target} holds {holds.version} events, and not all of them are in the backup: they would be "
                    f"lost. {REFUSED}as {aside.name}."
                )
            _keep(target, aside)
            os.replace(draft, target)
    except StoreDamaged as error:
        if not replace:
            raise StoreDamaged(f"{error}\nWhat it holds cannot be told. {REFUSED}as {aside.name}.") from error
        _keep(target, aside)
        if wal_of(target).exists():  # the log belongs to the old file; the new one would be spoilt by it
            os.replace(wal_of(target), wal_of(aside))
        os.replace(draft, target)
    return aside


def _is_prefix(version: int, head: str, draft: Path) -> bool:
    """Whether the backup has the same event at ``version``, and so, by the chain, all before it."""
    with Store(draft.resolve()).connect() as connection:
        row = connection.execute("SELECT hash FROM events WHERE version = ?", [version]).fetchone()
    return (row[0] if row else GENESIS) == head


def _keep(target: Path, aside: Path) -> None:
    """A second name for the file, so that the store's own name is never without one."""
    try:
        os.link(target, aside)
    except OSError:  # a file system without hard links
        copy_store(target, aside)


def _free_name(target: Path, stamp: str) -> Path:
    """ "governance.before-20261125T150700Z.duckdb"."""
    for number in range(1, 1000):
        mark = f"before-{stamp}" + (f"-{number}" if number > 1 else "")
        aside = target.with_name(f"{target.stem}.{mark}{target.suffix}")
        if not aside.exists():
            return aside
    raise UsageError(f"{target.parent} holds a thousand earlier files of this second. Move them away first.")
