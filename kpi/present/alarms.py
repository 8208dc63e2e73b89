"""The alarm system's own figures in words and tables."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

from kpi.present.board import Cell, Column, Row, payload
from kpi.present.escalations import WHOLE_PARTNER
from kpi.present.wording import plural

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kpi.catalog import Catalog
    from kpi.signals.alarm_figures import AlarmFigures
    from kpi.signals.review import Review

RULE_COLUMNS = (
    Column("Tier", kind="number"),
    Column("Open", kind="number"),
    Column("Part of another", kind="number", tip="Open too, and counted with a stronger one about the same thing"),
    Column("Raised, 12 months", kind="number"),
    Column("Days to acknowledge", kind="number", tip="Median of those acknowledged"),
    Column("Days open", kind="number", tip="Median of those closed"),
)


def tiles(figures: AlarmFigures) -> list[tuple[str, str, str]]:
    """(label, number, what it means) of each figure."""
    oldest = "" if figures.oldest_unacknowledged is None else f", oldest {plural(figures.oldest_unacknowledged, 'day')}"
    return [
        ("Open", f"{figures.open}", "Open escalations that are not part of another"),
        (
            "Not acknowledged",
            f"{figures.unacknowledged}{oldest}",
            "Nobody has taken them on; shelved ones are left out",
        ),
        ("Overdue", f"{figures.overdue}", "Their clock ran out and there is no tier to climb to, or they recover"),
        ("Climbed", f"{figures.climbed}", "Open above the tier of their rule, because a clock ran out"),
        ("Shelved", f"{figures.shelved}", "Kept out of the way until a day, with a reason"),
        ("Objections", f"{figures.objections}", "The partner objects, and has not taken it back"),
        ("Watch list", f"{figures.pending}", "The condition holds, not yet for long enough"),
    ]


def chattering_board(review: Review, catalog: Catalog, names: Mapping[str, str]) -> str:
    """The subjects that open and close too often: their rule or their target needs work. "" when there is none."""
    rows = [
        Row(
            names.get(found.partner_id, found.partner_id),
            [
                Cell(text=catalog.indicators[found.kpi_id].name if found.kpi_id else WHOLE_PARTNER),
                Cell(text=_rule_name(catalog, found.rule_id)),
                Cell(text=str(found.episodes)),
            ],
        )
        for found in review.figures.chattering
    ]
    if not rows:
        return ""
    columns = [
        Column("About", kind="text"),
        Column("Rule", kind="words"),
        Column(f"Raised in {catalog.escalation.chattering_months} months", kind="number"),
    ]
    return payload("Escalations that chatter", "Partner", columns, rows)


def rules_board(review: Review, catalog: Catalog) -> str:
    """One row per rule: how much it asks of people and how they keep up."""
    first = min((month for month, _ in review.figures.opened), default=review.day)
    rows = []
    for rule in catalog.escalation.rules:
        mine = [e for e in review.escalations if e.rule.id == rule.id]
        open_ones = [e for e in mine if e.open]
        waits = [(e.acknowledged.at.date() - e.opened_on).days for e in mine if e.acknowledged and e.opened_on]
        spans = [(e.closed_on - e.opened_on).days for e in mine if e.closed_on and e.opened_on]
        cells = [
            str(rule.tier),
            str(sum(1 for e in open_ones if not e.covered_by)),
            str(sum(1 for e in open_ones if e.covered_by)),
            str(sum(1 for e in mine if e.opened_on and e.opened_on >= first)),
            f"{median(waits):.0f}" if waits else "–",
            f"{median(spans):.0f}" if spans else "–",
        ]
        rows.append(Row(rule.name, [Cell(text=text) for text in cells], note=rule.owner, tip=rule.why))
    return payload("Rules", "Rule", RULE_COLUMNS, rows)


def _rule_name(catalog: Catalog, rule_id: str) -> str:
    rule = catalog.escalation.rule(rule_id)
    return rule.name if rule else rule_id
