"""``demo``, ``submissions`` and ``verify``."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb

from kpi.ledger.store import Store
from tests.cli.command import Command


def test_the_sample_does_not_mix_with_what_is_there(on_sample: Command, sample_store: Store) -> None:
    before = sample_store.fingerprint()
    ended = on_sample("demo")
    assert (ended.code, ended.out) == (1, "")
    assert "already holds submissions" in ended.err
    assert sample_store.fingerprint() == before


def test_if_empty_is_quiet_where_something_is_there(on_sample: Command) -> None:
    ended = on_sample("demo", "--if-empty")
    assert (ended.code, ended.out, ended.err) == (0, "", "")


def test_submissions_are_listed_newest_first_in_every_format(on_sample: Command) -> None:
    as_json = json.loads(on_sample("submissions", "--format", "json").out)
    versions = [row["version"] for row in as_json]
    assert versions == sorted(versions, reverse=True)
    assert [row["submission_id"] for row in on_sample("submissions", "--format", "csv").rows] == [
        row["submission_id"] for row in as_json
    ]
    table = on_sample("submissions").out.splitlines()
    assert len(table) == len(as_json) + 1
    assert table[1].startswith(as_json[0]["submission_id"])


def test_the_sample_verifies(on_sample: Command) -> None:
    ended = on_sample("verify")
    assert ended.code == 0
    assert "problems                  0" in ended.out
    assert ended.err == "The ledger verifies.\n"


def test_a_changed_cell_is_found(command: Command, empty_store: Store, tmp_path: Path) -> None:
    header = "partner_id,site_id,delivery_id,product,promised_date,ordered_quantity\n"
    (tmp_path / "d.csv").write_text(header + "HELIX,H1,D-1,Aspiran,2026-03-10,100\n", encoding="utf-8")
    assert command("submit", "deliveries", tmp_path / "d.csv", "--month", "2026-03").code == 0
    with duckdb.connect(str(empty_store.path)) as connection:
        connection.execute("UPDATE deliveries SET ordered_quantity = 99")
    ended = command("verify")
    assert ended.code == 3
    assert "S000001" in ended.err
    assert "no longer says what was written" in ended.err
