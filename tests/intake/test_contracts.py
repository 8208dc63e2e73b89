"""The contracts as data: complete, consistent, and cheap to name."""

from __future__ import annotations

import subprocess
import sys

import polars as pl
import pytest

from kpi.errors import UsageError
from kpi.intake.cast import PLAIN, cast_column
from kpi.intake.contracts import DATASET_NAMES, dataset
from kpi.intake.contracts.base import physical_type
from kpi.intake.dictionary import as_markdown
from kpi.intake.headers import fold

EVERY_COLUMN = [(name, column.name) for name in DATASET_NAMES for column in dataset(name).columns]


def test_naming_the_datasets_loads_no_pandera() -> None:
    program = "import sys, kpi.intake.contracts; sys.exit('pandera' in sys.modules or 'polars' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_an_unknown_dataset_names_the_known_ones() -> None:
    with pytest.raises(UsageError, match=r'no dataset "batches"\. Allowed: partners, batch_records'):
        dataset("batches")


@pytest.mark.parametrize("name", DATASET_NAMES)
def test_a_contract_is_complete(name: str) -> None:
    contract = dataset(name)
    assert contract.name == name
    assert set(contract.key) <= set(contract.required)
    assert contract.key[0] == "partner_id"
    for rule in contract.rules:
        assert set(rule.columns) <= set(contract.names)
    keys = [fold(column.name) for column in contract.columns]
    titles = [fold(column.title) for column in contract.columns]
    assert len(set(titles)) == len(titles)
    for column in contract.columns:  # a title must not be another column's name
        assert fold(column.title) not in set(keys) - {fold(column.name)}


@pytest.mark.parametrize(("name", "column_name"), EVERY_COLUMN)
def test_a_column_explains_itself_and_its_example_is_right(name: str, column_name: str) -> None:
    column = dataset(name).column(column_name)
    assert column.title
    assert column.help.endswith(".")
    assert column.allows
    if column.required:
        assert column.example
    if column.example:
        cast = cast_column(column, pl.Series([column.example]), None, PLAIN)
        assert not cast.faults.height
        assert cast.values.dtype == physical_type(column.kind)
        if column.kind == "choice":
            assert cast.values[0] in column.allowed


@pytest.mark.parametrize("name", DATASET_NAMES)
def test_the_model_takes_exactly_the_contracts_columns(name: str) -> None:
    contract = dataset(name)
    validated = contract.model.validate(pl.DataFrame(schema=contract.schema()))
    assert validated.columns == list(contract.names)


def test_the_documentation_names_every_column_and_rule() -> None:
    text = as_markdown()
    for name in DATASET_NAMES:
        section = text.split(f"\n## {name}\n")[1].split("\n## ")[0]
        for column in dataset(name).columns:
            assert f"| `{column.name}` |" in section
            assert column.help in section
        for rule in dataset(name).rules:
            assert f"| `{rule.code}` | {rule.severity} |" in section
