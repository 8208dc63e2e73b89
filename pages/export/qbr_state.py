"""What the alliance manager has chosen so far, kept within the session: arranged pages, comments, the template.

Comments belong to a partner and a month, all else to whatever pack is made next. Fields of the page write here in their
callbacks, so that nothing is lost when they leave the screen.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date

import streamlit as st

from kpi.qbr.choices import Choices
from kpi.qbr.page_list import PageList, list_of, unknown_pages
from pages.shared.session import (
    QBR_COMMENTS,
    QBR_PAGES,
    QBR_ROUND,
    QBR_TEMPLATE,
    QBR_TITLE,
    QBR_UNTIL,
    QBR_WANTED,
)

USUAL_TITLE = Choices("", date.min).title


@dataclass(frozen=True)
class Chosen:
    """Whose pack, of which period. ``meeting``: id of the one whose frozen figures are shown, "" for none."""

    partner_id: str
    month: date
    window: int
    meeting: str = ""


@dataclass(frozen=True)
class TemplateFile:
    """A company's template that was read and found good. ``described``: what is taken from it."""

    name: str
    content: bytes
    described: str

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def page_list() -> PageList:
    found: PageList = st.session_state.get(QBR_PAGES, PageList())
    return found


def arrange(pages: PageList, *, anew: bool = True) -> None:
    """Keep ``pages``. ``anew``: the table is drawn afresh, for its rows stand in another order."""
    st.session_state[QBR_PAGES] = pages
    if anew:
        st.session_state[QBR_ROUND] = list_round() + 1


def list_round() -> int:
    return int(st.session_state.get(QBR_ROUND, 0))


def settle(usual: tuple[str, ...]) -> list[str]:
    """Arrange the pages as a file of choices wanted them, if one did; what it names and this partner does not have."""
    wanted = st.session_state.pop(QBR_WANTED, None)
    if wanted is None:
        return []
    arrange(list_of(wanted, usual))
    return unknown_pages(wanted, usual)


def comments(partner_id: str, month: date) -> dict[str, str]:
    """{page: text} of this partner's pack; an empty one where nothing was written."""
    every: dict[tuple[str, date], dict[str, str]] = st.session_state.get(QBR_COMMENTS, {})
    return dict(every.get((partner_id, month), {}))


def keep_comment(partner_id: str, month: date, page: str, text: str) -> None:
    kept = comments(partner_id, month)
    if text.strip():
        kept[page] = text.strip()
    else:
        kept.pop(page, None)
    keep_comments(partner_id, month, kept)


def keep_comments(partner_id: str, month: date, kept: dict[str, str]) -> None:
    every = dict(st.session_state.get(QBR_COMMENTS, {}))
    every[(partner_id, month)] = kept
    st.session_state[QBR_COMMENTS] = every


def template() -> TemplateFile | None:
    found: TemplateFile | None = st.session_state.get(QBR_TEMPLATE)
    return found


def title() -> str:
    return str(st.session_state.get(QBR_TITLE) or "").strip() or USUAL_TITLE


def until() -> date | None:
    found: date | None = st.session_state.get(QBR_UNTIL)
    return found


def choices_of(chosen: Chosen, usual: tuple[str, ...]) -> Choices:
    """``usual``: the keys of every page that the pack could have, in the usual order."""
    return Choices(
        chosen.partner_id,
        chosen.month,
        chosen.window,
        pages=page_list().as_choice(usual),
        comments={key: text for key, text in comments(chosen.partner_id, chosen.month).items() if key in usual},
        until=until(),
        title=title(),
    )
