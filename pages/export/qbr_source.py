"""The figures that packs are made from, and what each page of a pack will hold; kept for all sessions by version."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import streamlit as st

from kpi.ledger.meetings import meetings
from kpi.present.wording import day_name
from kpi.qbr.choices import Choices
from kpi.qbr.gather import Source, source_of, whole_pack
from kpi.qbr.preview import PageView, preview_of
from pages.export.qbr_state import Chosen
from pages.shared import marts
from pages.shared.shelf import MB, Shelf
from pages.shared.weight import weight

if TYPE_CHECKING:
    from kpi.ledger.meeting_model import Meeting
    from kpi.qbr.pack import Pack
    from pages.shared.session import Session

_sources: Shelf[Source] = Shelf(200, 256 * MB, weight)
_outlines: Shelf[Outline] = Shelf(500, 128 * MB, weight)


@dataclass(frozen=True)
class Outline:
    """``pack``: every page that there could be, in the usual order, without comments; ``views``: what each holds."""

    pack: Pack
    views: tuple[PageView, ...]

    @property
    def usual(self) -> tuple[str, ...]:
        return tuple(page.key for page in self.pack.pages)


def offered_meetings(here: Session, partner_id: str) -> dict[str, Meeting]:
    """{id: meeting} of the partner, the latest first; those called off are left out. From the newest ledger version."""
    newest = marts.latest_version(here.store)

    def make() -> tuple[Meeting, ...]:
        return tuple(meetings(here.store, scope=here.scope, as_of=newest, partner=partner_id))

    key = (newest, partner_id)
    found = marts.drawing("qbr_meetings", here.store, here.marts, here.scope, key, make)
    return {meeting.id: meeting for meeting in found if not meeting.cancelled}


def source(here: Session, meeting: Meeting | None = None) -> Source:
    """The figures as the sidebar has them, or as the meeting froze them."""
    if meeting is not None:
        from kpi.meeting.composing import source_of_meeting

        key: tuple[object, ...] = (meeting, here.store, here.catalog.digest, here.scope.key)
        return _sources.get(key, lambda: source_of_meeting(here.store, here.catalog, meeting, scope=here.scope))
    review = marts.review(here)
    key = (here.store, here.version, here.catalog.digest, here.scope.key, review.day)
    return _sources.get(key, lambda: source_of(here.store, here.catalog, here.scope, here.marts, review))


def key_of(found: Source) -> tuple[object, ...]:
    """What the figures rest on, for shelves."""
    told = found.provenance
    return (found.store, found.scope.key, told.version, told.day, told.definitions, told.frozen_for)


def outline(found: Source, chosen: Chosen, until: date | None, title: str) -> Outline:
    """Raises UsageError for a partner or month that the figures do not have."""
    key = (*key_of(found), chosen, until, title)

    def make() -> Outline:
        wanted = Choices(chosen.partner_id, chosen.month, chosen.window, until=until, title=title)
        with st.spinner("Gathering the pages"):
            pack = whole_pack(found, wanted)
        return Outline(pack, preview_of(pack))

    return _outlines.get(key, make)


def meeting_label(meeting: Meeting) -> str:
    """ "Steering committee, 3 December 2026 (M-412): frozen at ledger version 408"."""
    return f"{meeting.title}, {day_name(meeting.day)} ({meeting.id}): frozen at ledger version {meeting.frozen_version}"
