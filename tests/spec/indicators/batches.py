"""Worked examples: indicators counted from batch records."""

from tests.spec.tables import Case

CASES = [
    Case(
        "lot_acceptance_rate",
        "Released out of finally dispositioned; a lot counts in the month of its disposition",
        {
            "batch_records": """
            site_id | product | completed_date | disposition | disposition_date
            S1      | P1      | 2024-01-10     | released    | 2024-03-01
            S1      | P1      | 2024-02-10     | released    | 2024-03-31
            S2      | P2      | 2024-02-11     | rejected    | 2024-03-15
            S2      | P2      | 2024-02-12     | pending     | -
            S2      | P2      | 2024-02-13     | released    | 2024-04-01
            """,
        },
        """
        grain   | of | month   | window | n | numerator | denominator | value
        partner | -  | 2024-03 | 1      | 3 | 2         | 3           | 2/3
        partner | -  | 2024-04 | 1      | 1 | 1         | 1           | 1
        partner | -  | 2024-04 | 3      | 4 | 3         | 4           | 3/4
        partner | -  | 2024-05 | 1      | 0 | 0         | 0           | -
        site    | S1 | 2024-03 | 1      | 2 | 2         | 2           | 1
        site    | S2 | 2024-03 | 1      | 1 | 0         | 1           | 0
        product | P2 | 2024-05 | 3      | 2 | 1         | 2           | 1/2
        """,
    ),
    Case(
        "right_first_time",
        "Released, not reworked (unknown counts as no), and no deviation names the batch",
        {
            "batch_records": """
            batch_id | disposition | disposition_date | reworked
            CLEAN    | released    | 2024-02-29       | no
            UNKNOWN  | released    | 2024-02-29       | -
            REWORK   | released    | 2024-02-29       | yes
            LINKED   | released    | 2024-02-29       | no
            REJECT   | rejected    | 2024-02-29       | no
            """,
            "deviations": """
            deviation_id | opened_date | batch_id
            D1           | 2024-05-02  | LINKED
            D2           | 2024-05-02  | -
            """,
        },
        """
        grain   | of | month   | window | n | numerator | denominator | value
        partner | -  | 2024-02 | 1      | 5 | 2         | 5           | 2/5
        partner | -  | 2024-03 | 1      | 0 | 0         | 0           | -
        partner | -  | 2024-03 | 12     | 5 | 2         | 5           | 2/5
        """,
    ),
    Case(
        "disposition_lead_time",
        "Median of days from completed to disposition; four lots: the mean of the two in the middle",
        {
            "batch_records": """
            completed_date | disposition | disposition_date
            2024-02-28     | released    | 2024-03-01
            2024-02-20     | rejected    | 2024-03-01
            2024-03-05     | released    | 2024-03-05
            2024-03-01     | released    | 2024-03-31
            -              | released    | 2024-03-31
            2024-03-01     | released    | 2024-04-01
            """,
        },
        """
        grain   | of | month   | window | n | numerator | denominator | value
        partner | -  | 2024-03 | 1      | 4 | -         | -           | 6
        partner | -  | 2024-04 | 1      | 1 | -         | -           | 31
        partner | -  | 2024-04 | 3      | 5 | -         | -           | 10
        partner | -  | 2024-05 | 1      | 0 | -         | -           | -
        """,
    ),
    Case(
        "record_turnaround",
        "Median of days from completed to record received, whatever the disposition",
        {
            "batch_records": """
            completed_date | record_received_date | disposition | disposition_date
            2024-01-31     | 2024-02-02           | pending     | -
            2024-01-31     | 2024-02-29           | released    | 2024-03-04
            2024-02-01     | 2024-02-08           | pending     | -
            2024-02-01     | -                    | pending     | -
            """,
        },
        """
        grain   | of | month   | window | n | numerator | denominator | value
        partner | -  | 2024-02 | 1      | 3 | -         | -           | 7
        site    | S1 | 2024-02 | 1      | 3 | -         | -           | 7
        """,
    ),
    Case(
        "schedule_adherence",
        "Started within two days of plan, before or after; a batch that did not start has not adhered",
        {
            "batch_records": """
            planned_start_date | actual_start_date
            2024-04-01         | 2024-03-30
            2024-04-10         | 2024-04-12
            2024-04-10         | 2024-04-13
            2024-04-10         | 2024-04-07
            2024-04-30         | -
            2024-05-01         | 2024-04-30
            """,
        },
        """
        grain   | of | month   | window | n | numerator | denominator | value
        partner | -  | 2024-04 | 1      | 5 | 2         | 5           | 2/5
        partner | -  | 2024-05 | 3      | 6 | 3         | 6           | 1/2
        """,
    ),
    Case(
        "yield_attainment",
        "Sum of actual over sum of theoretical yield, only batches that state both; above 100 % stays",
        {
            "batch_records": """
            completed_date | actual_yield | theoretical_yield | product
            2024-03-10     | 90           | 100               | P1
            2024-03-11     | 330          | 300               | P2
            2024-03-12     | 50           | -                 | P1
            2024-03-13     | -            | 100               | P1
            -              | 10           | 100               | P1
            """,
        },
        """
        grain   | of | month   | window | n | numerator | denominator | value
        partner | -  | 2024-03 | 1      | 2 | 420       | 400         | 21/20
        product | P1 | 2024-03 | 1      | 1 | 90        | 100         | 9/10
        product | P2 | 2024-03 | 1      | 1 | 330       | 300         | 11/10
        """,
    ),
    Case(
        "lots_pending_over_30_days",
        "Completed more than 30 days before the month's end and without disposition on that day",
        {
            "batch_records": """
            completed_date | disposition | disposition_date
            2024-02-29     | pending     | -
            2024-03-01     | pending     | -
            2024-02-01     | released    | 2024-03-31
            2024-02-01     | released    | 2024-04-01
            -              | pending     | -
            """,
        },
        """
        grain   | of | month   | window | n | numerator | denominator | value
        partner | -  | 2024-02 | 1      | 0 | 0         | -           | 0
        partner | -  | 2024-03 | 1      | 2 | 2         | -           | 2
        partner | -  | 2024-03 | 12     | 2 | 2         | -           | 2
        partner | -  | 2024-04 | 1      | 2 | 2         | -           | 2
        """,
    ),
    Case(
        "cost_per_released_batch",
        "Cost of released and rejected lots, per released lot, never across currencies",
        {
            "batch_records": """
            disposition | disposition_date | batch_cost | currency
            released    | 2024-03-04       | 100        | EUR
            released    | 2024-03-05       | 140        | EUR
            rejected    | 2024-03-06       | 60         | EUR
            released    | 2024-03-07       | 70         | USD
            released    | 2024-03-08       | -          | EUR
            rejected    | 2024-04-08       | 80         | EUR
            pending     | -                | 999        | EUR
            """,
        },
        """
        grain   | of  | month   | window | n | numerator | denominator | value
        partner | EUR | 2024-03 | 1      | 2 | 300       | 2           | 150
        partner | USD | 2024-03 | 1      | 1 | 70        | 1           | 70
        partner | EUR | 2024-04 | 1      | 0 | 80        | 0           | -
        partner | EUR | 2024-04 | 3      | 2 | 380       | 2           | 190
        """,
    ),
    Case(
        "cost_per_released_batch",
        "A currency in which only a free rejected lot was billed has nothing to divide by, and says so",
        {
            "batch_records": """
            disposition | disposition_date | batch_cost | currency
            rejected    | 2024-03-04       | 0          | CHF
            """,
        },
        """
        grain   | of  | month   | window | n | numerator | denominator | value
        partner | CHF | 2024-03 | 1      | 0 | 0         | 0           | -
        """,
    ),
]
