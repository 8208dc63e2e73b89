"""One way of checking a file, timed in a process of its own: ``python -m kpi.bench.validation_ways NAME FILE``.

Prints one line of JSON: processor time and wall time in seconds, the peak memory of the process in MB, and how many bad
cells were found, so that the ways can be seen to say the same.
"""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
from collections.abc import Callable
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


def product(file: Path) -> Callable[[], int]:
    """Reading, casting, pandera, findings: ``check_file``, as every upload goes through it."""
    from kpi.intake.known import KnownRecords
    from kpi.intake.validate import check_file

    def check(content: bytes) -> int:
        found = check_file("batch_records", content, file.name, known=KnownRecords.empty(), today=CHECKED_ON)
        return found.findings.errors

    with file.open("rb") as lines:  # what is imported at the first file is not the file's cost
        check(b"".join(lines.readline() for _ in range(200)))
    return lambda: check(file.read_bytes())


def submitted(file: Path) -> Callable[[], int]:
    """The same and into a ledger, with the original bytes; the number is that of the records appended."""
    from kpi.access import EVERYTHING
    from kpi.intake.known import KnownRecords
    from kpi.intake.validate import check_file
    from kpi.ledger.store import open_store
    from kpi.ledger.submissions import submit

    def run() -> int:
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
        return receipt.new

    return run


def duckdb_way(file: Path) -> Callable[[], int]:
    """The floor: DuckDB's own reading and the same checks in SQL written for this one dataset."""
    import duckdb

    connection = duckdb.connect(config={"threads": 2})
    connection.execute("SET enable_progress_bar = false")
    connection.execute(MACROS)
    script = (HERE / "validation.sql").read_text(encoding="utf-8").format(path=file)

    def run() -> int:
        connection.execute(script)
        return len(connection.execute("SELECT row_number, said FROM findings ORDER BY row_number").fetchall())

    return run


def rows_way(file: Path) -> Callable[[], int]:
    """Row after row in plain Python, as such checks are mostly written."""
    from kpi.bench.validation_rows import check_rows

    return lambda: len(check_rows(file)[1])


WAYS = {"product": product, "submitted": submitted, "duckdb": duckdb_way, "rows": rows_way}


def main(name: str, file: str) -> None:
    run = WAYS[name](Path(file))
    started, clock = time.process_time(), time.perf_counter()
    total = run()
    processor, wall = time.process_time() - started, time.perf_counter() - clock
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"processor": processor, "wall": wall, "peak_mb": peak, "total": total}))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
