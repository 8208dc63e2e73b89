"""One indicator: its figure in one sentence, and by partner, site and product."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from kpi.present.board import Row, payload
from kpi.present.prose import Sentence, plain, strong
from kpi.present.rows import (
    detail_cells,
    detail_columns,
    keyed,
    labels_of,
    n_text,
    of_month,
    rows_of,
    trend_lines,
    trend_start,
)
from kpi.present.sites import names_of_sites
from kpi.present.wording import (
    SEVERITY,
    format_interval,
    format_n,
    format_target,
    format_value,
    has_interval,
    is_missing,
    look_of,
    period_name,
    shape_in_markdown,
)

if TYPE_CHECKING:
    from kpi.catalog import Indicator
    from kpi.marts import Marts
    from kpi.present.subject import Subject

ENTITY = {"partner": "partner_id", "site": "site_id", "product": "product"}
CORNERS = {"partner": "Partner", "site": "Site", "product": "Product"}


def figure_at(
    marts: Marts, indicator: Indicator, subject: Subject, currency: str, month: date, window: int
) -> Any | None:
    """The subject's figure of one month and window, or None when the month has no row."""
    rows = rows_of(
        marts,
        grain=subject.grain,
        kpis=[indicator.id],
        partner=subject.partner_id,
        window=window,
        month_from=month,
        month_to=month,
    )
    return dict(keyed(rows, ("site_id", "product", "currency"))).get((subject.site_id, subject.product, currency))


def statement(indicator: Indicator, figure: Any | None, month: date, window: int) -> str:
    """The figure of the chosen month in one sentence of Markdown, starting with its status shape."""
    status = "no data" if figure is None else str(figure.status)
    said = figure_sentence(indicator, figure, month, window)
    return f"{shape_in_markdown(status)} {''.join(f'**{text}**' if stands_out else text for text, stands_out in said)}"


def figure_sentence(indicator: Indicator, figure: Any | None, month: date, window: int) -> Sentence:
    """The figure of the chosen month in one sentence; the value stands out."""
    period = period_name(month, window)
    if figure is None:
        return (plain(f"Nothing was ever reported for {period}."),)
    meaning = look_of(figure.status).meaning
    if figure.status == "no data":
        return (plain(f"Not reported for {period}."),)
    if figure.status == "no activity":
        return (plain(f"{meaning.capitalize()} in {period}."),)
    details = [f"n {n_text(indicator, figure)}"] if n_text(indicator, figure) else []
    if has_interval(indicator) and not is_missing(figure.numerator):
        details = [f"{format_n(figure.numerator)} of {format_n(figure.denominator)}"]
    interval = format_interval(indicator, figure.lower, figure.upper)
    details += [f"95 % interval {interval}"] if interval else []
    bracket = f" ({', '.join(details)})" if details else ""
    target = "" if is_missing(figure.target) else f", target {format_target(indicator, figure.target)}"
    value = format_value(indicator, figure.value, figure.currency)
    return strong(value), plain(f" in {period}{bracket}{target}: {meaning}.")


def entities_board(
    marts: Marts, indicator: Indicator, grain: str, partner: str | None, month: date, window: int
) -> str:
    """The indicator by partner, site or product, those that need attention first. "" when there is none."""
    if grain not in indicator.grains:
        return ""
    entity = ENTITY[grain]
    key = (entity, "currency")
    rows = rows_of(
        marts,
        grain=grain,
        kpis=[indicator.id],
        partner=partner,
        window=window,
        month_from=trend_start(month),
        month_to=month,
    )
    trends = trend_lines(rows, key)
    names = _names(marts, grain, partner)
    found = [(k, names.get(k[0]) or k[0], figure) for k, figure in keyed(of_month(rows, month), key)]
    found.sort(key=lambda item: (SEVERITY[item[2].status], item[1].casefold()))
    table = [_entity_row(indicator, grain, k, name, figure, trends.get(k, "")) for k, name, figure in found]
    if not table:
        return ""
    columns = detail_columns(month, window, interval=has_interval(indicator))
    return payload(f"{indicator.name} by {grain}, {period_name(month, window)}", CORNERS[grain], columns, table)


def _entity_row(indicator: Indicator, grain: str, key: tuple[str, ...], name: str, figure: Any, trend: str) -> Row:
    opens = {"partner": name, "kpi": indicator.name} if grain == "partner" else {}
    shown = f"{name}, {key[1]}" if key[1] else name
    cells = detail_cells(indicator, figure, trend, interval=has_interval(indicator))
    return Row(shown, cells, note=key[0] if grain == "site" and name != key[0] else "", opens=opens)


def _names(marts: Marts, grain: str, partner: str | None) -> dict[str, str]:
    """{id: name} of all partners, or of the sites of one; products go by their own names."""
    if grain == "partner":
        return labels_of(marts)
    if grain == "site":
        return {site: name for (of, site), name in names_of_sites(marts).items() if of == partner}
    return {}
