"""The data appendix: monthly values, the files behind them, the definitions."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from kpi.present.rows import STATE_TEXTS, TREND_MONTHS, keyed, months_before, rows_of, trend_start
from kpi.present.wording import NO_VALUE, better_text, format_value, plural, short_month, unit_name
from kpi.qbr.figures import KEY, number
from kpi.qbr.pack import APPENDIX, AppendixPage, DefinitionRow, MonthlyRow, SourceRow

if TYPE_CHECKING:
    from kpi.catalog import Indicator
    from kpi.qbr.choices import Choices
    from kpi.qbr.figures import Categories
    from kpi.qbr.pack import Figure
    from kpi.qbr.source import Source

Cell = tuple[float | None, str, float | None, str]  # value, its text, n, status

EMPTY: Cell = (None, NO_VALUE, None, "no data")


def appendix_page(source: Source, choices: Choices, categories: Categories) -> AppendixPage:
    """Twelve single months up to the period, whatever the window of the figures."""
    month = choices.month
    figures = [figure for _, mine in categories for figure in mine]
    months = tuple(months_before(month, back) for back in range(TREND_MONTHS - 1, -1, -1))
    rows = rows_of(source.of(choices.partner_id), month_from=trend_start(month), month_to=month)
    cells: dict[Any, Any] = dict(keyed(rows.assign(on=rows["month"].dt.date), (*KEY, "on")))
    monthly = tuple(_monthly(source.catalog.indicators[figure.kpi_id], figure, months, cells) for figure in figures)
    sources = _sources(source, choices.partner_id, months[0], month)
    definitions = tuple(_definition(source.catalog.indicators[kpi]) for kpi in dict.fromkeys(f.kpi_id for f in figures))
    span = f"{short_month(months[0])} to {short_month(month)}"
    return AppendixPage(
        APPENDIX,
        APPENDIX,
        f"Data appendix: monthly values, {span}",
        notes=f"{plural(len(monthly), 'indicator')} by month, {plural(len(sources), 'file')} behind them, "
        f"{plural(len(definitions), 'definition')}.",
        months=months,
        monthly=monthly,
        sources=sources,
        definitions=definitions,
    )


def _monthly(indicator: Indicator, figure: Figure, months: tuple[date, ...], cells: dict[Any, Any]) -> MonthlyRow:
    found: list[Cell] = []
    for month in months:
        row = cells.get((figure.kpi_id, figure.currency, month))
        if row is None:
            found.append(EMPTY)
            continue
        status = str(row.status)
        text = STATE_TEXTS.get(status) or format_value(indicator, row.value, figure.currency)
        found.append((number(row.value), text, number(row.n), status))
    return MonthlyRow(figure, tuple(found))


def _sources(source: Source, partner_id: str, first: date, last: date) -> tuple[SourceRow, ...]:
    """The partner's files for the months that stand, the newest first."""
    rows: list[Any] = list(source.history().itertuples(index=False))
    return tuple(
        _source(row)
        for row in rows
        if row.state == "current"
        and partner_id in row.partners.split(", ")
        and row.month_from.date() <= last
        and row.month_to.date() >= first
    )


def _source(row: Any) -> SourceRow:
    first, last = short_month(row.month_from), short_month(row.month_to)
    return SourceRow(
        submission_id=row.submission_id,
        dataset=row.dataset.replace("_", " "),
        months=first if first == last else f"{first} to {last}",
        file_name=row.file_name,
        rows=int(row.row_count),
        received_at=row.at.to_pydatetime(),
        actor=row.actor,
        version=int(row.version),
        restated=int(row.changed),
        sha256=row.sha256,
    )


def _definition(indicator: Indicator) -> DefinitionRow:
    return DefinitionRow(
        name=indicator.name,
        version=indicator.version,
        sentence=indicator.sentence,
        unit=unit_name(indicator) or "count",
        better=better_text(indicator),
        numerator=indicator.numerator_text,
        denominator=indicator.denominator_text,
        chart=indicator.chart,
        source=indicator.source,
        owner=indicator.owner,
    )
