"""Escalations as rows: for the command line, and wherever they leave the product as a table."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from kpi.present.wording import day_name, format_value, is_missing, joined, plural, short_month

if TYPE_CHECKING:
    from kpi.catalog import Catalog, Indicator
    from kpi.catalog.policy import Rule
    from kpi.signals.escalation import Escalation
    from kpi.signals.panel import Panel

ROW_COLUMNS = (
    "id", "rule", "partner", "kpi", "currency", "tier", "state", "since", "opened_on", "due", "closed_on", "owner",
    "acknowledged", "shelved_until", "covered_by", "evidence",
)  # fmt: skip


def escalation_row(escalation: Escalation, panel: Panel, catalog: Catalog) -> dict[str, Any]:
    """One row of ROW_COLUMNS: months as YYYY-MM, days as ISO text, "" where there is none."""
    acknowledged = escalation.acknowledged
    values = (
        escalation.id,
        escalation.rule.id,
        escalation.partner_id,
        escalation.kpi_id,
        escalation.currency,
        escalation.tier,
        "closed" if escalation.state == "normal" else escalation.state,
        f"{escalation.since:%Y-%m}",
        _iso(escalation.opened_on),
        _iso(escalation.due_on),
        _iso(escalation.closed_on),
        escalation.owner,
        "" if acknowledged is None else f"{acknowledged.at.date().isoformat()} {acknowledged.actor}",
        _iso(escalation.shelved_until),
        escalation.covered_by,
        evidence_text(escalation, panel, catalog),
    )
    return dict(zip(ROW_COLUMNS, values, strict=True))


def escalation_details(escalation: Escalation, panel: Panel, catalog: Catalog) -> dict[str, Any]:
    """The row with what does not fit into one: indicators, datasets, states, climbs and acts as lists."""
    return escalation_row(escalation, panel, catalog) | {
        "rule_version": escalation.rule.version,
        "kpis": list(escalation.kpis),
        "datasets": list(escalation.datasets),
        "history": [
            {"month": f"{step.month:%Y-%m}", "on": step.on.isoformat(), "state": step.state}
            for step in escalation.history
        ],
        "climbs": [{"on": climb.on.isoformat(), "tier": climb.tier} for climb in escalation.climbs],
        "actions": [
            {
                "version": act.version,
                "at": f"{act.at:%Y-%m-%dT%H:%M:%SZ}",
                "actor": act.actor,
                "side": act.side,
                "action": act.action,
                "text": act.text,
            }
            for act in escalation.actions
        ],
    }


def _iso(day: date | None) -> str:
    return "" if day is None else day.isoformat()


def evidence_text(escalation: Escalation, panel: Panel, catalog: Catalog) -> str:
    """What raised it, in one line: "Aug 2026: 9 of 14 (64.3 %); Sep 2026: 8 of 15 (53.3 %)"."""
    if escalation.datasets:
        return _silence_text(escalation, panel)
    months = _months(escalation, panel)
    window = _window(escalation.rule)
    partner = panel.partners.index(escalation.partner_id)
    several = len(escalation.kpis) > 1 or not escalation.kpi_id
    parts: list[str] = []
    for kpi_id in escalation.kpis:
        indicator = catalog.indicators[kpi_id]
        for place in panel.places_of(kpi_id):
            currency = panel.series[place][1]
            if currency != escalation.currency and kpi_id == escalation.kpi_id:
                continue
            for month in months[-1:] if several else months:
                figure = _figure_text(indicator, panel, (partner, place, month), window, currency)
                if not figure:
                    continue
                name = f"{indicator.name} " if several else ""
                period = short_month(panel.months[month])
                parts.append(f"{name}{period if window == 1 else f'{window} months to {period}'}: {figure}")
    return "; ".join(parts)


def _silence_text(escalation: Escalation, panel: Panel) -> str:
    """ "Not received: deviations since Mar 2026", each dataset with its first month missing; or what came late."""
    names = [name.replace("_", " ") for name in escalation.datasets]
    first = panel.months.index(escalation.since)
    if escalation.closed_on is not None:
        due = day_name(panel.due_on[first].item())
        return f"{short_month(escalation.since)}: {joined(names)} received after {due}"
    partner = panel.partners.index(escalation.partner_id)
    since = [
        first + int((panel.owed & np.isnat(panel.received))[panel.datasets.index(name), partner, first:].argmax())
        for name in escalation.datasets
    ]
    said = [f"{name} since {short_month(panel.months[month])}" for name, month in zip(names, since, strict=True)]
    return f"Not received: {joined(said)}"


def _months(escalation: Escalation, panel: Panel) -> list[int]:
    """Places of the months that raised it: from the first in which its condition held to the one that was enough."""
    first = panel.months.index(escalation.since)
    last = panel.months.index(escalation.active_from or escalation.history[-1].month)
    return list(range(first, last + 1))


def _window(rule: Rule) -> int:
    """The longest window of months that the rule looks at."""
    return max(condition.window for condition in rule.enter)


def _figure_text(indicator: Indicator, panel: Panel, at: tuple[int, int, int], window: int, currency: str) -> str:
    """Numerator of denominator where there are such, and the value; "" where there is no figure."""
    value, n = panel.value[window][at], panel.n[window][at]
    if is_missing(value):
        return ""
    shown = format_value(indicator, value, currency)
    if indicator.kind in ("proportion", "rate"):
        return f"{panel.numerator[window][at]:g} of {panel.denominator[window][at]:g} ({shown})"
    return shown if indicator.kind == "snapshot" else f"{shown} ({plural(int(n), 'record')})"


def rows(escalations: Sequence[Escalation], panel: Panel, catalog: Catalog, *, details: bool) -> list[dict[str, Any]]:
    """A row per escalation, in their order."""
    one = escalation_details if details else escalation_row
    return [one(escalation, panel, catalog) for escalation in escalations]
