"""``note-figure`` and ``figure-notes``: both sides in turn, and what they are refused."""

from __future__ import annotations

import pytest

from kpi.ledger.reads import version_now
from kpi.ledger.store import Store
from tests.cli.conftest import Command
from tests.ledger.files import deliveries, put

FIGURE = ("--kpi", "on_time_delivery", "--partner", "HELIX", "--month", "2026-01")


@pytest.fixture
def store(empty_store: Store) -> Store:
    put(empty_store, deliveries({"delivery_id": "D1", "partner_id": "HELIX"}))
    return empty_store


def test_an_objection_is_recorded_answered_and_listed(store: Store, command: Command) -> None:
    made = command("--as", "hel", "note-figure", "object", *FIGURE, "--text", "=Wrong, lot\nD1")
    assert (made.code, "hel objected to the figure. The ledger is at version 2." in made.err) == (0, True), made
    assert command("--as", "hel", "note-figure", "comment", *FIGURE, "--text", "Look", "--side", "partner").code == 0
    assert command("--as", "sam", "note-figure", "comment", *FIGURE, "--text", "We do").code == 0
    assert command("--as", "sam", "note-figure", "turn-down", *FIGURE, "--text", "It was late").code == 0
    rows = command("figure-notes", "--format", "csv").rows
    assert [(row["actor"], row["side"], row["action"], row["objection_version"]) for row in rows] == [
        ("hel", "partner", "object", ""),
        ("hel", "partner", "comment", ""),
        ("sam", "sponsor", "comment", ""),
        ("sam", "sponsor", "turn down", "2"),
    ]
    assert rows[0]["text"] == "'=Wrong, lot\nD1"
    assert len(command("figure-notes", "--as-of", "3", "--format", "csv").rows) == 2


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("uphold", *FIGURE, "--text", "x"), "No objection to this figure is open"),
        (("object", *FIGURE, "--text", " "), "needs a text"),
        (("object", *FIGURE, "--text", "x", "--side", "sponsor"), "is for the partner to do"),
        (("object", *FIGURE, "--text", "x", "--currency", "EUR"), "HELIX has no such figure in 2026-01."),
        (("object", *FIGURE[:4], "--month", "2020-01", "--text", "x"), "HELIX has no such figure in 2020-01."),
        (("object", "--kpi", "on_time", *FIGURE[2:], "--text", "x"), 'There is no indicator "on_time"'),
        (("object", *FIGURE[:2], "--partner", "NOVA", *FIGURE[4:], "--text", "x"), 'There is no partner "NOVA"'),
    ],
)
def test_what_makes_no_sense_is_refused(store: Store, command: Command, words: tuple[str, ...], message: str) -> None:
    refused = command("note-figure", *words)
    assert (refused.code, message in refused.err) == (2, True), refused
    assert version_now(store) == 1
