"""The contracts of the datasets that partners send. Importing this is cheap; ``dataset`` loads one of them."""

from __future__ import annotations

from functools import cache
from importlib import import_module

from kpi.errors import UsageError
from kpi.intake.contracts.base import Column, Dataset, Rule

DATASET_NAMES = ("partners", "batch_records", "deviations", "audit_findings", "deliveries", "targets")

__all__ = ["DATASET_NAMES", "Column", "Dataset", "Rule", "dataset"]


def dataset(name: str) -> Dataset:
    """The dataset of this name; raises UsageError, with the names allowed, for any other."""
    if name not in DATASET_NAMES:
        raise UsageError(f'There is no dataset "{name}". Allowed: {", ".join(DATASET_NAMES)}.')
    return _loaded(name)


@cache
def _loaded(name: str) -> Dataset:
    module = import_module(f"kpi.intake.contracts.{name}")
    found = module.DATASET
    assert isinstance(found, Dataset)
    return found
