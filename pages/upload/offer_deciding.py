"""Deciding about an offered file on the screen: three small forms, each a decision of its own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import streamlit as st

from kpi.access import SPONSOR_SIDE, Right, right_to_submit
from kpi.errors import KpiError
from kpi.ledger.deciding import accept_offer, refuse_offer, take_back_offer
from kpi.present.wording import plural
from pages.shared import marts as cached
from pages.shared import measures
from pages.shared.session import OFFER_DONE, OFFER_SEEN, Session
from pages.shared.text import literal
from pages.upload.receipt import change_summary

if TYPE_CHECKING:
    from kpi.desk.acceptance import CheckedAgain
    from kpi.ledger.offers import Offer

REASON_LIMIT = 1000


def ask_to_accept(session: Session, found: CheckedAgain, version: int) -> None:
    """``version``: that of the ledger with which the file was compared, and which the reader sees."""
    offer, warnings = found.offer, found.outcome.checked.findings.warnings
    with st.form(f"accept_{offer.version}"):
        consent = st.checkbox(f"I have read the {plural(warnings, 'warning')} and accept them") if warnings else True
        note = st.text_area(
            "What you looked at (optional)",
            max_chars=REASON_LIMIT,
            height=80,
            placeholder="For example: compared with the batch records",
            help="It is kept with the submission for good.",
        )
        pressed = st.form_submit_button(
            f"Accept {plural(offer.row_count, 'record')}", type="primary", icon=":material/check:"
        )
    seen, st.session_state[OFFER_SEEN] = st.session_state.get(OFFER_SEEN), (offer.version, version)
    if not pressed:
        return
    if seen is not None and seen[0] == offer.version and seen[1] != version:
        st.warning("The ledger has changed since you looked. What is shown above is new: look again, then press again.")
        return
    if not consent:
        st.warning("Tick the box above to accept the warnings, or refuse the file.")
        return

    def act() -> str:
        with st.spinner("Adding to the ledger"):
            taken = accept_offer(
                session.store,
                offer.version,
                found.outcome.checked,
                note=(note or "").strip(),
                actor=session.actor,
                now=datetime.now(UTC),
                accept_warnings=bool(consent),
                scope=session.scope_for(Right.ACCEPT, SPONSOR_SIDE),
            )
            cached.marts_as_of(session.store, session.catalog, None, session.scope)
        measures.accepted(taken.new + taken.changed + taken.unchanged)
        summary = change_summary(taken.new, taken.changed, taken.unchanged)
        return f"Offer {offer.version} is accepted as {taken.submission_id}: {summary}. Ledger version {taken.version}."

    _done(act)


def ask_to_refuse(session: Session, offer: Offer) -> None:
    """A form behind an expander: refusing is not what one wants to press by mistake."""
    with (
        st.expander("Refuse this file", icon=":material/block:"),
        st.form(f"refuse_{offer.version}", border=False),
    ):
        reason = st.text_area(
            "Reason",
            max_chars=REASON_LIMIT,
            height=80,
            placeholder="For example: three lots of October are missing",
            help="Whoever offered the file reads it. It is kept for good.",
        )
        pressed = st.form_submit_button("Refuse", icon=":material/block:")
    if not pressed:
        return
    if not (reason or "").strip():
        st.warning("Write a reason, then press again.")
        return

    def act() -> str:
        newest = refuse_offer(
            session.store,
            offer.version,
            reason=(reason or "").strip(),
            actor=session.actor,
            now=datetime.now(UTC),
            scope=session.scope_for(Right.ACCEPT, SPONSOR_SIDE),
        )
        return f"Offer {offer.version} is refused. This is ledger version {newest}."

    _done(act)


def ask_to_take_back(session: Session, offer: Offer) -> None:
    """For whoever offered it."""
    with (
        st.expander("Take this file back", icon=":material/undo:"),
        st.form(f"take_back_{offer.version}", border=False),
    ):
        reason = st.text_area("Reason (optional)", max_chars=REASON_LIMIT, height=80, help="It is kept for good.")
        pressed = st.form_submit_button("Take back", icon=":material/undo:")
    if not pressed:
        return

    def act() -> str:
        newest = take_back_offer(
            session.store,
            offer.version,
            reason=(reason or "").strip(),
            actor=session.actor,
            now=datetime.now(UTC),
            scope=session.scope_for(right_to_submit(offer.dataset)),
        )
        return f"Offer {offer.version} is taken back. This is ledger version {newest}."

    _done(act)


def _done(act: Callable[[], str]) -> None:
    """Does it and draws the list anew, with what became of it above; or says why not, also where somebody was first."""
    try:
        told = act()
    except KpiError as error:
        st.error(literal(str(error)))
        return
    st.session_state[OFFER_DONE] = told
    st.session_state.pop(OFFER_SEEN, None)
    st.rerun()
