"""One way of checking a file, timed in a process of its own: ``python -m kpi.bench.validation_ways NAME FILE``.

Prints one line of JSON: processor time and wall time in seconds, the peak memory of the process in MB, how many bad
cells were found, and a sum over their rows and columns, so that the ways can be seen to say the same.
"""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from kpi.bench.validation_rows import CHECKED_ON, FIRST_DAY, LAST_DAY

HERE = Path(__file__).parent
MACROS = f"""
    CREATE TEMP MACRO as_day(cell) AS TRY_CAST(trim(cell) AS DATE);
    CREATE TEMP MACRO day(cell) AS
        CASE WHEN as_day(cell) BETWEEN DATE '{FIRST_DAY}' AND DATE '{LAST_DAY}' THEN as_day(cell) END;
    CREATE TEMP MACRO today() AS DATE '{CHECKED_ON}';
    CREATE TEMP MACRO not_plain(id) AS length(id) > 500
        OR regexp_matches(id, '[\\x00-\\x1f\\x7f]|^\\d(?:[.,]\\d+)?E\\+\\d{{2,}}$');
"""


@dataclass(frozen=True)
class Found:
    """How many bad cells, or records appended; and the row and column of each bad cell, asked for after the clock."""

    total: int
    places: Callable[[], Iterable[tuple[int, str]]] = tuple


def product(file: Path) -> Callable[[], Found]:
    """Reading, casting, pandera, findings: ``check_file``, as every upload goes through it."""
    from kpi.intake.known import KnownRecords
    from kpi.intake.validate import check_file

    def check(content: bytes) -> Found:
        checked = check_file("batch_records", content, file.name, known=KnownRecords.empty(), today=CHECKED_ON)
        wrong = checked.findings
        return Found(
            wrong.errors,
            lambda: wrong.frame.filter(wrong.frame["severity"] == "error").select("row", "column").rows(),
        )

    with file.open("rb") as lines:  # what is imported at the first file is not the file's cost
        check(b"".join(lines.readline() for _ in range(200)))
    return lambda: check(file.read_bytes())


def submitted(file: Path) -> Callable[[], Found]:
    """The same and into a ledger, with the original bytes; the number is that of the records appended."""
    from kpi.access import EVERYTHING
    from kpi.intake.known import KnownRecords
    from kpi.intake.validate import check_file
    from kpi.ledger.store import open_store
    from kpi.ledger.submissions import submit

    def run() -> Found:
        found = check_file("batch_records", file.read_bytes(), file.name, known=KnownRecords.empty(), today=CHECKED_ON)
        with tempfile.TemporaryDirectory(prefix="kpi-bench-") as folder:
            receipt = submit(
                open_store(f"duckdb:///{folder}/ledger.duckdb"),
                found,
                month_from=date(2026, 1, 1),
                month_to=date(2026, 1, 1),
                actor="benchmark",
                reason="",
                now=datetime(2026, 10, 31, tzinfo=UTC),
                accept_warnings=False,
                scope=EVERYTHING,
            )
        return Found(receipt.new)

    return run


def duckdb_way(file: Path) -> Callable[[], Found]:
    """The floor: DuckDB's own reading and the same checks in SQL written for this one dataset."""
    import duckdb

    connection = duckdb.connect(config={"threads": 2})
    connection.execute("SET enable_progress_bar = false")
    connection.execute(MACROS)
    script = (HERE / "validation.sql").read_text(encoding="utf-8").format(path=file)

    def run() -> Found:
        connection.execute(script)
        found = connection.execute("SELECT row_number, said FROM findings ORDER BY row_number").fetchall()
        return Found(len(found), lambda: ((row, said.split(":")[0]) for row, said in found))

    return run


def rows_way(file: Path) -> Callable[[], Found]:
    """Row after row in plain Python, as such checks are mostly written."""
    from kpi.bench.validation_rows import check_rows

    def run() -> Found:
        _, findings = check_rows(file)
        return Found(len(findings), lambda: ((finding.row, finding.column) for finding in findings))

    return run


def sum_of_places(found: Found) -> int:
    """The same for the same places in any order, and hardly ever for others."""
    return sum(zlib.crc32(f"{row} {column}".encode()) for row, column in found.places())


WAYS = {"product": product, "submitted": submitted, "duckdb": duckdb_way, "rows": rows_way}


def main(name: str, file: str) -> None:
    run = WAYS[name](Path(file))
    started, clock = time.process_time(), time.perf_counter()
    found = run()
    processor, wall = time.process_time() - started, time.perf_counter() - clock
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    said = {"processor": processor, "wall": wall, "peak_mb": peak, "total": found.total, "places": sum_of_places(found)}
    print(json.dumps(said))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
