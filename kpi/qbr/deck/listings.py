"""Escalations, decisions and actions, the look-ahead: a sentence, then tables over as many slides as they need."""

from __future__ import annotations

from datetime import date

from kpi.present.escalations import STATE_LOOKS
from kpi.present.wording import NO_VALUE, day_name
from kpi.qbr.deck.drawing import Run, clean, said
from kpi.qbr.deck.flow import TEXT_SIZE, Item, Text, comment_strip, planned
from kpi.qbr.deck.slides import Slides
from kpi.qbr.deck.tables import Cell, Column, Row, Table, cell
from kpi.qbr.pack import ActionRow, DecisionsPage, EscalationsPage, LookAheadPage

NOTHING_OPEN = "Nothing is open."
NOTHING_DECIDED = "No decision and no action is recorded yet."
NOTHING_DUE = "Nothing is overdue and nothing falls due."
OVERDUE = next(look for look in STATE_LOOKS if look.state == "overdue")
NOBODY = "nobody yet"


def escalations_slides(slides: Slides, page: EscalationsPage) -> None:
    items = _said(page.summary or NOTHING_OPEN, page.comment)
    columns = (
        Column("Tier", 0.14),
        Column("About", 0.18),
        Column("Why", 0.34),
        Column("Owner", 0.12),
        Column("Due", 0.11),
        Column("Clock", 0.15),
    )
    rows = tuple(
        Row(
            (
                cell(f"{row.tier}: {row.tier_name}", lines=3),
                cell(row.about, bold=True, lines=3),
                cell(" ".join(part for part in (_sentence(row.rule), row.state, row.acknowledged) if part)),
                cell(row.owner or NOBODY, lines=3),
                cell(_day(row.due_on)),
                _marked(row.clock, row.overdue),
            )
        )
        for row in page.rows
    )
    if rows:
        alt = f"{len(rows)} open escalations with tier, reason, owner, due date and clock."
        items.append(Table("Open escalations", alt, columns, rows))
    slides.page(page, planned(items, slides.template.page.body, slides.template.text))


def decisions_slides(slides: Slides, page: DecisionsPage) -> None:
    first = page.closed_on_time
    if not page.decisions and not page.actions:
        first = f"{NOTHING_DECIDED} {first}".strip()
    items = _said(first, page.comment)
    decisions = tuple(
        Row(
            (
                cell(row.id, lines=2),
                cell(day_name(row.day)),
                cell(row.text, bold=True),
                cell(row.about or NO_VALUE, lines=3),
                cell(", ".join(part for part in (row.meeting, row.decided_by) if part), lines=4),
            )
        )
        for row in page.decisions
    )
    columns: tuple[Column, ...]
    if decisions:
        columns = (
            Column("No.", 0.08),
            Column("Date", 0.13),
            Column("Decision", 0.39),
            Column("About", 0.16),
            Column("Decided by", 0.24),
        )
        alt = f"{len(decisions)} decisions, the newest first."
        items.append(Table("Decisions", alt, columns, decisions, shows_name=True))
    if page.actions:
        columns = (
            Column("No.", 0.08),
            Column("Action", 0.37),
            Column("About", 0.16),
            Column("Owner", 0.15),
            Column("Due", 0.13),
            Column("State", 0.14),
        )
        alt = f"{len(page.actions)} actions by due date."
        items.append(Table("Actions", alt, columns, tuple(map(_action, page.actions)), shows_name=True))
    slides.page(page, planned(items, slides.template.page.body, slides.template.text))


def look_ahead_slides(slides: Slides, page: LookAheadPage) -> None:
    first = " ".join(part for part in (page.summary, page.unconfirmed) if part)
    items = _said(first or NOTHING_DUE, page.comment)
    columns = (
        Column("When", 0.14),
        Column("Due", 0.14),
        Column("What", 0.13),
        Column("Record", 0.15),
        Column("Site", 0.13),
        Column("Description", 0.35),
    )
    rows = tuple(
        Row(
            (
                _marked(row.when, row.overdue),
                cell(_due(row.due_on, row.extended_to), lines=4),
                cell(f"{row.what}, {row.severity}" if row.severity else row.what, lines=3),
                cell(row.record_id, bold=True, lines=3),
                cell(row.site, lines=3),
                cell(row.description),
            )
        )
        for row in page.rows
    )
    if rows:
        alt = f"{len(rows)} commitments until {day_name(page.until)}, the earliest first."
        items.append(Table("Commitments", alt, columns, rows))
    slides.page(page, planned(items, slides.template.page.body, slides.template.text))


def _action(row: ActionRow) -> Row:
    owner = f"{row.owner} ({row.side})" if row.side else row.owner
    state = f"{row.state} on {day_name(row.closed_on)}" if row.closed_on else row.state
    return Row(
        (
            cell(row.id, lines=2),
            cell(row.text, bold=True),
            cell(row.about or NO_VALUE, lines=3),
            cell(owner, lines=3),
            cell(_due(row.due_on, row.extended_to), lines=4),
            _marked("overdue, " + state if row.overdue else state, row.overdue),
        )
    )


def _said(sentence: str, comment: str) -> list[Item]:
    return [Text("Summary", (said(clean(sentence), TEXT_SIZE),)), *comment_strip(comment)]


def _marked(text: str, overdue: bool) -> Cell:
    """What is overdue by shape, colour and word."""
    if not overdue:
        return cell(text)
    return Cell((Run(f"{OVERDUE.shape} ", True, OVERDUE.state), Run(clean(text), True)))


def _day(day: date | None) -> str:
    return NO_VALUE if day is None else day_name(day)


def _due(due_on: date, extended_to: date | None) -> str:
    return day_name(due_on) if extended_to is None else f"{day_name(due_on)}, extended to {day_name(extended_to)}"


def _sentence(text: str) -> str:
    return text if not text or text.endswith((".", "!", "?")) else f"{text}."
