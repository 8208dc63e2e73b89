"""What minutes say, before any file is made of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kpi.ledger.meeting_names import AGREED, CONFIRM, OBJECT
from kpi.meeting.minutes import Minutes, MinutesItem
from kpi.meeting.minutes_blocks import (
    WARNING,
    WIDTH,
    Heading,
    Mark,
    Paragraph,
    Table,
    blocks_of,
    facts_of,
    foot_of,
    standing,
)
from tests.meeting.made import a_draft, a_signature, confirmed_minutes, objected_minutes, some_minutes, ugly_minutes


def said(minutes: Minutes) -> list[str]:
    return [paragraph.text for paragraph in standing(minutes)]


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [
        (some_minutes(), ["Not yet confirmed by Tarnwick Sterile Services Ltd."]),
        (some_minutes(side="partner"), ["Not yet confirmed by the sponsor."]),
        (
            some_minutes(signatures=(a_signature("Ann Lee", "sponsor", CONFIRM),)),  # the side that issued them
            ["Not yet confirmed by Tarnwick Sterile Services Ltd."],
        ),
        (
            confirmed_minutes(),
            ["Confirmed by Tarnwick Sterile Services Ltd: Bo Chen on 4 December 2026, 08:30 UTC."],
        ),
        (objected_minutes(), ["Objected to by Bo Chen (partner)."]),
        (a_draft(), ["Draft: not issued, not signed."]),
    ],
)
def test_how_far_minutes_are_agreed_is_said_plainly(minutes: Minutes, expected: list[str]) -> None:
    assert said(minutes) == expected


def test_somebody_who_objected_and_confirmed_later_does_not_object() -> None:
    signatures = (a_signature(meaning=OBJECT, note="A-501"), a_signature(meaning=CONFIRM))
    assert said(some_minutes(state=AGREED, signatures=signatures)) == [
        "Confirmed by Tarnwick Sterile Services Ltd: Bo Chen on 4 December 2026, 08:30 UTC."
    ]


def test_only_those_who_still_object_are_named() -> None:
    signatures = (
        a_signature("Bo Chen", meaning=OBJECT),
        a_signature("Dr Käthe Weiß", meaning=OBJECT),
        a_signature("BO CHEN", meaning=CONFIRM),
    )
    assert said(replace(objected_minutes(), signatures=signatures)) == ["Objected to by Dr Käthe Weiß (partner)."]


def test_minutes_that_no_longer_count_say_so_first() -> None:
    paragraphs = standing(replace(confirmed_minutes(), replaced_by=2, as_issued=False))
    assert paragraphs[0] == Paragraph("Replaced by edition 2: this one no longer counts.", WARNING)
    assert "another digest" in paragraphs[1].text


def test_chapters_stand_in_order_and_empty_ones_say_that_nothing_is_there() -> None:
    chapters = [block.text for block in blocks_of(some_minutes()) if isinstance(block, Heading) and block.level == 1]
    assert chapters == [
        "Participants", "Agenda", "Figures that the meeting looked at", "Minutes", "Decisions", "Actions agreed",
        "Earlier actions still open", "Signatures",
    ]  # fmt: skip
    texts = [block.text for block in blocks_of(a_draft()) if isinstance(block, Paragraph)]
    for sentence in (
        "Nobody is recorded.", "No agenda was set.", "No decision was taken.", "No action was agreed.",
        "No earlier action was open.", "Nobody has signed.",
    ):  # fmt: skip
        assert sentence in texts


def test_signatures_carry_name_side_time_and_meaning_and_tell_other_content() -> None:
    minutes = replace(
        objected_minutes(), signatures=(*objected_minutes().signatures, a_signature("Ann", content_sha256="0" * 64))
    )
    table = next(block for block in blocks_of(minutes) if isinstance(block, Table) and block.about == "Signatures")
    assert table.rows == (
        (
            "Bo Chen",
            "partner",
            "4 December 2026, 08:30 UTC",
            "I object to these minutes",
            "Action A-501 was not agreed.",
        ),
        ("Ann", "partner", "4 December 2026, 08:30 UTC", CONFIRM, f"Signed content {'0' * 64}"),
    )


def test_overdue_is_a_mark_and_an_extended_date_names_both_days() -> None:
    first = replace(some_minutes().actions[0], overdue=True, extended_to=some_minutes().actions[1].due_on)
    table = next(
        block
        for block in blocks_of(some_minutes(actions=(first,)))
        if isinstance(block, Table) and block.about == "Actions agreed in this meeting"
    )
    *_, due, state = table.rows[0]
    assert due == "15 November 2026, extended to 22 November 2026"
    assert isinstance(state, Mark)
    assert (state.look.shape, state.word) == ("■", "open, overdue")


def test_tables_are_as_wide_as_the_page() -> None:
    assert {sum(block.widths) for block in blocks_of(ugly_minutes()) if isinstance(block, Table)} == {WIDTH}


def test_facts_and_foot_name_the_version_of_the_figures_and_the_edition() -> None:
    facts = dict(facts_of(some_minutes(correction="A-501 has another owner.", edition=2)))
    assert facts["Figures"] == "Ledger version 412 of 3 November 2026, 09:12 UTC, judged on 25 November 2026"
    assert facts["Edition"] == "2, issued by Ann Lee (sponsor) on 3 December 2026, 14:02 UTC"
    assert facts["Corrects"] == "A-501 has another owner."
    assert dict(facts_of(a_draft()))["Edition"] == "Draft as at ledger version 430, not issued"
    assert foot_of(some_minutes()) == (
        "Minutes of Steering committee, 3 December 2026 (M-412): Tarnwick Sterile Services Ltd, edition 1, waiting for "
        "confirmation",
        some_minutes().provenance.line,
    )


def test_what_an_item_is_about_is_not_said_twice() -> None:
    items = (
        MinutesItem(1, "Right first time", "concern", "Right first time", "", ""),
        MinutesItem(
            2, "Deviation rate: past the limit", "escalation", "E-1, Deviation rate: past the limit", "Tier 2.", ""
        ),
        MinutesItem(3, "Stoppers", "topic", "Deviation DEV-1", "", "Done."),
    )
    blocks = blocks_of(some_minutes(agenda=items))
    first = blocks.index(Heading("1. Right first time", 2))
    assert [block.text for block in blocks[first : first + 6] if not isinstance(block, Table)] == [
        "1. Right first time", "2. Deviation rate: past the limit", "E-1. Tier 2.", "3. Stoppers", "Deviation DEV-1.",
        "Done.",
    ]  # fmt: skip
