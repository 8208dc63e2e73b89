"""What stands in the ledger already beside a checked file: the same bytes, and earlier reports of its months."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

CURRENT = "current"
PARTNER_SEPARATOR = ", "


def partners_of(text: str) -> tuple[str, ...]:
    """The partners of a submission, from the text in which the ledger's history gives them."""
    return tuple(text.split(PARTNER_SEPARATOR)) if text else ()


def says_the_same(history: pd.DataFrame, submission_id: str, *, dataset: str, month_from: date, month_to: date) -> bool:
    """Whether this standing submission is of the same dataset and months; its bytes are known to be the same."""
    import pandas as pd

    same = (
        (history["submission_id"] == submission_id)
        & (history["dataset"] == dataset)
        & (history["month_from"] == pd.Timestamp(month_from))
        & (history["month_to"] == pd.Timestamp(month_to))
    )
    return bool(same.any())


def reported_before(
    history: pd.DataFrame, *, dataset: str, partners: Iterable[str], month_from: date, month_to: date
) -> tuple[str, ...]:
    """The standing submissions that speak for one of the partners in one of the months, newest first."""
    import pandas as pd

    mine = set(partners)
    overlapping = history[
        (history["state"] == CURRENT)
        & (history["dataset"] == dataset)
        & (history["month_from"] <= pd.Timestamp(month_to))
        & (history["month_to"] >= pd.Timestamp(month_from))
    ]
    return tuple(
        str(submission_id)
        for submission_id, theirs in zip(overlapping["submission_id"], overlapping["partners"], strict=True)
        if mine & set(partners_of(theirs))
    )
