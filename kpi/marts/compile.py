"""Definitions → SQL. One statement per dataset and event date counts everything that is judged on that date.

Pure text work: nothing here opens a database. Expressions come from checked definition files only, never from input.
The ledger's records are read once per dataset, into the staged tables; these statements then group the staged columns.
Statements that group by one event date each cost half of a single one that repeats every record for each of its dates
(docs/decisions/0009-one-grouping-per-event-date.md).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kpi.catalog import Catalog, Indicator, Measure
from kpi.catalog.expressions import words


@dataclass(frozen=True)
class CountColumn:
    """One output column: ``part`` of ``kpi_id``, "numerator" or "denominator", or how many records these look at.

    That is "rows" where n is not the denominator itself, "present" where it only says that a split has any record.
    """

    kpi_id: str
    part: str
    expression: str


@dataclass(frozen=True)
class CountQuery:
    """Yields cell, month (index year × 12 + month − 1), [split], events, then ``columns`` in order."""

    dataset: str
    month_of: str
    split_by: str
    columns: tuple[CountColumn, ...]
    sql: str


@dataclass(frozen=True)
class ValuesQuery:
    """Yields cell, month, days: one row per record of a median."""

    kpi_id: str
    sql: str


@dataclass(frozen=True)
class DistinctQuery:
    """Yields partner_id, site_id ('' for the whole partner), month, amount: counts that don't add up over cells."""

    kpi_id: str
    part: str
    sql: str


@dataclass(frozen=True)
class StateQuery:
    """Yields cell, month, change: how many records enter less how many leave the state in the month."""

    kpi_id: str
    sql: str


@dataclass(frozen=True)
class Statements:
    counts: tuple[CountQuery, ...]
    values: tuple[ValuesQuery, ...]
    distinct: tuple[DistinctQuery, ...]
    states: tuple[StateQuery, ...]


def compile_catalog(catalog: Catalog) -> Statements:
    """Every statement that the catalogue's indicators need, in a fixed order."""
    indicators = tuple(catalog.indicators.values())
    return Statements(
        counts=tuple(_count_queries(indicators)),
        values=tuple(ValuesQuery(i.id, values_sql(i.values)) for i in indicators if i.values),
        distinct=tuple(_distinct_queries(indicators)),
        states=tuple(StateQuery(i.id, state_sql(i)) for i in indicators if i.state),
    )


def fields_used(catalog: Catalog, dataset: str) -> list[str]:
    """The fields of ``dataset`` that any definition speaks of, in the catalogue's order of fields."""
    used: set[str] = set()
    for indicator in catalog.indicators.values():
        for part in indicator.measures:
            if part.dataset == dataset:
                distinct = ["partner_id", "site_id"] if part.amount == "count_distinct" else []
                used |= words(part.where, part.of, part.month_of, indicator.split_by, *distinct)
        if indicator.state is not None and indicator.state.dataset == dataset:
            used |= words(indicator.state.where, indicator.state.starts, indicator.state.ends)
    return [name for name in catalog.fields[dataset] if name in used]


def month_index(date_column: str) -> str:
    return f"year({date_column}) * 12 + month({date_column}) - 1"


def _count_queries(indicators: Iterable[Indicator]) -> Iterable[CountQuery]:
    groups: dict[tuple[str, str, str], list[CountColumn]] = {}
    for indicator in indicators:
        for measure in indicator.measures:
            groups.setdefault((measure.dataset, measure.month_of, ""), [])  # its events say which months have records
        for name, part in (("numerator", indicator.numerator), ("denominator", indicator.denominator)):
            if part is not None and part.amount != "count_distinct":
                key = (part.dataset, part.month_of, indicator.split_by)
                groups.setdefault(key, []).extend(_columns(indicator, name, part))
    for (dataset, month_of, split_by), columns in groups.items():
        yield CountQuery(dataset, month_of, split_by, tuple(columns), _count_sql(dataset, month_of, split_by, columns))


def _columns(indicator: Indicator, name: str, part: Measure) -> Iterable[CountColumn]:
    yield CountColumn(indicator.id, name, amount_sql(part))
    if name == "denominator" and part.amount == "sum" and indicator.kind == "ratio":
        yield CountColumn(indicator.id, "rows", _count_where(part.where))
    if name == "denominator" and indicator.split_by:
        yield CountColumn(indicator.id, "present", _count_where(part.where))


def _count_sql(dataset: str, month_of: str, split_by: str, columns: Iterable[CountColumn]) -> str:
    split, by_split = (f"    {split_by} AS split,\n", ", split") if split_by else ("", "")
    listed = "".join(f',\n    {column.expression} AS "{column.kpi_id}.{column.part}"' for column in columns)
    return (
        f"-- one row per cell and month of {month_of}: what {dataset} count for\n"
        f"SELECT\n    cell,\n    {month_index(month_of)} AS month,\n{split}    count(*) AS events{listed}\n"
        f"FROM staged_{dataset}\nWHERE {month_of} IS NOT NULL\n"
        f"GROUP BY cell, month{by_split}\nORDER BY cell, month{by_split}"
    )


def amount_sql(part: Measure) -> str:
    """The aggregate of one measure. Sums are exact decimals, so that they do not depend on the order of the rows."""
    if part.amount == "sum":
        condition = f" FILTER (WHERE {part.where})" if part.where else ""
        return f"coalesce(sum(({part.of})::DECIMAL(38, 6)){condition}, 0)::DOUBLE"
    if part.amount == "count_if":
        return _count_where(f"({part.where}) AND ({part.of})" if part.where else part.of)
    return _count_where(part.where)


def _count_where(where: str) -> str:
    return f"count(*) FILTER (WHERE {where})" if where else "count(*)"


def values_sql(part: Measure) -> str:
    where = f" AND ({part.where})" if part.where else ""
    return (
        f"-- one row per record: {part.text}\n"
        f"SELECT cell, {month_index(part.month_of)} AS month, ({part.of})::BIGINT AS days\n"
        f"FROM staged_{part.dataset}\n"
        f"WHERE {part.month_of} IS NOT NULL AND ({part.of}) IS NOT NULL{where}"
    )


def _distinct_queries(indicators: Iterable[Indicator]) -> Iterable[DistinctQuery]:
    for indicator in indicators:
        for name, part in (("numerator", indicator.numerator), ("denominator", indicator.denominator)):
            if part is not None and part.amount == "count_distinct":
                yield DistinctQuery(indicator.id, name, _distinct_sql(part))


def _distinct_sql(part: Measure) -> str:
    where = f" AND ({part.where})" if part.where else ""
    return (
        f"-- one row per partner and month, and per site and month: {part.text}\n"
        f"SELECT partner_id, coalesce(site_id, '') AS site_id, month, amount\nFROM (\n"
        f"    SELECT partner_id, site_id, {month_index(part.month_of)} AS month, count(DISTINCT {part.of}) AS amount\n"
        f"    FROM staged_{part.dataset}\n"
        f"    WHERE {part.month_of} IS NOT NULL{where}\n"
        "    GROUP BY GROUPING SETS ((partner_id, month), (partner_id, site_id, month))\n"
        ") AS counted\nORDER BY partner_id, site_id, month"
    )


def state_sql(indicator: Indicator) -> str:
    """Enters in the month of ``starts``, leaves in that of ``ends``; both in one month means never at a month's end."""
    state = indicator.state
    if state is None:
        raise ValueError(f"{indicator.id} has no state")
    where = f" AND ({state.where})" if state.where else ""
    return (
        f"-- one row per cell and month: records that enter less records that leave; {state.text}\n"
        "WITH spans AS (\n"
        f"    SELECT cell, {month_index(f'({state.starts})')} AS entered, {month_index(f'({state.ends})')} AS ended\n"
        f"    FROM staged_{state.dataset}\n"
        f"    WHERE ({state.starts}) IS NOT NULL{where}\n"
        "),\nlasting AS (\n    SELECT * FROM spans WHERE ended IS NULL OR ended > entered\n),\n"
        "changes AS (\n"
        "    SELECT cell, entered AS month, count(*) AS change FROM lasting GROUP BY cell, entered\n"
        "    UNION ALL\n"
        "    SELECT cell, ended, -count(*) FROM lasting WHERE ended IS NOT NULL GROUP BY cell, ended\n)\n"
        "SELECT cell, month, sum(change)::BIGINT AS change\nFROM changes\nGROUP BY cell, month\nORDER BY cell, month"
    )
