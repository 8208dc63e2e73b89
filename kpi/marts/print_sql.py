"""Every statement that the definitions compile to, as one text to read (docs/compiled.sql)."""

from __future__ import annotations

from kpi.catalog import Catalog
from kpi.marts.compile import compile_catalog

HEADING = (
    "-- Made from kpi/definitions by `make docs`; do not edit. These statements run on the staged tables of\n"
    "-- kpi/marts/staging, and their results are rolled up to grains and windows by kpi/marts/figures.py.\n"
    "-- month is year * 12 + month - 1; cell numbers a combination of partner, site and product.\n"
)


def all_statements(catalog: Catalog) -> str:
    """The statements in the order they run."""
    statements = compile_catalog(catalog)
    queries = (statements.counts, statements.values, statements.distinct, statements.states)
    return HEADING + "".join(f"\n{query.sql};\n" for group in queries for query in group)
