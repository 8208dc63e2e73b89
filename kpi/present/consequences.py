"""What would change, in words: one sentence, and a table that begins with what matters most."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol

from kpi.present.wording import (
    SEVERITY,
    format_n,
    format_value,
    is_missing,
    joined,
    look_of,
    month_name,
    plural,
    short_month,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    import pandas as pd

    from kpi.catalog import Catalog

MONTHS_NAMED = 3
JUDGED = ("met", "missed", "past limit")
WORSE, GONE, BETTER, ALIKE = range(4)  # in order of importance; gone: it can no longer be judged
RESTATED, FIRST = "restated", "first figure"
TABLE_COLUMNS = ("Indicator", "Partner", "Month", "n", "Value", "Status", "Kind")


class Moved(Protocol):
    """What is told of: kpi.rehearsal.consequences.Consequences, or a comparison of two versions."""

    @property
    def figures(self) -> pd.DataFrame: ...
    @property
    def opens(self) -> Sequence[str]: ...
    @property
    def closes(self) -> Sequence[str]: ...


def sentence(found: Moved) -> str:
    """For example: 12 figures move, 3 of them in past months (July and August 2026); 1 changes its status. …"""
    count = len(found.figures)
    if not count:
        return f"No figure moves. {escalation_sentence(found.opens, found.closes)}"
    restated = found.figures[found.figures["restated"]]
    parts = [f"{plural(count, 'figure')} {_verb(count, 'move')}"]
    if len(restated):
        past = f"{'all' if len(restated) == count else f'{len(restated):,}'} of them"
        parts.append(f"{'' if count == 1 else f'{past} '}shown before, for {_months(restated)}".strip())
    else:
        parts.append(f"for the first time, for {_months(found.figures)}")
    changed = int((restated["status_before"] != restated["status_after"]).sum())
    if changed:
        parts.append(f"{changed:,} with another status")
    return f"{', '.join(parts)}. {escalation_sentence(found.opens, found.closes)}"


def escalation_sentence(opens: Sequence[str], closes: Sequence[str]) -> str:
    """ "1 escalation opens and 2 close." """
    if not opens and not closes:
        return "No escalation opens or closes."
    said = []
    if opens:
        said.append(f"{plural(len(opens), 'escalation')} {_verb(len(opens), 'open')}")
    if closes:
        said.append(f"{len(closes):,} {_verb(len(closes), 'close')}" if opens else _closing(len(closes)))
    return f"{' and '.join(said)}."


def ordered(figures: pd.DataFrame, catalog: Catalog) -> pd.DataFrame:
    """The same rows, what matters most first: a worse status, a better one, then restated months, then the size.

    The size of a move is measured against the value before, so that indicators of different units can be compared.
    """
    if figures.empty:
        return figures
    keys = [_order(row, catalog) for row in figures.itertuples(index=False)]
    return figures.iloc[sorted(range(len(keys)), key=keys.__getitem__)].reset_index(drop=True)


def table(figures: pd.DataFrame, catalog: Catalog, partners: Mapping[str, str]) -> pd.DataFrame:
    """One row per figure in words, in the order of ``ordered``; columns as in ``TABLE_COLUMNS``.

    ``partners``: {partner_id: name to show}; an id that is not in it is shown itself.
    """
    import pandas as pd

    rows = [_row(row, catalog, partners) for row in ordered(figures, catalog).itertuples(index=False)]
    return pd.DataFrame(rows, columns=list(TABLE_COLUMNS))


def status_text(status: str) -> str:
    """The status with its shape: "▲ missed"."""
    return f"{look_of(status).shape} {status}"


def _row(row: Any, catalog: Catalog, partners: Mapping[str, str]) -> tuple[str, ...]:
    indicator = catalog.indicators[row.kpi_id]
    values = [format_value(indicator, value, row.currency) for value in (row.value_before, row.value_after)]
    statuses = [status_text(status) for status in (row.status_before, row.status_after)]
    name = f"{indicator.name}, {row.currency}" if row.currency else indicator.name
    return (
        name,
        partners.get(row.partner_id, row.partner_id),
        month_name(row.month),
        _arrow(format_n(row.n_before), format_n(row.n_after)),
        _arrow(*values),
        _arrow(*statuses),
        RESTATED if row.restated else FIRST,
    )


def _arrow(before: str, after: str) -> str:
    """ "88.5 % → 90.0 %"; what stays the same once."""
    return before if before == after else f"{before} → {after}"


def _order(row: Any, catalog: Catalog) -> tuple[Any, ...]:
    worse = SEVERITY[row.status_before] - SEVERITY[row.status_after]
    if not row.restated or worse == 0:
        kind = ALIKE
    elif worse < 0:
        kind = BETTER
    else:
        kind = WORSE if row.status_after in JUDGED else GONE
    place = list(catalog.indicators).index(row.kpi_id)
    return (
        kind,
        -abs(worse) if kind != ALIKE else 0,
        not row.restated,
        -_size(row.value_before, row.value_after),
        place,
        row.partner_id,
        -row.month.toordinal(),
    )


def _size(before: Any, after: Any) -> float:
    """The move as a share of the value before; a value that appears or goes away is a whole move."""
    if is_missing(before) or is_missing(after):
        return 0.0 if is_missing(before) and is_missing(after) else 1.0
    return abs(after - before) / (abs(before) or abs(after) or 1.0)


def _months(figures: pd.DataFrame) -> str:
    months: list[date] = sorted({month.date() for month in figures["month"]}, reverse=True)
    if len(months) == 1:
        return month_name(months[0])
    if len(months) > MONTHS_NAMED:
        return f"{plural(len(months), 'month')} from {short_month(months[-1])} to {short_month(months[0])}"
    return joined([short_month(month) for month in reversed(months)])


def _verb(count: int, verb: str) -> str:
    return f"{verb}s" if count == 1 else verb


def _closing(count: int) -> str:
    return f"{plural(count, 'escalation')} {_verb(count, 'close')}"
