"""Offered files in words and as a table."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from kpi.access import SPONSOR_SIDE, Right, load_roles
from kpi.present.wording import plural

if TYPE_CHECKING:
    import pandas as pd

    from kpi.ledger.offers import Offer

OFFER_COLUMNS = (
    "version",
    "state",
    "dataset",
    "month_from",
    "month_to",
    "partners",
    "file_name",
    "row_count",
    "warnings",
    "at",
    "actor",
    "reason",
    "ended_version",
    "ended_at",
    "ended_by",
    "ended_reason",
    "submission_id",
    "sha256",
    "size",
)


def offers_frame(found: Sequence[Offer]) -> pd.DataFrame:
    """One row per offered file, in their order; times UTC without a zone. ``ended_*`` are empty while one waits."""
    import pandas as pd

    rows = [
        (
            one.version, one.state, one.dataset, one.month_from, one.month_to, ", ".join(one.partners), one.file_name,
            one.row_count, one.warning_count, one.at, one.actor, one.reason, one.ended_version or None, one.ended_at,
            one.ended_by, one.ended_reason, one.submission_id, one.sha256, one.size,
        )
        for one in found
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=list(OFFER_COLUMNS))
    for name in ("month_from", "month_to", "at", "ended_at"):
        frame[name] = pd.to_datetime(frame[name])
    return frame.astype({"ended_version": "Int64"})


def waiting_sentence(count: int) -> str:
    """ "2 files wait for acceptance"."""
    return f"{plural(count, 'file')} {'waits' if count == 1 else 'wait'} for acceptance"


@cache
def who_accepts() -> str:
    """Whom a file waits for: "a quality lead or an alliance manager of the sponsor". Roles, and nobody's name."""
    names = [role.name.lower() for role in load_roles().values() if Right.ACCEPT in role.rights(SPONSOR_SIDE)]
    return f"{' or '.join(f'an {name}' if name[0] in 'aeiou' else f'a {name}' for name in names)} of the sponsor"
