"""What has changed since a meeting's figures were frozen: one line, and the list with the files behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from kpi.meeting.frozen import MOVES_FIGURES, ChangedFigure, Since, changed_since
from kpi.present.since_board import since_board
from kpi.present.wording import day_name, joined, plural
from pages.shared import board, marts
from pages.shared.text import literal

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

    from kpi.ledger.meeting_model import Meeting
    from pages.review.meeting_frozen import Views

FILES_NAMED = 12


def show(views: Views, meeting: Meeting, slot: DeltaGenerator) -> None:
    """Into ``slot``, which stands above what was drawn before: comparing may take seconds the first time."""
    with slot:
        since = _since(views, meeting, quick=True)
        if not (since.figures or since.months or since.opens or since.closes):
            st.success(
                f"Nothing has changed since: the ledger says the same now (version {views.now.version}).",
                icon=":material/drag_handle:",
            )
            return
        st.warning(f"**{literal(since.short)}.** {literal(_beside(since, meeting))}", icon=":material/difference:")
        label = "What has changed, and through which files"
        with st.expander(label, icon=":material/list:", on_change="rerun", key=f"since {meeting.id}") as opened:
            if opened.open:
                _listed(_since(views, meeting, quick=False), meeting, views.now.version)


def _since(views: Views, meeting: Meeting, *, quick: bool) -> Since:
    """Compared once per version that moved something; what moved each figure is worked out only for the list."""
    now = views.now
    moved = marts.moved_at(now.store, now.version, MOVES_FIGURES)
    key = (
        "since",
        now.store,
        (meeting.id, meeting.frozen_version, meeting.judged_on, meeting.month, meeting.window),
        max(moved, meeting.frozen_version),
        now.catalog.digest,
        now.scope.key,
        quick,
    )

    def make() -> Since:
        with st.spinner("Comparing the frozen figures with those of now"):
            return changed_since(now.store, now.catalog, meeting, scope=now.scope, later=now.version, quick=quick)

    found: Since = marts.kept(key, make)
    return found


def _beside(since: Since, meeting: Meeting) -> str:
    """What else differs, and that the screen goes on showing what was frozen."""
    months = _other_months(since, meeting)
    moved = [
        f"{plural(len(since.opens), 'escalation')} opened" if since.opens else "",
        f"{plural(len(since.closes), 'escalation')} closed" if since.closes else "",
    ]
    said = [
        f"Of single months up to then, {plural(len(months), 'other figure')} changed" if months else "",
        " and ".join(part for part in moved if part),
        f"Through {joined(list(since.files), 4)}" if since.files else "",
        "This meeting goes on showing what was frozen; what holds now stands beside it",
    ]
    return " ".join(f"{part}." for part in said if part)


def _other_months(since: Since, meeting: Meeting) -> tuple[ChangedFigure, ...]:
    """Single months beside the figures of the meeting's own period."""
    return tuple(one for one in since.months if meeting.window > 1 or one.month < meeting.month)


def _listed(since: Since, meeting: Meeting, now: int) -> None:
    st.caption(
        f"Frozen: ledger version {since.earlier}. Now: version {now}. Both are judged on "
        f"{day_name(since.day)}, so that what only time moved is left out."
    )
    table = since_board(since.figures, f"Changed figures of {since.period}")
    if table:
        st.markdown(f"**Figures of {literal(since.period)}**")
        board.show(table, "meeting_since", legend=True, tallest="26rem")
    months = since_board(_other_months(since, meeting), "Changed figures of single months", with_month=True)
    if months:
        st.markdown("**Single months up to then**")
        board.show(months, "meeting_since_months", legend=not table, tallest="22rem")
    for label, sentences in (("Escalations that opened", since.opens), ("Escalations that closed", since.closes)):
        if sentences:
            st.markdown(f"**{label}**\n\n" + "\n".join(f"- {literal(one)}" for one in sentences))
    if since.files:
        exact = "" if since.exact else " There were many: each may have moved any of these figures."
        st.caption(literal(f"Files since: {joined(list(since.files), FILES_NAMED)}.{exact}"))
