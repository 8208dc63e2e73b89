"""Meetings in the audit trail: each event in words, with the old and the new state."""

from __future__ import annotations

from datetime import date

import duckdb
import pytest

from kpi.ledger.decisions import withdraw_decision
from kpi.ledger.links import record_link
from kpi.ledger.meeting_model import AgendaItem
from kpi.ledger.meetings import cancel_meeting
from kpi.ledger.reads import events
from kpi.ledger.store import Store
from kpi.present.audit_meetings import link_words
from kpi.present.audit_table import audit_table
from tests.ledger.files import EVERYTHING
from tests.ledger.meeting_acts import DIGEST, USUAL, agree, change, change_one, decide, issue, open_one, sign

SHA = f"sha256 {DIGEST[:12]}…"
EXPECTED = [
    (
        "opened a meeting",
        "HELIX, Steering committee of 10 February 2026",
        "",
        "10 February 2026; Steering committee; 1 month to January 2026; version 0 judged on 6 February 2026; "
        "definitions 0123456789ab; participants: Ana Berg (Head of quality, sponsor); Ben Low (partner); "
        "agenda: Late CAPAs",
    ),
    (
        "changed M-1",
        "HELIX, Steering committee of 12 February 2026",
        "10 February 2026; agenda: Late CAPAs",
        "12 February 2026; agenda: Late CAPAs (“Two are done”); Next",
    ),
    ("recorded a decision of M-1", "HELIX", "", "“We audit the site”, decided by Both sides"),
    ("withdrew D-3", "HELIX", "“We audit the site”, decided by Both sides", "withdrawn"),
    (
        "recorded an action of M-1",
        "HELIX, deviations DEV-1",
        "",
        "“Replace the feeder”; for the partner; open; owner Ben Low; due 1 March 2026",
    ),
    ("changed A-5", "HELIX", "open; due 1 March 2026", "in progress; due 1 April 2026"),
    ("changed A-5", "HELIX", "in progress", "done"),
    ("issued edition 1 of the minutes of M-1, for the sponsor", "HELIX", "", f"edition 1 by Ana Berg, {SHA}"),
    (
        "signed the minutes of M-1, for the partner",
        "HELIX, the edition of version 8",
        "",
        f"Ben Low: “I confirm that these minutes are right”, {SHA}",
    ),
    (
        "issued edition 2 of the minutes of M-1, for the sponsor",
        "HELIX",
        f"edition 1 by Ana Berg, {SHA}",
        f"edition 2 by Ana Berg, {SHA}",
    ),
    ("recorded a decision", "NOVA", "", "“We audit the site”, decided by Both sides"),
]


@pytest.fixture
def told(empty_store: Store) -> Store:
    open_one(empty_store)
    agenda = [AgendaItem("Late CAPAs", note="Two are done"), AgendaItem("Next")]
    change_one(empty_store, day=date(2026, 2, 12), agenda=agenda)
    decide(empty_store)
    withdraw_decision(empty_store, "D-3", **USUAL, reason="Twice")
    agree(empty_store, link=record_link("deviations", "DEV-1"))
    change(empty_store, "A-5", "in progress", due_on=date(2026, 4, 1), note="The part is late")
    change(empty_store, "A-5", "done")
    sign(empty_store, issue(empty_store).version)
    issue(empty_store, correction="A word")
    decide(empty_store, "", partner_id="NOVA")
    return empty_store


def test_each_event_says_what_was_done_about_what_and_from_what_to_what(told: Store) -> None:
    trail = audit_table(events(told, EVERYTHING))[::-1]
    assert list(trail[["what", "about", "old", "new"]].itertuples(index=False, name=None)) == EXPECTED


def test_a_cancelled_meeting_says_why(empty_store: Store) -> None:
    open_one(empty_store)
    cancel_meeting(empty_store, "M-1", **USUAL, reason="Moved to May")
    newest = audit_table(events(empty_store, EVERYTHING)).iloc[0]
    assert (newest.what, newest.new, newest.why) == ("cancelled M-1", "cancelled", "Moved to May")


def test_an_event_that_was_spoiled_is_listed_by_its_kind(told: Store) -> None:
    with duckdb.connect(str(told.path)) as connection:
        connection.execute("UPDATE events SET payload = 'no JSON' WHERE version = 2")
    row = audit_table(events(told, EVERYTHING)).set_index("version").loc[2]
    assert (row.what, row.about, row.old, row.new) == ("meeting changed", "", "", "")


@pytest.mark.parametrize(
    ("link", "words"),
    [
        ("", ""),
        ("indicator:supplied_value:EUR", "supplied value EUR"),
        ("escalation:E-0123abcd", "E-0123abcd"),
        ("record:batch_records/a/b:c", "batch records a/b:c"),
    ],
)
def test_links_read_like_words(link: str, words: str) -> None:
    assert link_words(link) == words
