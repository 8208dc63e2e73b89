"""The minutes of a meeting: what they say, issuing an edition, signing it, and where the confirmation stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from kpi.access import Right
from kpi.ledger.meeting_names import AGREED, CONFIRM, MEANINGS, OBJECT, OBJECTED
from kpi.ledger.minutes import sign_minutes
from kpi.meeting.composing import issue, minutes_of_meeting, source_of_meeting
from pages.review import meeting_ledger, minutes_files, minutes_preview
from pages.review.meeting_ledger import act, field, told
from pages.shared import marts
from pages.shared.session import Session
from pages.shared.text import literal
from pages.shared.times import both_times

if TYPE_CHECKING:
    from datetime import datetime

    from kpi.ledger.meeting_book import MeetingBook
    from kpi.ledger.meeting_model import Edition, Meeting, Signature
    from kpi.meeting.minutes import Minutes
    from kpi.qbr.source import Source

TEXT_LIMIT = 20_000
NOTE_LIMIT = 4000
NAME_LIMIT = 200


def show(here: Session, book: MeetingBook, meeting: Meeting) -> None:
    """The newest edition with its signatures; a draft while there is none."""
    if meeting.cancelled:
        st.info("A cancelled meeting has no minutes.", icon=":material/event_busy:")
        return
    edition = book.edition(meeting)
    if edition is None:
        st.info(
            "No minutes are issued yet. This is the draft as the meeting stands.",
            icon=":material/edit_note:",
        )
        minutes = _minutes(here, meeting, None)
        _issue_form(here, meeting, None)
    else:
        minutes = _minutes(here, meeting, edition)
        _standing(edition)
        _signatures(edition)
        _sign_form(here, meeting, edition)
        minutes_files.show(minutes, meeting.partner_id)
    with st.container(border=True):
        minutes_preview.show(minutes)
    if edition is not None:
        if here.may(Right.HOLD_MEETINGS, partner=meeting.partner_id):
            with st.expander("Correct the minutes: issue a new edition", icon=":material/edit_note:"):
                _issue_form(here, meeting, edition)
        _earlier(here, book, meeting)


def _minutes(here: Session, meeting: Meeting, edition: Edition | None) -> Minutes:
    """Put together once per edition and signature; a draft once per ledger version."""
    scope = here.scope.key
    frozen = (meeting.id, meeting.frozen_version, meeting.judged_on, here.catalog.digest)

    def source() -> Source:
        found: Source = marts.kept(
            ("minutes source", here.store, *frozen, scope),
            lambda: source_of_meeting(here.store, here.catalog, meeting, scope=here.scope),
        )
        return found

    stands = (edition.version, len(edition.signatures), edition.superseded_by) if edition else ("draft", here.version)

    def make() -> Minutes:
        with st.spinner("Putting the minutes together"):
            return minutes_of_meeting(source(), meeting, edition, as_of=None if edition else here.version)

    made: Minutes = marts.kept(("minutes", here.store, *frozen, scope, stands), make)
    return made


def _standing(edition: Edition) -> None:
    """Whether the other side has confirmed, plainly."""
    issued = (
        f"Edition {edition.number}, issued by {literal(edition.name)} for the {edition.side} "
        f"on {both_times(edition.at)}."
    )
    if edition.state == AGREED:
        st.success(f"**Confirmed by the {edition.other_side}.** {issued}", icon=":material/verified:")
    elif edition.state == OBJECTED:
        st.error(
            f"**Somebody objects to these minutes.** {issued} A new edition answers the objection, or whoever objected "
            "confirms.",
            icon=":material/gpp_bad:",
        )
    else:
        st.warning(
            f"**Waiting for the {edition.other_side}’s confirmation.** {issued}",
            icon=":material/hourglass_top:",
        )
    if edition.correction:
        st.markdown(f"**Corrects the edition before:** {literal(edition.correction)}")


def _signatures(edition: Edition) -> None:
    st.subheader("Signatures")
    if not edition.signatures:
        st.markdown("Nobody has signed this edition yet.")
    for one in edition.signatures:
        _signature(one)


def _signature(one: Signature) -> None:
    sign = {CONFIRM: ":green[●]", OBJECT: ":red[◆]"}.get(one.meaning, ":gray[○]")
    with st.container(border=True, gap="xsmall"):
        st.markdown(f"{sign} **{literal(one.name)}**, for the {one.side}: “{literal(one.meaning)}”")
        if one.note:
            st.markdown(literal(one.note))
        st.caption(
            f"{both_times(one.at)}, entered by {literal(one.actor)}, version {one.version}, content "
            f"{one.content_sha256[:12]}…"
        )


def _sign_form(here: Session, meeting: Meeting, edition: Edition) -> None:
    signs = "Minutes are signed by the members of the committee, for their own side."
    if not meeting_ledger.may_act(here, "sign the minutes", meeting.partner_id, Right.SIGN, signs):
        return
    sides = here.sides(Right.SIGN, meeting.partner_id)
    with (
        st.expander("Sign this edition", icon=":material/draw:", expanded=edition.state != AGREED),
        st.form("sign_minutes", border=False),
    ):
        left, right = st.columns([1, 2])
        left.selectbox(
            "Signing for the",
            sides,
            index=sides.index(edition.other_side) if edition.other_side in sides else 0,
            format_func=str.capitalize,
            key=field("sign", edition.version, "side"),
        )
        right.text_input("Name", key=field("sign", edition.version, "name"), max_chars=NAME_LIMIT)
        st.radio("Meaning", MEANINGS, key=field("sign", edition.version, "meaning"))
        st.text_area(
            "Note",
            key=field("sign", edition.version, "note"),
            max_chars=NOTE_LIMIT,
            height=80,
            help="Needed for an objection: to what, and why.",
        )
        st.caption(
            "A signature keeps the name, the side, the moment, its meaning and the digest of exactly this content."
        )
        st.form_submit_button("Sign", type="primary", on_click=_sign, args=(here, meeting, edition))


def _sign(here: Session, meeting: Meeting, edition: Edition) -> None:
    def write(now: datetime) -> Edition:
        return sign_minutes(
            here.store,
            meeting.id,
            edition=edition.version,
            side=st.session_state[field("sign", edition.version, "side")],
            name=told("sign", edition.version, "name"),
            meaning=st.session_state[field("sign", edition.version, "meaning")],
            note=told("sign", edition.version, "note"),
            actor=here.actor,
            now=now,
            scope=here.scope_for(Right.SIGN, st.session_state[field("sign", edition.version, "side")]),
        )

    act(write, "Signed. The signature is in the ledger.", "signing minutes")


def _issue_form(here: Session, meeting: Meeting, earlier: Edition | None) -> None:
    """``seen`` is the version on the screen: what others did in the meeting since then refuses the issue."""
    if not meeting_ledger.may_act(here, "issue minutes", meeting.partner_id):
        return
    sides = here.sides(Right.HOLD_MEETINGS, meeting.partner_id)
    number = earlier.number + 1 if earlier else 1
    with st.form("issue_minutes"):
        st.markdown(f"**Issue edition {number}**")
        if earlier:
            st.text_area("What it corrects", key=field("issue", number, "why"), max_chars=NOTE_LIMIT, height=80)
        st.text_area(
            "Summary of the meeting",
            value=earlier.text if earlier else "",
            key=field("issue", number, "text"),
            max_chars=TEXT_LIMIT,
            height=140,
        )
        left, right = st.columns([1, 2])
        left.selectbox(
            "Issued by the",
            sides,
            index=sides.index(earlier.side) if earlier and earlier.side in sides else 0,
            format_func=str.capitalize,
            key=field("issue", number, "side"),
        )
        right.text_input("Name", key=field("issue", number, "name"), max_chars=NAME_LIMIT)
        st.caption(
            "A new edition replaces the one before and has to be signed anew."
            if earlier
            else "Issuing fixes frozen figures, decisions, actions and this text. The meeting cannot be changed after "
            "that, only corrected by a new edition; the other side has to confirm it."
        )
        st.form_submit_button(
            f"Issue edition {number}",
            type="primary",
            on_click=_issue,
            args=(here, meeting, number, here.version),
        )


def _issue(here: Session, meeting: Meeting, number: int, seen: int) -> None:
    def write(now: datetime) -> Edition:
        return issue(
            here.store,
            here.catalog,
            meeting.id,
            text=told("issue", number, "text"),
            side=st.session_state[field("issue", number, "side")],
            name=told("issue", number, "name"),
            correction=told("issue", number, "why"),
            actor=here.actor,
            now=now,
            scope=here.scope_for(Right.HOLD_MEETINGS, st.session_state[field("issue", number, "side")]),
            after_version=seen,
        )[0]

    act(write, f"Edition {number} of the minutes is issued.", "issuing minutes")


def _earlier(here: Session, book: MeetingBook, meeting: Meeting) -> None:
    """Editions that were replaced, each with its signatures."""
    for edition in reversed(book.editions[meeting.version][:-1]):
        label = f"Edition {edition.number}, replaced: {len(edition.signatures)} signed"
        with st.expander(label, icon=":material/history:", on_change="rerun", key=f"edition {edition.version}") as old:
            if old.open:
                for one in edition.signatures:
                    _signature(one)
                minutes = _minutes(here, meeting, edition)
                minutes_files.show(minutes, meeting.partner_id)
                minutes_preview.show(minutes)
