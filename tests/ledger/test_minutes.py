"""Minutes: issued in editions, signed by people of both sides, confirmed by the side that did not issue them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from kpi.access import Scope
from kpi.errors import InputRefused, UsageError
from kpi.ledger.meeting_model import AgendaItem, Participant
from kpi.ledger.meeting_names import CONFIRM, OBJECT, READ
from kpi.ledger.meetings import meeting
from kpi.ledger.minutes import minutes_of
from kpi.ledger.reads import version_now
from kpi.ledger.store import Store
from tests.ledger.files import EVERYTHING, deliveries, put
from tests.ledger.meeting_acts import ANA, BEN, DIGEST, THEN, agree, change, change_one, decide, issue, open_one, sign


def state(store: Store) -> str:
    return meeting(store, "M-1", scope=EVERYTHING).state


def test_an_edition_fixes_text_people_agenda_and_digest(store: Store) -> None:
    open_one(store)
    decide(store)
    edition = issue(store, text="We met.\r\nAll agreed. ")
    assert (edition.version, edition.number, edition.meeting_id, edition.up_to) == (3, 1, "M-1", 2)
    assert (edition.text, edition.side, edition.name, edition.actor) == (
        "We met.\nAll agreed.",
        "sponsor",
        "Ana Berg",
        "ana",
    )
    assert (edition.participants, edition.agenda) == ((ANA, BEN), (AgendaItem("Late CAPAs"),))
    assert (edition.content_sha256, edition.state, edition.other_side) == (
        DIGEST,
        "waiting for confirmation",
        "partner",
    )
    assert state(store) == "minutes issued"
    assert minutes_of(store, "M-1", scope=EVERYTHING) == [edition]
    assert minutes_of(store, "M-1", scope=EVERYTHING, as_of=2) == []


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"text": " "}, "needs a text"),
    ({"side": "bank"}, 'not for "bank"'),
    ({"name": ""}, "needs a name"),
    ({"content_sha256": "abc"}, "SHA-256"),
    ({"up_to": 0}, "as at ledger version 0"),
    ({"up_to": 9}, "Allowed: 1 to 1"),
    ({"participants": [ANA]}, "nobody of the partner"),
    ({"participants": []}, "nobody of the sponsor and nobody of the partner"),
    ({"agenda": [AgendaItem("")]}, "needs a text"),
    ({"meeting_id": "M-2"}, 'no meeting "M-2"'),
]


@pytest.mark.parametrize(("changed", "said"), REFUSED, ids=[said for _, said in REFUSED])
def test_what_makes_no_sense_is_refused(store: Store, changed: dict[str, Any], said: str) -> None:
    open_one(store)
    with pytest.raises(UsageError, match=said):
        issue(store, **changed)
    assert version_now(store) == 1


def test_what_was_done_in_the_meeting_meanwhile_is_told(store: Store) -> None:
    open_one(store)
    put(store, deliveries({"delivery_id": "D1"}))
    decide(store, actor="ben")
    with pytest.raises(UsageError, match=r"Since you opened M-1, ben recorded a decision .*“We audit the site”"):
        issue(store, up_to=2)
    assert issue(store, up_to=3).number == 1


def test_a_file_submitted_meanwhile_does_not_hold_the_minutes_up(store: Store) -> None:
    open_one(store)
    put(store, deliveries({"delivery_id": "D1"}))
    assert issue(store, up_to=1).up_to == 1


def test_a_correction_is_an_edition_that_says_what_it_corrects(store: Store) -> None:
    open_one(store)
    first = issue(store)
    sign(store, first.version)
    assert state(store) == "minutes confirmed"
    with pytest.raises(UsageError, match="A correction of minutes needs a text"):
        issue(store)
    people = [ANA, BEN, Participant("Cy Orr", "QP", "partner")]
    second = issue(store, correction="Cy Orr took part", participants=people)
    assert (second.number, second.participants[-1].name, second.signatures) == (2, "Cy Orr", ())
    assert state(store) == "minutes issued", "a new edition is confirmed anew"
    earlier, newest = minutes_of(store, "M-1", scope=EVERYTHING)
    assert (earlier.superseded_by, newest.superseded_by) == (second.version, None)
    assert [one.name for one in earlier.signatures] == ["Ben Low"]
    third = issue(store, correction="A word")
    assert third.participants == tuple(people), "what was corrected stays so"


def test_a_signature_carries_name_side_time_meaning_and_what_was_signed(store: Store) -> None:
    open_one(store)
    edition = sign(store, issue(store).version, note=" Thank you ")
    [signature] = edition.signatures
    assert (signature.name, signature.actor, signature.side, signature.at) == ("Ben Low", "ben", "partner", THEN)
    assert (signature.meaning, signature.note, signature.content_sha256) == (CONFIRM, "Thank you", DIGEST)


Signed = tuple[str, str, str]  # side, name, meaning
# The state of minutes that Ana Berg issued for the sponsor, after these signatures.
STATES: list[tuple[Sequence[Signed], str]] = [
    ([], "waiting for confirmation"),
    ([("partner", "Ben", CONFIRM)], "confirmed"),
    ([("partner", "Ben", READ)], "waiting for confirmation"),
    ([("sponsor", "Dan", CONFIRM)], "waiting for confirmation"),
    ([("sponsor", "Ana Berg", CONFIRM)], "waiting for confirmation"),
    ([("partner", "Ben", OBJECT)], "objected to"),
    ([("partner", "Ben", CONFIRM), ("partner", "Cy", OBJECT)], "objected to"),
    ([("partner", "Ben", CONFIRM), ("sponsor", "Dan", OBJECT)], "objected to"),
    ([("partner", "Ben", OBJECT), ("partner", "Ben", CONFIRM)], "confirmed"),
    ([("partner", "Ben", OBJECT), ("partner", "BEN", CONFIRM)], "confirmed"),
    ([("partner", "Ben", OBJECT), ("partner", "Cy", CONFIRM)], "objected to"),
    ([("partner", "Ben", CONFIRM), ("partner", "Ben", READ)], "confirmed"),
    ([("partner", "Ben", CONFIRM), ("partner", "Ben", OBJECT)], "objected to"),
]


@pytest.mark.parametrize(("signed", "expected"), STATES)
def test_minutes_are_confirmed_by_the_side_that_did_not_issue_them(
    store: Store, signed: Sequence[Signed], expected: str
) -> None:
    open_one(store)
    edition = issue(store)
    for side, name, meaning in signed:
        note = "The second decision was another one" if meaning == OBJECT else ""
        edition = sign(store, edition.version, side=side, name=name, meaning=meaning, note=note)
    assert edition.state == expected
    assert state(store) == ("minutes confirmed" if expected == "confirmed" else "minutes issued")


def test_minutes_of_the_partner_are_confirmed_by_the_sponsor(store: Store) -> None:
    open_one(store)
    edition = issue(store, side="partner", name="Ben Low", actor="ben")
    assert not sign(store, edition.version, side="partner", name="Cy").confirmed
    assert sign(store, edition.version, side="sponsor", name="Ana Berg", actor="ana").confirmed


@pytest.mark.parametrize("name", ["Ana Berg", "ana  berg"])
def test_who_issued_them_does_not_confirm_them_for_the_other_side(store: Store, name: str) -> None:
    open_one(store)
    edition = issue(store)
    with pytest.raises(InputRefused, match=r"issued these minutes for the sponsor\. The partner"):
        sign(store, edition.version, name=name)


def test_a_signature_that_makes_no_sense_is_refused(store: Store) -> None:
    open_one(store)
    with pytest.raises(UsageError, match="no minutes to sign yet"):
        sign(store, 1)
    edition = issue(store)
    for changed, said in (
        ({"meaning": "Fine"}, "Allowed: .*I confirm that these minutes are right"),
        ({"meaning": OBJECT}, "An objection needs a text"),
        ({"side": "bank"}, 'not for "bank"'),
        ({"name": ""}, "needs a name"),
        ({"edition": 1}, "is no edition of the minutes of M-1. The newest is version 2"),
    ):
        with pytest.raises(UsageError, match=said):
            sign(store, **{"edition": edition.version, **changed})
    sign(store, edition.version)
    with pytest.raises(InputRefused, match="Ben Low signed edition 1 already, on 2026-02-06"):
        sign(store, edition.version)


def test_signing_an_older_edition_says_which_one_is_newer_and_why(store: Store) -> None:
    open_one(store)
    first = issue(store)
    issue(store, correction="The date was wrong")
    with pytest.raises(UsageError, match=r"older edition .*edition 2 .*“The date was wrong”.*Read and sign that one"):
        sign(store, first.version)


def test_what_happens_later_leaves_the_edition_as_it_was(store: Store) -> None:
    open_one(store)
    agree(store)
    edition = issue(store)
    change(store, "A-2", "done")
    decide(store)
    assert minutes_of(store, "M-1", scope=EVERYTHING) == [edition]
    assert sign(store, edition.version).confirmed


def test_nobody_signs_or_reads_what_is_about_others_partners(store: Store) -> None:
    open_one(store)
    edition = issue(store)
    only = Scope.of(["NOVA"])
    for refused in (
        lambda: sign(store, edition.version, scope=only),
        lambda: issue(store, scope=only),
        lambda: minutes_of(store, "M-1", scope=only),
        lambda: change_one(store, title="x", scope=only),
    ):
        with pytest.raises(UsageError, match='There is no meeting "M-1"'):
            refused()
