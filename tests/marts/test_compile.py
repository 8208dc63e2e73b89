"""The compiled SQL, read by people: docs/compiled.sql holds every statement that the definitions become."""

from __future__ import annotations

from pathlib import Path

from kpi.access import EVERYTHING
from kpi.catalog import load_catalog
from kpi.ledger.store import Store
from kpi.marts.compile import compile_catalog
from kpi.marts.print_sql import all_statements
from kpi.marts.staging import RECORD_DATASETS, stage, stage_dataset

COMPILED = Path(__file__).parents[2] / "docs" / "compiled.sql"
NOT_FIELDS = {"cell", "version", "row_number"}


def test_the_committed_sql_is_what_the_definitions_compile_to() -> None:
    stale = "docs/compiled.sql is stale: run `make docs`"
    assert COMPILED.read_text(encoding="utf-8") == all_statements(load_catalog()), stale


def test_one_statement_per_dataset_and_event_date() -> None:
    queries = compile_catalog(load_catalog()).counts
    plain = [(query.dataset, query.month_of) for query in queries if not query.split_by]
    assert len(plain) == len(set(plain))


def test_the_fields_that_definitions_may_use_are_the_staged_columns(empty_store: Store) -> None:
    catalog = load_catalog()
    with empty_store.connect() as connection:
        stage(connection, catalog, 0, EVERYTHING)
        for dataset, fields in catalog.fields.items():
            if dataset in RECORD_DATASETS:
                stage_dataset(connection, dataset, ["*"])
            described = connection.execute(f"DESCRIBE staged_{dataset}").fetchall()
            staged = {row[0]: row[1] for row in described if row[0] not in NOT_FIELDS}
            if dataset == "reporting":
                staged = {name: kind for name, kind in staged.items() if name not in ("site_id", "product")}
            assert staged == fields, dataset
