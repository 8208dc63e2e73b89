"""What a submission or a withdrawal would change, before it happens.

It happens for real, in a ledger in memory with the records of the partners concerned. Figures of one partner never
depend on another's records, so nobody else's are copied, with one exception: the portfolio's last month. Where that
would move, everybody's reporting is judged anew, and the records of all that the reader may see are taken.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from kpi.access import Scope
from kpi.ledger.tables import ALL_PARTNERS

if TYPE_CHECKING:
    import pandas as pd

    from kpi.catalog import Catalog
    from kpi.intake.validate import Checked
    from kpi.ledger.partial import PartialStore
    from kpi.ledger.returned import Returned
    from kpi.ledger.store import Store
    from kpi.ledger.submissions import Receipt
    from kpi.marts import Marts
    from kpi.signals.review import Review

Progress = Callable[[str, float], object]


@dataclass(frozen=True)
class Planned:
    """One file to be submitted, for the months from ``month_from`` to ``month_to`` (first days, inclusive)."""

    checked: Checked
    month_from: date
    month_to: date


@dataclass(frozen=True)
class Consequences:
    """``figures``: one row per partner's monthly figure that differs; see kpi.rehearsal.differences.COLUMNS.

    ``opens``, ``closes``: a sentence per escalation. ``version``: the ledger version compared with. ``receipts``: what
    would become of each planned file, in their order; none for a withdrawal. ``records``: for a withdrawal the records
    that would be as before, and those that would go.
    """

    figures: pd.DataFrame
    opens: tuple[str, ...]
    closes: tuple[str, ...]
    version: int
    receipts: tuple[Receipt, ...] = ()
    records: Returned | None = None

    @property
    def nothing(self) -> bool:
        """No figure moves and no escalation opens or closes."""
        return not (len(self.figures) or self.opens or self.closes)

    @property
    def restated(self) -> int:
        """Figures that were shown already and would change."""
        return int(self.figures["restated"].sum())

    @property
    def status_changes(self) -> int:
        """Figures whose status would change, among those that had a figure before."""
        moved = self.figures["status_before"] != self.figures["status_after"]
        return int((moved & self.figures["restated"]).sum())

    @property
    def restated_months(self) -> tuple[date, ...]:
        """The months of which a figure that was shown already would change, oldest first."""
        return _months(self.figures[self.figures["restated"]])

    @property
    def new_months(self) -> tuple[date, ...]:
        """The months of which some figure would be the first and none changes, oldest first."""
        restated = set(self.restated_months)
        return tuple(month for month in _months(self.figures) if month not in restated)


def consequences_of_submitting(
    store: Store,
    catalog: Catalog,
    planned: Sequence[Planned],
    *,
    actor: str,
    reason: str,
    now: datetime,
    scope: Scope,
    progress: Progress | None = None,
    before: tuple[Marts, Review] | None = None,
) -> Consequences:
    """What submitting these files in this order would change; warnings are taken as accepted. Nothing is written.

    A file that would wait for somebody's acceptance is taken as accepted, too.

    Both states are judged on one day, that of ``now`` (or of the newest event, where that is later), so that what only
    time changes is left out. ``before``: figures that the caller has already, of at least ``scope``; used where they
    are of the ledger's newest version and that day. ``progress`` gets what is being done and the share that is done.
    Raises as ``kpi.ledger.submissions.submit``.
    """
    from kpi.ledger.requirements import require_partners
    from kpi.ledger.submissions import submit

    partners = {partner for plan in planned for partner in plan.checked.partners}
    require_partners(tuple(sorted(partners)), scope)

    def act(copy: PartialStore) -> tuple[Receipt, ...]:
        return tuple(
            submit(
                copy,
                plan.checked,
                month_from=plan.month_from,
                month_to=plan.month_to,
                actor=actor,
                reason=reason,
                now=now,
                accept_warnings=True,
                scope=scope,
                as_if_accepted=True,
            )
            for plan in planned
        )

    coming = sum(plan.checked.records.height for plan in planned if plan.checked.records is not None)
    return _rehearsed(store, catalog, partners, act, now, scope, progress, before, coming)


def consequences_of_withdrawing(
    store: Store,
    catalog: Catalog,
    submission_id: str,
    *,
    actor: str,
    now: datetime,
    scope: Scope,
    progress: Progress | None = None,
    before: tuple[Marts, Review] | None = None,
) -> Consequences:
    """What withdrawing the submission would change; as ``consequences_of_submitting``, nothing is written.

    Raises as ``kpi.ledger.submissions.withdraw``.
    """
    from kpi.ledger.lookup import find_submission
    from kpi.ledger.returned import returned
    from kpi.ledger.submissions import withdraw

    with store.connect() as connection:
        found = find_submission(connection, submission_id, scope)
    records: list[Returned] = []

    def act(copy: PartialStore) -> tuple[Receipt, ...]:
        version = withdraw(copy, submission_id, reason="rehearsal", actor=actor, now=now, scope=scope)
        with copy.connect() as connection:
            records.append(returned(connection, found.dataset, found.version, version))
        return ()

    told = _rehearsed(store, catalog, set(found.partners), act, now, scope, progress, before)
    return replace(told, records=records[0])


def _rehearsed(
    store: Store,
    catalog: Catalog,
    partners: set[str],
    act: Callable[[PartialStore], tuple[Receipt, ...]],
    now: datetime,
    scope: Scope,
    progress: Progress | None,
    known: tuple[Marts, Review] | None,
    coming: int = 0,
) -> Consequences:
    from kpi.ledger.chain import utc
    from kpi.ledger.evaluation import evaluation_day
    from kpi.ledger.partial import copied_in_memory
    from kpi.ledger.reads import version_now
    from kpi.rehearsal.differences import changes, escalation_changes
    from kpi.signals.load import load_review

    tell = progress or _nobody
    concerned = scope if ALL_PARTNERS in partners else Scope.of(partners)
    tell("Reading the partners' records", 0.0)
    with copied_in_memory(store, concerned, coming) as copy:
        version = version_now(copy)
        today = utc(now).date()
        day = max(today, evaluation_day(copy, version, is_latest=False, today=today))
        tell("Trying it on a copy", 0.2)
        receipts = act(copy)
        concerned = _widened(copy, store, version, concerned, scope)
        if known is not None and _is_of(known, version, catalog, day):
            before, was = known
        else:
            tell("Computing the figures as they are", 0.3)
            before, was = load_review(copy, catalog, as_of=version, scope=concerned, today=today, day=day)
        tell("Computing the figures as they would be", 0.6)
        after, becomes = load_review(copy, catalog, scope=concerned, today=today, day=day)
    tell("Comparing", 0.9)
    opens, closes = escalation_changes(was, becomes, catalog, (before, after), concerned)
    found = Consequences(changes(before, after, concerned), opens, closes, version, receipts)
    tell("Done", 1.0)
    return found


def _widened(copy: PartialStore, store: Store, version: int, concerned: Scope, scope: Scope) -> Scope:
    """Whose figures have to be compared after what was done to ``copy``; their records are in it then.

    Another partner's month is late only once somebody has reported a later one: so where the portfolio's last month
    moves, it concerns everybody.
    """
    from kpi.ledger.partial import add_records, last_month_covered
    from kpi.ledger.reads import version_now
    from kpi.marts.staging import RECORD_DATASETS

    newest = version_now(copy)
    with copy.connect() as connection:
        months = {last_month_covered(connection, RECORD_DATASETS, at) for at in (version, newest)}
    if len(months) == 1 or concerned == scope:
        return concerned
    add_records(copy, store, scope=scope, present=concerned, version=version)
    return scope


def _is_of(known: tuple[Marts, Review], version: int, catalog: Catalog, day: date) -> bool:
    marts, review = known
    return (marts.version, marts.definitions, review.day) == (version, catalog.digest, day)


def _months(figures: pd.DataFrame) -> tuple[date, ...]:
    return tuple(sorted({month.date() for month in figures["month"]}))


def _nobody(stage: str, share: float) -> None:
    """Stands where nobody wants to know how far the work is."""
