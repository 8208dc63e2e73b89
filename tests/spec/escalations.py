"""Worked examples: how months of figures become states of an escalation, and days become tiers.

``watched``: which statuses raise the escalation and for how many months in a row, which close it and for how many. The
tables give a month's status (those of the dictionary of figures) and the state from that month on: normal, pending,
active, recovering, no data. Nothing here depends on more than what stands in the table.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Watched:
    raised_by: str
    raised_after: int
    closed_by: str
    closed_after: int
    quiet_after: int | None = None


@dataclass(frozen=True)
class Months:
    title: str
    watched: Watched
    table: str


ONCE = Watched("past limit", 1, "met", 2)
TWICE = Watched("past limit", 2, "met", 2)
CALM = Watched("past limit", 1, "met", 2, quiet_after=3)

MONTHS = [
    Months(
        "One month past the limit raises it, two months running back on target close it",
        ONCE,
        """
        month   | status     | state
        2025-01 | met        | normal
        2025-02 | missed     | normal
        2025-03 | past limit | active
        2025-04 | met        | recovering
        2025-05 | met        | normal
        2025-06 | met        | normal
        """,
    ),
    Months(
        "A miss while it recovers is a relapse of the same escalation, and the two months begin anew",
        ONCE,
        """
        month   | status     | state
        2025-01 | past limit | active
        2025-02 | met        | recovering
        2025-03 | missed     | active
        2025-04 | met        | recovering
        2025-05 | past limit | active
        2025-06 | met        | recovering
        2025-07 | met        | normal
        """,
    ),
    Months(
        "Within the limit and off the target neither raises nor closes",
        ONCE,
        """
        month   | status     | state
        2025-01 | missed     | normal
        2025-02 | past limit | active
        2025-03 | missed     | active
        2025-04 | missed     | active
        """,
    ),
    Months(
        "Two months running: the first is pending, a better month between them begins the count anew",
        TWICE,
        """
        month   | status     | state
        2025-01 | past limit | pending
        2025-02 | missed     | normal
        2025-03 | past limit | pending
        2025-04 | past limit | active
        2025-05 | past limit | active
        2025-06 | met        | recovering
        2025-07 | met        | normal
        """,
    ),
    Months(
        "Months with too few records, or none, neither count nor break a streak",
        TWICE,
        """
        month   | status      | state
        2025-01 | past limit  | pending
        2025-02 | too few     | pending
        2025-03 | past limit  | active
        2025-04 | met         | recovering
        2025-05 | no activity | recovering
        2025-06 | met         | normal
        2025-07 | too few     | normal
        """,
    ),
    Months(
        "A partner that falls silent is never better: open escalations say no data and go on where they were",
        ONCE,
        """
        month   | status     | state
        2025-01 | past limit | active
        2025-02 | no data    | no data
        2025-03 | no data    | no data
        2025-04 | past limit | active
        2025-05 | met        | recovering
        2025-06 | no data    | no data
        2025-07 | met        | normal
        """,
    ),
    Months(
        "Silence raises nothing of this kind, and a pending one stays pending",
        TWICE,
        """
        month   | status     | state
        2025-01 | no data    | normal
        2025-02 | past limit | pending
        2025-03 | no data    | pending
        2025-04 | past limit | active
        """,
    ),
    Months(
        "A closed escalation comes again as a new one",
        Watched("past limit", 1, "met missed", 1),
        """
        month   | status     | state
        2025-01 | past limit | active
        2025-02 | missed     | normal
        2025-03 | past limit | active
        2025-04 | past limit | active
        2025-05 | met        | normal
        """,
    ),
    Months(
        "A month that would raise it is no month of recovery, even where the rule's exit would take it for one",
        Watched("past limit missed", 1, "met missed", 2),
        """
        month   | status     | state
        2025-01 | past limit | active
        2025-02 | missed     | active
        2025-03 | missed     | active
        2025-04 | met        | recovering
        2025-05 | missed     | active
        2025-06 | met        | recovering
        2025-07 | met        | normal
        """,
    ),
    Months(
        "Where no target is agreed there is nothing to judge",
        ONCE,
        """
        month   | status     | state
        2025-01 | no target  | normal
        2025-02 | past limit | active
        2025-03 | no target  | active
        2025-04 | met        | recovering
        """,
    ),
    Months(
        "Three reported months in which nothing happened leave nothing to answer",
        CALM,
        """
        month   | status      | state
        2025-01 | past limit  | active
        2025-02 | no activity | active
        2025-03 | too few     | active
        2025-04 | no activity | normal
        2025-05 | no activity | normal
        """,
    ),
    Months(
        "Silence is not calm: a month that was not reported counts for nothing",
        CALM,
        """
        month   | status      | state
        2025-01 | past limit  | active
        2025-02 | no activity | active
        2025-03 | no data     | no data
        2025-04 | no data     | no data
        2025-05 | no activity | active
        2025-06 | missed      | active
        2025-07 | no activity | active
        2025-08 | no activity | active
        2025-09 | no activity | normal
        """,
    ),
]


@dataclass(frozen=True)
class Clock:
    """The last day of a clock that was started on ``start``."""

    start: str
    days: int
    clock: str
    last: str


HOLIDAYS = ("2025-12-25", "2025-12-26", "2026-01-01")

CLOCKS = [
    Clock("2025-03-03", 30, "calendar", "2025-04-02"),
    Clock("2024-02-28", 2, "calendar", "2024-03-01"),
    Clock("2025-03-03", 1, "business", "2025-03-04"),  # Monday → Tuesday
    Clock("2025-03-07", 1, "business", "2025-03-10"),  # Friday → Monday
    Clock("2025-03-08", 1, "business", "2025-03-10"),  # Saturday → Monday
    Clock("2025-03-09", 5, "business", "2025-03-14"),  # Sunday → Friday
    Clock("2025-03-03", 5, "business", "2025-03-10"),
    Clock("2025-12-24", 1, "business", "2025-12-29"),  # over two holidays and a weekend
    Clock("2025-12-31", 1, "business", "2026-01-02"),
    Clock("2025-12-24", 1, "calendar", "2025-12-25"),  # a calendar clock knows no holidays
]


@dataclass(frozen=True)
class Climbing:
    """A tier-1 rule. Clocks: tier 1 ten calendar days, tier 2 twenty, tier 3 the last.

    ``states``: day and state from then on. ``shelved``: the day of the act, and until when; until a dash takes it back.
    ``asked``: the day it is looked at, its tier then, and the last day of the clock that runs then (a dash for none).
    """

    title: str
    states: str
    asked: str
    shelved: str = "on | until"


CLIMBS = [
    Climbing(
        "It climbs on the day after the last of its clock, and again from there",
        """
        on         | state
        2025-03-01 | active
        """,
        """
        day        | tier | due
        2025-03-01 | 1    | 2025-03-11
        2025-03-11 | 1    | 2025-03-11
        2025-03-12 | 2    | 2025-04-01
        2025-04-01 | 2    | 2025-04-01
        2025-04-02 | 3    | -
        2026-01-01 | 3    | -
        """,
    ),
    Climbing(
        "While it recovers it does not climb; falling back after the clock ran out, it climbs that day",
        """
        on         | state
        2025-03-01 | active
        2025-03-08 | recovering
        2025-03-20 | active
        """,
        """
        day        | tier | due
        2025-03-19 | 1    | 2025-03-11
        2025-03-20 | 2    | 2025-04-09
        """,
    ),
    Climbing(
        "Without data the clock runs on",
        """
        on         | state
        2025-03-01 | active
        2025-03-08 | no data
        """,
        """
        day        | tier | due
        2025-03-12 | 2    | 2025-04-01
        """,
    ),
    Climbing(
        "Closed in time it never climbs; closed later it keeps the tier that it reached, and no clock runs",
        """
        on         | state
        2025-03-01 | active
        2025-03-20 | normal
        """,
        """
        day        | tier | due
        2025-03-12 | 2    | 2025-04-01
        2025-03-20 | 2    | -
        2025-06-01 | 2    | -
        """,
    ),
    Climbing(
        "Shelved, it is not due before the shelf ends; what happened before stays",
        """
        on         | state
        2025-03-01 | active
        """,
        """
        day        | tier | due
        2025-03-04 | 1    | 2025-03-11
        2025-03-12 | 1    | 2025-03-25
        2025-03-25 | 1    | 2025-03-25
        2025-03-26 | 2    | 2025-04-15
        """,
        """
        on         | until
        2025-03-05 | 2025-03-25
        """,
    ),
    Climbing(
        "A shelf that ends before the clock changes nothing",
        """
        on         | state
        2025-03-01 | active
        """,
        """
        day        | tier | due
        2025-03-10 | 1    | 2025-03-11
        2025-03-12 | 2    | 2025-04-01
        """,
        """
        on         | until
        2025-03-02 | 2025-03-09
        """,
    ),
    Climbing(
        "Taken back, the clock goes on: if it has run out meanwhile, it climbs on the next day",
        """
        on         | state
        2025-03-01 | active
        """,
        """
        day        | tier | due
        2025-03-14 | 1    | 2025-03-31
        2025-03-15 | 1    | 2025-03-15
        2025-03-16 | 2    | 2025-04-05
        """,
        """
        on         | until
        2025-03-05 | 2025-03-31
        2025-03-15 | -
        """,
    ),
    Climbing(
        "Shelved again before the first shelf ended, the new day counts, be it later or earlier",
        """
        on         | state
        2025-03-01 | active
        """,
        """
        day        | tier | due
        2025-03-14 | 1    | 2025-03-20
        2025-03-15 | 1    | 2025-03-28
        2025-03-22 | 1    | 2025-03-24
        2025-03-25 | 2    | 2025-04-14
        """,
        """
        on         | until
        2025-03-05 | 2025-03-20
        2025-03-15 | 2025-03-28
        2025-03-22 | 2025-03-24
        """,
    ),
    Climbing(
        "Shelved after it climbed, the climb stays and the next one waits",
        """
        on         | state
        2025-03-01 | active
        """,
        """
        day        | tier | due
        2025-03-12 | 2    | 2025-04-01
        2025-03-13 | 2    | 2025-05-01
        2025-05-02 | 3    | -
        """,
        """
        on         | until
        2025-03-13 | 2025-05-01
        """,
    ),
]
