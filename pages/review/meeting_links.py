"""From a meeting to the screens with the evidence, each with the partner, month and version it is about.

The sidebar's choices outlive a change of the screen, whatever a link says, so they are set before the screen changes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from kpi.ledger.links import ESCALATION, INDICATOR, RECORD
from pages.shared import navigation
from pages.shared.session import (
    AS_OF,
    CURRENCY,
    HELD,
    MEETING_PACK,
    MEETING_WAY,
    MONTH,
    ONLY_DATASET,
    PARTNER,
    WINDOW,
    Session,
)
from pages.shared.session import ESCALATION as ESCALATION_PARAMETER
from pages.shared.session import INDICATOR as INDICATOR_PARAMETER

if TYPE_CHECKING:
    from kpi.ledger.links import Link
    from kpi.ledger.meeting_model import Meeting

ICON = ":material/arrow_forward:"


def to(here: Session, link: Link, *, frozen: bool = False) -> None:
    """The way to what ``link`` is about as ``here`` sees it; nothing for a link to nothing.

    ``frozen``: the screen opens as of the frozen version, else in the present.
    """
    found = target(here, link)
    if found is None:
        return
    file, label, query = found
    at = f", version {here.version}" if frozen else ""
    _way(file, label + at, _sidebar(here, str(here.version) if frozen else ""), query, ICON)


def target(here: Session, link: Link) -> tuple[str, str, dict[str, str]] | None:
    """(screen, what its button says, query beside the sidebar's)."""
    if link.kind == INDICATOR and link.kpi_id in here.catalog.indicators:
        query = {INDICATOR_PARAMETER: here.catalog.indicators[link.kpi_id].name}
        return (
            navigation.INDICATOR_PAGE,
            "Open the indicator",
            query | ({CURRENCY: link.currency} if link.currency else {}),
        )
    if link.kind == ESCALATION:
        return navigation.ESCALATIONS, "Open the escalation", {ESCALATION_PARAMETER: link.escalation_id}
    if link.kind == RECORD:
        return navigation.SUBMISSIONS, "Open the submissions", {ONLY_DATASET: link.dataset}
    return None


def to_meeting(meeting_id: str) -> None:
    _way(navigation.MEETING_PAGE, f"Open {meeting_id}", {}, {HELD: meeting_id}, ":material/groups:")


def to_export(here: Session, meeting: Meeting) -> None:
    """The pack for this meeting, where the export screen is installed."""
    label = "Export the pack of these frozen figures"
    _way(navigation.QBR_PACK, label, _sidebar(here, ""), {MEETING_PACK: meeting.id}, ":material/slideshow:")


def _sidebar(here: Session, as_of: str) -> dict[str, object]:
    """What the sidebar shall say there; of the partner, month and window that ``here`` looks at."""
    told: dict[str, object] = {AS_OF: as_of}
    if here.filters.partner is not None:
        told[PARTNER] = here.filters.partner
    if here.filters.month is not None:
        told |= {MONTH: f"{here.filters.month:%Y-%m}", WINDOW: here.filters.window}
    return told


def _way(file: str, label: str, sidebar: dict[str, object], query: dict[str, str], icon: str) -> None:
    if navigation.is_installed(file):
        st.button(label, icon=icon, type="tertiary", key=f"way {label}", on_click=_leave, args=(file, sidebar, query))


def _leave(file: str, sidebar: dict[str, object], query: dict[str, str]) -> None:
    for name, value in sidebar.items():
        st.session_state[name] = value
    st.session_state[MEETING_WAY] = (file, query)


def follow() -> None:
    """Go where a button pointed to; first of all, since the sidebar may say by now that there is no such meeting."""
    if way := st.session_state.pop(MEETING_WAY, None):
        file, query = way
        st.switch_page(file, query_params=query)
