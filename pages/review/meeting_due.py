"""Evidence for what falls due: every commitment that an agenda item counts, as frozen, and what became of it since."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import streamlit as st

from kpi.access import Scope
from kpi.marts.look_ahead import look_ahead
from kpi.present.look_ahead import DATASET_OF, listed
from kpi.present.rows import labels_of
from kpi.present.sites import names_of_sites
from kpi.present.wording import joined
from kpi.qbr.choices import LOOK_AHEAD_DAYS
from pages.shared import marts, records
from pages.shared.text import literal

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd

    from kpi.ledger.links import Link
    from kpi.ledger.meeting_model import Meeting
    from pages.review.meeting_frozen import Views
    from pages.shared.session import Session

NAMED = 8  # records that a sentence names


def show(views: Views, meeting: Meeting, link: Link, frozen_badge: str, changed: str, same: str) -> bool:
    """The commitments of the linked record's kind that are overdue, or not yet due, as it is.

    False where the record was no open commitment then: its own row has to tell.
    """
    until = max(meeting.day, meeting.judged_on) + timedelta(days=LOOK_AHEAD_DAYS)
    then = _open(views.frozen, meeting.partner_id, until)
    own = then[(then["record_id"] == link.record_id) & (then["what"].map(DATASET_OF) == link.dataset)]
    if own.empty:
        return False
    first = own.iloc[0]
    alike = then[(then["what"] == first["what"]) & ((then["days_left"] < 0) == (first["days_left"] < 0))]
    st.markdown(f"{frozen_badge} The open ones, the earliest date first:")
    told = listed(alike, labels_of(views.frozen.marts), names_of_sites(views.frozen.marts)).drop(columns="partner")
    records.table(told, f"{link.record_id} and others as frozen, {meeting.id}", Scope.of([meeting.partner_id]))
    now = _open(views.now, meeting.partner_id, until)
    settled = [str(one) for one in alike["record_id"] if one not in set(now[now["what"] == first["what"]]["record_id"])]
    if settled:
        st.markdown(f"{changed} {literal(views.of_now)}: no longer open: {literal(joined(settled, NAMED))}.")
    else:
        st.markdown(f"{same} {literal(views.of_now)}: all of them are still open.")
    return True


def _open(view: Session, partner: str, until: date) -> pd.DataFrame:
    day = marts.day(view)
    found: pd.DataFrame = marts.kept(
        ("meeting due", view.store, view.version, view.scope.key, partner, day, until),
        lambda: look_ahead(
            view.store, version=view.version, day=day, until=max(until, day), scope=view.scope, partner=partner
        ),
    )
    return found
