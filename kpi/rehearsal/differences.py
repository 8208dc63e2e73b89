"""Two states of the figures side by side: which differ, and which escalations open or close."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from kpi.access import EVERYTHING, Scope

if TYPE_CHECKING:
    import pandas as pd

    from kpi.catalog import Catalog
    from kpi.marts import Marts
    from kpi.signals.escalation import Escalation
    from kpi.signals.review import Review

KEY = ["kpi_id", "partner_id", "currency", "month"]
COMPARED = ["n", "value", "status"]
COLUMNS = (*KEY, *(f"{name}_{side}" for name in COMPARED for side in ("before", "after")), "restated")
NO_DATA = "no data"


def changes(before: Marts, after: Marts, scope: Scope = EVERYTHING) -> pd.DataFrame:
    """One row per partner's monthly figure that differs, of partners within ``scope``; columns as in ``COLUMNS``.

    A figure that is there on one side only had, or has, no data on the other. ``restated``: the month had a figure
    before, so something that was shown already changes; else it gets its first figure.
    """
    both = plain_figures(before, scope).merge(
        plain_figures(after, scope), on=KEY, how="outer", suffixes=("_before", "_after")
    )
    both = both.fillna({"status_before": NO_DATA, "status_after": NO_DATA})
    same = both["kpi_id"].notna()
    for name in COMPARED:
        was, is_now = both[f"{name}_before"], both[f"{name}_after"]
        same &= was.eq(is_now).fillna(False).astype(bool) | (was.isna() & is_now.isna())
    both["restated"] = both["status_before"] != NO_DATA
    return both.loc[~same, list(COLUMNS)].sort_values(KEY, ignore_index=True)


def escalation_changes(
    before: Review, after: Review, catalog: Catalog, marts: tuple[Marts, Marts], scope: Scope = EVERYTHING
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """A sentence per escalation that opens, and per one that closes; both reviews are of the same day.

    One that only begins in another month, for the same reason about the same, stays open: its subject decides. What
    another one covers is left out. ``marts``: those of both reviews, for the partners' names.
    """
    from kpi.present.escalation_rows import evidence_text
    from kpi.present.rows import names_of

    names = {**names_of(marts[0]), **names_of(marts[1])}

    was, becomes = _open(before, scope), _open(after, scope)
    opened = [e for subject, e in becomes.items() if subject not in was and not e.covered_by]
    closed = [e for subject, e in was.items() if subject not in becomes and not e.covered_by]
    return (
        tuple(f"{_told(e, catalog, names)}, tier {e.tier}. {evidence_text(e, after.panel, catalog)}" for e in opened),
        tuple(f"{_told(e, catalog, names)}." for e in closed),
    )


def _open(review: Review, scope: Scope) -> dict[tuple[str, str, str, str], Escalation]:
    return {
        (e.rule.id, e.partner_id, e.kpi_id, e.currency): e
        for e in review.escalations
        if e.open and scope.allows(e.partner_id)
    }


def _told(escalation: Escalation, catalog: Catalog, names: Mapping[str, str]) -> str:
    """ "Past the limit two months running: right first time, Helix Bio AG (E-73dbc8d6)"."""
    indicator = catalog.indicators.get(escalation.kpi_id)
    name = indicator.name if indicator else ""
    about = [name if name[:2].isupper() else name[:1].lower() + name[1:], escalation.currency]
    whom = names.get(escalation.partner_id, escalation.partner_id)
    return f"{escalation.rule.name}: {', '.join(part for part in (*about, whom) if part)} ({escalation.id})"


def plain_figures(marts: Marts, scope: Scope = EVERYTHING) -> pd.DataFrame:
    """The partners' monthly figures, KEY and COMPARED, with plain texts: categories of two marts need not be alike."""
    from kpi.marts.select import figures

    found = figures(marts, grain="partner", window=1)[KEY + COMPARED]
    if scope.partners is not None:
        found = found[found["partner_id"].isin(list(scope.partners))]
    return found.astype(dict.fromkeys([*KEY[:3], "status"], object))
