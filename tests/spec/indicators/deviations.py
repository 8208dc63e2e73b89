"""Worked examples: indicators counted from deviations, alone or per completed batch or test."""

from tests.spec.tables import Case

CASES = [
    Case(
        "deviation_rate",
        "Deviations opened per 100 batches completed in the same month, each at its own site and product",
        {
            "deviations": """
            opened_date | site_id | product
            2024-02-01  | S1      | P1
            2024-02-29  | S1      | -
            2024-02-15  | S2      | P1
            2024-03-01  | S1      | P1
            """,
            "batch_records": """
            completed_date | site_id | product
            2024-02-01     | S1      | P1
            2024-02-29     | S1      | P2
            2024-02-10     | S1      | P1
            2024-02-11     | S1      | P1
            -              | S1      | P1
            2024-01-31     | S1      | P1
            """,
        },
        """
        grain   | of | month   | window | n | numerator | denominator | value
        partner | -  | 2024-02 | 1      | 4 | 3         | 4           | 75
        site    | S1 | 2024-02 | 1      | 4 | 2         | 4           | 50
        site    | S2 | 2024-02 | 1      | 0 | 1         | 0           | -
        product | P1 | 2024-02 | 1      | 3 | 2         | 3           | 200/3
        product | P2 | 2024-02 | 1      | 1 | 0         | 1           | 0
        partner | -  | 2024-03 | 1      | 0 | 1         | 0           | -
        partner | -  | 2024-03 | 3      | 5 | 4         | 5           | 80
        """,
    ),
    Case(
        "serious_deviation_rate",
        "Only critical and major deviations count above the line",
        {
            "deviations": """
            opened_date | severity
            2024-02-01  | critical
            2024-02-02  | major
            2024-02-03  | minor
            2024-02-04  | minor
            """,
            "batch_records": """
            completed_date
            2024-02-01
            2024-02-02
            2024-02-03
            2024-02-04
            2024-02-05
            2024-02-06
            2024-02-07
            2024-02-08
            """,
        },
        """
        grain   | of | month   | window | n | numerator | denominator | value
        partner | -  | 2024-02 | 1      | 8 | 2         | 8           | 25
        """,
    ),
    Case(
        "deviation_on_time_closure",
        "Judged on what fell due; an extension never repairs the figure; open counts as late",
        {
            "deviations": """
            opened_date | due_date   | extended_due_date | closed_date
            2024-01-05  | 2024-03-01 | -                 | 2024-03-01
            2024-01-05  | 2024-03-31 | 2024-04-30        | 2024-04-01
            2024-01-05  | 2024-03-15 | -                 | -
            2024-01-05  | 2024-03-15 | -                 | 2024-01-06
            2024-01-05  | 2024-04-01 | -                 | 2024-03-20
            """,
        },
        """
        grain   | of | month   | window | n | numerator | denominator | value
        partner | -  | 2024-03 | 1      | 4 | 2         | 4           | 1/2
        partner | -  | 2024-04 | 1      | 1 | 1         | 1           | 1
        """,
    ),
    Case(
        "deviation_cycle_time",
        "Median of days from opened to closed, in the month of closing; across a leap day",
        {
            "deviations": """
            opened_date | closed_date
            2024-02-28  | 2024-03-01
            2024-03-01  | 2024-03-01
            2024-01-01  | 2024-03-31
            2024-01-01  | -
            """,
        },
        """
        grain   | of | month   | window | n | numerator | denominator | value
        partner | -  | 2024-03 | 1      | 3 | -         | -           | 2
        partner | -  | 2024-04 | 1      | 0 | -         | -           | -
        """,
    ),
    Case(
        "overdue_deviations",
        "Open at the month's end and due before it: due on the last day is not yet overdue",
        {
            "deviations": """
            opened_date | due_date   | extended_due_date | closed_date
            2024-01-05  | 2024-02-28 | -                 | -
            2024-01-05  | 2024-02-29 | -                 | -
            2024-01-05  | 2024-02-10 | 2024-06-30        | 2024-03-01
            2024-01-05  | 2024-02-10 | -                 | 2024-02-29
            2024-03-05  | 2024-02-10 | -                 | -
            """,
        },
        """
        grain   | of | month   | window | n | numerator | denominator | value
        partner | -  | 2024-01 | 1      | 0 | 0         | -           | 0
        partner | -  | 2024-02 | 1      | 2 | 2         | -           | 2
        partner | -  | 2024-03 | 1      | 3 | 3         | -           | 3
        partner | -  | 2024-03 | 3      | 3 | 3         | -           | 3
        """,
    ),
    Case(
        "overdue_critical_deviations",
        "The same, critical ones only",
        {
            "deviations": """
            opened_date | due_date   | severity
            2024-01-05  | 2024-02-10 | critical
            2024-01-05  | 2024-02-10 | major
            """,
        },
        """
        grain   | of | month   | window | n | numerator | denominator | value
        partner | -  | 2024-02 | 1      | 1 | 1         | -           | 1
        partner | -  | 2024-01 | 1      | 0 | 0         | -           | 0
        """,
    ),
    Case(
        "recurring_deviation_rate",
        "The same cause, site and area opened in the 12 months before; the same day does not recur",
        {
            "deviations": """
            deviation_id | opened_date | closed_date | site_id | area    | root_cause
            FIRST        | 2023-02-28  | 2023-03-05  | S1      | Filling | Seal wear
            YEAR_LATER   | 2024-02-28  | 2024-03-05  | S1      | Filling | Seal wear
            DAY_AFTER    | 2024-02-29  | 2024-03-06  | S1      | Filling | Seal wear
            OTHER_SITE   | 2024-03-01  | 2024-03-07  | S2      | Filling | Seal wear
            OTHER_AREA   | 2024-03-01  | 2024-03-07  | S1      | Packing | Seal wear
            NO_CAUSE     | 2024-03-02  | 2024-03-08  | S1      | Filling | -
            TWIN_A       | 2024-05-02  | 2024-05-08  | S1      | Labs    | Column
            TWIN_B       | 2024-05-02  | 2024-05-08  | S1      | Labs    | Column
            OPEN         | 2024-05-03  | -           | S1      | Labs    | Column
            """,
        },
        """
        grain   | of | month   | window | n | numerator | denominator | value
        partner | -  | 2023-03 | 1      | 1 | 0         | 1           | 0
        partner | -  | 2024-03 | 1      | 5 | 2         | 5           | 2/5
        site    | S2 | 2024-03 | 1      | 1 | 0         | 1           | 0
        partner | -  | 2024-05 | 1      | 2 | 0         | 2           | 0
        """,
    ),
    Case(
        "recurring_deviation_rate",
        "Twelve months and a day earlier is too long ago; an earlier one need not be closed",
        {
            "deviations": """
            deviation_id | opened_date | closed_date | area | root_cause
            OLD          | 2023-03-14  | -           | Labs | Column
            NEW          | 2024-03-15  | 2024-03-20  | Labs | Column
            NEXT         | 2024-03-16  | 2024-04-20  | Labs | Column
            SPRING       | 2023-04-10  | -           | Fill | Glass
            LEAP_YEAR    | 2024-04-10  | 2024-05-20  | Fill | Glass
            """,
        },
        """
        grain   | of | month   | window | n | numerator | denominator | value
        partner | -  | 2024-03 | 1      | 1 | 0         | 1           | 0
        partner | -  | 2024-04 | 1      | 1 | 1         | 1           | 1
        partner | -  | 2024-05 | 1      | 1 | 1         | 1           | 1
        """,
    ),
    Case(
        "invalidated_oos_rate",
        "Invalidated laboratory OOS per release test performed, not per OOS",
        {
            "deviations": """
            opened_date | type           | oos_outcome
            2024-03-01  | laboratory_oos | invalidated
            2024-03-02  | laboratory_oos | confirmed
            2024-03-03  | laboratory_oos | -
            2024-03-04  | process        | -
            """,
            "batch_records": """
            completed_date | release_tests
            2024-03-01     | 12
            2024-03-02     | 28
            2024-03-03     | -
            2024-04-03     | 0
            """,
        },
        """
        grain   | of | month   | window | n  | numerator | denominator | value
        partner | -  | 2024-03 | 1      | 40 | 1         | 40          | 1/40
        partner | -  | 2024-04 | 1      | 0  | 0         | 0           | -
        """,
    ),
    Case(
        "capa_on_time",
        "CAPA closed by its due date, of those due in the month",
        {
            "deviations": """
            opened_date | capa_id | capa_due_date | capa_closed_date
            2024-01-05  | C1      | 2024-03-31    | 2024-03-31
            2024-01-05  | C2      | 2024-03-01    | 2024-03-02
            2024-01-05  | C3      | 2024-03-10    | -
            2024-01-05  | -       | -             | -
            """,
        },
        """
        grain   | of | month   | window | n | numerator | denominator | value
        partner | -  | 2024-03 | 1      | 3 | 1         | 3           | 1/3
        """,
    ),
    Case(
        "capa_effectiveness",
        "Judged effective out of evaluated; not yet evaluated ones wait",
        {
            "deviations": """
            opened_date | capa_id | capa_due_date | capa_closed_date | capa_effective | capa_evaluated_date
            2024-01-05  | C1      | 2024-02-01    | 2024-02-01       | yes            | 2024-05-31
            2024-01-05  | C2      | 2024-02-01    | 2024-02-01       | no             | 2024-05-01
            2024-01-05  | C3      | 2024-02-01    | 2024-02-01       | -              | -
            """,
        },
        """
        grain   | of | month   | window | n | numerator | denominator | value
        partner | -  | 2024-05 | 1      | 2 | 1         | 2           | 1/2
        """,
    ),
    Case(
        "overdue_capas",
        "CAPA past its due date and not closed at the month's end",
        {
            "deviations": """
            opened_date | capa_id | capa_due_date | capa_closed_date | closed_date
            2024-01-05  | C1      | 2024-03-30    | -                | 2024-02-01
            2024-01-05  | C2      | 2024-03-31    | -                | -
            2024-01-05  | C3      | 2024-02-01    | 2024-04-01       | -
            2024-01-05  | -       | -             | -                | -
            """,
        },
        """
        grain   | of | month   | window | n | numerator | denominator | value
        partner | -  | 2024-02 | 1      | 1 | 1         | -           | 1
        partner | -  | 2024-03 | 1      | 2 | 2         | -           | 2
        partner | -  | 2024-04 | 1      | 2 | 2         | -           | 2
        """,
    ),
]
