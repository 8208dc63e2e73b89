"""What figures look like on standard output and in files."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pandas as pd
import pytest

from kpi.cli.tables import as_table, rendered, tidy, write_frame, write_whole
from kpi.errors import UsageError


@pytest.fixture
def frame() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "kpi_id": ["fill_rate", "fill_rate"],
            "month": pd.to_datetime(["2026-03-01", "2026-04-01"]),
            "n": [12.0, None],
            "value": [0.1 + 0.2, None],
            "status": ["met", "no data"],
        }
    )


def test_csv_keeps_every_digit_and_leaves_what_is_missing_empty(frame: pd.DataFrame) -> None:
    assert rendered(tidy(frame), "csv").decode() == (
        "kpi_id,month,n,value,status\nfill_rate,2026-03,12,0.30000000000000004,met\nfill_rate,2026-04,,,no data\n"
    )


def test_json_has_null_for_what_is_missing(frame: pd.DataFrame) -> None:
    first, second = json.loads(rendered(tidy(frame), "json"))
    assert first == {"kpi_id": "fill_rate", "month": "2026-03", "n": 12, "value": 0.1 + 0.2, "status": "met"}
    assert second == {"kpi_id": "fill_rate", "month": "2026-04", "n": None, "value": None, "status": "no data"}


def test_json_of_nothing_is_an_empty_list(frame: pd.DataFrame) -> None:
    assert json.loads(rendered(tidy(frame.head(0)), "json")) == []


def test_parquet_has_the_same_cells_as_csv(frame: pd.DataFrame) -> None:
    read = pd.read_parquet(io.BytesIO(rendered(tidy(frame), "parquet")))
    assert rendered(read, "csv") == rendered(tidy(frame), "csv")


def test_the_table_aligns_numbers_to_the_right(frame: pd.DataFrame) -> None:
    assert as_table(tidy(frame)) == (
        "kpi_id     month     n  value  status\n"
        "fill_rate  2026-03  12    0.3  met\n"
        "fill_rate  2026-04             no data\n"
    )


def test_a_table_cell_cannot_steer_the_terminal_or_break_its_line() -> None:
    shown = as_table(pd.DataFrame({"file_name": ["a\x1b[31m\nb.csv"], "partners": [["HELIX", "ORION"]]}))
    assert shown.splitlines()[1] == "a [31m b.csv  HELIX, ORION"


def test_large_amounts_are_written_out() -> None:
    assert "12345678" in as_table(pd.DataFrame({"value": [12345678.4]}))


@pytest.mark.parametrize(("name", "start"), [("a.csv", b"kpi_id,"), ("a.json", b"[\n{"), ("a.parquet", b"PAR1")])
def test_the_suffix_of_the_file_chooses_the_format(
    frame: pd.DataFrame, tmp_path: Path, name: str, start: bytes
) -> None:
    write_frame(frame, None, tmp_path / name)
    assert (tmp_path / name).read_bytes().startswith(start)


def test_a_file_that_cannot_be_written_is_said_plainly(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be written: No such file or directory"):
        write_whole(tmp_path / "missing" / "figures.csv", b"")


def test_a_failed_write_leaves_the_old_file(tmp_path: Path) -> None:
    folder = tmp_path / "taken.csv"
    folder.mkdir()
    (folder / "kept").write_text("old", encoding="utf-8")
    with pytest.raises(UsageError):
        write_whole(folder, b"new")
    assert [path.name for path in tmp_path.iterdir()] == ["taken.csv"]
