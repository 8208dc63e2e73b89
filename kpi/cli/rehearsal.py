"""``submit --dry-run``: the submission happens for real, in a copy of the store that is thrown away afterwards."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from kpi.ledger.store import Store, open_store, parse_url, wal_of

if TYPE_CHECKING:
    import pandas as pd

    from kpi.catalog import Catalog
    from kpi.marts import Marts
    from kpi.signals.escalation import Escalation
    from kpi.signals.review import Review

KEY = ["kpi_id", "partner_id", "currency", "month"]
COMPARED = ["n", "value", "status"]
NO_DATA = "no data"


@contextmanager
def copied_store(url: str | None) -> Iterator[Store]:
    """A store of its own with everything that the one at ``url`` holds; a store that does not exist is not created.

    Raises as ``open_store``.
    """
    path = parse_url(url or os.environ.get("KPI_STORE") or "")
    with tempfile.TemporaryDirectory(prefix="kpi-dry-run-") as folder:
        copy = Path(folder) / "copy.duckdb"
        if path.exists():
            _copy(open_store(url), copy)
        yield open_store(f"duckdb:///{copy}")


def _copy(store: Store, copy: Path) -> None:
    """While a reader is connected nobody writes. The database file comes last: closing it gives up our lock on it."""
    with store.connect():
        if wal_of(store.path).exists():
            shutil.copyfile(wal_of(store.path), wal_of(copy))
        shutil.copyfile(store.path, copy)


def changes(before: Marts, after: Marts) -> pd.DataFrame:
    """One row per partner's monthly figure that differs: its n, value and status before and after.

    A figure that is there on one side only had, or has, no data on the other.
    """
    both = _figures(before).merge(_figures(after), on=KEY, how="outer", suffixes=("_before", "_after"))
    both = both.fillna({"status_before": NO_DATA, "status_after": NO_DATA})
    same = both["kpi_id"].notna()
    for name in COMPARED:
        left, right = both[f"{name}_before"], both[f"{name}_after"]
        same &= left.eq(right).fillna(False).astype(bool) | (left.isna() & right.isna())
    ordered = [f"{name}_{side}" for name in COMPARED for side in ("before", "after")]
    return both.loc[~same, KEY + ordered].sort_values(KEY, ignore_index=True)


def escalation_changes(before: Review, after: Review, catalog: Catalog) -> list[str]:
    """A sentence per escalation that would open or close, those to open first; both reviews are of the same day.

    One that only begins in another month, for the same reason about the same, stays open: its subject decides. What
    another one covers is left out.
    """
    from kpi.present.escalation_rows import evidence_text

    was, becomes = _open(before), _open(after)
    opened = [e for subject, e in becomes.items() if subject not in was and not e.covered_by]
    closed = [e for subject, e in was.items() if subject not in becomes and not e.covered_by]
    return [
        *(f"Would open: {_told(e)}, tier {e.tier}. {evidence_text(e, after.panel, catalog)}" for e in opened),
        *(f"Would close: {_told(e)}." for e in closed),
    ] or ["No escalation would open or close."]


def _open(review: Review) -> dict[tuple[str, str, str, str], Escalation]:
    return {(e.rule.id, e.partner_id, e.kpi_id, e.currency): e for e in review.escalations if e.open}


def _told(escalation: Escalation) -> str:
    about = " ".join(part for part in (escalation.partner_id, escalation.kpi_id, escalation.currency) if part)
    return f"{escalation.rule.name}, {about} ({escalation.id})"


def _figures(marts: Marts) -> pd.DataFrame:
    from kpi.marts.select import figures

    return figures(marts, grain="partner", window=1)[KEY + COMPARED]
