"""peers.toml → what is shown of partners whose names a reader may not see, with every mistake in it named."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from kpi.catalog.size_classes import size_class
from kpi.catalog.toml_file import read_toml

TEXTS = ("owner", "why", "source")
WIDEST = 0.2  # events per record: the widest range that a figure is rounded to; the others are its half, quarter, …
# Name: the least that protects anybody, the most that leaves something to see.
WHOLE = {
    "least_peers": (3, 100),
    "least_records": (1, 100_000),
    "group": (2, 100),
    "counts": (2, 100),
    "days_after_reporting": (0, 60),
}


@dataclass(frozen=True)
class PeerPolicy:
    """See the comments in peers.toml. ``greatest_share`` 0..1."""

    least_peers: int
    least_records: int
    group: int
    counts: int
    greatest_share: float
    days_after_reporting: int
    owner: str
    why: str
    source: str
    review_by: date


def read_peers(path: Path, mistakes: list[str]) -> PeerPolicy:
    """The policy in ``path``; a line in ``mistakes`` for each thing that is wrong with it."""
    table = read_toml(path, mistakes)
    known = {*WHOLE, "greatest_share", *TEXTS, "review_by"}
    if table:
        mistakes += [f"{path.name}: {name!r} is not a known entry" for name in table if name not in known]
    whole = {name: _whole(table, name, path.name, mistakes) for name in WHOLE}
    share = table.get("greatest_share")
    if isinstance(share, bool) or not isinstance(share, int | float) or not 0 < share < 1:
        mistakes.append(f"{path.name}: greatest_share is {share!r}; allowed are numbers between 0 and 1")
        share = 0.5
    if whole["group"] > whole["least_peers"]:
        mistakes.append(f"{path.name}: group is {whole['group']}, more than least_peers: no group could be filled")
    if whole["least_records"] * WIDEST < whole["counts"]:
        least = int(-(-whole["counts"] // WIDEST))
        mistakes.append(f"{path.name}: least_records is too small for {whole['counts']} counts; at least {least}")
    elif size_class(whole["least_records"]).most - whole["least_records"] + 1 < whole["counts"]:
        # else "about 30" could mean one number only
        allowed = size_class(whole["least_records"]).most + 1
        mistakes.append(
            f"{path.name}: least_records is {whole['least_records']}, which leaves fewer than {whole['counts']} "
            f"numbers that are rounded alike; {allowed} leaves enough"
        )
    texts = {name: table.get(name) for name in TEXTS}
    mistakes += [f"{path.name}: {name} is missing" for name, text in texts.items() if not isinstance(text, str)]
    review_by = table.get("review_by")
    if not isinstance(review_by, date):
        mistakes.append(f"{path.name}: review_by is {review_by!r}; it must be a date")
        review_by = date.max
    return PeerPolicy(
        least_peers=whole["least_peers"],
        least_records=whole["least_records"],
        group=whole["group"],
        counts=whole["counts"],
        greatest_share=float(share),
        days_after_reporting=whole["days_after_reporting"],
        owner=str(texts["owner"]),
        why=str(texts["why"]),
        source=str(texts["source"]),
        review_by=review_by,
    )


def _whole(table: dict[str, Any], name: str, file: str, mistakes: list[str]) -> int:
    low, high = WHOLE[name]
    value = table.get(name)
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        mistakes.append(f"{file}: {name} is {value!r}; allowed are whole numbers from {low} to {high}")
        return low
    return value
