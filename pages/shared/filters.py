"""The sidebar: partner, month, window and as-of. Each widget is bound to a query parameter of the same name.

A link may name a partner by id or by its label, a month as 2026-10 or "October 2026". What cannot be followed falls
back to a sensible choice, and a sentence on the page says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import streamlit as st

from kpi.present.rows import labels_of
from kpi.present.subject import WHOLE
from kpi.present.wording import month_name
from pages.shared import marts
from pages.shared.session import (
    ALL_PARTNERS,
    AS_OF,
    EXPLAIN_SINCE,
    INDICATOR,
    MONTH,
    NOTES,
    PARTNER,
    SUBJECT,
    WINDOW,
    WINDOWS,
    Session,
)
from pages.shared.text import literal

if TYPE_CHECKING:
    from kpi.catalog import Catalog
    from kpi.present.subject import Subject

# A link must go on showing the month and indicator it was copied at, also when another one becomes the default.
ALWAYS_IN_THE_LINK = (MONTH, INDICATOR)


def as_of_field() -> None:
    """The as-of field. It stands last in the sidebar but is read first: it decides which figures there are."""
    st.text_input(
        "As of",
        key=AS_OF,
        bind="query-params",
        placeholder="latest",
        help="A ledger version (41) or a date (2026-10-31). Shows exactly the figures that were shown then.",
    )


def choices(session: Session) -> None:
    """Partner, month and window, from what the figures hold. Does nothing while there are no figures.

    Others may have reported while none of this reader's partners has: then there is no month to choose either.
    """
    if session.is_empty:
        return
    choice = offered(session)
    partners, months = choice.partners, choice.months
    if not months:
        return
    if session.only_partner in partners:
        partners = {session.only_partner: partners[session.only_partner]}
        if st.session_state.get(PARTNER) == ALL_PARTNERS:
            st.session_state[PARTNER] = session.only_partner
    usual = next(iter(partners))
    labels: dict[str, Callable[..., str]] = {
        PARTNER: lambda partner: str(partners.get(partner, partner)),
        MONTH: _month_label,
        WINDOW: str,
    }
    settled = [
        _settle(PARTNER, "partner", list(partners), labels[PARTNER], usual),
        _settle(MONTH, "month", months, labels[MONTH], months[0]),
        _settle(WINDOW, "window", WINDOWS, labels[WINDOW], WINDOWS[0]),
    ]
    if not all(settled):
        st.rerun()  # widgets take a link's values as they were when the run began
    st.selectbox(
        "Partner",
        list(partners),
        key=PARTNER,
        bind="query-params",
        format_func=labels[PARTNER],
    )
    st.selectbox(
        "Month",
        months,
        index=None,
        key=MONTH,
        bind="query-params",
        format_func=labels[MONTH],
        filter_mode="contains",
    )
    st.segmented_control(
        "Window in months",
        WINDOWS,
        default=WINDOWS[0],
        required=True,
        key=WINDOW,
        bind="query-params",
        format_func=str,
        help="The month alone, or the last 3 or 12 months up to it taken together.",
    )


def settle_indicator(catalog: Catalog) -> None:
    """Bring the link's indicator onto one there is; the first of the catalogue when it names none."""
    kpis = list(catalog.indicators)
    if not _settle(INDICATOR, "indicator", kpis, lambda kpi: catalog.indicators[kpi].name, kpis[0]):
        st.rerun()


def settle_subject(offered: Mapping[str, Subject]) -> None:
    """Bring the link's site or product onto one that the partner has figures of; the whole partner else.

    Another partner has other sites, so what was chosen before is forgotten without a word.
    """
    if SUBJECT in st.session_state and st.session_state[SUBJECT] not in offered:
        st.session_state[SUBJECT] = WHOLE
    noun = "site or product"
    if not _settle(SUBJECT, noun, list(offered), lambda key: offered[key].label, WHOLE):
        st.rerun()


def settle_since(months: Mapping[str, str]) -> None:
    """Bring the link's month that a change is counted from onto one of ``months`` {key: label}, else the first.

    Another month looked at has other months before it, so what was chosen before may be forgotten without a word.
    """
    usual = next(iter(months))
    if EXPLAIN_SINCE in st.session_state and st.session_state[EXPLAIN_SINCE] not in months:
        st.session_state[EXPLAIN_SINCE] = usual
    if not _settle(EXPLAIN_SINCE, "month", list(months), lambda key: months.get(key, str(key)), usual):
        st.rerun()


@dataclass(frozen=True)
class Offered:
    """What can be chosen: ``partners`` {id: label}, ``months`` as "2026-10", newest first."""

    partners: dict[str, str]
    months: list[str]


def offered(session: Session) -> Offered:
    """The partners and months that have figures."""

    def make() -> Offered:
        months = session.marts.kpi_monthly["month"].drop_duplicates().sort_values(ascending=False)
        partners = {ALL_PARTNERS: "All partners", **labels_of(session.marts)}
        return Offered(partners, [f"{month:%Y-%m}" for month in months])

    found = marts.drawing("offered", session.store, session.marts, session.scope, (), make)
    assert isinstance(found, Offered)
    return found


def _settle(key: str, noun: str, options: Sequence, label: Callable[..., str], fallback: object) -> bool:
    """Bring what the link or an earlier choice says onto one of ``options``, before the widget is drawn.

    False when the link itself had to be rewritten.
    """
    if key in st.session_state:
        chosen = st.session_state[key]
        if chosen not in options:
            if chosen is not None:  # None: the field was cleared
                _note(noun, label(chosen), label(fallback))
            st.session_state[key] = fallback
        return True
    asked = st.query_params.get(key)
    if asked is None and key not in ALWAYS_IN_THE_LINK:
        return True
    wanted = (asked or "").strip().casefold()
    found = next((o for o in options if wanted in (str(o).casefold(), label(o).casefold())), None)
    if found is None:
        found = fallback
        if asked is not None:
            _note(noun, asked, label(fallback))
    if asked == label(found):
        return True
    st.query_params[key] = label(found)
    return False


def _note(noun: str, asked: str, instead: str) -> None:
    notes = st.session_state.setdefault(NOTES, [])
    notes.append(f"There are no figures here for the {noun} “{asked[:60]}”; this shows {instead}.")


def shown_notes(session: Session) -> None:
    """Say what in the link could not be followed; filters once, a wrong as-of for as long as it stands."""
    for note in [*st.session_state.pop(NOTES, []), *session.notes]:
        st.info(literal(note), icon=":material/link_off:")


def _month_label(month: str) -> str:
    try:
        return month_name(date.fromisoformat(f"{month}-01"))
    except (TypeError, ValueError):
        return str(month)
