"""What is known before a file is checked: the partner register, the batches and findings sent so far, the KPIs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from kpi.intake.validate import Checked

# What later files are compared with: the known records that a dataset adds to, and by which column.
ADDS_TO = {
    "partners": ("sites", "site_id"),
    "batch_records": ("batches", "batch_id"),
    "audit_findings": ("findings", "finding_id"),
}

NAMES = ("partner_id", "partner_name", "site_id", "site_name")

# Which known records the rules for a dataset compare its files with (kpi.intake.validate); the register where it is
# not among these.
COMPARED_WITH = {
    "partners": frozenset[str](),
    "deviations": frozenset({"sites", "batches"}),
    "audit_findings": frozenset({"sites", "findings"}),
}


def compared_with(datasets: Iterable[str]) -> frozenset[str]:
    """The known records (names of ``KnownRecords``' frames) that files of these datasets are compared with."""
    return frozenset[str]().union(*(COMPARED_WITH.get(name, frozenset({"sites"})) for name in datasets))


@dataclass(frozen=True)
class KpiFacts:
    """What a target is checked against. ``kind`` and ``better`` as in the KPI definitions."""

    kind: str
    better: str


@dataclass(frozen=True)
class KnownRecords:
    """Current records that rules across datasets compare with; every column is String.

    sites: partner_id, site_id (the register). batches: partner_id, batch_id. findings: partner_id, finding_id.
    names: partner_id, partner_name, site_id, site_name of the register, by which files may call them.
    """

    sites: pl.DataFrame
    batches: pl.DataFrame
    findings: pl.DataFrame
    kpi_ids: Mapping[str, KpiFacts] = field(default_factory=dict)
    names: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=dict.fromkeys(NAMES, pl.String)))

    @classmethod
    def empty(cls, kpi_ids: Mapping[str, KpiFacts] | None = None) -> KnownRecords:
        """Nothing sent yet, as in a new store."""
        return cls(_pairs("site_id"), _pairs("batch_id"), _pairs("finding_id"), kpi_ids or {})


def known_with(known: KnownRecords, parts: Iterable[Checked]) -> KnownRecords:
    """What is known once these checked files are in: a deviation may name a batch of the same upload.

    Files with errors add nothing. Cheaper than asking the ledger after each of many files.
    """
    for checked in parts:
        if checked.dataset in ADDS_TO and checked.records is not None:
            name, column = ADDS_TO[checked.dataset]
            before: pl.DataFrame = getattr(known, name)
            pairs = pl.concat([before, checked.records.select("partner_id", column)]).unique(maintain_order=True)
            known = replace(known, **{name: pairs})  # type: ignore[arg-type]  # one of ADDS_TO, all of them frames
            if name == "sites":
                known = replace(known, names=pl.concat([known.names, checked.records.select(NAMES)]))
    return known


def _pairs(name: str) -> pl.DataFrame:
    return pl.DataFrame(schema={"partner_id": pl.String, name: pl.String})
