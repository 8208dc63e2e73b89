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

    from kpi.marts import Marts

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


def _figures(marts: Marts) -> pd.DataFrame:
    from kpi.marts.select import figures

    return figures(marts, grain="partner", window=1)[KEY + COMPARED]
