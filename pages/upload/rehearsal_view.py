"""What confirming would do to the figures and escalations, worked out in a rehearsal that writes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import streamlit as st

from kpi.desk.checking import Months
from kpi.errors import KpiError
from pages.shared import marts as cached
from pages.shared.session import Session
from pages.shared.text import literal
from pages.upload import memory
from pages.upload.consequences_view import show_consequences
from pages.upload.working import Worked

if TYPE_CHECKING:
    from kpi.rehearsal.consequences import Consequences

AUTOMATIC = 200_000  # records; more take some seconds and are rehearsed when asked
KEPT_AS = "consequences"


def show(session: Session, ready: Sequence[Worked], months: Months) -> None:
    """The sentence, the escalations that would open or close, and every figure that moves."""
    records = sum(
        w.outcome.checked.records.height for w in ready if w.outcome and w.outcome.checked.records is not None
    )
    rests_on = (
        cached.latest_version(session.store),
        session.scope.key,
        months,
        tuple((worked.item.key, worked.understood.dataset, worked.understood.mapping) for worked in ready),
    )
    asked = records <= AUTOMATIC or memory.is_kept(KEPT_AS, rests_on)
    if not asked and not st.button("Work out which figures would move", icon=":material/query_stats:"):
        return
    found = memory.kept(KEPT_AS, rests_on, lambda: _rehearsed(session, ready, months))
    if isinstance(found, str):
        st.error(literal(found))
        return
    show_consequences(session, found)


def _rehearsed(session: Session, ready: Sequence[Worked], months: Months) -> Consequences | str:
    """The consequences, or the sentence that says why there are none to be had."""
    from kpi.rehearsal.consequences import Planned, consequences_of_submitting

    planned = [Planned(worked.outcome.checked, months.first, months.last) for worked in ready if worked.outcome]
    before = (session.marts, cached.review(session)) if session.filters.as_of is None else None
    slot = st.empty()
    bar = slot.progress(0.0, text="Working out which figures would move")

    def step(stage: str, share: float) -> None:
        bar.progress(min(1.0, max(0.0, share)), text=stage)

    try:
        return consequences_of_submitting(
            session.store,
            session.catalog,
            planned,
            actor=session.actor,
            reason="rehearsal",
            now=datetime.now(UTC),
            scope=session.scope,
            progress=step,
            before=before,
        )
    except KpiError as error:
        return str(error)
    finally:
        slot.empty()
