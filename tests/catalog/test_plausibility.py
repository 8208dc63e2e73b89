"""plausibility.toml: what it says is used as it stands, and every mistake in it is named."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from kpi.catalog import load_catalog
from kpi.catalog.load import DEFINITIONS
from kpi.catalog.plausibility import NUMBERS
from kpi.errors import DefinitionsInvalid
from kpi.intake.contracts import dataset

POLICY = load_catalog().plausibility


def mistakes(tmp_path: Path, old: str, new: str) -> tuple[str, ...]:
    folder = tmp_path / "definitions"
    shutil.copytree(DEFINITIONS, folder)
    path = folder / "plausibility.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(DefinitionsInvalid) as found:
        load_catalog(folder)
    return found.value.mistakes


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            'severity = "warning"',
            'severity = "error"',
            "volume_unusual: severity is 'error'; allowed are warning, notice",
        ),
        (
            "least_months = 6 ",
            "least_months = 1 ",
            "volume_unusual: least_months is 1; it must be a whole number from 3 to 60",
        ),
        (
            "least_months = 6 ",
            "least_months = 6.5 ",
            "volume_unusual: least_months is 6.5; it must be a whole number from 3 to 60",
        ),
        ("factor = 3 ", "factr = 3 ", "volume_unusual: 'factr' is not a known entry"),
        ("factor = 3 ", "factor = true ", "volume_unusual: factor is True; it must be a number from 1 to 1000"),
        ('datasets = ["batch_records", ', 'datasets = ["batches", ', "volume_unusual: 'batches' is not a dataset"),
        ("[check.back_dated_target]", "[check.back_target]", "back_dated_target is missing"),
        ('differ = ["product", "site_id"]', 'differ = ["lot"]', "key_reused: batch_records has no column 'lot'"),
        (
            'column = "batch_cost"',
            'column = "currency"',
            "yield_tenfold: batch_records.currency is VARCHAR, not DOUBLE",
        ),
        (
            'deliveries = ["delivered_date"]',
            'deliveries = ["unit"]',
            "went_backwards: finished: deliveries.unit is VARCHAR, not DATE",
        ),
        ("disposition = [", "stat = [", "went_backwards: decided: batch_records has no column 'stat'"),
    ],
)
def test_every_mistake_is_named(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert f"plausibility.toml: check {said}" in mistakes(tmp_path, old, new)


def test_who_owns_the_policy_and_until_when_must_be_said(tmp_path: Path) -> None:
    assert mistakes(tmp_path, 'owner = "Quality operations"', 'owner = " "') == (
        "plausibility.toml: owner is missing or not a text",
    )


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "definitions"
    shutil.copytree(DEFINITIONS, folder)
    (folder / "plausibility.toml").unlink()
    with pytest.raises(DefinitionsInvalid, match=r"plausibility\.toml: the file is missing"):
        load_catalog(folder)


def test_every_check_says_why_and_names_columns_of_the_contracts() -> None:
    assert list(POLICY.checks) == list(NUMBERS)
    for check in POLICY.checks.values():
        assert check.why
        named = [(rule.dataset, name) for rule in check.when for name in rule.differ]
        named += [(one.dataset, name) for one in check.of for name in (one.column, one.per, *one.alike) if name]
        for part in (check.dates, check.finished, check.original, check.decided):
            named += [(of, name) for of, names in (part or {}).items() for name in names]
        for dataset_name, column in named:
            assert column in dataset(dataset_name).names


def test_what_only_tells_never_asks_for_consent() -> None:
    """A restatement goes through the command line without a further option."""
    told = {name for name, check in POLICY.checks.items() if check.severity == "notice"}
    assert told == {"month_reported_already", "month_does_not_match", "back_dated_target"}
