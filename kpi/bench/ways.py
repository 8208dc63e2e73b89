"""One way of making the figures, timed in a process of its own: ``python -m kpi.bench.ways NAME STORE MONTHS``.

Prints one line of JSON: the least processor time and wall time of the runs in seconds, the peak memory of the process
in MB, and a check sum of the figures, so that the ways can be seen to say the same.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kpi.access import EVERYTHING
from kpi.catalog import load_catalog
from kpi.ledger.current import create_current
from kpi.marts import build_marts

if TYPE_CHECKING:
    import duckdb

HERE = Path(__file__).parent
VERSION = 5  # of the made-up ledger: the submission that restates
RUNS = 2  # in one process; the caller starts several
DATASETS = ("partners", "targets", "batch_records", "deviations", "audit_findings", "deliveries")
# Days, by which date, of which records: the four medians.
MEDIANS = (
    ("lots", "disposition_date", "disposition_date - completed_date", "disposition IN ('released', 'rejected')"),
    ("lots", "record_received_date", "record_received_date - completed_date", "true"),
    ("causes", "closed_date", "closed_date - opened_date", "true"),
    ("current_deliveries", "promised_date", "delivered_date - promised_date", "delivered_date > promised_date"),
)
# Source, product column, from when, until when, of which records: the nine states.
STATES = (
    ("lots", "product", "(completed_date + 31)", "disposition_date", "true"),
    ("causes", "product", "greatest(due_date + 1, opened_date)", "closed_date", "true"),
    ("causes", "product", "greatest(due_date + 1, opened_date)", "closed_date", "severity = 'critical'"),
    ("causes", "product", "greatest(capa_due_date + 1, opened_date)", "capa_closed_date", "capa_due_date IS NOT NULL"),
    ("current_audit_findings", "NULL", "(due_date + 1)", "closed_date", "true"),
    ("current_audit_findings", "NULL", "audit_date", "closed_date", "severity = 'critical'"),
    ("current_audit_findings", "NULL", "greatest(due_date + 1, audit_date)", "closed_date", "severity = 'critical'"),
    (
        "current_audit_findings",
        "NULL",
        "audit_date",
        "closed_date",
        "severity = 'critical' AND audit_type = 'regulatory'",
    ),
    ("current_deliveries", "product", "(promised_date + 1)", "delivered_date", "true"),
)


def marts(connection: duckdb.DuckDBPyConnection, months: int) -> Callable[[], float]:
    """The product: current state, staging, figures, intervals, status, all in."""
    catalog = load_catalog()

    def run() -> float:
        table = build_marts(connection, catalog, VERSION, EVERYTHING).kpi_monthly
        pooled = table[(table["grain"] == "partner") & table["numerator_12"].notna() & table["denominator_12"].notna()]
        return float(pooled["numerator_12"].sum() + pooled["denominator_12"].sum())

    return run


def handwritten(connection: duckdb.DuckDBPyConnection, months: int) -> Callable[[], float]:
    """(a) Hand-written SQL on records that are already current."""
    _make_current(connection)
    figures, medians, states = (
        (HERE / f"{name}.sql").read_text(encoding="utf-8")
        for name in ("handwritten", "handwritten_medians", "handwritten_states")
    )

    def run() -> float:
        connection.execute(figures.format(months=months))
        for source, month_of, days, where in MEDIANS:
            known = f"{where} AND {month_of} IS NOT NULL AND ({days}) IS NOT NULL"
            for window in (1, 3, 12):
                connection.execute(
                    medians.format(source=source, month_of=month_of, days=days, where=known, window=window)
                )
        for source, product, starts, ends, where in STATES:
            connection.execute(states.format(source=source, product=product, starts=starts, ends=ends, where=where))
        connection.execute("SELECT * FROM figures").df()
        total = connection.execute(
            "SELECT sum(numerator_12) + sum(denominator_12) FROM figures WHERE site_id IS NULL AND product IS NULL"
        ).fetchone()
        return float(total[0]) if total else 0.0

    return run


def pandas_way(connection: duckdb.DuckDBPyConnection, months: int) -> Callable[[], float]:
    """(b) The same in pandas, on frames of current records."""
    from kpi.bench.pandas_way import build

    _make_current(connection)
    frames = {name: connection.execute(f"SELECT * FROM current_{name}").df() for name in DATASETS[2:]}

    def run() -> float:
        built: Any = build(frames)["sums"]
        pooled = built[(built["window"] == 12) & built.get("site_id").isna() & built.get("product").isna()]
        first, last = "2020-01", f"{2020 + (months - 1) // 12}-{(months - 1) % 12 + 1:02d}"
        pooled = pooled[(pooled["month"] >= first) & (pooled["month"] <= last)]
        return float(pooled["numerator"].sum() + pooled["denominator"].sum())

    return run


def scan(connection: duckdb.DuckDBPyConnection, months: int) -> Callable[[], float]:
    """(c) The floor: read every column of every current record once."""
    _make_current(connection)

    def run() -> float:
        for dataset in DATASETS[2:]:
            columns = [row[0] for row in connection.execute(f"DESCRIBE current_{dataset}").fetchall()]
            listed = ", ".join(f'max("{name}")' for name in columns)
            connection.execute(f"SELECT {listed} FROM current_{dataset}").fetchall()
        return 0.0

    return run


WAYS = {"marts": marts, "handwritten": handwritten, "pandas": pandas_way, "scan": scan}


def _make_current(connection: duckdb.DuckDBPyConnection) -> None:
    for dataset in DATASETS:
        create_current(connection, dataset, VERSION, EVERYTHING)


def main(name: str, store: str, months: int) -> None:
    import duckdb

    connection = duckdb.connect(store, read_only=True, config={"threads": 2})
    connection.execute("SET enable_progress_bar = false")
    run = WAYS[name](connection, months)
    processor, wall, total = [], [], 0.0
    for _ in range(RUNS):
        started, clock = time.process_time(), time.perf_counter()
        total = run()
        processor.append(time.process_time() - started)
        wall.append(time.perf_counter() - clock)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"processor": min(processor), "wall": min(wall), "peak_mb": peak, "total": total}))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
