"""The oracle of a rehearsal: the thing really done, and all figures before and after side by side in plain Python."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

from kpi.access import EVERYTHING, Scope
from kpi.catalog import Catalog
from kpi.ledger.current import create_current
from kpi.ledger.store import Store
from kpi.marts import Marts
from kpi.rehearsal.consequences import Consequences
from kpi.signals.load import load_review
from kpi.signals.review import Review

Key = tuple[str, str, str, date]
Figure = tuple[float | None, float | None, str]
NOTHING: Figure = (None, None, "no data")


def own_copy(store: Store, folder: Path) -> Store:
    """A store of the test's own with what ``store`` holds."""
    shutil.copyfile(store.path, folder / "own.duckdb")
    return Store(folder / "own.duckdb")


def loaded(store: Store, catalog: Catalog, day: date, scope: Scope = EVERYTHING) -> tuple[Marts, Review]:
    return load_review(store, catalog, scope=scope, today=day, day=day)


def figures_of(marts: Marts) -> dict[Key, Figure]:
    """Every partner's monthly figure; NaN as None."""
    rows = marts.kpi_monthly[marts.kpi_monthly["grain"] == "partner"]
    columns = ["kpi_id", "partner_id", "currency", "month", "n", "value", "status"]
    return {
        (kpi_id, partner, currency, month.date()): (_number(n), _number(value), status)
        for kpi_id, partner, currency, month, n, value, status in rows[columns].itertuples(index=False, name=None)
    }


def moved(before: Marts, after: Marts) -> dict[Key, tuple[Figure, Figure]]:
    was, becomes = figures_of(before), figures_of(after)
    both = {key: (was.get(key, NOTHING), becomes.get(key, NOTHING)) for key in was.keys() | becomes.keys()}
    return {key: pair for key, pair in both.items() if pair[0] != pair[1]}


def told(found: Consequences) -> dict[Key, tuple[Figure, Figure]]:
    """What the rehearsal says, in the same shape."""
    return {
        (row.kpi_id, row.partner_id, row.currency, row.month.date()): (
            (_number(row.n_before), _number(row.value_before), row.status_before),
            (_number(row.n_after), _number(row.value_after), row.status_after),
        )
        for row in found.figures.itertuples(index=False)
    }


def opened(before: Review, after: Review) -> tuple[set[str], set[str]]:
    """Ids of escalations that open and close, by subject."""
    sides = [
        {(e.rule.id, e.partner_id, e.kpi_id, e.currency): e for e in side.escalations if e.open}
        for side in (before, after)
    ]
    was, becomes = sides
    return (
        {becomes[subject].id for subject in becomes.keys() - was.keys() if not becomes[subject].covered_by},
        {was[subject].id for subject in was.keys() - becomes.keys() if not was[subject].covered_by},
    )


def ids_in(sentences: tuple[str, ...]) -> set[str]:
    """The ids that the sentences name: "(E-1a2b3c4d)"."""
    return {sentence.split("(E-")[1].split(")")[0].join(("E-", "")) for sentence in sentences}


def assert_as_it_came(
    store: Store, catalog: Catalog, day: date, found: Consequences, do: Callable[[], Any]
) -> dict[Key, tuple[Figure, Figure]]:
    """Does it for real with ``do`` and compares with what ``found`` had told; gives what moved."""
    before = loaded(store, catalog, day)
    do()
    after = loaded(store, catalog, day)
    really = moved(before[0], after[0])
    assert told(found) == really
    assert (ids_in(found.opens), ids_in(found.closes)) == opened(before[1], after[1])
    assert found.version == before[0].version
    return really


def standing_rows(store: Store, dataset: str, partner: str, date_column: str, month: date) -> list[dict[str, Any]]:
    """The partner's records in force whose date lies in the month."""
    with store.connect() as connection:
        create_current(connection, dataset, 10**9, Scope.of([partner]))
        cursor = connection.execute(
            f"SELECT * EXCLUDE (version, row_number) FROM current_{dataset} "
            f"WHERE date_trunc('month', {date_column}) = ? ORDER BY ALL",
            [month],
        )
        names = [name for name, *_ in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12)


def _number(value: Any) -> float | None:
    return None if value != value else float(value)
