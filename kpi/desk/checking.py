"""A part checked against its contract, against what this partner sent before, and beside what the ledger holds."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from kpi.access import Scope
from kpi.desk.standing import reported_before, says_the_same
from kpi.intake.known import KnownRecords, KpiFacts
from kpi.intake.mapping_data import Mapping
from kpi.intake.validate import Checked, check_file
from kpi.ledger.past import with_history
from kpi.ledger.reads import details, history, known_records
from kpi.ledger.submissions import Preview, preview

if TYPE_CHECKING:
    from kpi.catalog import Catalog
    from kpi.intake.bundle import Part
    from kpi.ledger.store import Store

Progress = Callable[[str, float], None]
SHARE_OF_CHECKING = 0.8  # of the time; the rest goes into looking at the ledger


@dataclass(frozen=True)
class Months:
    """The months that a file speaks for: first days, both included."""

    first: date
    last: date


@dataclass(frozen=True)
class Outcome:
    """What came of a check. ``preview`` is None for a refused file: it changes nothing, so nothing is looked up.

    ``same_as`` names the standing submission that says exactly this, ``same_bytes`` one of the same bytes for whatever
    months and mapping; ``reported`` are those that already speak for one of the months and partners.
    """

    checked: Checked
    preview: Preview | None = None
    same_as: str | None = None
    same_bytes: str | None = None
    reported: tuple[str, ...] = ()

    @property
    def to_submit(self) -> bool:
        """Accepted, and not in the ledger already."""
        return self.preview is not None and self.same_as is None


def what_is_known(store: Store, catalog: Catalog, scope: Scope, datasets: Iterable[str] | None = None) -> KnownRecords:
    """What a file is compared with: the register, the lots and findings of these partners, and the indicators.

    ``datasets``: what the files are, where that is known already; None loads what any of them may need.
    """
    facts = {one.id: KpiFacts(one.kind, one.better) for one in catalog.indicators.values()}
    return known_records(store, facts, scope=scope, datasets=datasets)


def check_part(
    store: Store,
    part: Part,
    dataset: str,
    mapping: Mapping,
    months: Months,
    *,
    known: KnownRecords,
    today: date,
    scope: Scope,
    progress: Progress,
) -> Outcome:
    """Everything that is found about a part, in one go. Never raises for bad data.

    Raises InputRefused where the file speaks for partners outside ``scope``, StoreUnavailable, StoreDamaged.
    """
    checked = check_file(
        dataset,
        part.content,
        part.file_name,
        known=known,
        today=today,
        mapping=mapping,
        progress=lambda name, share: progress(name, share * SHARE_OF_CHECKING),
    )
    if not checked.accepted:
        return Outcome(checked)
    progress("Comparing with what was sent before", SHARE_OF_CHECKING)
    checked = with_history(store, checked, month_from=months.first, month_to=months.last, scope=scope)
    progress("Comparing with the ledger", 0.9)
    return beside_the_ledger(store, checked, months, scope)


def beside_the_ledger(store: Store, checked: Checked, months: Months, scope: Scope) -> Outcome:
    """An accepted file with what stands in the ledger already."""
    changes = preview(store, checked, scope=scope)
    standing = history(store, scope=scope)
    same, similar = None, changes.same_file_as or None
    if similar:
        as_before = details(store, similar, scope)["mapping"] == checked.mapping_text
        span = {"month_from": months.first, "month_to": months.last}
        if as_before and says_the_same(standing, similar, dataset=checked.dataset, **span):
            same = similar
    reported = reported_before(
        standing,
        dataset=checked.dataset,
        partners=checked.partners,
        month_from=months.first,
        month_to=months.last,
    )
    return Outcome(checked, changes, same, similar, reported)
