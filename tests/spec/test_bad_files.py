"""One file per mistake, and the exact lines that a person reads. The table is bad_files.toml."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from kpi.intake.contracts import DATASET_NAMES, dataset
from kpi.intake.validate import Checked, check_file
from tests.intake.offered import KNOWN, TODAY

FIXTURES = Path(__file__).parents[1] / "fixtures"
TABLE = tomllib.loads(Path(__file__).with_name("bad_files.toml").read_text(encoding="utf-8"))
FILES = sorted(path for name in DATASET_NAMES for path in (FIXTURES / "bad" / name).glob("*.csv"))


def checked(path: Path, dataset_name: str) -> Checked:
    return check_file(dataset_name, path.read_bytes(), path.name, known=KNOWN, today=TODAY)


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_each_mistake_is_told_in_these_words(path: Path) -> None:
    found = checked(path, path.parent.name)
    assert found.findings.lines() == TABLE[path.parent.name][path.stem]["lines"]
    assert found.accepted == (found.findings.errors == 0)
    assert (found.records is None) == (found.findings.errors > 0)


def test_the_table_has_no_line_for_a_file_that_is_gone() -> None:
    listed = {(name, stem) for name, files in TABLE.items() for stem in files}
    assert listed == {(path.parent.name, path.stem) for path in FILES}


@pytest.mark.parametrize("name", DATASET_NAMES)
def test_the_same_file_without_the_mistake_is_accepted(name: str) -> None:
    found = checked(FIXTURES / "good" / "contracts" / f"{name}.csv", name)
    assert found.findings.lines() == []
    assert found.records is not None
    assert found.records.columns == ["row_number", *dataset(name).names]
    assert found.records["row_number"].to_list() == [2, 3]


@pytest.mark.parametrize("name", DATASET_NAMES)
def test_every_rule_of_a_contract_has_a_file_that_breaks_it(name: str) -> None:
    broken = {
        code
        for path in (FIXTURES / "bad" / name).glob("*.csv")
        for code in checked(path, name).findings.frame["code"].to_list()
    }
    assert {rule.code for rule in dataset(name).rules} <= broken
