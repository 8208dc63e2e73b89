"""One way of checking a file, timed in a process of its own: ``python -m kpi.bench.validation_ways NAME FILE``.

Prints one line of JSON: processor time and wall time in seconds, the peak memory of the process in MB, and how many bad
cells were found, so that the ways can be seen to say the same.
"""

from __future__ import annotations

import csv
import json
import re
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

HERE = Path(__file__).parent
FIRST_DAY, LAST_DAY = date(1990, 1, 1), date(2046, 12, 31)
CHECKED_ON = date(2026, 10, 31)
NOT_PLAIN = re.compile(r"[\x00-\x1f\x7f]|^\d(?:[.,]\d+)?E\+\d{2,}$")
NUMBER = re.compile(r"^[+-]?\d{1,15}(?:\.\d+)?$")
MACROS = f"""
    CREATE TEMP MACRO day(cell) AS CASE WHEN TRY_CAST(trim(cell) AS DATE) BETWEEN DATE '{FIRST_DAY}' AND DATE '{LAST_DAY}'
        THEN TRY_CAST(trim(cell) AS DATE) END;
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

    def run() -> int:
        found: list[tuple[int, str, str]] = []
        keys: Counter[tuple[str, str]] = Counter()
        with file.open(encoding="utf-8", newline="") as lines:
            for number, row in enumerate(csv.DictReader(lines), start=2):
                said = _row_findings(row)
                keys[row["partner_id"], row["batch_id"]] += 1
                found += [(number, column, row[column]) for column in said]
        return len(found) + sum(count for (_, batch), count in keys.items() if count > 1 and batch)

    return run


def _row_findings(row: dict[str, str]) -> list[str]:
    cells = {name: cell.strip() for name, cell in row.items()}
    bad = [name for name in ("partner_id", "site_id", "batch_id") if not cells[name] or NOT_PLAIN.search(cells[name])]
    if not cells["product"] or len(cells["product"]) > 500:
        bad.append("product")
    if cells["stage"].lower() not in ("drug_substance", "drug_product", "packaging"):
        bad.append("stage")
    days: dict[str, date] = {}
    for name in (
        "planned_start_date",
        "actual_start_date",
        "completed_date",
        "record_received_date",
        "disposition_date",
    ):
        if not cells[name]:
            if name == "planned_start_date":
                bad.append(name)
            continue
        try:
            day = date.fromisoformat(cells[name])
        except ValueError:
            bad.append(name)
            continue
        if not FIRST_DAY <= day <= LAST_DAY or (day > CHECKED_ON and name != "planned_start_date"):
            bad.append(name)
        else:
            days[name] = day
    disposition, decided = cells["disposition"].lower(), days.get("disposition_date")
    start, end = days.get("actual_start_date"), days.get("completed_date")
    if disposition not in ("", "pending", "released", "rejected") or (decided and disposition in ("", "pending")):
        bad.append("disposition")
    if start and end and end < start:
        bad.append("completed_date")
    if end and days.get("record_received_date", end) < end:
        bad.append("record_received_date")
    if (decided and ((end and decided < end) or (not cells["completed_date"] and start and decided < start))) or (
        not cells["disposition_date"] and disposition in ("released", "rejected")
    ):
        bad.append("disposition_date")
    if cells["reworked"].lower() not in ("", "yes", "true", "1", "y", "no", "false", "0", "n"):
        bad.append("reworked")
    for name, least in (("actual_yield", 0.0), ("theoretical_yield", 0.0)):
        if cells[name] and not (NUMBER.match(cells[name]) and float(cells[name]) > least):
            bad.append(name)
    tests = cells["release_tests"]
    if tests and not (NUMBER.match(tests) and float(tests) >= 0 and float(tests).is_integer()):
        bad.append("release_tests")
    return bad


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
