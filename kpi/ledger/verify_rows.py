"""Comparing the appended rows with the digests that their events carry."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from kpi.ledger.digest import add_column, rows_digest
from kpi.ledger.tables import KEYS

if TYPE_CHECKING:
    import duckdb

ROWS_AT_ONCE = 250_000


def record_problems(
    connection: duckdb.DuckDBPyConnection, submissions: dict[int, dict[str, Any]]
) -> tuple[int, list[str]]:
    """How many rows there are in all record tables, and which submissions' rows are not those submitted.

    ``submissions``: by version, what the event says (dataset, row_count, rows_digest, submission_id, file_name).
    """
    total, problems = 0, []
    for dataset in KEYS:
        meant = {version: facts for version, facts in submissions.items() if facts["dataset"] == dataset}
        counts = dict(connection.execute(f"SELECT version, count(*) FROM {dataset} GROUP BY version").fetchall())
        total += sum(counts.values())
        for version in sorted(counts.keys() - meant.keys()):
            problems.append(f"Table {dataset}: {counts[version]:,} rows of version {version} belong to no submission.")
        problems += _digest_problems(connection, dataset, meant, counts)
    return total, problems


def _digest_problems(
    connection: duckdb.DuckDBPyConnection, dataset: str, meant: dict[int, dict[str, Any]], counts: dict[int, int]
) -> Iterator[str]:
    for portion in _portions(sorted(meant), counts):
        for version, digest in _digests(connection, dataset, portion, counts):
            facts = meant.get(version)
            if facts and counts[version] == facts["row_count"] and digest() != facts["rows_digest"]:
                yield f"{_named(dataset, facts, version)} were changed after they were submitted."
        for version in portion:
            count = counts.get(version, 0)
            if count != meant[version]["row_count"]:
                yield (
                    f"{_named(dataset, meant[version], version)} are {count:,}; "
                    f"{meant[version]['row_count']:,} were submitted."
                )


def _digests(
    connection: duckdb.DuckDBPyConnection, dataset: str, portion: list[int], counts: dict[int, int]
) -> Iterator[tuple[int, Callable[[], str]]]:
    """Each submission of a portion that has rows, and how its digest is found."""
    if len(portion) == 1 and counts.get(portion[0], 0) > ROWS_AT_ONCE:
        yield portion[0], partial(_digest_by_column, connection, dataset, portion[0])
        return
    rows = connection.execute(
        f"SELECT * FROM {dataset} WHERE version BETWEEN ? AND ? ORDER BY version, row_number",
        [portion[0], portion[-1]],
    ).pl()
    start = 0
    for version, count in zip(*_runs(rows["version"]), strict=True):
        yield version, partial(rows_digest, rows.slice(start, count).drop("version"))
        start += count


def _digest_by_column(connection: duckdb.DuckDBPyConnection, dataset: str, version: int) -> str:
    """The digest of a large submission's rows, fetched column by column.

    Rows lie in the order in which they were appended, and DuckDB keeps it (opening.SETTINGS); sorting two million of
    them once per column is only needed where that is not the order of their numbers.
    """
    digest, order = hashlib.sha256(), ""
    names = [name for name, *_ in connection.execute(f"SELECT * FROM {dataset} LIMIT 0").description or ()]
    for name in names:
        if name == "version":
            continue
        query = f'SELECT "{name}" FROM {dataset} WHERE version = ?'
        column = connection.execute(query + order, [version]).pl().to_series()
        if name == "row_number" and not column.is_sorted():
            order = " ORDER BY row_number"
            column = column.sort()
        add_column(digest, column)
    return digest.hexdigest()


def _runs(versions: Any) -> tuple[list[int], list[int]]:
    """Versions in ascending order and how many rows each has."""
    runs = versions.value_counts().sort("version")
    return runs["version"].to_list(), runs["count"].to_list()


def _portions(versions: list[int], counts: dict[int, int]) -> Iterator[list[int]]:
    """Consecutive submissions with some hundred thousand rows between them, a large one by itself."""
    portion: list[int] = []
    rows = 0
    for version in versions:
        if counts.get(version, 0) > ROWS_AT_ONCE:
            if portion:
                yield portion
            yield [version]
            portion, rows = [], 0
            continue
        portion.append(version)
        rows += counts.get(version, 0)
        if rows >= ROWS_AT_ONCE:
            yield portion
            portion, rows = [], 0
    if portion:
        yield portion


def _named(dataset: str, facts: dict[str, Any], version: int) -> str:
    return f"Table {dataset}: the rows of {facts['submission_id']} ({facts['file_name']}, version {version})"
