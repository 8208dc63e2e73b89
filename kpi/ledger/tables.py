"""The record tables by name, and what identifies a record in each across submissions."""

from __future__ import annotations

from kpi.errors import UsageError

ALL_PARTNERS = "*"  # stands for every partner in targets

# partner_id leads every key, so that work for one partner costs what one partner costs.
KEYS: dict[str, tuple[str, ...]] = {
    "partners": ("partner_id", "site_id"),
    "batch_records": ("partner_id", "batch_id"),
    "deviations": ("partner_id", "deviation_id"),
    "audit_findings": ("partner_id", "finding_id"),
    "deliveries": ("partner_id", "delivery_id"),
    "targets": ("partner_id", "kpi_id", "effective_from"),
}


def key_of(dataset: str) -> tuple[str, ...]:
    """Raises UsageError for a dataset that the ledger has no table for."""
    if dataset not in KEYS:
        raise UsageError(f'There is no dataset "{dataset}". Allowed: {", ".join(KEYS)}.')
    return KEYS[dataset]


def quoted(names: tuple[str, ...] | list[str], table: str = "") -> str:
    """Column names as SQL. They come from the schema and the contracts, never from a person."""
    prefix = f"{table}." if table else ""
    return ", ".join(f'{prefix}"{name}"' for name in names)
