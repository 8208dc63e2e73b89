"""Rows of the tables of a pack by hand: escalations, decisions, actions, commitments, files, definitions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from kpi.present.wording import day_name
from kpi.qbr.pack import (
    ActionRow,
    CommitmentRow,
    DecisionRow,
    DefinitionRow,
    EscalationRow,
    Figure,
    SourceRow,
)

DAY = date(2026, 11, 25)
RECORDED = datetime(2026, 11, 3, 9, 12, 44)


def escalation_rows(count: int, text: str = "Right first time") -> tuple[EscalationRow, ...]:
    return tuple(
        EscalationRow(
            id=f"E-{400 + place}",
            about=text,
            rule="Raised when the month's figure is past the limit, 2 months in a row.",
            tier=3 - place % 3,
            tier_name=("Executive sponsors", "Joint steering committee", "Alliance managers")[place % 3],
            state=f"Raised for September 2026, open for {43 + place} days.",
            acknowledged="Acknowledged by anna on 12 October 2026." if place % 2 else "",
            response="Retraining of the second shift; weekly review of every deviation." if place % 2 else "",
            owner="Dr Anna Weiß" if place % 3 else "",
            due_on=DAY + timedelta(days=8 - place),
            clock=f"{8 - place} days left, until 3 December 2026" if place <= 8 else f"overdue by {place - 8} days",
            overdue=place > 8,
        )
        for place in range(count)
    )


def decision_rows(count: int, text: str = "Approve the second filling line for product A.") -> tuple[DecisionRow, ...]:
    return tuple(
        DecisionRow(
            id=f"D-{300 + place}",
            day=DAY - timedelta(days=30 * place),
            meeting=f"Steering committee of {day_name(DAY - timedelta(days=30 * place))}",
            text=text,
            about="Right first time" if place % 2 else "",
            decided_by="Ann Lee, Bo Chen",
        )
        for place in range(count)
    )


def action_rows(
    count: int, text: str = "Send the root cause of the leaking stoppers with evidence."
) -> tuple[ActionRow, ...]:
    return tuple(
        ActionRow(
            id=f"A-{500 + place}",
            text=text,
            about="Deviation DEV-0012" if place % 2 else "",
            owner="Bo Chen",
            side="partner" if place % 2 else "sponsor",
            due_on=DAY + timedelta(days=7 * place - 10),
            state=("open", "in progress", "done", "cancelled")[place % 4],
            closed_on=DAY - timedelta(days=20) if place % 4 > 1 else None,
            overdue=place == 0,
        )
        for place in range(count)
    )


def commitment_rows(count: int, text: str = "Replace the stopper bowl of line 3.") -> tuple[CommitmentRow, ...]:
    return tuple(
        CommitmentRow(
            when=f"in {place - 2} days" if place > 2 else f"{3 - place} days overdue",
            overdue=place <= 2,
            what=("CAPA", "Deviation", "Finding", "Order line")[place % 4],
            site=f"S-{place % 3 + 1}",
            record_id=f"CAPA-{1000 + place}",
            severity=("major", "critical", "")[place % 3],
            description=text,
            due_on=DAY + timedelta(days=place - 2),
            extended_to=DAY + timedelta(days=place + 30) if place % 5 == 0 else None,
        )
        for place in range(count)
    )


def source_rows(count: int, file_name: str = "batches-2026-10.csv") -> tuple[SourceRow, ...]:
    return tuple(
        SourceRow(
            submission_id=f"S-{100 + place}",
            dataset=("batch_records", "deviations", "capa")[place % 3],
            months="October 2026",
            file_name=file_name,
            rows=1200 + place,
            received_at=RECORDED - timedelta(days=place),
            actor="anna",
            version=412 - place,
            restated=3 if place % 4 == 0 else 0,
            sha256=f"{place:02x}" * 32,
        )
        for place in range(count)
    )


def definition_rows(figures: Sequence[Figure]) -> tuple[DefinitionRow, ...]:
    return tuple(
        DefinitionRow(
            name=figure.name,
            version=1,
            sentence="Lots released without rework and without any deviation linked to them, of all lots finally "
            "dispositioned in the month.",
            unit=figure.unit,
            better="Higher is better",
            numerator="released, not reworked, and with no deviation linked to the lot",
            denominator="lots finally dispositioned (released or rejected) in the month",
            chart="p chart",
            source="ISPE Quality Metrics Pilot Program (2014).",
            owner="Head of external quality",
        )
        for figure in figures
    )
