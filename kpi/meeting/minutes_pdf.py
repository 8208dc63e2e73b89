"""Minutes → a PDF for screen and paper: A4 upright, tagged, with our fonts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kpi.meeting.minutes import Minutes
from kpi.meeting.minutes_blocks import (
    Block,
    Cell,
    Heading,
    Mark,
    Paragraph,
    blocks_of,
    facts_of,
    foot_of,
    moment_of,
    standing,
)
from kpi.present.wording import AMBER, GREEN
from kpi.qbr.document.payload import cleaned
from kpi.qbr.document.pdf import set_document
from kpi.qbr.document.tables import LONG, mark

TEMPLATE = Path(__file__).resolve().with_name("minutes.typ")


def write_minutes_pdf(minutes: Minutes) -> bytes:
    """The file. The same minutes give the same bytes, on any machine and at any time."""
    return set_document(TEMPLATE, payload(minutes), moment_of(minutes))


def payload(minutes: Minutes) -> dict[str, Any]:
    """Everything that the template shows, as plain data."""
    moment = moment_of(minutes)
    data: dict[str, Any] = cleaned(
        {
            "title": minutes.heading,
            "description": minutes.provenance.line,
            "date": {part: getattr(moment, part) for part in ("year", "month", "day", "hour", "minute", "second")},
            "foot": foot_of(minutes),
            "facts": facts_of(minutes),
            "standing": [_part(part) for part in standing(minutes)],
            "parts": [_part(part) for part in blocks_of(minutes)],
            "warning": AMBER[0],
            "good": GREEN[0],
        }
    )
    return data


def _part(part: Block) -> dict[str, Any]:
    if isinstance(part, Heading):
        return {"type": "heading", "text": part.text, "level": part.level + 1}  # the title is the first level
    if isinstance(part, Paragraph):
        return {"type": "paragraph", "text": part.text, "kind": part.kind}
    rows = [{"cells": [_cell(cell) for cell in row], "long": _is_long(row)} for row in part.rows]
    return {"type": "table", "heads": part.heads, "widths": part.widths, "rows": rows}


def _cell(cell: Cell) -> str | dict[str, str]:
    return mark(cell.look, cell.word) if isinstance(cell, Mark) else cell


def _is_long(row: tuple[Cell, ...]) -> bool:
    return any(isinstance(cell, str) and len(cell) > LONG for cell in row)
