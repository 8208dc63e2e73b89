"""One offered file in full: the facts, the original, what its acceptance would change, and the ways to decide."""

from __future__ import annotations

from datetime import UTC, date, datetime, tzinfo
from typing import TYPE_CHECKING

import streamlit as st

from kpi.access import SPONSOR_SIDE, Right, Scope, right_to_submit
from kpi.desk.acceptance import CheckedAgain, check_again
from kpi.errors import KpiError
from kpi.ledger.deciding import may_be_the_same, offered_it
from kpi.ledger.offers import ACCEPTED, REFUSED, offer_holds_more, offered_file
from kpi.present.offers import who_accepts
from kpi.present.wording import plural
from pages.shared import downloads
from pages.shared import marts as cached
from pages.shared.navigation import MONTHLY_UPLOAD
from pages.shared.session import Session
from pages.shared.text import literal, size_text
from pages.upload import confirm, findings_view, memory, offer_deciding
from pages.upload.changed_cells import changed_cells
from pages.upload.consequences_view import show_consequences
from pages.upload.history_table import moment_text
from pages.upload.months import span_name
from pages.upload.submission_details import accepted_warnings, reading_text

if TYPE_CHECKING:
    from kpi.ledger.offers import Offer
    from kpi.rehearsal.consequences import Consequences

CHECKED, TRIED = "offer checked", "offer tried"
HELD_BACK = "The original may hold more than this file's records: it is not handed out. Ask whoever offered it."


def facts(offer: Offer, zone: tzinfo | None) -> dict[str, str]:
    """What is on record about an offer, as {what: text} in reading order; the texts are Markdown, escaped."""
    ended = f"{offer.state.capitalize()}"
    lines = {
        "State": "waits for acceptance" if offer.waits else offer.state,
        ended: "" if offer.ended_at is None else f"{moment_text(offer.ended_at, zone)}, by {offer.ended_by}",
        "Because" if offer.state == REFUSED else "Said then": offer.ended_reason,
        "Became": offer.submission_id,
        "Dataset": offer.dataset.replace("_", " "),
        "Covers": span_name(offer.month_from, offer.month_to),
        "Partners": ", ".join(offer.partners),
        "Records": plural(offer.row_count, "record"),
        "File": f"{offer.file_name} ({size_text(offer.size)})",
        "Offered": f"{moment_text(offer.at, zone)}, by {offer.actor}",
        "Reason": offer.reason,
        "Read as": reading_text(offer.reading),
        "Ledger version": f"{offer.version:,}",
        "SHA-256": offer.sha256,
    }
    return {what: literal(text) for what, text in lines.items() if text}


def show(session: Session, offer: Offer, zone: tzinfo | None) -> None:
    """Everything on record, the original, and what this reader may do about it."""
    st.subheader(f"Offer {offer.version}")
    st.table(facts(offer, zone), border="horizontal", alt=f"Facts about offer {offer.version}")
    if offer.warnings:
        st.markdown(f"**{plural(offer.warning_count, 'warning')}, accepted by {literal(offer.actor)}**")
        st.dataframe(
            accepted_warnings(list(offer.warnings)),
            hide_index=True,
            column_config={"Warning": st.column_config.TextColumn(width="large")},
            alt="Warnings that whoever offered the file accepted",
        )
    if offer.mapping:
        with st.expander("Mapping used", icon=":material/tune:"):
            st.code(offer.mapping, language="toml")
    if offer_holds_more(session.store, offer.version, scope=session.scope, reader=session.actor):
        st.caption(HELD_BACK)
    else:
        downloads.download(
            "Original file",
            lambda: offered_file(session.store, offer.version, scope=session.scope, reader=session.actor)[1],
            file_name=offer.file_name,
            mime="application/octet-stream",
            of=Scope.of(offer.partners),
        )
    if offer.state == ACCEPTED:
        confirm.submission_link(offer.submission_id)
    elif not offer.waits and offered_it(offer, session.actor):
        st.page_link(MONTHLY_UPLOAD, label="Send a file anew", icon=":material/upload_file:")
    if offer.waits:
        _waits(session, offer)


def _waits(session: Session, offer: Offer) -> None:
    if session.filters.as_of is not None:
        st.caption("This is the ledger as it was. Clear the as-of field to decide about a file.")
        return
    mine = offered_it(offer, session.actor)
    if mine and session.may(right_to_submit(offer.dataset)):
        offer_deciding.ask_to_take_back(session, offer)
    if may_be_the_same(offer, session.actor):
        st.caption(f"You offered this file, so somebody else decides about it: {who_accepts()}.")
        return
    scope = session.person.scope(Right.ACCEPT, SPONSOR_SIDE)
    if not all(scope.allows(partner) for partner in offer.partners):
        st.caption(f"It waits for {who_accepts()}.")
        return
    _to_decide(session, offer)


def _to_decide(session: Session, offer: Offer) -> None:
    st.markdown("#### Checked again beside the ledger as it is now")
    version = cached.latest_version(session.store)
    rests_on = (offer.version, version, session.scope.key, date.today())
    try:
        found = memory.kept(CHECKED, rests_on, lambda: _checked(session, offer))
    except KpiError as error:
        st.error(literal(str(error)))
        return
    outcome = found.outcome
    if len(outcome.checked.findings):
        findings_view.show(outcome.checked.findings)
    else:
        st.success("Nothing is wrong with the file.", icon=":material/check_circle:")
    if outcome.preview is None:
        st.error("The file has errors now, so it cannot be accepted. Refuse it with the reason.")
        offer_deciding.ask_to_refuse(session, offer)
        return
    counted = (
        f"{outcome.preview.new:,} new, {outcome.preview.changed:,} changed, {outcome.preview.unchanged:,} unchanged"
    )
    st.markdown(f"Records: {counted}. Compared with ledger version {version}; nothing has been written.")
    if len(outcome.preview.changes):
        with st.expander("What it changes, cell by cell", icon=":material/difference:"):
            changed_cells(outcome.preview.changes)
    tried = memory.kept(TRIED, rests_on, lambda: _tried(session, found))
    if isinstance(tried, str):
        st.error(literal(tried))
    else:
        show_consequences(session, tried)
    offer_deciding.ask_to_accept(session, found, version)
    offer_deciding.ask_to_refuse(session, offer)


def _checked(session: Session, offer: Offer) -> CheckedAgain:
    slot = st.empty()
    bar = slot.progress(0.0, text="Reading the file")

    def step(stage: str, share: float) -> None:
        bar.progress(min(1.0, max(0.0, share)), text=stage)

    try:
        return check_again(
            session.store,
            session.catalog,
            offer.version,
            today=date.today(),
            scope=session.scope,
            progress=step,
        )
    finally:
        slot.empty()


def _tried(session: Session, found: CheckedAgain) -> Consequences | str:
    """The consequences, or the sentence that says why there are none to be had."""
    from kpi.rehearsal.consequences import Planned, consequences_of_submitting

    slot = st.empty()
    bar = slot.progress(0.0, text="Working out which figures would move")
    try:
        return consequences_of_submitting(
            session.store,
            session.catalog,
            [Planned(found.outcome.checked, found.offer.month_from, found.offer.month_to)],
            actor=session.actor,
            reason="rehearsal",
            now=datetime.now(UTC),
            scope=session.scope,
            progress=lambda stage, share: bar.progress(min(1.0, max(0.0, share)), text=stage),
            before=(session.marts, cached.review(session)),
        )
    except KpiError as error:
        return str(error)
    finally:
        slot.empty()
