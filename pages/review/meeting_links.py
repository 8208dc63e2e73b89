"""From a meeting to the screens with the evidence, each with the partner, month and version it is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from kpi.ledger.links import ESCALATION, INDICATOR, RECORD
from kpi.present.rows import labels_of
from kpi.present.wording import month_name
from pages.shared import navigation
from pages.shared.session import (
    AS_OF,
    CURRENCY,
    HELD,
    MONTH,
    PARTNER,
    Session,
)
from pages.shared.session import (
    ESCALATION as ESCALATION_PARAMETER,
)
from pages.shared.session import (
    INDICATOR as INDICATOR_PARAMETER,
)

if TYPE_CHECKING:
    from kpi.ledger.links import Link
    from kpi.ledger.meeting_model import Meeting

ICON = ":material/arrow_forward:"


def to(here: Session, link: Link, *, frozen: bool = False) -> None:
    """A link to what ``link`` is about as ``here`` sees it; nothing for a link to nothing.

    ``frozen``: the screen opens as of the frozen version.
    """
    found = address(here, link)
    if found is None:
        return
    file, label, query = found
    if frozen:
        query |= {AS_OF: str(here.version)}
        label += f", version {here.version}"
    if navigation.is_installed(file):
        st.page_link(file, label=label, icon=ICON, query_params=query)


def address(here: Session, link: Link) -> tuple[str, str, dict[str, str]] | None:
    """(page, what the link says, query)."""
    partner = here.filters.partner
    query = {PARTNER: labels_of(here.marts).get(partner, partner)} if partner else {}
    if link.kind == INDICATOR and link.kpi_id in here.catalog.indicators:
        query |= {INDICATOR_PARAMETER: here.catalog.indicators[link.kpi_id].name}
        if here.filters.month:
            query |= {MONTH: month_name(here.filters.month)}
        if link.currency:
            query |= {CURRENCY: link.currency}
        return navigation.INDICATOR_PAGE, "Open the indicator", query
    if link.kind == ESCALATION:
        return navigation.ESCALATIONS, "Open the escalation", {ESCALATION_PARAMETER: link.escalation_id}
    if link.kind == RECORD:
        return navigation.SUBMISSIONS, "Open the submissions", {"only_dataset": link.dataset}
    return None


def to_meeting(meeting_id: str) -> None:
    st.page_link(
        navigation.MEETING_PAGE, label=f"Open {meeting_id}", icon=":material/groups:", query_params={HELD: meeting_id}
    )


def to_export(meeting: Meeting) -> None:
    """The pack for this meeting, where the export screen is installed."""
    if navigation.is_installed(EXPORT_PAGE):
        st.page_link(
            EXPORT_PAGE,
            label="Export the pack of these frozen figures",
            icon=":material/slideshow:",
            query_params={"meeting_pack": meeting.id},
        )


EXPORT_PAGE = "pages/export/qbr.py"
