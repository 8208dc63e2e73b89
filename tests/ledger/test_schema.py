"""schema.sql is written out for people to read; it must say exactly what the contracts say."""

from __future__ import annotations

import polars as pl
import pytest

from kpi.intake.contracts import DATASET_NAMES, dataset
from kpi.ledger.store import Store
from kpi.ledger.tables import KEYS

SQL_TYPES = {pl.String: "VARCHAR", pl.Date: "DATE", pl.Float64: "DOUBLE", pl.Int64: "BIGINT", pl.Boolean: "BOOLEAN"}
LEDGER_COLUMNS = [("version", "BIGINT"), ("row_number", "BIGINT"), ("restates", "BOOLEAN")]


@pytest.mark.parametrize("name", DATASET_NAMES)
def test_a_record_table_is_its_contract(store: Store, name: str) -> None:
    meant = [(column, SQL_TYPES[type(kind)]) for column, kind in dataset(name).schema().items()]
    with store.connect() as connection:
        found = connection.execute(
            "SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = ? ORDER BY column_index", [name]
        ).fetchall()
    assert found == LEDGER_COLUMNS + meant


def test_the_keys_are_those_of_the_contracts() -> None:
    assert {name: dataset(name).key for name in DATASET_NAMES} == KEYS
