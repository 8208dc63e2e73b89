"""The screens, by section, and the rights that they take."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from kpi.access import Person, Right, load_roles

if TYPE_CHECKING:
    from streamlit.navigation.page import Page

ROOT = Path(__file__).resolve().parents[2]

PORTFOLIO = "pages/review/portfolio.py"
PARTNER_PAGE = "pages/review/partner.py"
INDICATOR_PAGE = "pages/review/indicator.py"
ESCALATIONS = "pages/review/escalations.py"
LOOK_AHEAD = "pages/review/look_ahead.py"
MEETING_PAGE = "pages/review/meeting.py"
MONTHLY_UPLOAD = "pages/upload/monthly_upload.py"
SUBMISSIONS = "pages/upload/submissions.py"
REPORTING_CALENDAR = "pages/upload/reporting_calendar.py"
QBR_PACK = "pages/export/qbr.py"
DEFINITIONS = "pages/reference/definitions.py"
ACCESS = "pages/administer/access.py"

SECTIONS: dict[str, tuple[tuple[str, str, str, str], ...]] = {  # section -> (file, title, icon, what it is for)
    "Review": (
        (PORTFOLIO, "Portfolio", "grid_on", "The headline indicators of one month, partner by partner."),
        (
            PARTNER_PAGE,
            "Partner",
            "factory",
            "One partner: every indicator, its sites, what changed, latest records.",
        ),
        (
            INDICATOR_PAGE,
            "Indicator",
            "show_chart",
            "One indicator over time, with control limits and the records.",
        ),
        (
            ESCALATIONS,
            "Escalations",
            "campaign",
            "What must be escalated: whose turn it is, by when, with the evidence.",
        ),
        (
            LOOK_AHEAD,
            "Look-ahead",
            "event_upcoming",
            "What is overdue, and what falls due before the next meeting.",
        ),
        (
            MEETING_PAGE,
            "Meeting",
            "groups",
            "A committee's meeting on frozen figures: agenda, decisions, agreed actions, minutes.",
        ),
    ),
    "Upload": (
        (MONTHLY_UPLOAD, "Monthly upload", "upload_file", "Check a partner's file and add it to the ledger."),
        (
            REPORTING_CALENDAR,
            "Reporting calendar",
            "calendar_month",
            "What was due and what came, by partner, dataset and month.",
        ),
        (SUBMISSIONS, "Submissions", "history", "What was uploaded, by whom, and how to withdraw it."),
    ),
    "Export": ((QBR_PACK, "QBR pack", "co_present", "Deck, workbook and PDF for a business review."),),
    "Reference": ((DEFINITIONS, "Definitions", "menu_book", "What every indicator means, and where it comes from."),),
    "Administer": ((ACCESS, "Access", "key", "Who may see and do what, and why; grant and withdraw it."),),
}


# Any one of these, for any partner; what is not listed is for everybody who may read.
NEEDS: dict[str, tuple[Right, ...]] = {
    MONTHLY_UPLOAD: (Right.UPLOAD, Right.SET_REFERENCE),
    QBR_PACK: (Right.EXPORT,),
    ACCESS: (Right.ADMINISTER,),
}


def pages(person: Person | None = None) -> dict[str, list[Page]]:
    """The pages for ``st.navigation``; a page whose file is not installed is left out.

    One that ``person`` can do nothing on is hidden but there: its address then says so. None: nobody knows yet.
    """
    found = {
        section: [
            st.Page(
                file,
                title=title,
                icon=f":material/{icon}:",
                help=purpose,
                default=file == PORTFOLIO,
                visibility="visible" if person is None or may_open(file, person) else "hidden",
            )
            for file, title, icon, purpose in entries
            if is_installed(file)
        ]
        for section, entries in SECTIONS.items()
    }
    return {section: entries for section, entries in found.items() if entries}


def may_open(file: str, person: Person) -> bool:
    """Whether there is anything on this screen that ``person`` may do."""
    return any(person.may(right) for right in NEEDS.get(file, (Right.READ,)))


def needed_for(file: str) -> Right:
    """The right by which a screen is refused."""
    return NEEDS.get(file, (Right.READ,))[0]


def file_of(page: Page) -> str:
    """The file of a page of the navigation."""
    every = (file for entries in SECTIONS.values() for file, *_ in entries)
    return next((file for file in every if Path(file).stem == page.url_path), PORTFOLIO)


def roles_for(file: str, person: Person) -> list[str]:
    """The names of the roles that open a screen, on the side that ``person`` is on."""
    needed = NEEDS.get(file, (Right.READ,))
    return [role.name for role in load_roles().values() if role.rights(person.side) & set(needed)]


@cache
def is_installed(file: str) -> bool:
    return (ROOT / file).is_file()


def link_if_there(file: str, label: str, icon: str = "arrow_forward") -> None:
    """A link to another screen, unless that screen is not installed or this reader can do nothing there."""
    from pages.shared.person import reader_now

    if is_installed(file) and ((person := reader_now()) is None or may_open(file, person)):
        st.page_link(file, label=label, icon=f":material/{icon}:")
