"""Worked examples: which target is in force in a month, and what the value is by it.

``targets`` is what the contracts say, ``*`` for all partners. ``expected`` gives a month's value, the target and limit
in force and the status; ``-`` means none. Definitions' own target and limit, as the examples use them: on_time_delivery
0.95 and 0.88, higher is better; yield_attainment 0.95 and 0.90 around 1, so met from 0.95 to 1.05; record_turnaround
15 and 25 days, lower is better; cost_per_released_batch none.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Judged:
    title: str
    kpi_id: str
    targets: str
    expected: str


NO_TARGETS = "partner_id | kpi_id | effective_from | target | limit"

JUDGED = [
    Judged(
        "Higher is better, the definition's target: on the target is met, on the limit is missed, below it is past",
        "on_time_delivery",
        NO_TARGETS,
        """
        month   | value | target | limit | status
        2024-01 | 1     | 0.95   | 0.88  | met
        2024-02 | 0.95  | 0.95   | 0.88  | met
        2024-03 | 0.90  | 0.95   | 0.88  | missed
        2024-04 | 0.85  | 0.95   | 0.88  | past limit
        """,
    ),
    Judged(
        "A band is judged on both sides of its centre",
        "yield_attainment",
        NO_TARGETS,
        """
        month   | value | target | limit | status
        2024-01 | 1     | 0.95   | 0.9   | met
        2024-02 | 0.95  | 0.95   | 0.9   | met
        2024-03 | 1.05  | 0.95   | 0.9   | met
        2024-04 | 1.06  | 0.95   | 0.9   | missed
        2024-05 | 0.94  | 0.95   | 0.9   | missed
        2024-06 | 1.11  | 0.95   | 0.9   | past limit
        2024-07 | 0.89  | 0.95   | 0.9   | past limit
        """,
    ),
    Judged(
        "A target counts from the first month that begins on or after its day; the past keeps its colour",
        "record_turnaround",
        """
        partner_id | kpi_id            | effective_from | target | limit
        P          | record_turnaround | 2024-03-01     | 10     | 12
        P          | record_turnaround | 2024-04-02     | 20     | 30
        """,
        """
        month   | value | target | limit | status
        2024-01 | 12    | 15     | 25    | met
        2024-02 | 25    | 15     | 25    | missed
        2024-03 | 12    | 10     | 12    | missed
        2024-04 | 13    | 10     | 12    | past limit
        2024-05 | 13    | 20     | 30    | met
        """,
    ),
    Judged(
        "A partner's own target stands before a newer one for everybody",
        "on_time_delivery",
        """
        partner_id | kpi_id           | effective_from | target | limit
        *          | on_time_delivery | 2024-01-01     | 0.80   | 0.70
        P          | on_time_delivery | 2024-02-01     | 0.99   | 0.50
        *          | on_time_delivery | 2024-03-01     | 0.60   | 0.55
        OTHER      | on_time_delivery | 2024-01-01     | 0.10   | 0.05
        """,
        """
        month   | value | target | limit | status
        2024-01 | 0.80  | 0.8    | 0.7   | met
        2024-02 | 0.80  | 0.99   | 0.5   | missed
        2024-03 | 0.80  | 0.99   | 0.5   | missed
        """,
    ),
    Judged(
        "A contract without a limit keeps the definition's, unless that would be stricter than its target",
        "on_time_delivery",
        """
        partner_id | kpi_id           | effective_from | target | limit
        P          | on_time_delivery | 2024-01-01     | 0.90   | -
        P          | on_time_delivery | 2024-02-01     | 0.88   | -
        P          | on_time_delivery | 2024-03-01     | 0.70   | -
        """,
        """
        month   | value | target | limit | status
        2024-01 | 0.85  | 0.9    | 0.88  | past limit
        2024-02 | 0.90  | 0.88   | 0.88  | met
        2024-03 | 0.50  | 0.7    | -     | missed
        """,
    ),
    Judged(
        "Without any target a value is shown and not judged",
        "cost_per_released_batch",
        """
        partner_id | kpi_id                  | effective_from | target | limit
        P          | cost_per_released_batch | 2024-02-01     | 5000   | -
        """,
        """
        month   | value | target | limit | status
        2024-01 | 4000  | -      | -     | no target
        2024-02 | 4000  | 5000   | -     | met
        2024-03 | 6000  | 5000   | -     | missed
        """,
    ),
]
