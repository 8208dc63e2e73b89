"""From a template to figures, as a person does it; and every way in which a file is turned away."""

from __future__ import annotations

import csv
import io
import json
import os
from pathlib import Path

import openpyxl
import pytest

from kpi.ledger.store import Store
from tests.cli.command import Command

MONTH = ("--month", "2026-03")
HEADERS = (
    "partner_id",
    "site_id",
    "delivery_id",
    "product",
    "promised_date",
    "delivered_date",
    "ordered_quantity",
    "delivered_quantity",
)
ON_TIME = ("HELIX", "H1", "D-1", "Aspiran", "2026-03-10", "2026-03-10", "100", "100")
LATE = ("HELIX", "H1", "D-2", "Aspiran", "2026-03-12", "2026-03-15", "100", "100")
EARLY = ("HELIX", "H1", "D-3", "Aspiran", "2026-03-20", "2026-03-02", "100", "100")


@pytest.fixture
def deliveries(tmp_path: Path) -> Path:
    return written(tmp_path / "deliveries.csv", ON_TIME, LATE)


def written(path: Path, *rows: tuple[str, ...]) -> Path:
    text = io.StringIO()
    csv.writer(text).writerows([HEADERS, *rows])
    path.write_text(text.getvalue(), encoding="utf-8")
    return path


def value_of(command: Command, kpi: str, *words: str) -> str:
    ended = command("indicators", "--kpi", kpi, "--partner", "HELIX", "--format", "csv", *words)
    assert ended.code == 0, ended.err
    return next(row["value"] for row in ended.rows if row["month"] == "2026-03")


def test_from_the_template_to_a_figure(command: Command, tmp_path: Path) -> None:
    assert command("template", "deliveries", "--to", tmp_path / "march.xlsx").code == 0
    book = openpyxl.load_workbook(tmp_path / "march.xlsx")
    sheet = book["deliveries"]
    headers = [cell.value for cell in sheet[1]]
    sheet.delete_rows(2)
    for place, row in enumerate((ON_TIME, LATE, EARLY), start=2):
        for name, value in zip(HEADERS, row, strict=True):
            sheet.cell(place, headers.index(name) + 1, int(value) if value.isdigit() else value)
    book.save(tmp_path / "march.xlsx")

    ended = command("--as", "ana", "submit", "deliveries", tmp_path / "march.xlsx", *MONTH)
    assert (ended.code, ended.out) == (0, ""), ended.err
    assert "march.xlsx is accepted as S000001, ledger version 1: 3 new records" in ended.err
    assert float(value_of(command, "on_time_delivery")) == pytest.approx(2 / 3)
    (listed,) = json.loads(command("submissions", "--format", "json").out)
    assert (listed["submission_id"], listed["actor"], listed["month_from"]) == ("S000001", "ana", "2026-03")


def test_the_template_goes_to_standard_output_and_is_read_back(command: Command, tmp_path: Path) -> None:
    ended = command("template", "deliveries")
    assert ended.code == 0
    (tmp_path / "untouched.csv").write_text(ended.out, encoding="utf-8")
    ended = command("submit", "deliveries", tmp_path / "untouched.csv", *MONTH)
    assert ended.code == 1
    assert "example row" in ended.err


def test_a_filled_template_is_never_overwritten(command: Command, deliveries: Path) -> None:
    before = deliveries.read_bytes()
    ended = command("template", "deliveries", "--to", deliveries)
    assert ended.code == 2
    assert "exists already" in ended.err
    assert deliveries.read_bytes() == before


def test_a_refused_file_prints_every_finding_and_writes_nothing(
    command: Command, empty_store: Store, tmp_path: Path
) -> None:
    wrong = [("HELIX", "H1", f"D-{i}", "Aspiran", "31.02.2026", "2026-03-10", "-5", "x") for i in range(100)]
    file = written(tmp_path / "wrong.csv", *wrong)
    before = empty_store.path.read_bytes()
    ended = command("submit", "deliveries", file, *MONTH)
    assert (ended.code, ended.out) == (1, "")
    for row in (2, 51, 101):
        assert f'wrong.csv, row {row}, column "promised_date": "31.02.2026"' in ended.err
        assert f'wrong.csv, row {row}, column "ordered_quantity": "-5"' in ended.err
        assert f'wrong.csv, row {row}, column "delivered_quantity": "x"' in ended.err
    assert "wrong.csv was refused: 300 errors" in ended.err.splitlines()[-1]
    assert "Nothing was written." in ended.err.splitlines()[-1]
    assert empty_store.path.read_bytes() == before


def test_the_report_has_the_findings_of_a_refused_file(command: Command, tmp_path: Path) -> None:
    file = written(tmp_path / "wrong.csv", ("HELIX", "H1", "D-1", "Aspiran", "soon", "", "1", ""))
    ended = command("submit", "deliveries", file, *MONTH, "--report", tmp_path / "report.xlsx")
    assert ended.code == 1
    book = openpyxl.load_workbook(tmp_path / "report.xlsx")
    texts = {str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row}
    assert any("soon" in text for text in texts)


def test_the_report_never_overwrites_the_file_it_is_about(command: Command, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.save(tmp_path / "march.xlsx")
    before = (tmp_path / "march.xlsx").read_bytes()
    ended = command("submit", "deliveries", tmp_path / "march.xlsx", *MONTH, "--report", tmp_path / "march.xlsx")
    assert ended.code == 2
    assert (tmp_path / "march.xlsx").read_bytes() == before


def test_warnings_need_consent(command: Command, tmp_path: Path) -> None:
    deviation = "partner_id,site_id,deviation_id,opened_date,severity,type,due_date,batch_id\n"
    deviation += "HELIX,H1,DEV-1,2026-03-02,minor,process,2026-04-01,B-UNKNOWN\n"
    (tmp_path / "deviations.csv").write_text(deviation, encoding="utf-8")
    ended = command("submit", "deviations", tmp_path / "deviations.csv", *MONTH)
    assert ended.code == 1
    assert "warning: deviations.csv, row 2" in ended.err
    assert "--accept-warnings" in ended.err.splitlines()[-1]
    tried = command("submit", "deviations", tmp_path / "deviations.csv", *MONTH, "--dry-run")
    assert (tried.code, tried.err) == (ended.code, ended.err)
    assert command("submissions", "--format", "csv").rows == []
    assert command("submit", "deviations", tmp_path / "deviations.csv", *MONTH, "--accept-warnings").code == 0


def test_the_same_bytes_twice_change_nothing(command: Command, empty_store: Store, deliveries: Path) -> None:
    assert command("submit", "deliveries", deliveries, *MONTH).code == 0
    ended = command("submit", "deliveries", deliveries, *MONTH)
    assert ended.code == 0
    assert "is already there as S000001" in ended.err
    assert len(command("submissions", "--format", "csv").rows) == 1


def test_a_mapping_reads_a_file_of_another_layout(command: Command, tmp_path: Path) -> None:
    (tmp_path / "lieferungen.csv").write_bytes(
        "Nr;Produkt;Zugesagt;Geliefert;Menge;Erhalten\n1;Größe L;10.03.2026;09.03.2026;1.000,5;1.000,5\n".encode(
            "cp1252"
        )
    )
    (tmp_path / "mapping.toml").write_text(
        """
[file]
encoding = "cp1252"
date_format = "%d.%m.%Y"
decimal = ","
[columns]
delivery_id = "Nr"
product = "Produkt"
promised_date = "Zugesagt"
delivered_date = "Geliefert"
ordered_quantity = "Menge"
delivered_quantity = "Erhalten"
[constants]
partner_id = "HELIX"
site_id = "H1"
""",
        encoding="utf-8",
    )
    ended = command(
        "submit", "deliveries", tmp_path / "lieferungen.csv", *MONTH, "--mapping", tmp_path / "mapping.toml"
    )
    assert ended.code == 0, ended.err
    assert float(value_of(command, "on_time_delivery")) == 1.0
    by_product = command("indicators", "--kpi", "fill_rate", "--grain", "product", "--format", "csv")
    assert {row["product"] for row in by_product.rows} == {"Größe L"}


def test_mistakes_in_a_mapping_are_told_before_the_file_is_read(
    command: Command, deliveries: Path, tmp_path: Path
) -> None:
    (tmp_path / "mapping.toml").write_text('[columns]\ndelivery = "Nr"\n[colours]\na = "b"\n', encoding="utf-8")
    ended = command("submit", "deliveries", deliveries, *MONTH, "--mapping", tmp_path / "mapping.toml")
    assert (ended.code, ended.out) == (1, "")
    assert "mapping.toml: 2 mistakes in the mapping:" in ended.err


def test_a_withdrawal_brings_the_earlier_rows_back(command: Command, deliveries: Path, tmp_path: Path) -> None:
    assert command("submit", "deliveries", deliveries, *MONTH).code == 0
    late_no_more = written(tmp_path / "again.csv", (*LATE[:5], "2026-03-11", *LATE[6:]))
    assert "1 changed" in command("submit", "deliveries", late_no_more, *MONTH).err
    assert value_of(command, "on_time_delivery") == "1.0"
    ended = command("withdraw", "S000002", "--reason", "wrong file")
    assert (ended.code, ended.out) == (0, "")
    assert value_of(command, "on_time_delivery") == "0.5"
    assert value_of(command, "on_time_delivery", "--as-of", "2") == "1.0"
    assert command("verify").code == 0


def test_withdrawing_what_is_not_there_is_a_usage_error(command: Command) -> None:
    ended = command("withdraw", "S000009", "--reason", "none")
    assert (ended.code, ended.out) == (2, "")
    assert "S000009" in ended.err


def test_a_dry_run_prints_what_would_change_and_writes_nothing(
    command: Command, empty_store: Store, deliveries: Path, tmp_path: Path
) -> None:
    assert command("submit", "deliveries", deliveries, *MONTH).code == 0
    before = empty_store.path.read_bytes()
    late_no_more = written(tmp_path / "again.csv", (*LATE[:5], "2026-03-11", *LATE[6:]))
    ended = command("submit", "deliveries", late_no_more, *MONTH, "--dry-run", "--format", "csv")
    assert ended.code == 0, ended.err
    assert empty_store.path.read_bytes() == before
    changed = {row["kpi_id"]: row for row in ended.rows}
    row = changed["on_time_delivery"]
    assert (row["partner_id"], row["month"], row["value_before"], row["value_after"]) == (
        "HELIX",
        "2026-03",
        "0.5",
        "1.0",
    )
    assert "fill_rate" not in changed
    assert "again.csv would be accepted: 0 new records, 1 changed, 0 unchanged." in ended.err
    assert "No escalation would open or close." in ended.err
    assert "Nothing was written." in ended.err


def test_a_dry_run_of_a_first_file_does_not_even_create_the_store(
    capsys: pytest.CaptureFixture[str], deliveries: Path, tmp_path: Path
) -> None:
    from tests.cli.command import command_on

    store = Store(tmp_path / "none.duckdb")
    ended = command_on(store, capsys)("submit", "deliveries", deliveries, *MONTH, "--dry-run", "--format", "json")
    assert ended.code == 0, ended.err
    after = {row["kpi_id"]: (row["value_before"], row["value_after"]) for row in json.loads(ended.out)}
    assert after["on_time_delivery"] == (None, 0.5)
    assert "lot_acceptance_rate" not in after  # no data before, and none after
    assert not store.path.exists()
    assert "Would open: No data past the reporting day: HELIX (E-" in ended.err
    assert "Not received: batch records since Mar 2026, deviations since Mar 2026, " in ended.err
    assert "submission_timeliness" not in ended.err  # it says the same, so the first covers it


def test_a_dry_run_says_which_escalations_would_close(
    command: Command, empty_store: Store, deliveries: Path, tmp_path: Path
) -> None:
    late = [("HELIX", "H1", f"D-{place}", "Aspiran", "2026-03-10", "2026-03-25", "100", "100") for place in range(9)]
    assert command("submit", "deliveries", written(tmp_path / "late.csv", *late), *MONTH).code == 0
    in_time = [(*row[:5], "2026-03-10", *row[6:]) for row in late]
    better = written(tmp_path / "better.csv", *in_time)
    ended = command("submit", "deliveries", better, *MONTH, "--dry-run", "--format", "csv")
    assert "Would close: Past the limit: on time in full (OTIF), HELIX (E-" in ended.err
    assert "Would open" not in ended.err


def test_a_dry_run_of_a_refused_file_ends_with_1(command: Command, tmp_path: Path) -> None:
    file = written(tmp_path / "wrong.csv", ("HELIX", "H1", "D-1", "Aspiran", "soon", "", "1", ""))
    assert command("submit", "deliveries", file, *MONTH, "--dry-run").code == 1


def test_a_pipe_or_a_device_is_not_read(command: Command, tmp_path: Path, deliveries: Path) -> None:
    """Reading one may never end."""
    pipe = tmp_path / "pipe.csv"
    os.mkfifo(pipe)
    for words in (("/dev/zero",), (pipe,), (deliveries, "--mapping", "/dev/zero")):
        ended = command("submit", "deliveries", *words, *MONTH)
        assert ended.code == 2
        assert "is a pipe or a device. Save its content as a file and name that." in ended.err


def test_a_file_name_cannot_steer_the_terminal(command: Command, tmp_path: Path) -> None:
    path = written(tmp_path / "a\n\x1b[31mb.csv", ON_TIME)
    for _ in ("accepted", "already there"):
        ended = command("submit", "deliveries", path, *MONTH)
        assert ended.code == 0
        assert all(line.isprintable() for line in ended.err.splitlines())


@pytest.mark.parametrize(
    ("months", "said"),
    [("0001-01..9999-12", "0001-01 to 9999-12"), ("1989-12", "1989-12"), ("2999-01", "2999-01")],
)
def test_months_out_of_this_world(command: Command, deliveries: Path, months: str, said: str) -> None:
    ended = command("submit", "deliveries", deliveries, "--month", months)
    assert ended.code == 2
    assert f"\n{said} cannot be covered. Allowed: months from 1990-01 to " in ended.err
    assert ended.err.endswith(", the first not after the last. Nothing was written.\n")


def test_a_file_that_is_too_large_is_not_even_read(command: Command, tmp_path: Path) -> None:
    path = tmp_path / "years.csv"
    with path.open("wb") as file:
        file.truncate(300_000_001)  # a sparse file: nothing is on the disk
    ended = command("submit", "deliveries", path, *MONTH)
    assert ended.code == 1
    assert ended.err.splitlines() == [
        "years.csv: the file has 301 MB. Allowed: files of at most 300 MB. "
        "Split it, for example by year, and upload the parts one after the other.",
        "years.csv was refused: 1 error. Nothing was written.",
    ]
