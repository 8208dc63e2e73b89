"""kill -9 at random moments of every stage, from reading a file to backing the ledger up, on one ledger that lives on.

The suite kills a few times; KILL_STAGES_TIMES=100 kills a hundred times and prints how many hit which stage.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

import pytest

from kpi.access import EVERYTHING
from kpi.errors import UsageError
from kpi.ledger.backup import DRAFT_PREFIX, NAME, back_up, backups
from kpi.ledger.reads import version_now
from kpi.ledger.restoring import restore
from kpi.ledger.store import Store, open_store
from kpi.ledger.verify import verify
from tests.ledger.files import NOW, deliveries, put
from tests.ledger.kill_worker import STAGES, WRITING

PROJECT = Path(__file__).parents[2]
TIMES = int(os.environ.get("KILL_STAGES_TIMES", "6"))
ROWS = int(os.environ.get("KILL_STAGES_ROWS", "3000"))


def start(store: Store, folder: Path, name: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.ledger.kill_worker", str(store.path), str(folder), str(ROWS), name]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=PROJECT)


def lasting(store: Store, folder: Path) -> dict[str, float]:
    """Seconds that each stage takes undisturbed."""
    worker = start(store, folder, "undisturbed")
    assert worker.stdout is not None
    seconds, began = {}, 0.0
    for line in worker.stdout:
        word, stage = line.rstrip("\n").split("\t")[:2]
        if word == "begins":
            began = time.monotonic()
        else:
            seconds[stage] = time.monotonic() - began
    assert worker.wait() == 0
    return seconds


def killed_in(store: Store, folder: Path, stage: str, within: float, name: str) -> list[str]:
    """Kills a worker within ``within`` seconds of the stage's beginning; all that it had said."""
    worker = start(store, folder, name)
    assert worker.stdout is not None
    said = []
    for line in worker.stdout:
        said.append(line)
        if line.rstrip("\n").split("\t") == ["begins", stage]:
            break
    time.sleep(random.random() * within)
    with suppress(ProcessLookupError):
        worker.send_signal(signal.SIGKILL)
    return said + worker.communicate()[0].splitlines()


def whole_backups(folder: Path) -> int:
    try:
        return len(backups(folder))
    except UsageError:
        return 0


def test_whatever_is_killed_nothing_is_lost_or_half_there(
    tmp_path: Path, store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "backups"
    put(store, deliveries({"delivery_id": "first"}))
    seconds = lasting(store, folder)
    assert list(seconds) == list(STAGES)
    hit: Counter[str] = Counter()
    cut_short = 0
    for attempt in range(TIMES):
        before, kept = verify(store), whole_backups(folder)
        said = killed_in(
            store, folder, STAGES[attempt % len(STAGES)], seconds[STAGES[attempt % len(STAGES)]], f"k{attempt}"
        )
        began = [line.rstrip("\n").split("\t")[1] for line in said if line.startswith("begins")]
        ended = {line.split("\t")[1]: int(line.split("\t")[2]) for line in said if line.startswith("ended")}
        hit[began[-1]] += 1
        cut_short += began[-1] not in ended

        after = verify(open_store(f"duckdb:///{store.path}"))
        assert after.problems == (), said
        told = sum(stage in WRITING for stage in ended)
        tried = sum(stage in WRITING for stage in began)
        assert told <= after.version - before.version <= tried, "what was told is there, and nothing that was not begun"
        assert after.version >= max(ended.values(), default=0)
        assert after.records - before.records == ROWS * (after.submissions - before.submissions), "whole files only"
        assert whole_backups(folder) - kept in ((1,) if "backup" in ended else (0, 1) if "backup" in began else (0,))
        for one in folder.iterdir():
            assert NAME.fullmatch(one.name) or one.name.startswith(DRAFT_PREFIX), one.name
        if began[-1] == "backup":
            each_backup_restores(folder, tmp_path)
    assert put(store, deliveries({"delivery_id": "after"})).version == verify(store).version
    with capsys.disabled():
        if len(STAGES) < TIMES:
            made = whole_backups(folder)
            print(f"\n{TIMES} kills at {dict(hit)}; {cut_short} before the stage had ended; {made} backups made")


def each_backup_restores(folder: Path, tmp_path: Path) -> None:
    for number, one in enumerate(backups(folder)[:2]):
        target = tmp_path / f"restored-{number}.duckdb"
        target.unlink(missing_ok=True)
        restored = restore(one.path, target, version=None, replace=False, now=NOW, scope=EVERYTHING)
        assert version_now(restored.store) == one.manifest.ledger_version


RESTORE = """
import sys
from pathlib import Path
from kpi.access import EVERYTHING
from kpi.ledger.restoring import restore
from tests.ledger.files import NOW
print("begins", flush=True)
restore(Path(sys.argv[1]), Path(sys.argv[2]), version=None, replace=True, now=NOW, scope=EVERYTHING)
print("ended", flush=True)
"""


def restoring(folder: Path, target: Path) -> subprocess.Popen[str]:
    worker = subprocess.Popen(
        [sys.executable, "-c", RESTORE, str(folder), str(target)], stdout=subprocess.PIPE, text=True, cwd=PROJECT
    )
    assert worker.stdout is not None
    assert worker.stdout.readline() == "begins\n"
    return worker


def test_a_restore_that_is_killed_leaves_the_old_store_or_the_new_one(tmp_path: Path, store: Store) -> None:
    folder, old = tmp_path / "backups", open_store(f"duckdb:///{tmp_path}/old.duckdb")
    put(store, deliveries({"delivery_id": "in the backup"}))
    back_up(store, folder, actor="ana", now=NOW, scope=EVERYTHING)
    put(old, deliveries({"delivery_id": "in the old store"}))
    heads = {verify(one).head for one in (store, old)}
    whole = tmp_path / "whole.duckdb"
    shutil.copyfile(old.path, whole)
    worker = restoring(folder, whole)
    began = time.monotonic()
    worker.communicate()
    seconds = time.monotonic() - began
    for attempt in range(max(2, TIMES // 4)):
        target = tmp_path / str(attempt) / "ledger.duckdb"
        target.parent.mkdir()
        shutil.copyfile(old.path, target)
        worker = restoring(folder, target)
        time.sleep(random.random() * seconds)
        worker.send_signal(signal.SIGKILL)
        ended = "ended" in worker.communicate()[0]
        found = verify(open_store(f"duckdb:///{target}"))
        assert found.problems == ()
        assert found.head in heads
        if ended or found.head == verify(store).head:
            assert found.head == verify(store).head
            (kept,) = target.parent.glob("ledger.before-*.duckdb")
            assert verify(Store(kept)).head == verify(old).head, "the earlier file is kept"
