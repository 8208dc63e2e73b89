"""One upload from the file to the backup, telling each stage before it begins and what came of it.

``python -m tests.ledger.kill_worker STORE BACKUPS ROWS NAME``; whoever reads its output kills it wherever it likes.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

from kpi.access import EVERYTHING
from kpi.intake.known import KnownRecords
from kpi.intake.mapping_data import Mapping
from kpi.intake.read import read_table
from kpi.intake.validate import check_file
from kpi.ledger.backup import back_up
from kpi.ledger.mappings import save_mapping
from kpi.ledger.reads import version_now
from kpi.ledger.store import open_store
from kpi.ledger.submissions import withdraw
from tests.ledger.acts import act
from tests.ledger.files import NOW, put

STAGES = ("read", "validate", "mapping saved", "append", "withdraw", "act", "backup")
WRITING = ("mapping saved", "append", "withdraw", "act")  # each makes one ledger version
TODAY = date(2026, 2, 5)


def csv_file(rows: int, name: str) -> bytes:
    head = (
        "partner_id,site_id,delivery_id,product,promised_date,delivered_date,ordered_quantity,delivered_quantity,unit"
    )
    lines = (f"HELIX,HELIX-1,{name}-{row},Aspiran,2026-01-20,2026-01-19,100,100,vial" for row in range(rows))
    return "\n".join((head, *lines)).encode()


def work(path: str, backups: Path, rows: int, name: str) -> None:
    store = open_store(f"duckdb:///{path}")
    content = csv_file(rows, name)
    made: dict[str, str] = {}

    def validate() -> None:
        nonlocal checked
        checked = check_file("deliveries", content, f"{name}.csv", known=KnownRecords.empty(), today=TODAY)
        assert checked.accepted, checked.findings.lines(3)

    def keep_mapping() -> None:
        save_mapping(
            store,
            partner_id="HELIX",
            dataset="deliveries",
            headers=[f"Lieferung {name}", "Zugesagt"],
            mapping=Mapping(columns={"delivery_id": f"Lieferung {name}", "promised_date": "Zugesagt"}),
            actor="ana",
            now=NOW,
            scope=EVERYTHING,
        )

    def append() -> None:
        made["id"] = put(store, checked, accept_warnings=True).submission_id

    def take_back() -> None:
        withdraw(store, made["id"], reason="wrong file", actor="ana", now=NOW, scope=EVERYTHING)

    checked = check_file("deliveries", csv_file(1, "warm"), "warm.csv", known=KnownRecords.empty(), today=TODAY)
    steps: dict[str, Callable[[], object]] = {
        "read": lambda: read_table(content, f"{name}.csv"),
        "validate": validate,
        "append": append,
        "withdraw": take_back,
        "mapping saved": keep_mapping,
        "act": lambda: act(store, text=name),
        "backup": lambda: back_up(store, backups, actor="ana", now=NOW, scope=EVERYTHING),
    }
    for stage in STAGES:
        print("begins", stage, sep="\t", flush=True)
        steps[stage]()
        print("ended", stage, version_now(store) if stage in WRITING else 0, sep="\t", flush=True)


if __name__ == "__main__":
    work(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4])
