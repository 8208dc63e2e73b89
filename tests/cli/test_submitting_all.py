"""Many files in one command: each to its own dataset, each whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.command import Command
from tests.intake.packed import archive, workbook

MONTH = ("--month", "2026-03", "--format", "csv")
PARTNERS = b"partner_id,partner_name,site_id,site_name\nHELIX,Helix AG,H1,Basel\n"
BATCHES = (
    b"partner_id,site_id,batch_id,product,stage,planned_start_date,disposition\n"
    b"HELIX,H1,B-1,AX,drug_product,2026-03-01,pending\n"
)
DEVIATIONS = (
    b"partner_id,site_id,deviation_id,opened_date,severity,type,due_date,batch_id\n"
    b"HELIX,H1,DEV-1,2026-03-02,minor,process,2026-04-01,B-1\n"
)
DELIVERIES = b"partner_id,site_id,delivery_id,product,promised_date,ordered_quantity\nHELIX,H1,D-1,AX,2026-03-10,100\n"
UNKNOWN_SITE = DELIVERIES.replace(b"H1", b"H9")


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """An archive with the datasets in the wrong order and one file with an error."""
    path = tmp_path / "march.zip"
    content = {
        "deliveries.csv": DELIVERIES,
        "bad deliveries.csv": UNKNOWN_SITE,
        "deviations.csv": DEVIATIONS,
        "batches.csv": BATCHES,
        "partners.csv": PARTNERS,
        "Thumbs.db": b"x",
    }
    path.write_bytes(archive(content))
    return path


def outcomes(rows: list[dict[str, str]]) -> list[tuple[str, str, str]]:
    return [(row["file"].rpartition("› ")[2], row["dataset"], row["outcome"]) for row in rows]


def test_each_file_to_its_dataset_and_the_bad_one_alone_is_refused(command: Command, files: Path) -> None:
    ended = command("submit-all", files, *MONTH)
    assert ended.code == 1
    assert outcomes(ended.rows) == [
        ("deliveries.csv", "deliveries", "accepted"),
        ("bad deliveries.csv", "deliveries", "refused"),
        ("deviations.csv", "deviations", "accepted"),
        ("batches.csv", "batch_records", "accepted"),
        ("partners.csv", "partners", "accepted"),
    ]
    assert [row["submission_id"] for row in ended.rows] == ["S000004", "", "S000003", "S000002", "S000001"]
    assert "Left out of the ZIP: 1 file that a program put there (Thumbs.db)." in ended.err
    assert 'bad deliveries.csv, row 2, column "site_id": "H9"' in ended.err
    assert "1 of 5 files refused: march.zip › bad deliveries.csv. 4 others were accepted or already there." in ended.err
    again = command("submit-all", files, *MONTH)
    assert [row["outcome"] for row in again.rows].count("already there") == 4


def test_a_dry_run_writes_nothing_and_sees_what_the_files_bring(command: Command, files: Path) -> None:
    ended = command("submit-all", files, *MONTH, "--dry-run")
    assert ended.code == 1
    assert [row["outcome"] for row in ended.rows].count("would be accepted") == 4
    assert {row["submission_id"] for row in ended.rows} == {""}
    assert "Nothing was written." in ended.err
    assert command("submissions", "--format", "csv").rows == []


def test_all_accepted_is_exit_code_0(command: Command, tmp_path: Path) -> None:
    book = tmp_path / "book.xlsx"
    sheets = {
        name: [line.split(",") for line in content.decode().splitlines()]
        for name, content in {"Chargen": BATCHES, "Werke": PARTNERS}.items()
    }
    book.write_bytes(workbook(sheets))
    ended = command("submit-all", book, *MONTH)
    assert (ended.code, outcomes(ended.rows)) == (
        0,
        [("Chargen", "batch_records", "accepted"), ("Werke", "partners", "accepted")],
    )
    again = command("submit-all", book, *MONTH)
    assert [row["outcome"] for row in again.rows] == ["already there", "already there"]


def test_two_sheets_of_one_dataset_are_two_submissions(command: Command, tmp_path: Path) -> None:
    rows = [line.split(",") for line in DELIVERIES.decode().splitlines()]
    book = tmp_path / "book.xlsx"
    book.write_bytes(workbook({"Werk A": rows, "Werk B": [rows[0], ["HELIX", "H1", "D-2", *rows[1][3:]]]}))
    (tmp_path / "partners.csv").write_bytes(PARTNERS)
    ended = command("submit-all", book, tmp_path / "partners.csv", *MONTH)
    assert [(row["outcome"], row["submission_id"], row["new"]) for row in ended.rows] == [
        ("accepted", "S000002", "1"),
        ("accepted", "S000003", "1"),
        ("accepted", "S000001", "1"),
    ]


def test_what_nobody_can_tell_is_refused_and_can_be_said(command: Command, tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    file.write_bytes(b"foo,bar\n1,2\n")
    ended = command("submit-all", file, *MONTH)
    assert ended.code == 1
    assert ended.rows[0]["why"] == (
        "not clear which dataset it is: neither its headers nor its name tell; say it: DATASET=FILE"
    )
    ended = command("submit-all", f"deliveries={file}", *MONTH)
    assert outcomes(ended.rows) == [("x.csv", "deliveries", "refused")]
    assert 'deliveries has no column "foo"' in ended.err


def test_warnings_are_accepted_only_when_asked(command: Command, tmp_path: Path) -> None:
    (tmp_path / "partners.csv").write_bytes(PARTNERS)
    (tmp_path / "deviations.csv").write_bytes(DEVIATIONS)
    paths = (tmp_path / "partners.csv", tmp_path / "deviations.csv")
    ended = command("submit-all", *paths, *MONTH)
    assert [row["outcome"] for row in ended.rows] == ["accepted", "refused"]
    assert "--accept-warnings" in ended.rows[1]["why"]
    ended = command("submit-all", *paths, *MONTH, "--accept-warnings")
    assert (ended.code, [row["outcome"] for row in ended.rows]) == (0, ["already there", "accepted"])


def test_a_file_that_is_not_there_is_a_wrong_request(command: Command, tmp_path: Path) -> None:
    assert command("submit-all", tmp_path / "none.csv", *MONTH).code == 2
    assert command("submit-all", f"deliveries={tmp_path / 'none.csv'}", *MONTH).code == 2


def test_a_saved_mapping_says_what_a_foreign_file_is_and_how_it_is_read(command: Command, tmp_path: Path) -> None:
    (tmp_path / "partners.csv").write_bytes(PARTNERS)
    assert command("submit-all", tmp_path / "partners.csv", *MONTH).code == 0
    mapping = tmp_path / "helix.toml"
    mapping.write_text(
        '[file]\nencoding = "cp1252"\ndelimiter = ";"\n[columns]\ndelivery_id = "Nr"\nproduct = "Präparat"\n'
        'promised_date = "Zugesagt"\nordered_quantity = "Menge"\nsite_id = "Werk"\n[constants]\npartner_id = "HELIX"\n',
        encoding="utf-8",
    )
    foreign = "Nr;Präparat;Zugesagt;Menge;Werk\nD-1;Aspirin für März;2026-03-10;100;H1\n".encode("cp1252")
    (tmp_path / "a.csv").write_bytes(foreign)
    refused = command("submit-all", tmp_path / "a.csv", *MONTH)
    assert (refused.code, refused.rows[0]["why"]) == (1, "cannot be read")
    kept = command(
        *("save-mapping", "deliveries", mapping, "--for", tmp_path / "a.csv"),
        *("--partner", "HELIX", "--reason", "first file"),
    )
    assert kept.code == 0, kept.err
    ended = command("submit-all", tmp_path / "a.csv", *MONTH)
    assert outcomes(ended.rows) == [("a.csv", "deliveries", "accepted")]
    assert ended.rows[0]["why"] == "read with the mapping saved for HELIX"


def test_what_was_sent_before_is_told_as_it_is_for_a_single_file(command: Command, tmp_path: Path) -> None:
    head = "partner_id,site_id,delivery_id,product,promised_date,ordered_quantity"
    for name in ("D-1", "D-2"):
        file = tmp_path / f"deliveries {name}.csv"
        file.write_text(f"{head}\nHELIX,H1,{name},AX,2026-03-10,5\n", encoding="utf-8")
        ended = command("submit-all", file, *MONTH)
        assert ended.code == 0, ended.err
    assert "HELIX already has deliveries for" in ended.err
