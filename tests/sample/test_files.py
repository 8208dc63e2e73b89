"""The sample as files: the same bytes every time, in order, and true to what was known at each month's end."""

from __future__ import annotations

import csv
import hashlib
import io
import os
import subprocess
import sys
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from kpi.sample import SampleFile, generate

# Any change of the sample shows here: figures in screenshots and in the documentation come from it.
DIGEST = "f8569f786351f106d1eab2ed607aa0554a5322cbdb43cb9f3a50b656f4bac3e7"
IN_ANOTHER_PROCESS = (
    "from tests.sample.test_files import digest; from kpi.sample import generate; print(digest(generate()))"
)


def digest(files: list[SampleFile]) -> str:
    whole = hashlib.sha256()
    for file in files:
        whole.update(repr(file).encode())
    return whole.hexdigest()


@pytest.fixture(scope="module")
def files() -> list[SampleFile]:
    return generate()


def rows(file: SampleFile) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(file.content.decode())))


def named(files: list[SampleFile], name: str) -> SampleFile:
    return next(file for file in files if file.file_name == name)


def test_it_is_the_sample_that_is_documented(files):
    assert digest(files) == DIGEST


def test_it_is_the_same_in_another_process_with_other_hashes():
    root = Path(__file__).parents[2]
    environment = {**os.environ, "PYTHONHASHSEED": "12345", "TZ": "Pacific/Auckland"}
    command = [sys.executable, "-c", IN_ANOTHER_PROCESS]
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == DIGEST


def test_files_come_in_order_and_after_the_months_that_they_speak_of(files):
    times = [file.received_at for file in files]
    assert times == sorted(times)
    assert all(file.received_at.tzinfo is UTC for file in files)
    assert all(file.received_at.date() > file.month_to for file in files)
    assert times[-1] < datetime(2026, 11, 20, tzinfo=UTC)


def test_two_years_come_as_history_and_twelve_months_one_by_one(files):
    history = [file for file in files if file.month_from < file.month_to]
    assert {file.dataset for file in history} == {"batch_records", "deviations", "audit_findings", "deliveries"}
    assert {(file.month_from, file.month_to) for file in history} == {
        (date(2023, 11, 1), date(2025, 10, 1)),
        (date(2025, 9, 1), date(2025, 10, 1)),
    }
    monthly = Counter(file.month_from for file in files if file.reason.startswith("Monthly report"))
    assert sorted(monthly) == [date(2025, 11, 1), date(2025, 12, 1), *(date(2026, month, 1) for month in range(1, 11))]
    assert set(monthly.values()) <= {31, 32}


def test_no_file_has_only_headers(files):
    assert all(len(file.content.decode("cp1252" if file.mapping_text else "utf-8").splitlines()) > 1 for file in files)


def test_a_batch_is_pending_until_the_file_of_the_month_of_its_disposition(files):
    september, october = (rows(named(files, f"VESS_batch_records_2026-{month}.csv")) for month in ("09", "10"))
    pending = {row["batch_id"] for row in september if row["disposition"] == "pending"}
    decided = {row["batch_id"]: row["disposition_date"] for row in october if row["disposition"] != "pending"}
    later = pending & set(decided)
    assert len(later) > 10
    assert all(decided[batch].startswith("2026-10") for batch in later)


def test_no_file_tells_of_a_day_after_its_months(files):
    told = ("completed_date", "disposition_date", "closed_date", "delivered_date", "capa_closed_date", "response_date")
    for file in files:
        if not file.mapping_text and file.dataset not in ("partners", "targets"):
            latest = max((row[column] for row in rows(file) for column in told if row.get(column)), default="")
            known_until = file.received_at.date().replace(day=1).isoformat()
            assert latest < known_until


def test_the_german_partner_sends_its_own_columns_and_signs(files):
    file = named(files, "0042_batch_records_2026-10.csv")
    text = file.content.decode("cp1252")
    assert text.startswith("Werk;Charge;Produkt;Stufe;Geplanter Beginn;")
    assert "Freigegeben" in text
    assert ".10.2026" in text
    assert 'date_format = "%d.%m.%Y"' in file.mapping_text


def test_one_closed_month_is_restated_with_a_reason(files):
    restated = [file for file in files if "restated" in file.file_name]
    assert len(restated) == 1
    assert "recalibrated" in restated[0].reason
    corrected = {row["batch_id"]: row for row in rows(restated[0])}
    assert len(corrected) >= 5
    for row in rows(named(files, "TARN_batch_records_2026-04.csv")):
        if row["batch_id"] in corrected and row["actual_yield"]:
            assert float(row["actual_yield"]) < float(corrected[row["batch_id"]]["actual_yield"])


def test_one_file_is_withdrawn_with_a_reason_and_sent_again(files):
    withdrawn = [file for file in files if file.withdrawal]
    assert len(withdrawn) == 1
    right = named(files, withdrawn[0].file_name.replace(".csv", "_v2.csv"))
    assert withdrawn[0].received_at < withdrawn[0].withdrawal.at < right.received_at
    assert withdrawn[0].withdrawal.reason
    assert len(rows(withdrawn[0])) == len(rows(right))
    assert withdrawn[0].content != right.content
