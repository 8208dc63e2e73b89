"""The escalations as tables: open ones by tier, those that wait and watch, closed ones, and one's months."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from kpi.present.board import Cell, Column, Row, payload
from kpi.present.escalations import STATE_LOOKS, age, clock, is_shelved, state_name, subject
from kpi.present.wording import day_name, month_name, plural

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from kpi.catalog import Catalog
    from kpi.signals.escalation import Escalation

OPEN, WATCH, CLOSED = "Open", "Watch list", "Closed"
COLUMNS = (
    Column("About", kind="words"),
    Column("State", kind="text"),
    Column("Raised for", kind="text", note="age"),
    Column("Clock", kind="text", tip="Until when a response may take before it climbs a tier"),
    Column("Owner", kind="text"),
    Column("Acknowledged", kind="text"),
)
NOBODY = "nobody yet"


def chosen(escalations: Iterable[Escalation], shown: str, partner: str | None) -> list[Escalation]:
    """Those of one list: OPEN, WATCH (the condition holds, not yet for long enough) or CLOSED."""
    states = {OPEN: ("active", "recovering", "no data"), WATCH: ("pending",), CLOSED: ("normal",)}[shown]
    return [e for e in escalations if e.state in states and partner in (None, e.partner_id)]


def board(found: Sequence[Escalation], catalog: Catalog, names: Mapping[str, str], day: date, label: str) -> str:
    """One row per escalation under a heading per tier; what is most urgent comes first. "" when there is none.

    What is part of another escalation comes last, under a heading of its own: it asks for nothing more.
    """
    groups = [
        (f"Tier {tier.tier}: {tier.name.lower()}", [e for e in found if e.tier == tier.tier and not _is_part(e)])
        for tier in sorted(catalog.escalation.tiers, key=lambda tier: -tier.tier)
    ]
    groups.append(("Part of another escalation", [e for e in found if _is_part(e)]))
    rows: list[Row] = []
    for name, escalations in groups:
        if escalations:
            rows.append(Row(f"{name} ({len(escalations)})", heading=True))
        rows += [_row(e, catalog, names, day) for e in sorted(escalations, key=lambda e: urgency(e, day))]
    return payload(label, "Partner", COLUMNS, rows, STATE_LOOKS) if rows else ""


def _is_part(escalation: Escalation) -> bool:
    return escalation.open and bool(escalation.covered_by)


def urgency(escalation: Escalation, day: date) -> tuple[object, ...]:
    """What is on the shelf last; rules of a higher tier first, as gravest; then overdue, not acknowledged, the clock.

    Of closed ones the newest comes first.
    """
    if escalation.closed_on is not None:
        return (-escalation.closed_on.toordinal(), escalation.id)
    due = escalation.due_on or date.max
    quiet = bool(escalation.covered_by) or is_shelved(escalation, day)
    return (
        quiet,
        -escalation.rule.tier,
        not clock(escalation, day).overdue,
        escalation.acknowledged is not None,
        due,
        escalation.id,
    )


def _row(escalation: Escalation, catalog: Catalog, names: Mapping[str, str], day: date) -> Row:
    part = f"; part of {escalation.covered_by}" if _is_part(escalation) else ""
    return Row(
        names.get(escalation.partner_id, escalation.partner_id),
        [
            Cell(text=subject(escalation, catalog), note=f"{escalation.rule.name}{part}"),
            Cell(text=state_name(escalation, day), state=escalation.state),
            _since(escalation, day),
            _clock(escalation, day),
            Cell(text=escalation.owner),
            _acknowledged(escalation),
        ],
        note=escalation.id,
        tip=escalation.rule.response,
        opens={"escalation": escalation.id},
    )


def _since(escalation: Escalation, day: date) -> Cell:
    if escalation.opened_on is None:
        return Cell(text=month_name(escalation.since))
    raised = month_name(escalation.active_from or escalation.since)
    if escalation.closed_on is not None:
        return Cell(text=raised, note=f"closed {day_name(escalation.closed_on)}")
    return Cell(text=raised, note=plural(age(escalation, day), "day"))


def _clock(escalation: Escalation, day: date) -> Cell:
    found = clock(escalation, day)
    return Cell(text=found.text, note=found.until, state="overdue" if found.overdue else "")


def _acknowledged(escalation: Escalation) -> Cell:
    note = "the partner objects" if escalation.objection else ""
    if escalation.acknowledged is None:
        return Cell(text=NOBODY if escalation.open else "", note=note)
    return Cell(text=escalation.acknowledged.actor, note=note or day_name(escalation.acknowledged.at.date()))
