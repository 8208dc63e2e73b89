"""suggest, save-mapping, mappings and drop-mapping, and a submission that is read with what was saved."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from kpi.intake.contracts import dataset
from kpi.intake.mapping import parse_mapping
from tests.cli.command import Command
from tests.intake.partner_files import SAP, TRACKWISE

REGISTER = "partner_id,partner_name,site_id,site_name\n0042,Ostwerk,1000,Halle\nHELIX,Helix,H1,Basel\n"


@pytest.fixture
def registered(command: Command, tmp_path: Path) -> Command:
    (tmp_path / "partners.csv").write_text(REGISTER, encoding="utf-8")
    ended = command("submit", "partners", tmp_path / "partners.csv", "--month", "2026-01")
    assert ended.code == 0, ended.err
    return command


@pytest.fixture
def german(tmp_path: Path) -> Path:
    path = tmp_path / "chargen.csv"
    path.write_bytes(SAP.content)
    return path


@pytest.fixture
def mapping(registered: Command, german: Path, tmp_path: Path) -> Path:
    """What a person makes of the proposal: the lines for the two questions added."""
    ended = registered("suggest", "batch_records", german, "--encoding", "cp1252", "--to", tmp_path / "chargen.toml")
    assert ended.code == 0, ended.err
    path = tmp_path / "chargen.toml"
    text = path.read_text(encoding="utf-8")
    text = text.replace("[values.disposition]\n", '[values.disposition]\nGesperrt = "rejected"\n')
    path.write_text(text + '\n[constants]\npartner_id = "0042"\n', encoding="utf-8")
    return path


def test_a_proposal_goes_to_standard_output_and_its_questions_to_standard_error(
    registered: Command, german: Path
) -> None:
    ended = registered("suggest", "batch_records", german, "--encoding", "cp1252")
    assert ended.code == 0
    proposed = tomllib.loads(ended.out)
    assert proposed["columns"] == SAP.columns
    assert proposed["file"] == {
        "encoding": "cp1252",
        "date_format": "%d.%m.%Y",
        "decimal": ",",
        "thousands": ".",
        "missing": ["-"],
    }
    parse_mapping(ended.out, dataset("batch_records"))
    assert '  [constants] partner_id = "0042"   # 0042, whose sites or lots are in it\n' in ended.err
    assert '  [values.disposition] "Gesperrt" = "rejected"   # rejected\n' in ended.err
    assert "Not used: Materialnummer.\n" in ended.err
    assert ended.err.endswith("2 questions are open: add one of the lines for each.\n")


def test_an_unknown_encoding_is_refused_with_what_each_would_say(registered: Command, german: Path) -> None:
    ended = registered("suggest", "batch_records", german)
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.startswith("--encoding cp1252 (Western European (Windows)): ")
    assert "is not UTF-8" in ended.err
    assert ended.err.count("is not UTF-8") == 1


def test_a_file_that_asks_nothing_ends_without_questions(command: Command, tmp_path: Path) -> None:
    (tmp_path / "events.csv").write_bytes(
        TRACKWISE.content.replace(b"PR ID,", b"Vendor,PR ID,").replace(b"TW-", b"H,TW-")
    )
    ended = command("suggest", "deviations", tmp_path / "events.csv")
    assert ended.code == 0
    assert "open" not in ended.err


def test_a_proposal_is_never_written_over_a_file(registered: Command, german: Path, mapping: Path) -> None:
    before = mapping.read_bytes()
    ended = registered("suggest", "batch_records", german, "--encoding", "cp1252", "--to", mapping)
    assert (ended.code, mapping.read_bytes()) == (2, before)
    assert "exists already" in ended.err


def test_a_saved_mapping_reads_the_next_file(registered: Command, german: Path, mapping: Path) -> None:
    refused = registered("submit", "batch_records", german, "--month", "2026-03")
    assert refused.code == 1
    assert "is not UTF-8" in refused.err
    saved = registered(
        "save-mapping", "batch_records", mapping, "--partner", "0042", "--for", german, "--as", "ana",
        "--reason", "Their own export",
    )  # fmt: skip
    assert (saved.code, saved.out) == (0, "")
    assert saved.err == "Saved for 0042 as ledger version 2: files with these 17 headers use it.\n"
    ended = registered("submit", "batch_records", german, "--month", "2026-03")
    assert ended.code == 0, ended.err
    assert ended.err.startswith("Read with the mapping saved for 0042 on 20")
    assert " by ana (ledger version 2).\nRead as CSV, cp1252," in ended.err
    assert registered("verify").code == 0


def test_saving_twice_writes_once(registered: Command, german: Path, mapping: Path) -> None:
    words = ("save-mapping", "batch_records", mapping, "--partner", "0042", "--for", german)
    assert registered(*words).code == 0
    again = registered(*words)
    assert (again.code, again.err) == (
        0,
        "This mapping is saved already, as ledger version 2. Nothing was written.\n",
    )


def test_saved_mappings_are_listed_and_dropped(registered: Command, german: Path, mapping: Path) -> None:
    registered("save-mapping", "batch_records", mapping, "--partner", "0042", "--for", german, "--as", "ana")
    (listed,) = json.loads(registered("mappings", "--format", "json").out)
    assert (listed["partner_id"], listed["dataset"], listed["headers"], listed["actor"]) == (
        "0042",
        "batch_records",
        17,
        "ana",
    )
    assert parse_mapping(listed["mapping"], dataset("batch_records")).constants == {"partner_id": "0042"}
    dropped = registered("drop-mapping", "batch_records", "--partner", "0042", "--reason", "They use our template")
    assert dropped.err == "The mapping of batch_records saved for 0042 is dropped. The ledger is at version 3.\n"
    assert json.loads(registered("mappings", "--format", "json").out) == []
    assert len(json.loads(registered("mappings", "--as-of", "2", "--format", "json").out)) == 1
    assert registered("submit", "batch_records", german, "--month", "2026-03").code == 1


def test_a_mapping_for_another_partner_is_refused(registered: Command, german: Path, mapping: Path) -> None:
    ended = registered("save-mapping", "batch_records", mapping, "--partner", "HELIX", "--for", german)
    assert ended.code == 2
    assert "says 0042 for every row, but it is to be saved for HELIX" in ended.err


def test_our_own_headers_are_read_with_a_mapping_of_their_partner_only(registered: Command, tmp_path: Path) -> None:
    own = tmp_path / "deliveries.csv"
    own.write_text(
        "partner_id,site_id,delivery_id,product,promised_date,ordered_quantity\nHELIX,H1,D1,AX,2026-03-10,100\n",
        encoding="utf-8",
    )
    trap = tmp_path / "trap.toml"
    trap.write_text('[constants]\nunit = "vial"\n', encoding="utf-8")
    assert registered("save-mapping", "deliveries", trap, "--partner", "HELIX", "--for", own).code == 0
    text = own.read_text(encoding="utf-8")
    own.write_text(text.replace("HELIX,H1", "0042,01"), encoding="utf-8")
    ended = registered("submit", "deliveries", own, "--month", "2026-03", "--dry-run")
    assert "Read with the mapping" not in ended.err
    own.write_text(text, encoding="utf-8")
    ended = registered("submit", "deliveries", own, "--month", "2026-03")
    assert ended.code == 0
    assert "Read with the mapping saved for HELIX" in ended.err


def test_two_partners_with_the_same_headers_leave_it_to_the_person(
    registered: Command, german: Path, mapping: Path
) -> None:
    other = mapping.with_name("other.toml")
    other.write_text(mapping.read_text(encoding="utf-8").replace('"0042"', '"HELIX"'), encoding="utf-8")
    registered("save-mapping", "batch_records", mapping, "--partner", "0042", "--for", german)
    registered("save-mapping", "batch_records", other, "--partner", "HELIX", "--for", german)
    ended = registered("submit", "batch_records", german, "--month", "2026-03")
    assert ended.code == 1
    assert "Mappings of several partners have these headers: HELIX, 0042. None is used" in ended.err


def test_days_said_for_one_file_are_not_read_into_the_next(registered: Command, tmp_path: Path) -> None:
    file, mapping = tmp_path / "lieferungen.csv", tmp_path / "lieferungen.toml"
    file.write_text("Werk;Nr;Ware;Menge\n1000;D-1;Aspirin;5\n", encoding="utf-8")
    mapping.write_text(
        '[columns]\nsite_id = "Werk"\ndelivery_id = "Nr"\nproduct = "Ware"\nordered_quantity = "Menge"\n'
        '[constants]\npartner_id = "0042"\npromised_date = "2026-03-10"\n',
        encoding="utf-8",
    )
    assert registered("save-mapping", "deliveries", mapping, "--partner", "0042", "--for", file).code == 0
    refused = registered("submit", "deliveries", file, "--month", "2026-04")
    assert refused.code == 1
    said = "The mapping saved for 0042 says promised_date = 2026-03-10 for every row, which is not carried over"
    assert said in refused.err
    several = registered("submit-all", file, "--month", "2026-04", "--format", "json")
    assert several.code == 1
    assert said in json.loads(several.out)[0]["why"]
    assert registered("submit", "deliveries", file, "--month", "2026-03", "--mapping", mapping).code == 0
