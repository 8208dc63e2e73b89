"""The sample's own files beside their past: few are remarked on, and each for something that is in the story."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import polars as pl

from kpi.access import EVERYTHING
from kpi.catalog import load_catalog
from kpi.intake.known import known_with
from kpi.ledger.past import with_history
from kpi.ledger.reads import known_records
from kpi.ledger.store import Store
from kpi.ledger.submissions import submit, withdraw
from kpi.sample.files import generate
from kpi.sample.loading import check, load
from kpi.sample.upload import Withdrawal

FROM = datetime(2026, 7, 1, tzinfo=UTC)
EXPECTED = {
    # The file of the story that is withdrawn some hours later: its quantities are a tenth of what was delivered.
    "BRAM_deliveries_2026-06.csv: yield_tenfold": 3,
    # The month that TARN corrects, a few lots of many.
    "TARN_batch_records_2026-04_restated.csv: month_reported_already": 1,
    "TARN_batch_records_2026-04_restated.csv: records_vanished": 1,
}


def test_the_samples_last_months_raise_few_findings_each_for_a_reason(empty_store: Store) -> None:
    load(empty_store, now=FROM)
    known = known_records(empty_store, {}, scope=EVERYTHING)
    later = [file for file in generate() if file.received_at > FROM and file.dataset not in ("partners", "targets")]
    assert len(later) > 50
    found: Counter[str] = Counter()
    with empty_store.connect(read_only=False) as connection:
        waiting: list[tuple[Withdrawal, str]] = []
        for file in later:
            for due, submission_id in [one for one in waiting if one[0].at <= file.received_at]:
                withdraw(
                    empty_store,
                    submission_id,
                    reason=due.reason,
                    actor="tests",
                    now=due.at,
                    scope=EVERYTHING,
                    connection=connection,
                )
                waiting.remove((due, submission_id))
            checked = check(file, known)
            compared = with_history(
                empty_store, checked, month_from=file.month_from, month_to=file.month_to, scope=EVERYTHING
            )
            told = compared.findings.frame.filter(pl.col("code").is_in(list(load_catalog().plausibility.checks)))
            found.update(f"{file.file_name}: {code}" for code in told["code"])
            known = known_with(known, [checked])
            receipt = submit(
                empty_store,
                checked,
                month_from=file.month_from,
                month_to=file.month_to,
                actor=file.actor,
                reason=file.reason,
                now=file.received_at,
                accept_warnings=True,
                scope=EVERYTHING,
                connection=connection,
            )
            if file.withdrawal:
                waiting.append((file.withdrawal, receipt.submission_id))
    assert found == EXPECTED
