"""Access on the command line: granted, listed and withdrawn; and every command obeys it."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

import click
import pytest

from kpi.access import EVERYTHING, PARTNER_SIDE, SPONSOR_SIDE, Right, load_roles
from kpi.cli.app import cli
from kpi.ledger.access import ADMINISTRATOR, grant_access
from kpi.ledger.reads import version_now
from kpi.ledger.store import Store, open_store
from tests.cli.command import Command
from tests.ledger.files import deliveries, put

# Commands that touch no store, or one of their own.
NEED_NO_RIGHT = {"template", "definitions", "spc", "bench", "alarms", "roles"}
# {the words that run it: the right that it needs, and further words with which it comes so far}
NEEDS: dict[str, tuple[Right, tuple[str, ...]]] = {
    "demo": (Right.ADMINISTER, ()),
    "suggest": (Right.READ, ("deliveries", "FILE")),
    "save-mapping": (Right.CHANGE_MAPPINGS, ("deliveries", "MAPPING", "--partner", "HELIX", "--for", "FILE")),
    "mappings": (Right.READ, ()),
    "drop-mapping": (Right.CHANGE_MAPPINGS, ("deliveries", "--partner", "HELIX", "--reason", "x")),
    "submit": (Right.UPLOAD, ("deliveries", "FILE", "--month", "2026-01")),
    "submit-all": (Right.UPLOAD, ("FILE", "--month", "2026-01")),
    "offers": (Right.READ, ()),
    "accept": (Right.ACCEPT, ("99",)),
    "refuse": (Right.ACCEPT, ("99", "--reason", "x")),
    "take-back": (Right.UPLOAD, ("99",)),
    "offered-file": (Right.EXPORT, ("99", "--to", "OUT")),
    "withdraw": (Right.WITHDRAW, ("S000099", "--reason", "x")),
    "submissions": (Right.READ, ()),
    "calendar": (Right.READ, ()),
    "original": (Right.EXPORT, ("S000099", "--to", "OUT")),
    "audit": (Right.READ, ()),
    "compare": (Right.READ, ("1", "2")),
    "indicators": (Right.READ, ()),
    "chart": (Right.READ, ("--kpi", "on_time_delivery", "--partner", "HELIX")),
    "explain": (
        Right.READ,
        ("--kpi", "on_time_delivery", "--partner", "HELIX", "--from", "2026-01", "--to", "2026-02"),
    ),
    "look-ahead": (Right.READ, ()),
    "scorecard": (Right.READ, ()),
    "escalations": (Right.READ, ()),
    "evidence": (Right.EXPORT, ("E-00000000", "--to", "OUT.zip")),
    "export qbr": (Right.EXPORT, ("--partner", "NOBODY", "--month", "2026-01", "--to", "OUT.xlsx")),
    "respond": (Right.ACT_FOR_SPONSOR, ("E-00000000", "acknowledge")),
    "note-figure": (
        Right.ACT_FOR_SPONSOR,
        ("comment", "--kpi", "on_time_delivery", "--partner", "HELIX", "--month", "2026-01", "--text", "x"),
    ),
    "figure-notes": (Right.READ, ()),
    "rebaseline": (
        Right.REBASELINE,
        ("--kpi", "on_time_delivery", "--partner", "HELIX", "--month", "2026-01", "--reason", "x"),
    ),
    "rebaselines": (Right.READ, ()),
    "withdraw-rebaseline": (Right.REBASELINE, ("1", "--reason", "x")),
    "meetings": (Right.READ, ()),
    "meeting": (Right.READ, ("M-1",)),
    "open-meeting": (Right.HOLD_MEETINGS, ("--partner", "NOBODY", "--day", "2026-03-01", "--title", "x")),
    "change-meeting": (Right.HOLD_MEETINGS, ("M-1", "--title", "x")),
    "cancel-meeting": (Right.HOLD_MEETINGS, ("M-1", "--reason", "x")),
    "decide": (Right.HOLD_MEETINGS, ("--partner", "NOBODY", "--text", "x", "--by", "x")),
    "withdraw-decision": (Right.HOLD_MEETINGS, ("D-1", "--reason", "x")),
    "decisions": (Right.READ, ()),
    "agree-action": (
        Right.HOLD_MEETINGS,
        ("--partner", "NOBODY", "--text", "x", "--owner", "x", "--side", "sponsor", "--due", "2026-03-01"),
    ),
    "change-action": (Right.HOLD_MEETINGS, ("A-1", "--state", "done")),
    "agreed-actions": (Right.READ, ()),
    "issue-minutes": (Right.HOLD_MEETINGS, ("M-1", "--side", "sponsor", "--name", "x", "--text", "x")),
    "minutes": (Right.EXPORT, ("M-1", "--to", "OUT.pdf")),
    "sign-minutes": (Right.SIGN, ("M-1", "--side", "sponsor", "--name", "x", "--meaning", "confirm")),
    "grant": (Right.ADMINISTER, ("new@x.org", "nothing", "--all", "--reason", "x")),
    "revoke": (Right.ADMINISTER, ("1", "--reason", "x")),
    "access": (Right.ADMINISTER, ()),
    "four-eyes": (Right.READ, ()),
    "set-four-eyes": (Right.ADMINISTER, ("on", "--partner", "NOBODY", "--reason", "x")),
    "verify": (Right.ADMINISTER, ()),
    "backup": (Right.ADMINISTER, ("FOLDER",)),
    "restore": (Right.ADMINISTER, ("FOLDER",)),
}
REFUSAL = "may not do this"


def words_of(group: click.Group, before: str = "") -> set[str]:
    found: set[str] = set()
    for name, command in group.commands.items():
        found |= words_of(command, f"{before}{name} ") if isinstance(command, click.Group) else {f"{before}{name}"}
    return found


@pytest.fixture(autouse=True)
def nobody_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(ADMINISTRATOR, raising=False)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """One file of HELIX; ada administers, and for every role there is "<role>@sponsor", and "<role>@partner"."""
    store = open_store(f"duckdb:///{tmp_path_factory.mktemp('governed')}/store.duckdb")
    put(store, deliveries({"delivery_id": "D1", "partner_id": "HELIX"}))
    given: list[tuple[str, str, str, list[str] | None]] = [("ada", "administrator", SPONSOR_SIDE, None)]
    for role in load_roles().values():
        given.append((f"{role.id}@sponsor", role.id, SPONSOR_SIDE, None))
        if role.partner:
            given.append((f"{role.id}@partner", role.id, PARTNER_SIDE, ["HELIX"]))
    for holder, role_id, side, partners in given:
        grant_access(
            store,
            holder=holder,
            role=role_id,
            side=side,
            partners=partners,
            reason="test",
            actor="ada",
            now=datetime(2026, 2, 6),
            scope=EVERYTHING,
        )
    return store


@pytest.fixture
def governed(empty_store: Store, prepared: Store) -> Store:
    """A copy of it, where ``command`` works."""
    shutil.copyfile(prepared.path, empty_store.path)
    return empty_store


def test_the_first_grant_binds_everybody(empty_store: Store, command: Command) -> None:
    assert command("submissions").code == 0
    first = command("grant", "ann", "viewer", "--all", "--reason", "x")
    assert (first.code, "Grant administrator first" in first.err) == (2, True)
    made = command("grant", "ada", "administrator", "--all", "--reason", "first")
    assert (made.code, "ada is administrator on the sponsor's side, for all partners." in made.err) == (0, True)
    again = command("--as", "ada", "grant", "ada", "administrator", "--all", "--reason", "again")
    assert (again.code, "has this already, by version 1" in again.err) == (0, True)
    assert command("submissions").code == 1
    assert command("--as", "ada", "submissions").code == 0
    assert version_now(empty_store) == 1


def filled_in(words: tuple[str, ...], folder: Path) -> list[str]:
    """The further words of a command, with files that are there."""
    (folder / "file.csv").write_bytes(b"delivery_id\nD1\n")
    (folder / "mapping.toml").write_text('[columns]\ndelivery_id = "delivery_id"\n', encoding="utf-8")
    (folder / "folder").mkdir(exist_ok=True)
    there = {"FILE": "file.csv", "MAPPING": "mapping.toml", "FOLDER": "folder"}
    return [
        str(folder / there[word]) if word in there else str(folder / word.lower()) if word.startswith("OUT") else word
        for word in words
    ]


def test_every_command_is_known_to_need_a_right_or_none() -> None:
    assert words_of(cli) == set(NEEDS) | NEED_NO_RIGHT
    assert not set(NEEDS) & NEED_NO_RIGHT


@pytest.mark.parametrize("words", NEEDS, ids=NEEDS)
def test_a_command_is_refused_to_whoever_lacks_its_right(
    words: str, governed: Store, command: Command, tmp_path: Path
) -> None:
    right, further = NEEDS[words]
    before = version_now(governed)
    strangers = ["stranger", *(f"{role}@sponsor" for role, one in load_roles().items() if right not in one.sponsor)]
    for who in strangers:
        refused = command("--as", who, *words.split(), *filled_in(further, tmp_path))
        assert (refused.code, refused.out) == (1, ""), (who, refused)
        assert f"{who} {REFUSAL}" in refused.err, (who, refused)
        assert f"the right to {right}." in refused.err
        assert "HELIX" not in refused.err
    assert version_now(governed) == before
    assert not list(tmp_path.glob("out*"))
    able = next(role for role, one in load_roles().items() if right in one.sponsor)
    if words != "demo":  # it refuses a store that holds something
        assert REFUSAL not in command("--as", f"{able}@sponsor", *words.split(), *filled_in(further, tmp_path)).err


def test_somebody_of_the_partner_speaks_for_nobody_else(governed: Store, command: Command) -> None:
    for who, side in (("committee_member@partner", SPONSOR_SIDE), ("committee_member@sponsor", PARTNER_SIDE)):
        signed = ("sign-minutes", "M-1", "--side", side, "--name", "x", "--meaning", "confirm")
        for words in (signed, ("respond", "E-00000000", "comment", "--text", "x", "--side", side)):
            refused = command("--as", who, *words)
            assert (refused.code, f"{who} {REFUSAL}" in refused.err) == (1, True), refused
    own = command("--as", "committee_member@partner", "respond", "E-00000000", "comment", "--side", PARTNER_SIDE)
    assert REFUSAL not in own.err


def test_a_quality_lead_uploads_records_but_sets_no_targets(governed: Store, command: Command, tmp_path: Path) -> None:
    file = filled_in(("FILE",), tmp_path)[0]
    refused = command("--as", "quality_lead@sponsor", "submit", "targets", file, "--month", "2026-01")
    assert "the right to set reference data." in refused.err
    assert (
        REFUSAL not in command("--as", "quality_lead@sponsor", "submit", "deliveries", file, "--month", "2026-01").err
    )


def test_without_a_policy_everybody_may_do_everything(command: Command) -> None:
    assert command("submissions").code == 0
    listed = command("access")
    assert listed.code == 0
    assert "everybody who can open the store may do everything" in listed.err


def test_grants_are_listed_withdrawn_and_kept_for_the_past(governed: Store, command: Command) -> None:
    rows = command("--as", "ada", "access", "--format", "csv").rows
    found = {row["holder"]: row for row in rows}
    assert (found["viewer@partner"]["partners"], found["viewer@sponsor"]["partners"]) == ("HELIX", "all")
    number = found["viewer@partner"]["version"]
    assert command("--as", "viewer@partner", "submissions").code == 0
    ended = command("--as", "ada", "revoke", number, "--reason", "left")
    assert (ended.code, f"The grant of version {number} is withdrawn." in ended.err) == (0, True)
    assert command("--as", "viewer@partner", "submissions").code == 1
    now = command("--as", "ada", "access", "--format", "csv").rows
    then = command("--as", "ada", "access", "--as-of", number, "--format", "csv").rows
    assert [len([row for row in them if row["holder"] == "viewer@partner"]) for them in (now, then)] == [0, 1]
    trail = command("--as", "ada", "audit", "--format", "csv").out
    assert "withdrew access from viewer@partner" in trail
    for who in ("viewer@sponsor", "quality_lead@partner"):
        assert "access" not in command("--as", who, "audit", "--format", "csv").out


@pytest.mark.parametrize(
    ("further", "words"),
    [
        ((), "Say for whom: --all, or --partner ID."),
        (("--all", "--partner", "HELIX"), "Leave out one of them."),
        (("--all", "--side", "partner"), "never sees all partners"),
    ],
)
def test_a_grant_says_for_whom(command: Command, further: tuple[str, ...], words: str) -> None:
    refused = command("grant", "ann", "viewer", "--reason", "x", *further)
    assert (refused.code, words in refused.err) == (2, True), refused


def test_the_matrix_is_printed_without_a_store(command: Command) -> None:
    rows = command("roles", "--format", "csv").rows
    assert ("administrator", "sponsor", "yes") in [(row["role"], row["side"], row["administer"]) for row in rows]
    assert sum(row["read"] == "yes" for row in rows) == len(rows) == 11
