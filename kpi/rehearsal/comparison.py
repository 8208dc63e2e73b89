"""Two versions of the ledger side by side: which figures differ, and through which files.

Exact where the events between are few: the figures of the partners concerned are computed again at every event that
could have moved them. Beyond ``MOST_STEPS`` the files that could have done it are named instead.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from kpi.access import Scope
from kpi.errors import UsageError
from kpi.ledger.chain import SUBMISSION
from kpi.ledger.tables import ALL_PARTNERS

if TYPE_CHECKING:
    import pandas as pd

    from kpi.catalog import Catalog
    from kpi.ledger.partial import PartialStore
    from kpi.ledger.store import Store
    from kpi.marts import Marts

Progress = Callable[[str, float], object]
Figures = dict[tuple[Any, ...], tuple[Any, ...]]

MOST_STEPS = 40
NAMED = 4  # submissions that a text names
MOST_CELLS = 10_000
CELL_COLUMNS = ("submission_id", "what", "row_number", "key", "column", "old", "new")
OUT_OF_VIEW = "a change outside this view"


@dataclass(frozen=True)
class Between:
    """A submission or withdrawal between the two versions. ``submission_id`` is "" where the reader may not see it."""

    version: int
    kind: str
    submission_id: str
    dataset: str
    partners: frozenset[str]

    @property
    def told(self) -> str:
        """ "S000012", or "withdrawal of S000012"."""
        if not self.submission_id:
            return OUT_OF_VIEW
        return self.submission_id if self.kind == SUBMISSION else f"withdrawal of {self.submission_id}"


@dataclass(frozen=True)
class VersionComparison:
    """``figures``: as kpi.rehearsal.differences.changes, and ``through``: what moved the figure, in words.

    ``exact``: ``through`` was found by computing every step; else it names all that could have moved the figure.
    ``between``: the submissions and withdrawals between. Both versions are judged on ``day``.
    """

    earlier: int
    later: int
    day: date
    figures: pd.DataFrame
    opens: tuple[str, ...]
    closes: tuple[str, ...]
    between: tuple[Between, ...]
    exact: bool


def compare_versions(
    store: Store,
    catalog: Catalog,
    earlier: int,
    later: int,
    *,
    scope: Scope,
    day: date | None = None,
    partner: str | None = None,
    kpi: str | None = None,
    progress: Progress | None = None,
    most_steps: int | None = None,
) -> VersionComparison:
    """What differs between two ledger versions in what ``scope`` may see, of one partner and indicator if named.

    ``day``: on which both are judged, so that what only time changes is left out; None is the day of ``later``.
    ``most_steps`` that may be computed to find what moved a figure: None for MOST_STEPS, 0 for a quick answer.
    Raises UsageError for a version, partner or indicator that there is none of, and where ``earlier`` is not the
    earlier one.
    """
    from kpi.ledger.evaluation import evaluation_day
    from kpi.ledger.partial import copied_in_memory
    from kpi.ledger.reads import resolve_as_of
    from kpi.rehearsal.differences import changes, escalation_changes
    from kpi.signals.load import load_review

    tell = progress or (lambda stage, share: None)
    mine = _narrowed(scope, partner)
    if kpi is not None and kpi not in catalog.indicators:
        raise UsageError(f'There is no indicator "{kpi}". python -m kpi definitions lists them.')
    first, last = resolve_as_of(store, int(earlier)), resolve_as_of(store, int(later))
    if first > last:
        raise UsageError(f"Version {first} is later than version {last}. Name the earlier one first.")
    tell("Reading the records", 0.0)
    with copied_in_memory(store, mine) as copy:
        when = day or evaluation_day(copy, last, is_latest=False, today=date.today())
        tell("Computing the figures of both versions", 0.1)
        before, was = load_review(copy, catalog, as_of=first, scope=mine, today=when, day=when)
        after, becomes = load_review(copy, catalog, as_of=last, scope=mine, today=when, day=when)
        if partner is not None and partner not in set(after.register["partner_id"]) | set(
            before.register["partner_id"]
        ):
            raise UsageError(f'There is no partner "{partner}".')
        differ = changes(before, after, mine)
        if kpi is not None:
            differ = differ[differ["kpi_id"] == kpi].reset_index(drop=True)
        between = _between(copy, scope, first, last, mine)
        most = MOST_STEPS if most_steps is None else most_steps
        found, exact = _through(copy, catalog, before, differ, between, most, mine, when, tell)
    opens, closes = escalation_changes(was, becomes, catalog, (before, after), mine)
    tell("Done", 1.0)
    return VersionComparison(first, last, when, differ.assign(through=found), opens, closes, tuple(between), exact)


def _narrowed(scope: Scope, partner: str | None) -> Scope:
    """Raises UsageError, in the same words, for a partner that is not the reader's and one that does not exist."""
    if partner is None:
        return scope
    if not scope.allows(partner) or partner == ALL_PARTNERS:
        raise UsageError(f'There is no partner "{partner}".')
    return Scope.of([partner])


def _between(copy: PartialStore, scope: Scope, first: int, last: int, mine: Scope) -> list[Between]:
    """What happened to records after ``first`` up to ``last`` and concerns a partner of ``mine``, oldest first."""
    from kpi.ledger.partial import last_month_covered
    from kpi.ledger.reads import files_between
    from kpi.marts.staging import RECORD_DATASETS

    found = []
    with copy.connect() as connection:
        for version, kind, submission_id, dataset, partners in files_between(connection, first, last):
            months = {last_month_covered(connection, RECORD_DATASETS, at) for at in (version - 1, version)}
            everybody = ALL_PARTNERS in partners or len(months) == 2
            concerned = frozenset(partners) if mine.partners is None else frozenset(partners) & mine.partners
            seen = all(name == ALL_PARTNERS or scope.allows(name) for name in partners)
            if everybody or concerned:
                found.append(
                    Between(
                        version,
                        kind,
                        submission_id if seen else "",
                        dataset if seen else "",
                        frozenset([ALL_PARTNERS]) if everybody else concerned,
                    )
                )
    return found


def _through(
    copy: PartialStore,
    catalog: Catalog,
    before: Marts,
    differ: pd.DataFrame,
    between: Sequence[Between],
    most_steps: int,
    mine: Scope,
    day: date,
    tell: Progress,
) -> tuple[list[str], bool]:
    """For every row of ``differ`` what moved it, in words, and whether each step was computed."""
    from kpi.rehearsal.differences import KEY

    keys = list(differ[KEY].itertuples(index=False, name=None))
    moved = {partner for _, partner, _, _ in keys}
    events = [event for event in between if ALL_PARTNERS in event.partners or event.partners & moved]
    steps = list(_steps(events, moved))
    if len(steps) > most_steps:
        return [_one_of([e for e in events if {key[1], ALL_PARTNERS} & e.partners]) for key in keys], False
    by_key: dict[tuple[Any, ...], list[str]] = defaultdict(list)
    now = {partner: _of_partner(_plain(before), partner) for partner in moved}
    for place, (step, partners) in enumerate(steps):
        tell("Computing the figures of every step between", 0.3 + 0.6 * place / len(steps))
        then = _plain(_marts(copy, catalog, step[-1].version, Scope.of(partners), day))
        for partner in partners:
            figures = _of_partner(then, partner)
            event = next(e for e in reversed(step) if {partner, ALL_PARTNERS} & e.partners)
            for key in figures.keys() | now[partner].keys():
                if figures.get(key, _NOTHING) != now[partner].get(key, _NOTHING):
                    by_key[key].append(event.told)
            now[partner] = figures
    return ["; ".join(dict.fromkeys(by_key[key])) for key in keys], True


def _steps(events: Sequence[Between], moved: set[str]) -> Iterator[tuple[list[Between], set[str]]]:
    """Events one after the other; neighbours that concern different partners are computed together.

    A partner's figures at the last of them are those at its own one, because figures are nobody else's business.
    """
    step: list[Between] = []
    taken: set[str] = set()
    for event in events:
        concerned = moved if ALL_PARTNERS in event.partners else set(event.partners & moved)
        if step and concerned & taken:
            yield step, taken
            step, taken = [], set()
        step.append(event)
        taken = taken | concerned
    if step:
        yield step, taken


def _marts(copy: PartialStore, catalog: Catalog, version: int, scope: Scope, day: date) -> Marts:
    from kpi.marts import load_marts

    return load_marts(copy, catalog, as_of=version, scope=scope, day=day)


_NOTHING = (None, None, "no data")


def _plain(marts: Marts) -> Figures:
    """{key: (n, value, status)} of partners' monthly figures; NaN as None."""
    from kpi.rehearsal.differences import plain_figures

    rows = plain_figures(marts).itertuples(index=False, name=None)
    return {tuple(row[:4]): tuple(None if cell != cell else cell for cell in row[4:]) for row in rows}


def _of_partner(figures: Figures, partner: str) -> Figures:
    return {key: figure for key, figure in figures.items() if key[1] == partner}


def _one_of(events: Sequence[Between]) -> str:
    from kpi.present.wording import joined

    names = list(dict.fromkeys(event.told for event in events))
    return names[0] if len(names) == 1 else f"one of {joined(names, limit=NAMED)}" if names else OUT_OF_VIEW


def changed_records(
    store: Store, between: Sequence[Between], *, scope: Scope, partner: str | None = None
) -> pd.DataFrame:
    """Cell by cell what each submission changed in records in force, and what each withdrawal brought back.

    Columns as in CELL_COLUMNS, oldest event first, at most MOST_CELLS rows. Events that ``scope`` does not show are
    left out.
    """
    import pandas as pd

    from kpi.ledger.reads import changes, changes_back

    frames, count = [], 0
    for event in between:
        if not event.submission_id or count >= MOST_CELLS:
            continue
        read = changes if event.kind == SUBMISSION else changes_back
        found = read(store, event.submission_id, scope)
        if partner is not None:
            found = found[found["key"].str.startswith(f"{partner} / ")]
        if len(found):
            frames.append(found.assign(submission_id=event.submission_id, what=event.kind)[list(CELL_COLUMNS)])
            count += len(found)
    if not frames:
        return pd.DataFrame(columns=list(CELL_COLUMNS))
    return pd.concat(frames, ignore_index=True).head(MOST_CELLS)
