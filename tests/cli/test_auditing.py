"""``audit``, ``compare`` and ``original``: what happened, what differs, and the bytes that came."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path

import pytest

from kpi.ledger.store import Store
from tests.cli.command import Command
from tests.ledger.acts import act
from tests.ledger.files import deliveries, put
from tests.support import withdraw_quickly

NASTY = "=HYPERLINK(1)\x1b[31m.csv"


@pytest.fixture
def told(empty_store: Store) -> Store:
    """1 HELIX on 5 February, 2 restates a line, 3 NOVA in March, 4 withdraws 2, 5 a comment."""
    put(empty_store, deliveries({"delivery_id": "PO-1"}, {"delivery_id": "PO-2"}), now=datetime(2026, 2, 5, 9))
    late = {"delivery_id": "PO-1", "delivered_date": date(2026, 1, 15)}
    put(empty_store, deliveries(late, file_name=NASTY), now=datetime(2026, 2, 6, 9), actor="ben")
    put(empty_store, deliveries({"delivery_id": "N-1", "partner_id": "NOVA"}), now=datetime(2026, 3, 2, 9))
    withdraw_quickly(empty_store, "S000002", on=date(2026, 3, 3))
    act(empty_store, now=datetime(2026, 3, 4, 9))
    return empty_store


@pytest.mark.parametrize(
    ("words", "versions"),
    [
        ((), "54321"),
        (("--from", "3"), "543"),
        (("--to", "2"), "21"),
        (("--from", "2026-02-06", "--to", "2026-03-02"), "32"),
        (("--from", "2026-02-06T10:00"), "543"),
        (("--from", "2027-01-01"), ""),
        (("--partner", "NOVA"), "3"),
        (("--actor", "ben"), "2"),
        (("--kind", "withdrawal"), "4"),
        (("--kind", "submission", "--partner", "HELIX", "--to", "2026-02-05"), "1"),
    ],
)
def test_the_trail_is_narrowed(told: Store, command: Command, words: tuple[str, ...], versions: str) -> None:
    ended = command("audit", *words, "--format", "csv")
    assert ended.code == 0, ended.err
    assert "".join(row["version"] for row in ended.rows) == versions


def test_every_event_says_who_when_what_and_why(told: Store, command: Command) -> None:
    rows = {row["version"]: row for row in json.loads(command("audit", "--format", "json").out)}
    rows = {int(version): row for version, row in rows.items()}
    assert (rows[4]["who"], rows[4]["old"], rows[4]["new"], rows[4]["why"]) == (
        "tests",
        "S000002 in force",
        "S000002 withdrawn",
        "sent by mistake",
    )
    assert rows[2]["at"] == "2026-02-06T09:00:00Z"
    assert datetime.fromisoformat(rows[2]["at_local"]) == datetime.fromisoformat("2026-02-06T09:00:00+00:00")
    assert (rows[5]["kind"], rows[5]["what"]) == ("escalation action", "commented on E-0000000a")


@pytest.mark.parametrize("words", [("--submission", "s000002"), ("--changes", "--partner", "HELIX")])
def test_cells_are_told_with_old_and_new(told: Store, command: Command, words: tuple[str, ...]) -> None:
    rows = command("audit", *words, "--format", "csv").rows
    assert [(row["version"], row["key"], row["column"], row["old"], row["new"]) for row in rows] == [
        ("4", "HELIX / PO-1", "delivered_date", "2026-01-15", ""),
        ("2", "HELIX / PO-1", "delivered_date", "", "2026-01-15"),
    ]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--from", "99"), "There is no ledger version 99"),
        (("--to", "soon"), "neither a ledger version nor a date"),
        (("--kind", "rebaseline"), 'There is no event of kind "rebaseline"'),
        (("--submission", "S000099"), 'There is no submission "S000099"'),
    ],
)
def test_what_there_is_none_of_ends_with_2(told: Store, command: Command, words: tuple[str, ...], message: str) -> None:
    ended = command("audit", *words)
    assert (ended.code, ended.out) == (2, "")
    assert message in ended.err


def test_an_empty_ledger_has_an_empty_trail(empty_store: Store, command: Command) -> None:
    assert command("audit", "--format", "json").out == "[]\n"


def test_two_versions_side_by_side(told: Store, command: Command) -> None:
    ended = command("compare", "1", "2026-02-06", "--kpi", "on_time_delivery", "--format", "csv")
    assert ended.code == 0, ended.err
    (row,) = ended.rows
    assert (row["partner_id"], row["month"], row["through"]) == ("HELIX", "2026-01", "S000002")
    assert (row["value_before"], row["value_after"]) == ("0.0", "0.5")
    assert "Version 1 and version 2, both judged on 2026-02-06" in ended.err


def test_the_records_changed_between_two_versions(told: Store, command: Command) -> None:
    rows = command("compare", "1", "4", "--changes", "--format", "csv").rows
    assert [(row["submission_id"], row["what"], row["new"]) for row in rows] == [
        ("S000002", "submission", "2026-01-15"),
        ("S000002", "withdrawal", ""),
    ]


@pytest.mark.parametrize("words", [("4", "1"), ("1", "99"), ("1", "2", "--partner", "X"), ("1", "2", "--kpi", "x")])
def test_versions_that_make_no_sense_end_with_2(told: Store, command: Command, words: tuple[str, ...]) -> None:
    assert command("compare", *words).code == 2


def test_an_original_comes_back_byte_for_byte(told: Store, command: Command, tmp_path: Path) -> None:
    from kpi.access import EVERYTHING
    from kpi.ledger.reads import original

    to = tmp_path / "back.csv"
    ended = command("original", "S000002", "--to", to)
    assert ended.code == 0, ended.err
    assert to.read_bytes() == original(told, "S000002", EVERYTHING)[1]
    assert "\x1b" not in ended.err
    assert command("original", "S000099", "--to", to).code == 2
    assert command("original", "S000002", "--to", tmp_path / "none" / "x.csv").code == 2
