"""The screens, by section."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import streamlit as st

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

SECTIONS: dict[str, tuple[tuple[str, str, str, str], ...]] = {  # section -> (file, title, icon, what it is for)
    "Review": (
        (PORTFOLIO, "Portfolio", "grid_on", "All partners and their headline indicators for one month."),
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
    "Export": (
        (QBR_PACK, "QBR pack", "co_present", "Deck, workbook and PDF for a business review, of one partner or of all."),
    ),
    "Reference": ((DEFINITIONS, "Definitions", "menu_book", "What every indicator means, and where it comes from."),),
}


def pages() -> dict[str, list]:
    """The pages for ``st.navigation``; a page whose file is not installed is left out."""
    found = {
        section: [
            st.Page(file, title=title, icon=f":material/{icon}:", help=purpose, default=file == PORTFOLIO)
            for file, title, icon, purpose in entries
            if is_installed(file)
        ]
        for section, entries in SECTIONS.items()
    }
    return {section: entries for section, entries in found.items() if entries}


@cache
def is_installed(file: str) -> bool:
    return (ROOT / file).is_file()


def link_if_there(file: str, label: str) -> None:
    """A link to another screen, unless that screen is not installed."""
    if is_installed(file):
        st.page_link(file, label=label, icon=":material/arrow_forward:")
