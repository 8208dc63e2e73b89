"""A backup: a whole copy of the ledger at one version, checked before it gets its name.

A backup is a folder with two files, the store itself and a manifest. It is built under a name that nobody takes for a
backup, opened, verified from the first event to the last record, and renamed in one step: what bears the name of a
backup is whole, whenever the program or the machine stopped. Putting one back: kpi.ledger.restoring.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from kpi.access import Scope
from kpi.errors import StoreDamaged, StoreUnavailable, UsageError
from kpi.ledger.chain import last_event, utc
from kpi.ledger.store import PRODUCT, Store, wal_of
from kpi.ledger.verify import Verification, verify

STORE_FILE, MANIFEST_FILE = "ledger.duckdb", "manifest.json"
NAME = re.compile(r"backup-\d{8}T\d{6}Z-v\d{6,}(-\d+)?")
DRAFT_PREFIX = ".unfinished-"
OLD_DRAFT = 24 * 3600  # seconds after which what an interrupted backup left behind is cleared away
AT_ONCE = 1 << 20  # bytes
# Run by a process of its own: a handle that this process closes on the store would drop DuckDB's lock on it.
COPY = "import shutil, sys; shutil.copyfile(sys.argv[1], sys.argv[2])"


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself. ``head``: hash of the newest event; ``sha256``, ``size`` (bytes): of the store's
    file; ``made_at``: UTC, ISO 8601; the counts are those that verification went through."""

    product: str
    product_version: str
    schema_version: int
    ledger_version: int
    head: str
    events: int
    submissions: int
    originals: int
    records: int
    file: str
    size: int
    sha256: str
    made_at: str
    made_by: str


@dataclass(frozen=True)
class Backup:
    """One whole backup in its folder."""

    path: Path
    manifest: Manifest

    @property
    def store_file(self) -> Path:
        return self.path / STORE_FILE


def back_up(store: Store, folder: Path, *, actor: str, now: datetime, scope: Scope) -> Backup:
    """Copies the ledger into a new folder within ``folder`` (made where it does not exist) and verifies the copy.

    Writers wait while the file is copied, not while it is verified; readers never do.
    Raises UsageError (``folder`` cannot be written, or the reader may not see every partner), StoreDamaged (the ledger
    does not verify: nothing is kept under a backup's name), StoreUnavailable.
    """
    if scope.partners is not None:
        raise UsageError("A backup holds every partner's records; only a reader of all partners can make one.")
    draft = _new_draft(folder)
    try:
        with store.connect() as connection:
            seen = last_event(connection)
            copy_store(store.path, draft / STORE_FILE)
        found = verified(draft / STORE_FILE)
        if (found.version, found.head) != (seen.version, seen.hash):
            raise StoreDamaged(f"The copy of {store.path} is not what was copied. Nothing was kept. Try again.")
        manifest = _manifest(draft / STORE_FILE, found, actor, utc(now))
        _write_durably(draft / MANIFEST_FILE, json.dumps(asdict(manifest), indent=2) + "\n")
        return Backup(_named(draft, folder, manifest), manifest)
    except OSError as error:
        raise _cannot_write(folder, error) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def copy_store(source: Path, target: Path) -> None:
    """Copies a store's file, and its log where a crash left one. The caller holds a connection, so nobody writes.

    Raises OSError where the target cannot be written, as on a full disk.
    """
    names = [(source, target)]
    if wal_of(source).exists():
        names.append((wal_of(source), wal_of(target)))
    for one, other in names:
        ended = subprocess.run(
            [sys.executable, "-I", "-S", "-c", COPY, str(one), str(other)], capture_output=True, text=True, check=False
        )
        if ended.returncode:
            said = ended.stderr.strip().rsplit("\n", 1)[-1]
            raise OSError(None, re.sub(r"^\w+: (\[Errno \d+\] )?", "", said) or "the copy was interrupted")


def verified(path: Path) -> Verification:
    """The verification of a copy; its log, if it came with one, is written into it first.

    Raises StoreDamaged with every problem found.
    """
    copy = Store(path.resolve())
    if wal_of(copy.path).exists():
        with copy.connect(read_only=False) as connection:
            connection.execute("CHECKPOINT")
    found = verify(copy)
    if found.problems:
        listed = "\n".join(found.problems)
        raise StoreDamaged(f"{listed}\nThis ledger does not verify, so no backup is made or restored from it.")
    return found


def backups(folder: Path) -> list[Backup]:
    """The backups in ``folder``, newest first, or the one that ``folder`` itself is. Their files are not checked here.

    A folder whose manifest cannot be read is no backup. Raises UsageError where there is none at all.
    """
    places = [folder] if NAME.fullmatch(folder.resolve().name) else []
    with suppress(OSError):
        places += [path for path in folder.iterdir() if NAME.fullmatch(path.name)]
    found = [Backup(path, manifest) for path in places if (manifest := read_manifest(path))]
    if not found:
        raise UsageError(f"There is no backup in {folder}. Make one with: python -m kpi backup {folder}")
    return sorted(found, key=lambda one: (one.manifest.made_at, one.manifest.ledger_version, one.path), reverse=True)


def read_manifest(path: Path) -> Manifest | None:
    """The manifest of a backup's folder; None where it is absent or does not say all that it has to."""
    try:
        said: Any = json.loads((path / MANIFEST_FILE).read_text(encoding="utf-8"))
        manifest = Manifest(**{name: said[name] for name in Manifest.__dataclass_fields__})
    except (OSError, ValueError, KeyError, TypeError):
        return None
    kinds = {"int": int, "str": str}
    fields = Manifest.__dataclass_fields__.values()
    sound = all(isinstance(getattr(manifest, field.name), kinds[str(field.type)]) for field in fields)
    return manifest if sound and manifest.file == STORE_FILE else None


def sha256_of(path: Path) -> str:
    """Of a file that nobody in this process has open as a database."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while portion := file.read(AT_ONCE):
            digest.update(portion)
    return digest.hexdigest()


def _manifest(path: Path, found: Verification, actor: str, at: datetime) -> Manifest:
    return Manifest(
        product=PRODUCT,
        product_version=_product_version(),
        schema_version=found.layout,
        ledger_version=found.version,
        head=found.head,
        events=found.events,
        submissions=found.submissions,
        originals=found.originals,
        records=found.records,
        file=STORE_FILE,
        size=path.stat().st_size,
        sha256=sha256_of(path),
        made_at=f"{at:%Y-%m-%dT%H:%M:%SZ}",
        made_by=actor,
    )


def _product_version() -> str:
    """As installed, else as the project's own file says."""
    with suppress(PackageNotFoundError):
        return version(PRODUCT)
    with suppress(OSError, ValueError, KeyError):
        import tomllib

        text = (Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8")
        return str(tomllib.loads(text)["project"]["version"])
    return "unknown"


def _new_draft(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob(f"{DRAFT_PREFIX}*"):
            if time.time() - old.stat().st_mtime > OLD_DRAFT:
                shutil.rmtree(old, ignore_errors=True)
        return Path(tempfile.mkdtemp(prefix=DRAFT_PREFIX, dir=folder)).resolve()
    except OSError as error:
        raise _cannot_write(folder, error) from error


def _named(draft: Path, folder: Path, manifest: Manifest) -> Path:
    """Gives the draft its name in one step, once its bytes are on the disk. Two of one second get a number."""
    stamp = manifest.made_at.replace("-", "").replace(":", "")
    name = f"backup-{stamp}-v{manifest.ledger_version:06d}"
    flush(draft / STORE_FILE)
    flush(draft)
    for number in range(1, 1000):
        target = folder / (name if number == 1 else f"{name}-{number}")
        if target.exists():
            continue
        try:
            draft.rename(target)
        except OSError:
            if target.exists():  # somebody else's, made at the same moment
                continue
            raise
        flush(folder)
        return target
    raise UsageError(f"{folder} holds a thousand backups of this very second. Name another folder.")


def _write_durably(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def flush(path: Path) -> None:
    """What was written to this file or folder is on the disk afterwards, where the system can promise that."""
    with suppress(OSError):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _cannot_write(folder: Path, error: OSError) -> StoreUnavailable:
    return StoreUnavailable(
        f"No backup was made in {folder}: {error.strerror or error}. Name a folder that can be written and has room."
    )
