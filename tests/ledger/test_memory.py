"""Memory of checking a file and appending it to a ledger that holds all of its records, and its like, already.

Measured in a process of its own, the file's bytes included. Two million rows of this kind may take 1.5 GB.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from kpi.bench.validation import make_file

PROJECT = Path(__file__).resolve().parents[2]
ROWS = 600_000  # enough that what a row takes counts for more than what a block takes
# Measured: 640 bytes a row, 710 when restating, the file's own 124 among them. With originals as they came, in one
# table, it was 830 and 1,010.
MOST_BYTES_PER_ROW = 800
SCRIPT = """
import sys
from datetime import date
from pathlib import Path
from kpi.bench.validation_rows import CHECKED_ON
from kpi.bench.validation_ways import product
from kpi.intake.known import KnownRecords
from kpi.intake.validate import check_file
from kpi.ledger.store import open_store
from tests.ledger.files import put
from tests.memory import peak

store, file = open_store(f"duckdb:///{sys.argv[1]}"), Path(sys.argv[2])
product(file)  # imports
before = peak()
content = file.read_bytes()
if sys.argv[3] == "changed":
    content = content.replace(b",AX-10", b",AX-20")
checked = check_file("batch_records", content, file.name, known=KnownRecords.empty(), today=CHECKED_ON)
del content
receipt = put(store, checked, accept_warnings=True)
print(receipt.new, receipt.changed, receipt.unchanged, peak() - before)
"""


def submitted(store: Path, file: Path, how: str) -> list[int]:
    command = [sys.executable, "-c", SCRIPT, str(store), str(file), how]
    ended = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True)
    return [int(word) for word in ended.stdout.split()]


@pytest.mark.skipif(sys.platform != "linux", reason="the peak is told by /proc")
def test_the_peak_of_a_restatement_is_bounded_by_the_rows(tmp_path: Path) -> None:
    file, store = tmp_path / "batch_records.csv", tmp_path / "ledger.duckdb"
    make_file(file, ROWS, 0)
    new, changed, unchanged, first = submitted(store, file, "as it is")
    assert (new, changed, unchanged) == (ROWS, 0, 0)
    new, changed, unchanged, second = submitted(store, file, "changed")
    assert (new, changed + unchanged) == (0, ROWS)
    assert changed > ROWS // 4
    assert max(first, second) / ROWS < MOST_BYTES_PER_ROW, f"{first / ROWS:.0f}, {second / ROWS:.0f} bytes per row"
