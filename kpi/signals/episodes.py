"""States of months → episodes: from the month a condition first held until the escalation closed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np

from kpi.catalog import Catalog
from kpi.catalog.policy import Rule
from kpi.signals.conditions import PARTNER_AS_A_WHOLE, satisfied, truths_of, watched_series
from kpi.signals.panel import Days, Flags, Int8, Panel
from kpi.signals.states import ACTIVE, NORMAL, PENDING, STATES, TRUE, run_states

ONE_DAY = np.timedelta64(1, "D")
Subject = tuple[str, str, str, str]


@dataclass(frozen=True)
class Step:
    """A change of state: which month's figure made it, the day that figure was known, and the state from then on."""

    month: date
    on: date
    state: str


@dataclass(frozen=True)
class Episode:
    """What the figures alone say of one escalation. ``clock_from``: the day its first clock starts.

    ``closed_in`` is the month of closing, None while it lasts; ``active_from``, ``opened_on`` and ``clock_from`` are
    None while pending.
    """

    rule: Rule
    partner_id: str
    kpi_id: str
    currency: str
    since: date
    active_from: date | None
    opened_on: date | None
    clock_from: date | None
    closed_in: date | None
    steps: tuple[Step, ...]
    kpis: tuple[str, ...]
    datasets: tuple[str, ...] = ()

    @property
    def subject(self) -> Subject:
        """What it is about: rule, partner, indicator, currency."""
        return self.rule.id, self.partner_id, self.kpi_id, self.currency

    @property
    def state(self) -> str:
        return self.steps[-1].state

    @property
    def closed_on(self) -> date | None:
        return self.steps[-1].on if self.closed_in is not None else None


def episodes(rule: Rule, panel: Panel, catalog: Catalog) -> Iterator[Episode]:
    """Every episode of a rule that became active, and those pending now; by partner, series, time."""
    if rule.enter[0].kind == "missing_data":
        yield from _silences(rule, panel)
    else:
        yield from _monthly(rule, panel, catalog)


def states_of(rule: Rule, panel: Panel, catalog: Catalog) -> tuple[tuple[int, ...], Int8, Flags]:
    """Subjects as in ``Truths``, their states after each month (partners, subjects, months), and the months that
    counted towards becoming active. Not for a rule about missing data."""
    truths = truths_of(rule, panel, catalog)
    ended = np.broadcast_to(panel.ended[:, np.newaxis], truths.enter.shape)
    states, counted = run_states(
        truths.enter,
        truths.leave,
        truths.blind,
        ended,
        enter_months=rule.enter_months,
        exit_months=rule.exit_months,
        quiet_months=rule.quiet_months,
    )
    return truths.subjects, states, counted


def _monthly(rule: Rule, panel: Panel, catalog: Catalog) -> Iterator[Episode]:
    subjects, states, counted = states_of(rule, panel, catalog)
    behind = _Behind(rule, panel, catalog)
    lasting = states != NORMAL
    before = np.zeros_like(lasting)
    before[..., 1:] = lasting[..., :-1]
    for partner, subject, first in np.argwhere(lasting & ~before).tolist():
        row = states[partner, subject]
        after = np.flatnonzero(row[first:] == NORMAL)
        closed = first + int(after[0]) if len(after) else None
        active = np.flatnonzero(row[first:closed] != PENDING)
        if not len(active) and closed is not None:
            continue  # it never held long enough
        yield _episode(
            rule,
            panel,
            place=(partner, subjects[subject]),
            row=row,
            counted=counted[partner, subject],
            span=(first, first + int(active[0]) if len(active) else None, closed),
            behind=behind,
        )


def _episode(
    rule: Rule,
    panel: Panel,
    *,
    place: tuple[int, int],
    row: Int8,
    counted: Flags,
    span: tuple[int, int | None, int | None],
    behind: _Behind,
) -> Episode:
    """``span``: the months in which it began, became active and closed; None for not yet."""
    partner, series = place
    first, active, closed = span
    kpi_id, currency = ("", "") if series == PARTNER_AS_A_WHOLE else panel.series[series]
    known, clock = behind.days(partner, series)
    opened = clock_from = None
    if active is not None:
        held = np.flatnonzero(counted[first : active + 1]) + first
        opened, clock_from = known[held].max().item(), clock[held].max().item()
    last = len(panel.months) if closed is None else closed + 1
    return Episode(
        rule=rule,
        partner_id=panel.partners[partner],
        kpi_id=kpi_id,
        currency=currency,
        since=panel.months[first],
        active_from=None if active is None else panel.months[active],
        opened_on=opened,
        clock_from=clock_from,
        closed_in=None if closed is None else panel.months[closed],
        steps=_steps(panel, row, known, opened, (first, active, last), panel.ended[partner]),
        kpis=behind.kpis(partner, series, first, last),
    )


def _steps(
    panel: Panel, row: Int8, known: Days, opened: date | None, span: tuple[int, int | None, int], ended: Flags
) -> tuple[Step, ...]:
    """The changes of state. A later change never lies before an earlier one, even when an earlier month came later."""
    first, active, last = span
    steps: list[Step] = []
    for month in range(first, last):
        state = int(row[month])
        if steps and steps[-1].state == STATES[state]:
            continue
        on = panel.months[month] if ended[month] else known[month].item()
        if month == active and opened is not None:
            on = opened
        steps.append(Step(panel.months[month], max(on, steps[-1].on) if steps else on, STATES[state]))
    return tuple(steps)


class _Behind:
    """The days and indicators behind a rule's subjects."""

    def __init__(self, rule: Rule, panel: Panel, catalog: Catalog) -> None:
        self.rule, self.panel = rule, panel
        self.watched = watched_series(rule, panel, catalog)
        self.named = tuple(dict.fromkeys(c.kpi for c in rule.enter if c.kpi))
        self.true: list[Int8] = []
        if rule.subject == "partner":
            several = [c for c in rule.enter if c.kind == "several"]
            self.true = [satisfied(condition, panel, catalog, self.watched) for condition in several]
            places = [place for kpi_id in self.named for place in panel.places_of(kpi_id)]
            self.looked_at = sorted({*places, *(self.watched if several else ())})

    def days(self, partner: int, series: int) -> tuple[Days, Days]:
        """When a subject's figures were known, and when its clock may start: (months) each."""
        places = [series] if series != PARTNER_AS_A_WHOLE else self.looked_at
        return (
            self.panel.known_on[partner, places].max(axis=0),
            self.panel.clock_from[partner, places].max(axis=0),
        )

    def kpis(self, partner: int, series: int, first: int, last: int) -> tuple[str, ...]:
        """The indicators behind it: for "several" those that were true in the newest month in which enough were."""
        if series != PARTNER_AS_A_WHOLE:
            return tuple(dict.fromkeys((self.panel.series[series][0], *self.named)))
        found: list[str] = []
        conditions = [condition for condition in self.rule.enter if condition.kind == "several"]
        for condition, true in zip(conditions, self.true, strict=True):
            held = true[partner, :, first:last] == TRUE
            enough = np.flatnonzero(held.sum(axis=0) >= condition.at_least)
            if len(enough):
                found += [self.panel.series[self.watched[at]][0] for at in np.flatnonzero(held[:, enough[-1]])]
        return tuple(dict.fromkeys((*found, *self.named)))


def _silences(rule: Rule, panel: Panel) -> Iterator[Episode]:
    """Data arrive on a day, so these open and close on days: from the day after the reporting day (and the rule's
    grace) until everything owed has come. Months whose silences meet are one episode."""
    overdue_on = panel.due_on + np.timedelta64(rule.enter[0].grace_days, "D") + ONE_DAY
    today = np.datetime64(panel.day)
    never = np.isnat(panel.received)
    wanted = panel.owed & (never | (panel.received >= overdue_on)) & (overdue_on <= today)
    for partner in np.flatnonzero(wanted.any(axis=(0, 2))):
        mine = wanted[:, partner]
        group: list[int] = []
        until: date | None = None
        for month in np.flatnonzero(mine.any(axis=0)).tolist():
            came = panel.received[mine[:, month], partner, month]
            closes = None if np.isnat(came).any() else came.max().item()
            if group and until is not None and overdue_on[month].item() > until:
                yield _silence(rule, panel, int(partner), group, overdue_on, until, mine)
                group, until = [], None
            until = closes if not group else None if until is None or closes is None else max(until, closes)
            group.append(month)
        yield _silence(rule, panel, int(partner), group, overdue_on, until, mine)


def _silence(
    rule: Rule, panel: Panel, partner: int, group: list[int], overdue_on: Days, until: date | None, wanted: Flags
) -> Episode:
    since = panel.months[group[0]]
    opened = overdue_on[group[0]].item()
    steps = [Step(since, opened, STATES[ACTIVE])]
    if until is not None:
        steps.append(Step(panel.months[group[-1]], until, STATES[NORMAL]))
    owing = wanted & (np.isnat(panel.received[:, partner]) if until is None else True)
    return Episode(
        rule=rule,
        partner_id=panel.partners[partner],
        kpi_id="",
        currency="",
        since=since,
        active_from=since,
        opened_on=opened,
        clock_from=opened,
        closed_in=None if until is None else panel.months[group[-1]],
        steps=tuple(steps),
        kpis=rule.kpis,
        datasets=tuple(
            name for place, name in enumerate(panel.datasets) if owing[place, group[0] : group[-1] + 1].any()
        ),
    )
