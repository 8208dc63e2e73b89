"""The commands that copy the ledger away and put it back."""

from __future__ import annotations

from pathlib import Path

from kpi.ledger.store import Store, open_store
from kpi.ledger.verify import verify
from tests.cli.command import Command
from tests.ledger.files import deliveries, put


def test_a_backup_prints_where_it_is_and_can_be_restored(command: Command, empty_store: Store, tmp_path: Path) -> None:
    put(empty_store, deliveries({"delivery_id": "D1"}))
    made = command("backup", tmp_path / "backups", "--as", "qa.lead")
    assert made.code == 0
    assert Path(made.out.strip()).is_dir()
    assert verify(empty_store).head in made.err
    done = command("restore", tmp_path / "backups", "--to", f"duckdb:///{tmp_path}/back.duckdb")
    assert done.code == 0
    assert "at ledger version 1" in done.err
    assert "made" in done.err
    assert "by qa.lead" in done.err
    assert verify(open_store(f"duckdb:///{tmp_path}/back.duckdb")) == verify(empty_store)


def test_a_store_that_went_on_is_not_restored_over(command: Command, empty_store: Store, tmp_path: Path) -> None:
    command("backup", tmp_path / "backups")
    put(empty_store, deliveries({"delivery_id": "later"}))
    refused = command("restore", tmp_path / "backups")
    assert refused.code == 2
    assert "--replace" in refused.err
    assert verify(empty_store).version == 1
    done = command("restore", tmp_path / "backups", "--replace")
    assert (done.code, verify(empty_store).version) == (0, 0)
    assert "is kept as" in done.err


def test_a_folder_without_a_backup_is_said(command: Command, tmp_path: Path) -> None:
    ended = command("restore", tmp_path)
    assert ended.code == 2
    assert "There is no backup" in ended.err


def test_a_store_that_is_not_there_is_not_made_to_be_backed_up(command: Command, tmp_path: Path) -> None:
    ended = command("backup", tmp_path / "backups", "--store", f"duckdb:///{tmp_path}/mistyped.duckdb")
    assert ended.code == 2
    assert "nothing to back up" in ended.err
    assert not (tmp_path / "mistyped.duckdb").exists()
    assert not (tmp_path / "backups").exists()
