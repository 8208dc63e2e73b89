"""Comparing the appended rows with the digests that their events carry."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from kpi.ledger.digest import rows_digest
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
        rows = connection.execute(
            f"SELECT * FROM {dataset} WHERE version BETWEEN ? AND ? ORDER BY version, row_number",
            [portion[0], portion[-1]],
        ).pl()
        start = 0
        by_version = dict(zip(*_runs(rows["version"]), strict=True))
        for version, count in by_version.items():
            mine = rows.slice(start, count).drop("version")
            start += count
            facts = meant.get(version)
            if facts and count == facts["row_count"] and rows_digest(mine) != facts["rows_digest"]:
                yield f"{_named(dataset, facts, version)} were changed after they were submitted."
        for version in portion:
            count = by_version.get(version, 0)
            if count != meant[version]["row_count"]:
                yield (
                    f"{_named(dataset, meant[version], version)} are {count:,}; "
                    f"{meant[version]['row_count']:,} were submitted."
                )


def _runs(versions: Any) -> tuple[list[int], list[int]]:
    """Versions in ascending order and how many rows each has."""
    runs = versions.value_counts().sort("version")
    return runs["version"].to_list(), runs["count"].to_list()


def _portions(versions: list[int], counts: dict[int, int]) -> Iterator[list[int]]:
    """Consecutive submissions with some hundred thousand rows between them, so that memory stays bounded."""
    portion: list[int] = []
    rows = 0
    for version in versions:
        portion.append(version)
        rows += counts.get(version, 0)
        if rows >= ROWS_AT_ONCE:
            yield portion
            portion, rows = [], 0
    if portion:
        yield portion


def _named(dataset: str, facts: dict[str, Any], version: int) -> str:
    return f"Table {dataset}: the rows of {facts['submission_id']} ({facts['file_name']}, version {version})"
