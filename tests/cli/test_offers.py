"""Four eyes on the command line: set, offered, listed, accepted, refused, taken back, each held to its right."""

from __future__ import annotations

import json
import zipfile
from datetime import date
from pathlib import Path

import pytest

from kpi.access import EVERYTHING
from kpi.ledger.access import ADMINISTRATOR
from kpi.ledger.offers import offers
from kpi.ledger.reads import history, version_now
from kpi.ledger.store import Store
from tests.cli.command import Command
from tests.support import csv_of, order_lines, submit_rows

MONTH = "2025-03"
PEOPLE = [
    ("ada", "administrator", "--all"),
    ("sam", "quality_lead", "--all"),
    ("mia", "alliance_manager", "--partner NOVA"),
    ("hel", "quality_lead", "--side partner --partner HELIX"),
    ("nina", "quality_lead", "--side partner --partner NOVA"),
]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "march.csv"
    path.write_bytes(csv_of(order_lines("HELIX", date(2025, 3, 1), late=1)))
    return path


@pytest.fixture
def governed(command: Command, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Four eyes are on for HELIX; see PEOPLE for who may do what."""
    monkeypatch.delenv(ADMINISTRATOR, raising=False)
    for who, role, whose in PEOPLE:
        assert command("--as", "ada", "grant", who, role, *whose.split(), "--reason", "test").code == 0
    made = command("--as", "ada", "set-four-eyes", "on", "--partner", "HELIX", "--reason", "agreed")
    assert "Four eyes are on for HELIX." in made.err
    assert "The ledger holds no file of HELIX yet" in made.err
    return command


def offered(governed: Command, file: Path, store: Store) -> int:
    done = governed("--as", "hel", "submit", "deliveries", file, "--month", MONTH, "--reason", "monthly")
    assert done.code == 0, done
    assert "waits for acceptance by somebody else: a quality lead or an alliance manager of the sponsor" in done.err
    return version_now(store)


def test_the_whole_way_of_an_accepted_file(governed: Command, file: Path, empty_store: Store, tmp_path: Path) -> None:
    version = offered(governed, file, empty_store)
    assert history(empty_store, scope=EVERYTHING).empty
    [listed] = json.loads(governed("--as", "sam", "offers", "--format", "json").out)
    assert (listed["version"], listed["state"], listed["partners"], listed["actor"]) == (
        version,
        "waiting",
        "HELIX",
        "hel",
    )
    rehearsed = governed("--as", "sam", "accept", str(version), "--dry-run", "--format", "csv")
    assert "on_time_delivery" in {row["kpi_id"] for row in rehearsed.rows}
    assert "Nothing was written." in rehearsed.err
    assert governed("--as", "sam", "offered-file", str(version), "--to", tmp_path / "kept.csv").code == 0
    assert (tmp_path / "kept.csv").read_bytes() == file.read_bytes()
    accepted = governed("--as", "sam", "accept", str(version), "--note", "looked at it")
    assert "march.csv is accepted as S000001" in accepted.err
    assert governed("--as", "sam", "offers").err.endswith("No file waits for acceptance.\n")
    [then] = governed("--as", "hel", "offers", "--all", "--format", "csv").rows
    assert (then["state"], then["ended_by"], then["submission_id"]) == ("accepted", "sam", "S000001")
    trail = governed("--as", "sam", "audit", "--format", "csv").rows
    told = {row["what"]: (row["who"], row["about"]) for row in trail}
    assert told["offered a file for acceptance"] == ("hel", "deliveries of HELIX, Mar 2025: 10 records")
    assert told["accepted and submitted"] == ("sam", f"the offer of version {version} by hel; looked at it")
    assert governed("--as", "ada", "verify").code == 0


def test_refused_and_taken_back(governed: Command, file: Path, empty_store: Store) -> None:
    version = offered(governed, file, empty_store)
    again = governed("--as", "hel", "submit", "deliveries", file, "--month", MONTH)
    assert f"waits for acceptance already, as the offer of version {version}" in again.err
    own = governed("--as", "hel", "refuse", str(version), "--reason", "x")
    assert (own.code, "the right to accept submissions" in own.err) == (1, True)
    assert governed("--as", "sam", "refuse", str(version), "--reason", "wrong month").code == 0
    late = governed("--as", "hel", "take-back", str(version))
    assert (late.code, "was refused already" in late.err) == (1, True)
    assert "by sam: wrong month." in late.err
    second = offered(governed, file, empty_store)
    assert governed("--as", "hel", "take-back", str(second)).code == 0
    assert [one.state for one in offers(empty_store, scope=EVERYTHING)] == ["refused", "taken back"]


def test_of_another_partner_nothing_is_told(governed: Command, file: Path, empty_store: Store, tmp_path: Path) -> None:
    version = offered(governed, file, empty_store)
    for who in ("mia", "nina"):
        assert "HELIX" not in governed("--as", who, "offers", "--all", "--format", "csv").out
        for number in (version, 99):
            words = (
                ("offered-file", str(number), "--to", tmp_path / "out") if who == "nina" else ("accept", str(number))
            )
            refused = governed("--as", who, *words)
            assert (refused.code, refused.out) == (2, "")
            assert refused.err.startswith(f"Version {number} of the ledger offers no file.")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("known", [True, False])
def test_rows_of_another_partner_are_refused_alike_whether_it_exists(
    governed: Command, empty_store: Store, tmp_path: Path, known: bool
) -> None:
    """With and without a register: what a partner's file is refused with tells nothing of who else there is."""
    march = date(2025, 3, 1)
    sites = [
        {"partner_id": one, "partner_name": one, "site_id": f"{one}-1", "site_name": "x"} for one in ("HELIX", "NOVA")
    ]
    governed("--as", "ada", "set-four-eyes", "off", "--all", "--reason", "to begin")
    if known:
        submit_rows(empty_store, "partners", sites, march)
    submit_rows(empty_store, "deliveries", order_lines("NOVA", march, late=3), march)
    governed("--as", "ada", "set-four-eyes", "on", "--all", "--reason", "from now on")
    before, told = version_now(empty_store), []
    for foreign in ("NOVA", "ZZZZ"):
        path = tmp_path / "mixed.csv"
        rows = [*order_lines("HELIX", march, 0, 2), *order_lines(foreign, march, 0, 2)]
        path.write_bytes(csv_of(rows))
        for words in (("submit", "deliveries", path), ("submit-all", f"deliveries={path}")):
            refused = governed("--as", "hel", *words, "--month", MONTH)
            assert refused.code == 1
            told.append((words[0], refused.out.replace(foreign, "????"), refused.err.replace(foreign, "????")))
    assert told[0] == told[2]
    assert told[1] == told[3]
    assert version_now(empty_store) == before


def test_many_at_once_wait_too(governed: Command, file: Path, empty_store: Store, tmp_path: Path) -> None:
    bundle = tmp_path / "march.zip"
    with zipfile.ZipFile(bundle, "w") as archive:
        archive.write(file, "deliveries.csv")
    words = ("--as", "sam", "submit-all", bundle, "--month", MONTH, "--format", "csv")
    [rehearsed] = governed(*words, "--dry-run").rows
    assert rehearsed["outcome"] == "would wait for acceptance"
    [row] = governed(*words).rows
    assert (row["outcome"], row["submission_id"], row["new"]) == ("waiting for acceptance", "", "10")
    own = governed("--as", "sam", "accept", str(version_now(empty_store)))
    assert (own.code, "sam offered this file" in own.err) == (1, True)


def test_what_is_set_can_be_listed(governed: Command) -> None:
    assert "already, by version" in governed(
        "--as", "ada", "set-four-eyes", "on", "--partner", "HELIX", "--reason", "again"
    ).err  # fmt: skip
    for words in (("on",), ("on", "--all", "--partner", "HELIX")):
        assert governed("--as", "ada", "set-four-eyes", *words, "--reason", "x").code == 2
    governed("--as", "ada", "set-four-eyes", "on", "--all", "--reason", "NOVA failed")
    governed("--as", "ada", "set-four-eyes", "off", "--partner", "NOVA", "--reason", "passed")
    mine = governed("--as", "hel", "four-eyes", "--format", "csv")
    assert [(row["partner_id"], row["four_eyes"], row["reason"]) for row in mine.rows] == [("*", "on", "")]
    everything = governed("--as", "sam", "four-eyes", "--format", "csv").rows
    assert [(row["partner_id"], row["four_eyes"]) for row in everything] == [("*", "on"), ("NOVA", "off")]
