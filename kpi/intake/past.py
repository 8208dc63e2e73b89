"""What is known of a partner's earlier files, as far as a new file is compared with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import polars as pl

SUBMISSIONS: dict[Any, Any] = {
    "partner_id": pl.String,
    "submission_id": pl.String,
    "month_from": pl.Date,
    "month_to": pl.Date,
    "actor": pl.String,
    "at": pl.Datetime("us"),
    "records": pl.Int64,
}
LEFT_OUT: dict[Any, Any] = {
    "partner_id": pl.String,
    "sent": pl.Int64,
    "records": pl.Int64,
    "first_ids": pl.List(pl.String),
    "submission_ids": pl.List(pl.String),
}


@dataclass(frozen=True)
class Past:
    """Of the file's partners only, and only of what stands (was not withdrawn).

    submissions: one row per submission of this dataset and partner, newest first: partner_id, submission_id (null
        where the reader may not see that file, as it holds other partners' records too), month_from, month_to (first
        days, inclusive), actor, at (UTC), records (of this partner in it).
    standing: the records in force under the keys of the file: the key, then the columns that checks compare.
    left_out: one row per partner with records that submissions for exactly the months of the file carried and the file
        does not: partner_id, sent (different records they carried), records (how many of these are left out), first_ids
        (of those, as sent), submission_ids (that had them last; without those that the reader may not see).
    usual: number column → partner_id, the columns that make records alike, then lots (how many), median, low, high (the
        quartiles) of the numbers in force, above zero; divided where the check divides.
    judged_to: partner → the last month (first day) with figures; "*" over all partners that the reader may see.
    """

    submissions: pl.DataFrame
    standing: pl.DataFrame
    left_out: pl.DataFrame
    usual: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    judged_to: Mapping[str, date] = field(default_factory=dict)

    @classmethod
    def none(cls) -> Past:
        """Nothing was sent before."""
        return cls(pl.DataFrame(schema=SUBMISSIONS), pl.DataFrame(), pl.DataFrame(schema=LEFT_OUT))
