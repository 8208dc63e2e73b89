"""The outcome of checking the whole ledger, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpi.present.wording import plural

if TYPE_CHECKING:
    from kpi.ledger.verify import Verification


def words(found: Verification) -> str:
    """One sentence; the problems themselves are listed under it."""
    if found.problems:
        return f"The ledger does not say what was written to it: {plural(len(found.problems), 'problem')}"
    return (
        f"The ledger is as it was written: {plural(found.events, 'event')}, {plural(found.submissions, 'submission')} "
        f"and {plural(found.originals, 'original file')} were checked."
    )
