"""How many of the actions that a committee agreed were closed on time, by the dates first agreed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from kpi.present.wording import day_name, format_number, plural

if TYPE_CHECKING:
    from kpi.ledger.meeting_model import AgreedAction

MONTHS = 12  # that the figure looks back
COUNTED_WORDS = f"the {MONTHS} months to"


@dataclass(frozen=True)
class ClosedOnTime:
    """``numerator`` of ``denominator`` actions; ``value`` a fraction, None where none counts; ``lower`` and ``upper``:
    its 95 % interval (Wilson). ``first`` and ``last``: the days counted, inclusive.

    Beside the figure: ``overdue`` (of the denominator, still running), ``waiting`` (running and not yet due),
    ``dropped`` (cancelled before they were due), ``extended`` (of the denominator, with a later date agreed since).
    """

    numerator: int
    denominator: int
    value: float | None
    lower: float | None
    upper: float | None
    first: date
    last: date
    overdue: int
    waiting: int
    dropped: int
    extended: int

    @property
    def sentence(self) -> str:
        """ "Closed on time: 7 of 9 agreed actions (77.8 %, 95 % interval 45.3–93.7 %) in the 12 months to …"."""
        when = f"{COUNTED_WORDS} {day_name(self.last)}"
        if self.value is None or self.lower is None or self.upper is None:
            said = f"Closed on time: no figure, because no agreed action was closed or fell due in {when}."
        else:
            low, high = (format_number(100 * edge, 1) for edge in (self.lower, self.upper))
            said = (
                f"Closed on time: {self.numerator:,} of {plural(self.denominator, 'agreed action')} "
                f"({format_number(100 * self.value, 1)} %, 95 % interval {low}–{high} %) in {when}, by the dates first "
                "agreed."
            )
        more = [
            f"{self.overdue:,} of them still {'runs' if self.overdue == 1 else 'run'}" if self.overdue else "",
            f"{self.extended:,} had been given a later date" if self.extended else "",
            f"{self.waiting:,} {'more ' if self.denominator else ''}{'is' if self.waiting == 1 else 'are'} not yet due"
            if self.waiting
            else "",
            f"{self.dropped:,} {'was' if self.dropped == 1 else 'were'} cancelled before the date"
            if self.dropped
            else "",
        ]
        told = "; ".join(part for part in more if part)
        return f"{said} {told}." if told else said


def closed_on_time(actions: Iterable[AgreedAction], day: date) -> ClosedOnTime:
    """The figure on ``day`` over the 12 months up to it.

    An action counts on the day on which its fate was known: the day it was done, or the date first agreed once that
    has passed. It is late when it was done, or cancelled, after that date, and while it runs on beyond it.
    """
    first = a_year_before(day) + timedelta(days=1)
    on_time = late = overdue = waiting = dropped = extended = 0
    for action in actions:
        closed, due = action.closed_on, action.first_due_on
        if action.running and day <= due:
            waiting += 1
            continue
        # A generated portfolio stands still: what people close in it today is later than its day.
        known_on = due if closed is None else min(closed, due, day)
        if not first <= known_on <= day:
            continue
        if not action.running and not action.done and closed is not None and closed <= due:
            dropped += 1
            continue
        good = action.done and closed is not None and closed <= due
        on_time += good
        late += not good
        overdue += action.running
        extended += action.extended
    count = on_time + late
    lower, upper = _wilson(on_time, count)
    return ClosedOnTime(
        numerator=on_time,
        denominator=count,
        value=on_time / count if count else None,
        lower=lower,
        upper=upper,
        first=first,
        last=day,
        overdue=overdue,
        waiting=waiting,
        dropped=dropped,
        extended=extended,
    )


def a_year_before(day: date) -> date:
    """The same day of the year before; 28 February for 29 February."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)


def _wilson(count: int, of: int) -> tuple[float | None, float | None]:
    import numpy as np

    from kpi.marts.intervals import wilson

    if not of:
        return None, None
    lower, upper = wilson(np.array([float(count)]), np.array([float(of)]))
    return float(lower[0]), float(upper[0])
