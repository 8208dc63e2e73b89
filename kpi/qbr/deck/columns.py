"""The data of an indicator's chart as columns: what the embedded workbook holds and what the chart draws from it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from kpi.present.chart_points import READING_WORDS
from kpi.present.wording import short_month, shortened
from kpi.qbr.pack import ChartMonth, IndicatorPage

VALUE, N, MEAN, LOWER, UPPER, TARGET, LIMIT, FLAGGED = (
    "value",
    "n",
    "mean",
    "lower",
    "upper",
    "target",
    "limit",
    "flagged",
)
FLAG_NAMES = {
    "concern": "Special cause, worse",
    "improvement": "Special cause, better",
    "high": "Special cause, high",
    "low": "Special cause, low",
}
TOO_FEW = "few"
LONGEST_HEADER = 28  # letters of the value's name: it stands in the legend
FEW_NAME = "Special cause, few records"


@dataclass(frozen=True)
class Column:
    """One column of numbers, one for each month. ``look``: for flagged months their reading, or TOO_FEW; for limits
    and means of phases that ended "earlier", else ""."""

    header: str
    kind: str
    values: tuple[float | None, ...]
    look: str = ""


@dataclass(frozen=True)
class ChartData:
    """``columns``: what can be drawn. ``texts``: (header, one text a month), for readers of the workbook."""

    months: tuple[date, ...]
    columns: tuple[Column, ...]
    texts: tuple[tuple[str, tuple[str, ...]], ...]

    def of(self, kind: str) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if column.kind == kind)


def chart_data(page: IndicatorPage) -> ChartData:
    """Month, value, n, the limits of every phase, target, limit, flagged months; columns without a number are left out,
    but for value and n."""
    assert page.figure is not None
    months = page.months
    is_named = not page.figure.unit or page.figure.name.endswith(page.figure.unit)
    unit = "" if is_named else f" ({page.figure.unit})"
    value = Column(
        f"{shortened(page.figure.name, LONGEST_HEADER)}{unit}", VALUE, _all(months, lambda month: month.value)
    )
    columns = [value, Column("n", N, _all(months, lambda month: month.n))]
    columns += _phases(months)
    columns += _agreed(months)
    columns += _flagged(months)
    kept = [column for column in columns if column.kind in (VALUE, N) or any(one is not None for one in column.values)]
    texts = (
        ("Status", tuple(month.status for month in months)),
        ("Rule", tuple(month.rule_text for month in months)),
    )
    return ChartData(tuple(month.month for month in months), _told_apart(kept), texts)


def _all(months: Iterable[ChartMonth], get: Callable[[ChartMonth], float | None]) -> tuple[float | None, ...]:
    return tuple(get(month) for month in months)


def _phases(months: Sequence[ChartMonth]) -> list[Column]:
    """Mean and limits of each phase as columns of their own, so that their lines end where the phase does."""
    phases = sorted({month.phase for month in months if month.phase is not None})
    found = []
    for phase in reversed(phases):  # the one in force first
        mine = [month if month.phase == phase else None for month in months]
        last = max(month.month for month in mine if month is not None)
        ended = "" if phase == phases[-1] else f" until {short_month(last)}"
        limits = {(month.lower_limit, month.upper_limit) for month in mine if month is not None}
        are_constant = len(limits) == 1  # those of p and u charts follow n
        for name, kind, get in (
            ("Mean", MEAN, lambda month: month.centre),
            ("Upper control limit", UPPER, lambda month: month.upper_limit),
            ("Lower control limit", LOWER, lambda month: month.lower_limit),
        ):
            values = tuple(None if month is None else get(month) for month in mine)
            if kind == MEAN or are_constant:
                values = _bridged(values)
            found.append(Column(f"{name}{ended}", kind, values, "earlier" if ended else ""))
    return found


def _bridged(values: tuple[float | None, ...]) -> tuple[float | None, ...]:
    """What is the same all through a phase (a mean, the limits of an XmR chart) holds in months without a point too."""
    known = [place for place, value in enumerate(values) if value is not None]
    if len({values[place] for place in known}) != 1:
        return values
    filled = list(values)
    filled[known[0] : known[-1] + 1] = [values[known[0]]] * (known[-1] - known[0] + 1)
    return tuple(filled)


def _agreed(months: Sequence[ChartMonth]) -> list[Column]:
    is_band = any(month.target_high is not None for month in months)
    target, limit = ("Target, lower edge", "Limit, lower edge") if is_band else ("Target", "Limit")
    return [
        Column(target, TARGET, _all(months, lambda month: month.target)),
        Column("Target, upper edge", TARGET, _all(months, lambda month: month.target_high)),
        Column(limit, LIMIT, _all(months, lambda month: month.limit)),
        Column("Limit, upper edge", LIMIT, _all(months, lambda month: month.limit_high)),
    ]


def _flagged(months: Sequence[ChartMonth]) -> list[Column]:
    """The months that broke a rule, by what that means; months of too few records apart, as on the screens."""
    found = []
    for reading in READING_WORDS:
        values = _all(months, lambda month, wanted=reading: month.value if _flag(month) == wanted else None)  # type: ignore[misc]
        found.append(Column(FLAG_NAMES[reading], FLAGGED, values, reading))
    few = _all(months, lambda month: month.value if _flag(month) == TOO_FEW else None)
    return [*found, Column(FEW_NAME, FLAGGED, few, TOO_FEW)]


def _flag(month: ChartMonth) -> str:
    if not month.rule:
        return ""
    return TOO_FEW if month.status == "too few" else month.reading


def _told_apart(columns: Sequence[Column]) -> tuple[Column, ...]:
    """An indicator may be called as one of the other columns is."""
    others = {column.header.casefold() for column in columns[1:]} | {"month", "status", "rule"}
    first = columns[0]
    name = f"{first.header} (value)" if first.header.casefold() in others else first.header
    return (Column(name, first.kind, first.values), *columns[1:])
