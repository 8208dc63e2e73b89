"""One partner at one month: open escalations, every indicator by category, its sites, and which datasets arrived."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd

from kpi.present.attention import Attention, tier_looks, tier_state
from kpi.present.board import Cell, Column, Row, payload
from kpi.present.escalations import clock, state_sentence, subject
from kpi.present.objections import Objected, objected
from kpi.present.rows import (
    NOTHING,
    detail_cells,
    detail_columns,
    figure_cells,
    keyed,
    months_before,
    of_month,
    rows_of,
    trend_lines,
    trend_start,
)
from kpi.present.sites import names_of_sites
from kpi.present.verdicts import Verdict, verdicts, with_verdict
from kpi.present.wording import (
    COVERAGE_LOOKS,
    day_name,
    is_missing,
    joined,
    period_name,
    short_month,
    unit_name,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kpi.catalog import Catalog, Indicator
    from kpi.ledger.figure_notes import FigureNote
    from kpi.marts import Marts
    from kpi.signals.series import Signals

KEY = ("kpi_id", "currency")
COVERAGE_MONTHS = 12
FACTS = (
    ("Operating model", "operating_model"),
    ("Engagement", "engagement"),
    ("Pricing", "pricing_model"),
    ("Capacity", "capacity_model"),
    ("Countries", "country"),
)


def facts(register: pd.DataFrame, partner: str) -> list[tuple[str, str]]:
    """(label, text) of what the register says about a partner; what it does not say is left out."""
    sites = register[register["partner_id"] == partner]
    found = [(label, _distinct(sites[column])) for label, column in FACTS if column in sites]
    names = [str(name) for name in sites["site_name"] if not is_missing(name) and name]
    listed = [("Sites", joined(names, 6))] if names else []
    return [*listed, *((label, text) for label, text in found if text)]


def escalations_board(found: Attention, catalog: Catalog, day: date) -> str:
    """What is open and asks for something, the gravest rule first: what for, and until when. "" when nothing is."""
    rows = [
        Row(
            subject(escalation, catalog),
            [
                Cell(
                    pills=[(tier_state(escalation.tier), f"T{escalation.tier}")],
                    text=escalation.rule.name,
                    note=state_sentence(escalation, day),
                ),
                Cell(text=escalation.rule.response, note=escalation.owner),
                Cell(text=clock(escalation, day).text, note=clock(escalation, day).until),
            ],
            tip=escalation.rule.why,
            opens={"escalation": escalation.id},
        )
        for escalation in found.open
    ]
    if not rows:
        return ""
    columns = [
        Column("Because", kind="words"),
        Column("Expected response", kind="words", note="and whose it is"),
        Column("Clock", kind="text", tip="Until when a response may take before it climbs a tier"),
    ]
    return payload("Open escalations", "About", columns, rows, tier_looks(catalog.escalation))


def indicators_board(
    marts: Marts,
    catalog: Catalog,
    signals: Signals,
    partner: str,
    month: date,
    window: int,
    notes: Sequence[FigureNote] = (),
) -> str:
    """Every indicator of the partner by category: value, n, interval, target, what the chart says, trend.

    ``notes``: what was said about figures; an objection to one of its months stands beside the value. "" when there
    are no rows.
    """
    marks = objected(notes, partner, month, window)
    rows = rows_of(marts, partner=partner, window=window, month_from=trend_start(month), month_to=month)
    figures = dict(keyed(of_month(rows, month), KEY))
    trends = trend_lines(rows, KEY)
    said = verdicts(signals.series[signals.series["partner_id"] == partner], KEY)
    table: list[Row] = []
    for category in catalog.categories:
        found = [(key, i) for i in catalog.in_category(category.id) for key in figures if key[0] == i.id]
        if found:
            table.append(Row(category.name, heading=True))
        table += [
            _indicator_row(i, figures[key], trends.get(key, ""), said.get(key), marks.get(key)) for key, i in found
        ]
    if not table:
        return ""
    *columns, trend = detail_columns(month, window)
    chart = Column("Control chart", kind="text", note="by single months")
    columns = [*columns, chart, trend]
    return payload(f"Indicators, {period_name(month, window)}", "Indicator", columns, table)


def _indicator_row(indicator: Indicator, figure: Any, trend: str, said: Verdict | None, mark: Objected | None) -> Row:
    value, *cells, line = detail_cells(indicator, figure, trend)
    cells = [
        replace(value, note=mark.mark if mark else ""),
        *cells,
        with_verdict(Cell(text=said.rule if said else ""), said),
        line,
    ]
    unit = unit_name(indicator, figure.currency)
    note = unit if unit and unit not in {"%", "days"} else ""
    return Row(indicator.name, cells, note=note, tip=indicator.sentence, opens={"kpi": indicator.name})


def sites_board(marts: Marts, catalog: Catalog, partner: str, month: date, window: int) -> str:
    """The partner's sites as columns, indicators as rows. "" when fewer than two sites have figures."""
    kpis = [indicator.id for indicator in catalog.indicators.values() if "site" in indicator.grains]
    rows = rows_of(
        marts, grain="site", partner=partner, kpis=kpis, window=window, month_from=trend_start(month), month_to=month
    )
    now = of_month(rows, month)
    sites = sorted({str(site) for site in now["site_id"]})
    if len(sites) < 2:
        return ""
    cells = figure_cells(rows, now, catalog.indicators, ("kpi_id", "currency", "site_id"))
    named = {site: names_of_sites(marts).get((partner, site), "") for site in sites}
    present = sorted({key[:2] for key in cells}, key=lambda key: (kpis.index(key[0]), key[1]))
    table = [
        Row(
            _name(catalog.indicators[kpi], currency),
            [cells.get((kpi, currency, site), NOTHING) for site in sites],
            tip=catalog.indicators[kpi].sentence,
            opens={"kpi": catalog.indicators[kpi].name},
        )
        for kpi, currency in present
    ]
    columns = [Column(name or site, note=site if name else "") for site, name in named.items()]
    return payload(f"Sites, {period_name(month, window)}", "Indicator", columns, table)


def coverage_board(marts: Marts, partner: str, month: date, titles: dict[str, str]) -> str:
    """Which datasets arrived for the months up to ``month``, by shape. "" when none was ever expected."""
    frame = marts.coverage[marts.coverage["partner_id"] == partner]
    when = pd.to_datetime(frame["month"])
    first = months_before(month, COVERAGE_MONTHS - 1)
    frame = frame[(when >= pd.Timestamp(first)) & (when <= pd.Timestamp(month))]
    if frame.empty:
        return ""
    months = [months_before(month, back) for back in range(COVERAGE_MONTHS - 1, -1, -1)]
    found = {
        (row.dataset, when.date()): row
        for when, row in zip(pd.to_datetime(frame["month"]), frame.itertuples(index=False), strict=True)
    }
    table = [
        Row(title, [_coverage_cell(found.get((dataset, when))) for when in months])
        for dataset, title in titles.items()
        if any((dataset, when) in found for when in months)
    ]
    columns = [Column(short_month(when), kind="mark") for when in months]
    return payload("Datasets received by month", "Dataset", columns, table, COVERAGE_LOOKS)


def _coverage_cell(row: Any) -> Cell:
    if row is None:
        return Cell(tip="Not expected")
    due = "" if is_missing(row.due_on) else f", due {day_name(row.due_on)}"
    received = "Not received" if is_missing(row.received_on) else f"Received {day_name(row.received_on)}"
    return Cell(state=row.state, tip=received + due)


def _distinct(values: Iterable[object]) -> str:
    texts = dict.fromkeys(str(value).replace("_", " ") for value in values if not is_missing(value) and value != "")
    return joined(list(texts), 6)


def _name(indicator: Indicator, currency: str) -> str:
    return f"{indicator.name}, {currency}" if currency else indicator.name
