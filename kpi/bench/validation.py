"""Checking a file beside DuckDB's own reading with the same checks in SQL, and beside plain Python row after row."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import duckdb

PROJECT = Path(__file__).parents[2]
COLUMNS = 15
EVERY = 87  # every 87th cell of 13 of the 15 columns: one cell in a hundred
LABELS = {
    "product": "check_file: read, cast, contract (pandera), findings",
    "duckdb": "(a) DuckDB's own reading, same checks in hand-written SQL",
    "rows": "(b) plain Python, row after row, same checks",
}
ROUNDS = {"product": 3, "duckdb": 3, "rows": 1}
MOST_OF_SQL = 5.0  # checking may cost this many times (a), and must beat (b) LEAST_OVER_ROWS times
LEAST_OVER_ROWS = 5.0
MOST_MEMORY = 1_500  # MB, for twice as many rows on their way into the ledger, the bytes of the file included
FULL_SIZE = 2_000_000  # rows for which MOST_MEMORY is meant


def measure(rows: int, folder: Path) -> list[str]:
    """The lines of the table. Raises RuntimeError when the ways do not find the same number of bad cells."""
    file = folder / "batch_records.csv"
    make_file(file, rows, EVERY)
    results = _least_of_rounds(file)
    _require_agreement(results)
    size, bad = file.stat().st_size / 1e6, results["product"]["total"]
    file.unlink()
    ours = results["product"]
    lines = [
        f"Checking a file of {rows:,} rows and {COLUMNS} columns ({size:,.0f} MB), {bad:,.0f} bad cells; 2 threads, "
        f"least of {ROUNDS['product']} runs",
        _row("", "processor s", "wall s", "peak MB", "to ours"),
    ]
    for name, label in LABELS.items():
        found = results[name]
        ratio = f"{found['processor'] / ours['processor']:.2f}x"
        lines.append(_row(label, f"{found['processor']:.2f}", f"{found['wall']:.2f}", f"{found['peak_mb']:.0f}", ratio))
    over_sql = ours["processor"] / results["duckdb"]["processor"]
    over_rows = results["rows"]["processor"] / ours["processor"]
    lines.append(
        f"checking costs {over_sql:.2f}x of (a); allowed {MOST_OF_SQL:g}x: {_verdict(over_sql <= MOST_OF_SQL)}"
    )
    by_clock = results["rows"]["wall"] / ours["wall"]
    kept = _verdict(over_rows >= LEAST_OVER_ROWS)
    lines.append(
        f"checking is {over_rows:.1f}x as fast as (b), by the clock {by_clock:.1f}x; wanted {LEAST_OVER_ROWS:g}x: "
        f"{kept}"
    )
    return [*lines, *_memory(2 * rows, folder)]


def make_file(path: Path, rows: int, every: int) -> None:
    """Made-up batch records as CSV; ``every`` 0 makes a file without a bad cell."""
    script = (Path(__file__).parent / "validation_file.sql").read_text(encoding="utf-8")
    wrong = f"hash(i * 31 + place) % {int(every)} = 0" if every else "false"
    with duckdb.connect() as connection:
        connection.execute("SET enable_progress_bar = false")
        connection.execute(f"CREATE TEMP MACRO bad(i, place) AS {wrong}")
        connection.execute(script.format(rows=int(rows), every=every, path=path))


def _memory(rows: int, folder: Path) -> list[str]:
    """The peak memory of a clean file checked and appended, its bytes kept in memory and in the ledger."""
    file = folder / "large.csv"
    make_file(file, rows, 0)
    size = file.stat().st_size / 1e6
    found = run_way("submitted", file)
    file.unlink()
    if found["total"] != rows:
        raise RuntimeError(f"{found['total']:,.0f} of {rows:,} records were appended")
    said = (
        f"{rows:,} rows ({size:,.0f} MB) checked and appended: {found['processor']:.1f} s of processor time, "
        f"{found['wall']:.1f} s, at most {found['peak_mb']:,.0f} MB of memory"
    )
    if rows < FULL_SIZE:
        return [said]
    return [f"{said}; allowed {MOST_MEMORY:,}: {_verdict(found['peak_mb'] <= MOST_MEMORY)}"]


def _least_of_rounds(file: Path) -> dict[str, dict[str, float]]:
    results: dict[str, dict[str, float]] = {}
    for turn in range(max(ROUNDS.values())):
        for name in LABELS:
            if turn < ROUNDS[name]:
                found, best = run_way(name, file), results.get(name)
                results[name] = {key: min(value, best[key]) for key, value in found.items()} if best else found
    return results


def run_way(name: str, file: Path) -> dict[str, float]:
    """One run in a process of its own: processor, wall (s), peak_mb, total, places (a sum over them)."""
    command = [sys.executable, "-m", "kpi.bench.validation_ways", name, str(file)]
    threads = {"OMP_NUM_THREADS": "2", "POLARS_MAX_THREADS": "2"}
    ended = subprocess.run(command, cwd=PROJECT, env=os.environ | threads, capture_output=True, text=True, check=False)
    if ended.returncode:
        raise RuntimeError(f"The way {name!r} failed: {ended.stderr.strip().splitlines()[-1:]}")
    found: dict[str, float] = json.loads(ended.stdout.splitlines()[-1])
    return found


def _require_agreement(results: dict[str, dict[str, float]]) -> None:
    ours = results["product"]["total"]
    for name in ("duckdb", "rows"):
        if results[name]["total"] != ours:
            raise RuntimeError(f"{name} finds {results[name]['total']:,.0f} bad cells, check_file {ours:,.0f}")
        if results[name]["places"] != results["product"]["places"]:
            raise RuntimeError(f"{name} finds bad cells in other places than check_file")


def _row(*cells: str) -> str:
    return "{:<62} {:>11} {:>8} {:>8} {:>9}".format(*cells).rstrip()


def _verdict(kept: bool) -> str:
    return "kept" if kept else "MISSED"
