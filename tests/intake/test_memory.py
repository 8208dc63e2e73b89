"""Memory grows with the typed records of a file, not with its text cells; measured in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from kpi.bench.validation import make_file

PROJECT = Path(__file__).resolve().parents[2]
ROWS = 600_000  # enough that what a row takes counts for more than what a block takes
# Measured: 690 bytes a row, the file's own 124 among them. With all text cells kept until the end it was over 1,000.
MOST_BYTES_PER_ROW = 850
SCRIPT = """
import sys
from pathlib import Path
from kpi.bench.validation_ways import product
from tests.memory import peak
run = product(Path(sys.argv[1]))
before = peak()
errors = run().total
print(errors, peak() - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the peak is told by /proc")
def test_the_peak_of_a_check_is_bounded_by_the_rows(tmp_path: Path) -> None:
    file = tmp_path / "batch_records.csv"
    make_file(file, ROWS, 0)
    ended = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(file)], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    errors, peak = map(int, ended.stdout.split())
    assert errors == 0
    assert peak / ROWS < MOST_BYTES_PER_ROW, f"{peak / ROWS:.0f} bytes per row"
