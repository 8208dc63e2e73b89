"""Minutes as one content: put together from frozen figures and the ledger, with a digest that stands for it."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date, datetime
from typing import Any

import pytest

from kpi.access import Scope
from kpi.catalog import Catalog
from kpi.errors import UsageError
from kpi.ledger.links import indicator_link
from kpi.ledger.meeting_model import AgendaItem, Edition, Meeting, Participant, Signature
from kpi.ledger.store import Store
from kpi.ledger.verify import verify
from kpi.meeting.composing import issue, minutes_of_meeting, source_of_meeting
from kpi.meeting.minutes import Minutes, MinutesItem, content_digest
from tests.ledger.files import EVERYTHING
from tests.ledger.meeting_acts import agree, change, decide, sign
from tests.meeting.held import ANA, BEN, FEBRUARY, NOW, deliver, meet


def issued(store: Store, catalog: Catalog, meeting: Meeting, **changed: Any) -> tuple[Edition, Minutes]:
    usual: dict[str, Any] = {"text": "We met. ", "side": "sponsor", "name": "Ana Berg", "actor": "ana", "now": NOW}
    return issue(store, catalog, meeting.id, **{**usual, "scope": EVERYTHING, **changed})


def again(store: Store, catalog: Catalog, meeting: Meeting, edition: Edition | None) -> Minutes:
    return minutes_of_meeting(source_of_meeting(store, catalog, meeting, scope=EVERYTHING), meeting, edition)


def test_minutes_hold_frozen_figures_agenda_decisions_and_actions(store: Store, catalog: Catalog) -> None:
    agree(store, "", partner_id="HELIX", text="From before", due_on=date(2026, 12, 1), now=NOW)
    agenda = [AgendaItem("Deliveries", "concern", indicator_link("on_time_delivery"), "Two late", "A carrier failed.")]
    meeting = meet(store, catalog, agenda=agenda)
    deliver(store, "HELIX", FEBRUARY, late=9)
    decide(store, meeting.id, now=NOW)
    agree(store, meeting.id, due_on=date(2026, 12, 20), now=NOW)
    _, minutes = issued(store, catalog, meeting)
    assert minutes.agenda == (
        MinutesItem(1, "Deliveries", "concern", "On-time delivery", "Two late", "A carrier failed."),
    )
    [figure] = [figure for figure in minutes.figures if figure.key == "on_time_delivery"]
    assert figure.value_text == "80.0 %", "as frozen, whatever was submitted since"
    assert [row.text for row in minutes.decisions] == ["We audit the site"]
    assert [row.text for row in minutes.actions] == ["Replace the feeder"]
    assert [(row.text, row.overdue) for row in minutes.earlier_actions] == [("From before", True)]
    assert minutes.text == "We met."
    assert minutes.provenance.version == meeting.frozen_version
    assert minutes.provenance.frozen_for == f"the meeting of 3 December 2026 ({meeting.id})"
    assert minutes.heading == "Minutes of Steering committee, 3 December 2026"
    assert (minutes.of_side("sponsor"), minutes.of_side("partner")) == ((ANA,), (BEN,))


def test_put_together_again_they_are_the_same_whatever_happened_since(store: Store, catalog: Catalog) -> None:
    meeting = meet(store, catalog)
    action = agree(store, meeting.id, due_on=date(2026, 12, 20), now=NOW)
    edition, minutes = issued(store, catalog, meeting)
    assert content_digest(minutes) == minutes.content_sha256 == edition.content_sha256
    change(store, action.id, "done", now=NOW)
    decide(store, meeting.id, now=NOW)
    deliver(store, "HELIX", FEBRUARY, late=9)
    assert again(store, catalog, meeting, edition) == minutes
    assert verify(store).problems == ()


def test_signatures_and_confirmation_are_shown_and_leave_the_digest_alone(store: Store, catalog: Catalog) -> None:
    meeting = meet(store, catalog)
    edition, minutes = issued(store, catalog, meeting)
    assert (minutes.state, minutes.confirmed, minutes.edition) == ("waiting for confirmation", False, 1)
    signed = again(store, catalog, meeting, sign(store, edition.version, meeting.id, now=NOW))
    assert (signed.state, signed.confirmed, signed.as_issued) == ("confirmed", True, True)
    [signature] = signed.signatures
    assert (signature.name, signature.content_sha256) == ("Ben Low", minutes.content_sha256)
    assert content_digest(signed) == minutes.content_sha256


def test_an_edition_that_was_replaced_is_not_confirmed_any_more(store: Store, catalog: Catalog) -> None:
    meeting = meet(store, catalog)
    edition, _ = issued(store, catalog, meeting)
    first = sign(store, edition.version, meeting.id, now=NOW)
    people = [ANA, BEN, Participant("Cy Orr", "", "partner")]
    _, second = issued(store, catalog, meeting, correction="Cy Orr took part", participants=people)
    assert (second.edition, second.correction, second.participants) == (2, "Cy Orr took part", tuple(people))
    old = again(store, catalog, meeting, replace(first, superseded_by=second.edition_version))
    assert (old.replaced_by, old.confirmed, old.state, old.participants) == (2, False, "confirmed", (ANA, BEN))


def test_content_that_cannot_be_put_together_as_it_was_says_so(store: Store, catalog: Catalog) -> None:
    meeting = meet(store, catalog)
    edition, _ = issued(store, catalog, meeting)
    assert not again(store, replace(catalog, digest="other"), meeting, edition).as_issued


def test_a_draft_is_what_would_be_issued(store: Store, catalog: Catalog) -> None:
    meeting = meet(store, catalog)
    decide(store, meeting.id, now=NOW)
    draft = again(store, catalog, meeting, None)
    assert (draft.state, draft.edition, draft.issued_at, draft.text) == ("draft", 0, None, "")
    assert [row.text for row in draft.decisions] == ["We audit the site"]


def test_what_others_did_meanwhile_refuses_the_minutes(store: Store, catalog: Catalog) -> None:
    meeting = meet(store, catalog)
    decide(store, meeting.id, actor="ben", now=NOW)
    with pytest.raises(UsageError, match="ben recorded a decision"):
        issued(store, catalog, meeting, after_version=meeting.version)


def test_both_sides_read_the_same_minutes_and_nobody_else_does(store: Store, catalog: Catalog) -> None:
    meeting = meet(store, catalog)
    edition, minutes = issued(store, catalog, meeting)
    source = source_of_meeting(store, catalog, meeting, scope=Scope.of(["HELIX"]))
    assert minutes_of_meeting(source, meeting, edition) == minutes
    with pytest.raises(UsageError, match="There is no meeting"):
        source_of_meeting(store, catalog, meeting, scope=Scope.of(["NOVA"]))


ABOUT_THE_CONTENT = {  # not in it: they may differ under the same digest
    "issued_at": datetime(2030, 1, 1),
    "edition_version": 99,
    "content_sha256": "0" * 64,
    "as_issued": False,
    "replaced_by": 7,
    "state": "confirmed",
    "signatures": (Signature(1, datetime(2030, 1, 1), "x", "x", "partner", "x", "", ""),),
}


def test_every_word_of_the_content_is_under_the_digest(store: Store, catalog: Catalog) -> None:
    """Whatever a field holds: another value gives another digest, except for what is about the content."""
    meeting = meet(store, catalog)
    decide(store, meeting.id, now=NOW)
    agree(store, meeting.id, due_on=date(2026, 12, 20), now=NOW)
    _, minutes = issued(store, catalog, meeting)
    changed: dict[str, Any] = {
        **{name: f"{getattr(minutes, name)}!" for name, kind in Minutes.__annotations__.items() if kind == "str"},
        "day": date(2026, 12, 4),
        "participants": (ANA,),
        "agenda": (replace(minutes.agenda[0], note="Another"),),
        "provenance": replace(minutes.provenance, version=2),
        "figures": minutes.figures[:-1],
        "decisions": (replace(minutes.decisions[0], text="Another"),),
        "actions": (replace(minutes.actions[0], due_on=date(2026, 12, 21)),),
        "earlier_actions": minutes.actions,
        "up_to": 2,
        "edition": 2,
        **ABOUT_THE_CONTENT,
    }
    assert set(changed) == {field.name for field in fields(Minutes)}
    for name, value in changed.items():
        same = content_digest(replace(minutes, **{name: value})) == minutes.content_sha256
        assert same == (name in ABOUT_THE_CONTENT), name
