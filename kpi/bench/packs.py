"""QBR packs on the sample portfolio: what gathering and each file cost, every partner's once.

Processor time counts, that of the threads of the PDF's typesetter included. Each partner is made once: a second time
the typesetter would remember most of it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

from kpi.access import EVERYTHING
from kpi.catalog import load_catalog
from kpi.ledger.store import open_store
from kpi.qbr.choices import Choices
from kpi.qbr.files import KINDS, write_pack
from kpi.qbr.gather import load_source, pack_of, partners_of
from kpi.qbr.pack import Pack
from kpi.qbr.source import Source

MOST_SECONDS = 5.0  # one partner's pack as one file, from an open store
NAMES = {"pptx": "deck", "xlsx": "workbook, with the records behind it", "pdf": "PDF"}

Made = TypeVar("Made")


def measure(path: Path) -> list[str]:
    """The lines of the table, for the sample portfolio in the store at ``path``."""
    store, catalog = open_store(f"duckdb:///{path}"), load_catalog()
    today = datetime.now(UTC).date()  # the sample stands still: any day gives the same figures
    loaded, source = _timed(lambda: load_source(store, catalog, today=today, scope=EVERYTHING))
    month = source.marts.last_month
    if month is None:
        raise RuntimeError("the sample portfolio has no month")
    partners = list(partners_of(source))
    for kind in KINDS:
        write_pack(source, pack_of(source, Choices(partners[0], month, 12)), kind)  # imports, fonts
    gathered, packs = _timed(lambda: [pack_of(source, Choices(partner, month)) for partner in partners])
    shared = loaded + gathered / len(partners)
    rows, spent = [("gathering the pages", gathered / len(partners), 0)], []
    for kind in KINDS:
        seconds, sizes = _timed(partial(_sizes, source, packs, kind))
        spent.append(seconds / len(partners))
        rows.append((NAMES[kind], spent[-1], max(sizes)))
    slowest = shared + max(spent)
    verdict = "kept" if slowest <= MOST_SECONDS else "MISSED"
    return [
        f"QBR packs of the {len(partners)} partners of the sample: processor time, mean of the partners",
        f"{'figures, review and charts of the portfolio, once for all':<62} {loaded:>8.2f} s",
        *(_line(name, seconds, largest) for name, seconds, largest in rows),
        f"one partner's pack takes at most {slowest:.1f} s in all; allowed {MOST_SECONDS:g} s: {verdict}",
        f"(all three files together {shared + sum(spent):.1f} s)",
    ]


def _sizes(source: Source, packs: Sequence[Pack], kind: str) -> list[int]:
    return [len(write_pack(source, pack, kind)) for pack in packs]


def _line(name: str, seconds: float, largest: int) -> str:
    size = f"  largest {largest / 1024:,.0f} KB" if largest else ""
    return f"{name:<62} {seconds:>8.2f} s{size}"


def _timed(way: Callable[[], Made]) -> tuple[float, Made]:
    start = time.process_time()
    made = way()
    return time.process_time() - start, made
