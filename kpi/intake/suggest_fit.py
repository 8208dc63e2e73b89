"""How well the cells of a column of theirs fit a column of ours, and where they tell what it is by themselves."""

from __future__ import annotations

import re

import polars as pl

from kpi.intake.cast import NO, YES
from kpi.intake.contracts.base import LIST_SEPARATOR, Column, Dataset
from kpi.intake.known import KnownRecords
from kpi.intake.suggest_names import NOT_NAMED, Named
from kpi.intake.suggest_profile import Profile
from kpi.intake.vocabulary import Words

NOTHING_TO_SEE = 0.85  # an empty column neither fits nor contradicts
MANY_CHOICES, MANY_ANSWERS = 40, 8
LEAST_KNOWN = 0.5  # of the cells, for values to tell what the column is
LEAST_CHOICES = 0.9
UNKNOWN_WORDS = 0.35  # words that we do not know may still be choices: a known header is proposed, one like it is not
LONG_TEXT = 60  # characters that no identifier has on average
NOUNS = {
    "partner_id": "partners of the register",
    "site_id": "sites of the register",
    "batch_id": "lots that we know",
    "repeat_of": "findings that we know",
}


def fit(column: Column, profile: Profile, contract: Dataset, words: Words) -> float:
    """0..1: whether these cells could be values of this column."""
    if not profile.filled:
        return NOTHING_TO_SEE
    dates = max(profile.dates, profile.real.get("date", 0.0))
    if column.kind == "date":
        return dates
    if column.kind in ("number", "integer"):
        share = max(profile.wholes if column.kind == "integer" else profile.numbers, 0.0)
        return share * (1 - profile.real.get("date", 0.0))
    if dates > 0.5:
        return 0.1
    if column.kind in ("choice", "list", "yes_no"):
        most = MANY_ANSWERS if column.kind == "yes_no" else MANY_CHOICES + len(column.allowed)
        share = understood(column, profile, words)
        return 0.1 if profile.distinct > most else UNKNOWN_WORDS + (1 - UNKNOWN_WORDS) * share
    if column.kind == "id":
        return _fit_of_ids(column, profile, contract)
    # "by one name in all files": of two columns the one that repeats more
    repeats = 1 - 0.1 * profile.distinct / profile.filled
    return 0.6 * repeats if profile.numbers > 0.9 and column.name != "product" else repeats


def understood(column: Column, profile: Profile, words: Words) -> float:
    """The share of the cells whose meaning is known for certain, 0..1."""
    certain = 0
    for value, count in profile.counts.head(200).iter_rows():
        certain += count * all(is_ours(column, part) or _certain(column, part, words) for part in parts(column, value))
    return certain / profile.filled if profile.filled else 0.0


def parts(column: Column, cell: str) -> list[str]:
    """The cell itself, or for a list what it names."""
    if column.kind != "list":
        return [cell]
    return [part.strip() for part in re.split(rf"[{LIST_SEPARATOR},/+|]", cell) if part.strip()]


def is_ours(column: Column, cell: str) -> bool:
    """Whether casting takes the cell as it is."""
    if column.kind == "yes_no":
        return cell.lower() in (*YES, *NO)
    return re.sub(r"[\s_\-]+", "_", cell.lower()) in [value.lower() for value in column.allowed]


def told_by_values(column: Column, profile: Profile, words: Words, known: KnownRecords) -> Named:
    """What the cells alone say: they are known lots, sites or partners, or this column's choices."""
    noun = NOUNS.get(column.name)
    if noun is not None and profile.filled:
        share = profile.share(_known(known, column.name))
        if share >= LEAST_KNOWN:
            return Named(0.45 + 0.45 * share, f"{_percent(share)} of its values are {noun}")
    if column.kind in ("choice", "list") and profile.filled and profile.distinct > 1:
        share = understood(column, profile, words)
        if share >= LEAST_CHOICES:
            return Named(0.3 + 0.3 * share, f"{_percent(share)} of its values are those of {column.title.lower()}")
    return NOT_NAMED


def _fit_of_ids(column: Column, profile: Profile, contract: Dataset) -> float:
    letters = profile.counts["value"].head(200).str.len_chars().mean()
    if isinstance(letters, float) and letters > LONG_TEXT:
        return 0.2
    if column.name != contract.key[-1] or column.name == "site_id":
        return 1.0
    return 0.4 + 0.6 * profile.distinct / profile.filled


def _certain(column: Column, cell: str, words: Words) -> bool:
    meaning = words.meaning(column.name, column.kind, cell)
    return meaning is not None and meaning.certain


def _known(known: KnownRecords, column: str) -> pl.Series:
    frames = {
        "partner_id": (known.sites, "partner_id"),
        "site_id": (known.sites, "site_id"),
        "batch_id": (known.batches, "batch_id"),
        "repeat_of": (known.findings, "finding_id"),
    }
    frame, name = frames[column]
    return frame[name].drop_nulls().unique()


def _percent(share: float) -> str:
    return f"{int(100 * share)} %"
