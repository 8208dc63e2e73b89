"""The reporting calendar as boards: what is due now, and every partner's datasets by month."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date

from kpi.present.board import Cell, Column, Row, payload
from kpi.present.look_ahead import days
from kpi.present.reporting_calendar import (
    DUE,
    HISTORY_LOAD,
    LATE,
    MISSING,
    NOT_EXPECTED,
    OFFERED,
    ON_TIME,
    WITHDRAWN,
    Expected,
    ReportingCalendar,
    Sent,
    counts,
)
from kpi.present.wording import (
    GREY,
    MONTHS,
    Look,
    day_name,
    joined,
    look_of,
    month_name,
    plural,
    short_month,
    shortened,
)

LOOKS: tuple[Look, ...] = (
    look_of(ON_TIME),
    look_of(LATE),
    look_of(MISSING),
    replace(look_of(MISSING), state=WITHDRAWN, shape="⊘", meaning="withdrawn, nothing in its place"),
    Look(OFFERED, "◐", "circle-open", *GREY, "offered, waiting for acceptance"),
    Look(DUE, "◷", "circle-open", *GREY, "the month has ended, the reporting day is ahead"),
    look_of(HISTORY_LOAD),
    Look(NOT_EXPECTED, "·", "line-ew-open", *GREY, "not expected"),
)
DATASET_PARAMETER, MONTH_PARAMETER = "dataset", "for"
"""Query parameters of the upload screen: the dataset's title, and the month as 2026-03."""
OFFERS_VIEW = "Waiting for acceptance"  # of the submissions screen, as its query parameter names it
NAME_LENGTH = 44  # in sentences and headings; the list of what is due and the sidebar have it in full
Opens = dict[str, str]


def summary(found: ReportingCalendar, cells: Sequence[Expected], labels: Mapping[str, str]) -> str:
    """ "On 16 November 2026, 2 files of A and B are overdue. In the 12 months to October 2026: 44 on time, …"."""
    waiting = [cell for cell in cells if cell.is_due]
    late = [cell for cell in waiting if cell.overdue]
    told = []
    if late:
        whose = joined(sorted({_short(labels, cell.partner_id) for cell in late}), 3)
        told.append(f"{plural(len(late), 'file')} of {whose} {'is' if len(late) == 1 else 'are'} overdue")
    if ahead := len(waiting) - len(late):
        told.append(f"{plural(ahead, 'file')} {'falls' if ahead == 1 else 'fall'} due")
    now = f"On {day_name(found.day)}, " + (" and ".join(told) if told else "nothing is due") + "."
    if not found.months:
        return now
    first, last = found.months[0], found.months[-1]
    span = month_name(last) if first == last else f"the {len(found.months)} months to {month_name(last)}"
    return f"{now} In {span}: {counted(cells)}."


def worst_first(partners: Mapping[str, Sequence[Expected]], labels: Mapping[str, str]) -> list[str]:
    """The partners with most missing first, then most late, then by name."""

    def rank(partner: str) -> tuple[int, int, str]:
        number = counts(partners[partner])
        return -number[MISSING], -number[LATE], str(labels.get(partner, partner)).casefold()

    return sorted(partners, key=rank)


def counted(cells: Sequence[Expected]) -> str:
    """ "44 on time, 3 late, 1 missing"; "nothing judged" where nothing was owed."""
    number = counts(cells)
    if not any(number.values()):
        return "nothing judged"
    restated = sum(cell.restated for cell in cells)
    told = [f"{number[ON_TIME]:,} on time", f"{number[LATE]:,} late", f"{number[MISSING]:,} missing"]
    return ", ".join(told + ([f"{restated:,} restated"] if restated else []))


def due_board(
    found: ReportingCalendar,
    waiting: Sequence[Expected],
    labels: Mapping[str, str],
    titles: Mapping[str, str],
    *,
    uploads: bool = True,
) -> str:
    """What has to be sent now. "" for nothing.

    Each row opens the upload for its dataset and month, unless its reader ``uploads`` nothing.
    """
    if not waiting:
        return ""
    columns = [
        Column("Dataset", kind="text"),
        Column("Month", kind="text"),
        Column("Due on", kind="text"),
        Column("State", kind="text"),
        *([Column("To do", kind="text")] if uploads else []),
    ]
    rows = [
        Row(
            labels.get(cell.partner_id, cell.partner_id),
            [
                Cell(titles.get(cell.dataset, cell.dataset)),
                Cell(short_month(cell.month)),
                Cell(f"{cell.due_on.day} {short_month(cell.due_on)}"),
                Cell(days(cell.days_left(found.day)), state=cell.state),
                *([Cell("Upload ›")] if uploads else []),
            ],
            tip=_tip(cell, found.day),
            opens=upload_of(cell, titles) if uploads else {},
        )
        for cell in waiting
    ]
    return payload("What is due now", "Partner", columns, rows, LOOKS)


def calendar_board(
    found: ReportingCalendar,
    partners: Sequence[str],
    datasets: Collection[str],
    labels: Mapping[str, str],
    titles: Mapping[str, str],
    *,
    uploads: bool = True,
) -> str:
    """These partners' datasets by month, the newest month first; a heading per partner counts its files.

    A cell opens the newest submission behind it, or the upload where one is due, unless its reader ``uploads`` nothing.
    "" where there is nothing to show.
    """
    months = found.months[::-1]
    if not months or not partners:
        return ""
    columns = [
        Column(MONTHS[month.month - 1][:3], kind="day", note=str(month.year), tip=_head_tip(found, month))
        for month in months
    ]
    rows = []
    for partner in partners:
        mine = [cell for cell in found.by_partner.get(partner, ()) if cell.dataset in datasets]
        told = "nothing received yet, nothing expected" if partner in found.silent else counted(mine)
        rows.append(Row(f"{_short(labels, partner)}: {told}", heading=True))
        at = {(cell.dataset, cell.month): cell for cell in mine}
        rows += [
            Row(
                titles[dataset],
                [cell_of(at[dataset, month], found.day, titles, uploads=uploads) for month in months],
                opens={"partner": labels.get(partner, partner)},
            )
            for dataset in titles
            if dataset in datasets
        ]
    return payload("Reporting calendar", "Dataset", columns, rows, LOOKS)


def cell_of(cell: Expected, day: date, titles: Mapping[str, str], *, uploads: bool = True) -> Cell:
    """One cell: a shape, the day or a word, and beneath it what else is to be said."""
    text, note = _words(cell, day)
    opens: Opens = {}
    if cell.state == OFFERED or (cell.offered and cell.newest is None):
        opens = {"page": "submissions", "view": OFFERS_VIEW, "offer": str(cell.offered[-1].version)}
    elif cell.newest is not None:
        opens = {"page": "submissions", "submission": cell.newest.submission_id}
    elif cell.is_due and uploads:
        opens = upload_of(cell, titles)
    return Cell(text, state=cell.state, note=note, tip=_tip(cell, day), opens=opens)


def upload_of(cell: Expected, titles: Mapping[str, str]) -> Opens:
    """The upload screen with dataset and month preset."""
    return {
        "page": "monthly_upload",
        DATASET_PARAMETER: titles.get(cell.dataset, cell.dataset),
        MONTH_PARAMETER: f"{cell.month:%Y-%m}",
    }


def _words(cell: Expected, day: date) -> tuple[str, str]:
    if cell.received_on is not None and cell.state != HISTORY_LOAD:
        note = [f"{cell.days_late} d late"] if cell.state == LATE else []
        return _short_day(cell.received_on), ", ".join(note + (["restated"] if cell.restated else []))
    if cell.state == DUE:
        return "due", days(cell.days_left(day))
    if cell.state == HISTORY_LOAD:
        return "history", "restated" if cell.restated else ""
    if cell.state == OFFERED:
        return "offered", "waits"
    if cell.state == NOT_EXPECTED:
        return "", ""
    return cell.state, ""


def _tip(cell: Expected, day: date) -> str:
    said = {
        ON_TIME: f"Due on {day_name(cell.due_on)}, received in time",
        LATE: f"Due on {day_name(cell.due_on)}, received {plural(cell.days_late, 'day')} later",
        HISTORY_LOAD: "Came with a history load; not judged",
        NOT_EXPECTED: "Not expected: before the partner's first file, after its end, or the month still runs",
        OFFERED: f"Offered, and waiting for acceptance; due on {day_name(cell.due_on)}",
        WITHDRAWN: f"Everything received was withdrawn; due on {day_name(cell.due_on)}",
    }.get(cell.state, f"Due on {day_name(cell.due_on)}, {days(cell.days_left(day))}")
    lines = [said + ".", *(_line(one, first=place == 0) for place, one in enumerate(cell.sent))]
    lines += [f"Offer {one.version}, {day_name(one.at.date())}, by {one.actor}, waits" for one in cell.offered]
    return "\n".join(lines)


def _line(one: Sent, *, first: bool) -> str:
    changed = "" if first or not one.changed else f", changed {plural(one.changed, 'record')}"
    taken_back = "" if one.stands else ", withdrawn"
    return f"{one.submission_id}, {day_name(one.at.date())}, by {one.actor}{changed}{taken_back}"


def _head_tip(found: ReportingCalendar, month: date) -> str:
    due = next((cell.due_on for cell in found.cells if cell.month == month), None)
    return f"{month_name(month)}, due on {day_name(due)}" if due else month_name(month)


def _short(labels: Mapping[str, str], partner: str) -> str:
    return shortened(labels.get(partner, partner), NAME_LENGTH)


def _short_day(day: date) -> str:
    """ "8 Nov"."""
    return f"{day.day} {MONTHS[day.month - 1][:3]}"
