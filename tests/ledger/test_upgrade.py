"""Stores that earlier releases made: opened, verified, shown with the same figures, and written to.

The stores and the figures are those of the releases themselves (tests/fixtures/stores/README.md).
"""

from __future__ import annotations

import csv
import lzma
from datetime import date
from pathlib import Path

import pytest

from kpi.access import EVERYTHING
from kpi.ledger import originals
from kpi.ledger.backup import back_up
from kpi.ledger.originals import FURTHER_LAYOUT, LAYOUT, layout_of
from kpi.ledger.reads import history, original
from kpi.ledger.rebaselines import rebaselines
from kpi.ledger.store import Store, open_store
from kpi.ledger.verify import verify
from tests.cli.command import command_on
from tests.ledger.files import NOW, deliveries, put
from tests.support import withdraw_quickly

STORES = Path(__file__).parents[1] / "fixtures" / "stores"
RELEASES = sorted(path.name.removesuffix(".duckdb.xz") for path in STORES.glob("*.duckdb.xz"))
ASKED = ("--kpi", "on_time_delivery", "--kpi", "on_time_in_full", "--window", "3", "--format", "csv")
COUNTED = ("kpi_id", "partner_id", "month", "n", "numerator", "denominator", "value")


@pytest.fixture(params=RELEASES)
def release(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def older(release: str, tmp_path: Path) -> Store:
    path = tmp_path / "governance.duckdb"
    path.write_bytes(lzma.decompress((STORES / f"{release}.duckdb.xz").read_bytes()))
    return open_store(f"duckdb:///{path}")


def layout(store: Store) -> tuple[str, int]:
    """The layout that the store says it has, and the one that its tables have."""
    with store.connect() as connection:
        row = connection.execute("SELECT value FROM meta WHERE name = 'schema_version'").fetchone()
        assert row is not None
        return row[0], layout_of(connection)


def test_there_are_stores_of_every_release_before_this_one() -> None:
    assert RELEASES == ["0.1.0", "0.2.0", "0.3.0", "0.4.0"]


def test_it_verifies_and_opening_it_changes_nothing(older: Store, release: str) -> None:
    before = older.fingerprint()
    found = verify(older)
    assert found.problems == ()
    assert (found.events, found.submissions) == (7 if release == "0.1.0" else 8, 6)
    assert layout(older) == ("1", LAYOUT)
    assert older.fingerprint() == before
    assert len(rebaselines(older, scope=EVERYTHING)) == (0 if release == "0.1.0" else 1)


def test_it_shows_the_figures_that_its_own_release_showed(
    older: Store, release: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Targets and limits may have changed since: they belong to the definitions and not to the ledger."""
    command = command_on(older, capsys)
    shown = "".join(command("indicators", *ASKED, "--as-of", version).out for version in ("4", "7"))
    then = (STORES / f"{release}.csv").read_text(encoding="utf-8")
    assert counted(shown) == counted(then)
    assert len(counted(shown)) > 20


def counted(text: str) -> list[tuple[str, ...]]:
    return [tuple(row[name] for name in COUNTED) for row in csv.DictReader(text.splitlines())]


def test_it_takes_new_files_withdrawals_and_a_backup(older: Store, tmp_path: Path) -> None:
    newest = verify(older).events
    taken = put(older, deliveries({"delivery_id": "NEW-1"}))
    assert (taken.status, taken.version) == ("accepted", newest + 1)
    assert original(older, taken.submission_id, EVERYTHING)[1]
    assert withdraw_quickly(older, taken.submission_id, date(2026, 11, 25)) == newest + 2
    assert withdraw_quickly(older, "S000002", date(2026, 11, 25)) == newest + 3, "of a file that the older release took"
    assert verify(older).problems == ()
    assert len(history(older, scope=EVERYTHING)) == 7
    assert back_up(older, tmp_path / "backups", actor="ana", now=NOW, scope=EVERYTHING)


def test_growing_beyond_the_first_table_of_originals_it_becomes_the_next_layout(
    older: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one thing that is ever migrated: it happens with the file that needs it, in the same transaction."""
    monkeypatch.setattr(originals, "FULL", 10_000)
    taken = put(older, deliveries({"delivery_id": "NEW-1"}, content=b"x" * 20_000))
    assert layout(older) == ("2", FURTHER_LAYOUT)
    assert verify(older).problems == ()
    assert original(older, taken.submission_id, EVERYTHING)[1] == b"x" * 20_000
    assert original(older, "S000001", EVERYTHING)[0] == "register.csv"
