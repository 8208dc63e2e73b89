"""The pages that are tables as plain data: escalations, decisions and actions, look-ahead, appendix."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from kpi.present.control import CHART_NAMES
from kpi.present.escalations import STATE_LOOKS
from kpi.present.wording import NO_VALUE, STATUS_LOOKS, Look, day_name, format_n, look_of, short_month
from kpi.qbr.pack import (
    ActionRow,
    AppendixPage,
    CommitmentRow,
    DecisionsPage,
    DefinitionRow,
    EscalationRow,
    EscalationsPage,
    LookAheadPage,
    MonthlyRow,
    Pack,
    SourceRow,
)

LONG = 500  # letters of a cell from which its row may break over pages
MONTHS_A_TABLE = 12
OVERDUE = next(look for look in STATE_LOOKS if look.state == "overdue")
ESCALATION_HEADS = ("No.", "About", "Tier", "State", "Response", "Owner", "Due")
DECISION_HEADS = ("No.", "Day", "Meeting", "Decision", "About", "Decided by")
ACTION_HEADS = ("No.", "Action", "About", "Owner", "Side", "Due", "State")
LOOK_AHEAD_HEADS = ("When", "Due", "What", "Site", "Record", "Severity", "Description")
SOURCE_HEADS = (
    "No.",
    "Data",
    "Months",
    "File, SHA-256",
    "Rows",
    "Received (UTC)",
    "By",
    "Version",
    "Restated",
)


def mark(look: Look, word: str) -> dict[str, str]:
    """A state by shape, colour and word."""
    return {"shape": look.shape, "colour": look.light, "word": word}


def _row(cells: Sequence[Any]) -> dict[str, Any]:
    return {"cells": cells, "long": any(isinstance(cell, str) and len(cell) > LONG for cell in cells)}


def escalations_page(pack: Pack, page: EscalationsPage) -> dict[str, Any]:
    return {"summary": page.summary, "heads": ESCALATION_HEADS, "rows": [_escalation(row) for row in page.rows]}


def _escalation(row: EscalationRow) -> dict[str, Any]:
    state = " ".join(part for part in (row.state, row.acknowledged) if part)
    texts = (row.about + row.rule, state, row.response)
    return {
        "id": row.id,
        "about": row.about,
        "rule": row.rule,
        "tier": f"{row.tier}, {row.tier_name}" if row.tier_name else str(row.tier),
        "state": state,
        "response": row.response or NO_VALUE,
        "owner": row.owner or NO_VALUE,
        "due": "" if row.due_on is None else day_name(row.due_on),
        "clock": row.clock,
        "overdue": mark(OVERDUE, "overdue") if row.overdue else {"shape": "", "colour": "", "word": ""},
        "long": any(len(text) > LONG for text in texts),
    }


def decisions_page(pack: Pack, page: DecisionsPage) -> dict[str, Any]:
    decisions = [
        _row((row.id, day_name(row.day), row.meeting, row.text, row.about or NO_VALUE, row.decided_by))
        for row in page.decisions
    ]
    return {
        "closed_on_time": page.closed_on_time,
        "decisions": {
            "title": "Decisions",
            "none": "No decision is recorded.",
            "columns": (14, 28, 50, 95, 40, 38),
            "heads": DECISION_HEADS,
            "rows": decisions,
        },
        "actions": {
            "title": "Actions",
            "none": "No action is agreed.",
            "columns": (14, 95, 40, 36, 18, 28, 34),
            "heads": ACTION_HEADS,
            "rows": [_row(_action(row)) for row in page.actions],
        },
    }


def _action(row: ActionRow) -> tuple[Any, ...]:
    state: Any = row.state
    if row.overdue:
        state = mark(OVERDUE, f"{row.state}, overdue")
    elif row.closed_on is not None:
        state = f"{row.state} on {day_name(row.closed_on)}"
    return row.id, row.text, row.about or NO_VALUE, row.owner, row.side, due_text(row.due_on, row.extended_to), state


def due_text(due_on: date, extended_to: date | None) -> str:
    """The date that counts, and the one agreed since."""
    return day_name(due_on) + (f", extended to {day_name(extended_to)}" if extended_to is not None else "")


def look_ahead_page(pack: Pack, page: LookAheadPage) -> dict[str, Any]:
    rows = [_row(_commitment(row)) for row in page.rows]
    return {"summary": page.summary, "unconfirmed": page.unconfirmed, "heads": LOOK_AHEAD_HEADS, "rows": rows}


def _commitment(row: CommitmentRow) -> tuple[Any, ...]:
    when: Any = mark(OVERDUE, row.when) if row.overdue else row.when
    due = due_text(row.due_on, row.extended_to)
    severity = row.severity or NO_VALUE
    return when, due, row.what, row.site or NO_VALUE, row.record_id, severity, row.description or NO_VALUE


def appendix_page(pack: Pack, page: AppendixPage) -> dict[str, Any]:
    used = {cell[3] for row in page.monthly for cell in row.cells}
    starts = range(0, len(page.months), MONTHS_A_TABLE)
    chunks = [(page.months[start : start + MONTHS_A_TABLE], start) for start in starts] if page.monthly else []
    return {
        "monthly": [_monthly(page.monthly, months, start, len(chunks)) for months, start in chunks],
        "legend": [mark(look, look.meaning) for look in STATUS_LOOKS if look.state in used],
        "sources": {
            "title": "Files behind the figures",
            "none": "No file stands behind these months.",
            "heads": SOURCE_HEADS,
            "rows": [_row(_source(row)) for row in page.sources],
        },
        "definitions": {"title": "Definitions", "rows": [_definition(row) for row in page.definitions]},
    }


def _monthly(rows: Sequence[MonthlyRow], months: Sequence[date], start: int, tables: int) -> dict[str, Any]:
    ends = f", {short_month(months[0])} to {short_month(months[-1])}" if tables > 1 else ""
    return {
        "title": f"Monthly values{ends}",
        "columns": len(months),
        "heads": ["Indicator", *(short_month(month) for month in months)],
        "rows": [
            {
                "name": row.figure.name,
                "cells": [
                    {"value": text, "n": "" if n is None else f"n {format_n(n)}", "status": mark(look_of(status), "")}
                    for _, text, n, status in row.cells[start : start + len(months)]
                ],
            }
            for row in rows
        ],
    }


def _source(row: SourceRow) -> tuple[Any, ...]:
    received = f"{day_name(row.received_at)}, {row.received_at:%H:%M}"
    return (
        row.submission_id,
        row.dataset,
        row.months,
        (row.file_name, row.sha256),
        f"{row.rows:,}",
        received,
        row.actor,
        str(row.version),
        f"{row.restated:,}",
    )


def _definition(row: DefinitionRow) -> dict[str, Any]:
    parts = (
        ("Unit", row.unit),
        ("Better", row.better),
        ("Numerator", row.numerator),
        ("Denominator", row.denominator),
        ("Chart", CHART_NAMES.get(row.chart, row.chart)),
        ("Source", row.source),
        ("Owner", row.owner),
    )
    return {
        "name": row.name,
        "version": f"version {row.version}",
        "sentence": row.sentence,
        "parts": [part for part in parts if part[1]],
        "long": len(row.sentence) > LONG,
    }
