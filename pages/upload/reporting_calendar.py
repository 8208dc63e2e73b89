"""Reporting calendar: what has to be sent now, and what came when, by partner, dataset and month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import streamlit as st

from kpi.access import Right
from kpi.intake.contracts import dataset as contract_of
from kpi.ledger.reads import history as read_history
from kpi.present.calendar_board import calendar_board, due_board, summary, worst_first
from kpi.present.reporting_calendar import NOT_EXPECTED, Expected, calendar_frame, last_month, reporting_calendar
from kpi.present.rows import labels_of, months_before
from kpi.present.wording import day_name, joined, plural
from pages.shared import board, downloads, header, marts
from pages.shared.session import CALENDAR_PAGE, CALENDAR_SPAN, ONLY_DATASET, Session, current
from pages.shared.text import literal
from pages.upload import waiting

SPANS = (6, 12, 24, 36)
USUAL_SPAN = "12 months"
MOST_DUE = 8  # rows of the list on top before it must be asked for
PARTNERS_AT_ONCE = 25


@dataclass(frozen=True)
class Drawn:
    """What the page shows for one choice. ``due`` holds the boards of the short list and of all of it."""

    summary: str
    due: tuple[str, str]
    waiting: int
    partners: tuple[str, ...]
    silent: tuple[str, ...]
    cells: tuple[Expected, ...]


def spans(here: Session, day: date) -> dict[str, tuple[date, date]]:
    """The choices of months: a number of months up to the one that ended last, or a year."""
    last = last_month(day)
    found = {f"{count} months": (months_before(last, count - 1), last) for count in SPANS}
    covered = here.marts.coverage["month"]
    first = covered.min().year if len(covered) else last.year
    return found | {str(year): (date(year, 1, 1), date(year, 12, 1)) for year in range(last.year, first - 1, -1)}


def choices(here: Session, day: date) -> tuple[tuple[str, ...], tuple[date, date]]:
    """Dataset and months, as the link or the reader has them."""
    titles = {name: contract_of(name).title for name in here.catalog.calendar.datasets}
    offered = spans(here, day)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        span = st.selectbox(
            "Months",
            list(offered),
            index=list(offered).index(USUAL_SPAN),
            key=CALENDAR_SPAN,
            bind="query-params",
            width=160,
        )
        dataset = st.selectbox(
            "Dataset",
            list(titles),
            index=None,
            key=ONLY_DATASET,
            bind="query-params",
            placeholder="All datasets",
            format_func=lambda name: str(name).replace("_", " "),
            width=220,
        )
    return (dataset,) if dataset else tuple(titles), offered[span or USUAL_SPAN]


def partners_shown(partners: tuple[str, ...]) -> tuple[str, ...]:
    """All of them, or one part of many."""
    parts = -(-len(partners) // PARTNERS_AT_ONCE)
    if parts <= 1:
        return partners
    with st.container(horizontal=True, vertical_alignment="center"):
        part = st.pagination(parts, key=CALENDAR_PAGE, bind="query-params")
        first = (part - 1) * PARTNERS_AT_ONCE
        shown = partners[first : first + PARTNERS_AT_ONCE]
        st.caption(f"Partners {first + 1} to {first + len(shown)} of {len(partners)}")
    return shown


here = current()
st.title("Reporting calendar")
header.stop_when_empty(here)
day, partner, labels = marts.day(here), here.filters.partner, labels_of(here.marts)
datasets, (month_from, month_to) = choices(here, day)
titles = {name: contract_of(name).title for name in here.catalog.calendar.datasets}
uploads = here.may(Right.UPLOAD)
choice = (day, partner, datasets, month_from, month_to, uploads)


def make_calendar() -> object:
    history = read_history(here.store, scope=here.scope, as_of=here.version)
    offered = waiting.offers_seen(here)
    return reporting_calendar(here.marts, history, here.catalog.calendar, day, month_from, month_to, offered)


found = marts.drawing(
    "reporting_calendar", here.store, here.marts, here.scope, (day, month_from, month_to), make_calendar
)


def make() -> Drawn:
    mine = [cell for cell in found.cells if cell.dataset in datasets and partner in (None, cell.partner_id)]
    waiting = [cell for cell in found.due if cell.dataset in datasets and partner in (None, cell.partner_id)]
    by_partner: dict[str, list[Expected]] = {}
    for cell in mine:
        by_partner.setdefault(cell.partner_id, []).append(cell)
    return Drawn(
        summary=summary(found, mine, labels),
        due=(
            due_board(found, waiting[:MOST_DUE], labels, titles, uploads=uploads),
            due_board(found, waiting, labels, titles, uploads=uploads) if len(waiting) > MOST_DUE else "",
        ),
        waiting=len(waiting),
        partners=tuple(worst_first(by_partner, labels)),
        silent=tuple(labels.get(one, one) for one in found.silent if partner in (None, one)),
        cells=tuple(mine),
    )


drawn = marts.drawing("calendar_choice", here.store, here.marts, here.scope, choice, make)
st.markdown(literal(drawn.summary))
if drawn.silent:
    told = joined(list(drawn.silent), 3)
    st.caption(literal(f"Nothing was received from {told} yet: a partner's first file begins what is expected of it."))
if drawn.due[0]:
    st.subheader("Due now")
    everything = False
    if drawn.due[1]:
        everything = st.toggle(f"All {plural(drawn.waiting, 'file')}, not only the newest {MOST_DUE}")
    board.show(drawn.due[1] if everything else drawn.due[0], "calendar_due", legend=False, tallest="40vh")

st.subheader("By month")
if not found.months:
    st.info("No month of this choice has ended or was reported. Choose other months above.")
    st.stop()
shown = partners_shown(drawn.partners)
grid = marts.drawing(
    "calendar_board",
    here.store,
    here.marts,
    here.scope,
    (*choice, shown),
    lambda: calendar_board(found, shown, datasets, labels, titles, uploads=uploads),
)
board.show(grid, "calendar_board")
downloads.table_download(
    lambda: calendar_frame(found, [cell for cell in drawn.cells if cell.state != NOT_EXPECTED]),
    f"reporting-calendar-{month_from:%Y-%m}-to-{found.months[-1]:%Y-%m}",
    of=here.looks_at,
)
st.caption(
    f"Due on day {found.reporting_day} of the following month, judged on {day_name(day)}. A cell shows the day of the "
    "first file that stands and opens the newest file behind it; hold the pointer over it to see all of them, and who "
    "uploaded them. Restated: a later file for the same month changed records. What came with a history load is not "
    f"judged. {header.source(here)}"
)
