"""The agenda of a meeting as a table: what each item is about, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence

from kpi.ledger.meeting_model import AgendaItem
from kpi.present.board import Cell, Column, Row, payload
from kpi.present.wording import plural

KIND_NAMES = {
    "escalation": "Open escalation",
    "concern": "Special cause for the worse",
    "change": "Special cause",
    "improvement": "Special cause for the better",
    "objection": "Objection of the partner",
    "action": "Agreed action",
    "due": "Falls due",
    "data": "Data received",
    "topic": "Topic",
}
HERE = "▸ "


def agenda_board(items: Sequence[AgendaItem], results: Sequence[tuple[int, int]], meeting_id: str, chosen: int) -> str:
    """Each item opens itself. ``results``: (decisions that stand, actions agreed) of each; ``chosen`` counts from 1."""
    rows = [
        Row(
            f"{HERE if number == chosen else ''}{number}. {item.title}",
            [
                Cell(text=_results(*found), note="note taken" if item.note else ""),
            ],
            note=KIND_NAMES[item.kind],
            tip=f"{item.title}\n{item.why}".strip(),
            opens={"page": "meeting", "held": meeting_id, "item": str(number)},
        )
        for number, (item, found) in enumerate(zip(items, results, strict=True), start=1)
    ]
    return payload("Agenda", "Item", [Column("Came of it", kind="text")], rows)


def _results(decided: int, agreed: int) -> str:
    told = [plural(decided, "decision")] if decided else []
    told += [plural(agreed, "action")] if agreed else []
    return ", ".join(told) or "–"
