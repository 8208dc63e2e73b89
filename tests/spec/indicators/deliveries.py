"""Worked examples: indicators counted from deliveries."""

from tests.spec.tables import Case

CASES = [
    Case(
        "on_time_delivery",
        "Delivered on or before the promised day, of all lines promised for the month",
        {
            "deliveries": """
            promised_date | delivered_date | product
            2024-03-31    | 2024-03-31     | P1
            2024-03-01    | 2024-02-20     | P1
            2024-03-31    | 2024-04-01     | P2
            2024-03-15    | -              | P2
            2024-04-01    | 2024-03-31     | P2
            """,
        },
        """
        grain   | of | month   | window | n | numerator | denominator | value
        partner | -  | 2024-03 | 1      | 4 | 2         | 4           | 1/2
        product | P1 | 2024-03 | 1      | 2 | 2         | 2           | 1
        product | P2 | 2024-03 | 1      | 2 | 0         | 2           | 0
        product | P2 | 2024-04 | 3      | 3 | 1         | 3           | 1/3
        """,
    ),
    Case(
        "on_time_in_full",
        "On time and at least what was ordered; delivered without a quantity cannot be judged",
        {
            "deliveries": """
            promised_date | delivered_date | ordered_quantity | delivered_quantity
            2024-03-10    | 2024-03-10     | 100              | 100
            2024-03-10    | 2024-03-09     | 100              | 120
            2024-03-10    | 2024-03-09     | 100              | 99.5
            2024-03-10    | 2024-03-11     | 100              | 100
            2024-03-10    | 2024-03-10     | 100              | -
            2024-03-10    | -              | 100              | -
            """,
        },
        """
        grain   | of | month   | window | n | numerator | denominator | value
        partner | -  | 2024-03 | 1      | 5 | 2         | 5           | 2/5
        """,
    ),
    Case(
        "fill_rate",
        "Delivered, never more than ordered, over ordered; nothing delivered counts as nothing",
        {
            "deliveries": """
            promised_date | delivered_date | ordered_quantity | delivered_quantity
            2024-03-10    | 2024-03-10     | 100              | 120
            2024-03-10    | 2024-05-10     | 50               | 20
            2024-03-10    | -              | 50               | -
            2024-03-10    | 2024-03-10     | 400              | -
            """,
        },
        """
        grain   | of | month   | window | n | numerator | denominator | value
        partner | -  | 2024-03 | 1      | 3 | 120       | 200         | 3/5
        """,
    ),
    Case(
        "perfect_order",
        "On time, in full, documents and condition right; a delivered line that lacks a fact is left out",
        {
            "deliveries": """
            promised_date | delivered_date | delivered_quantity | documents_ok | condition_ok
            2024-03-10    | 2024-03-10     | 100                | yes          | yes
            2024-03-10    | 2024-03-10     | 100                | no           | yes
            2024-03-10    | 2024-03-10     | 100                | yes          | no
            2024-03-10    | 2024-03-11     | 100                | yes          | yes
            2024-03-10    | 2024-03-10     | 100                | -            | yes
            2024-03-10    | 2024-03-10     | -                  | yes          | yes
            2024-03-10    | -              | -                  | -            | -
            """,
        },
        """
        grain   | of | month   | window | n | numerator | denominator | value
        partner | -  | 2024-03 | 1      | 5 | 1         | 5           | 1/5
        """,
    ),
    Case(
        "delivery_lateness",
        "Median days late of the late lines, in the month of the promise",
        {
            "deliveries": """
            promised_date | delivered_date
            2024-02-28    | 2024-03-01
            2024-02-28    | 2024-02-29
            2024-02-28    | 2024-02-28
            2024-02-28    | -
            2024-01-31    | 2024-02-10
            """,
        },
        """
        grain   | of | month   | window | n | numerator | denominator | value
        partner | -  | 2024-02 | 1      | 2 | -         | -           | 3/2
        partner | -  | 2024-02 | 3      | 3 | -         | -           | 2
        partner | -  | 2024-03 | 1      | 0 | -         | -           | -
        """,
    ),
    Case(
        "past_due_deliveries",
        "Promised before the month's end and not there by it; an order placed later was not yet open",
        {
            "deliveries": """
            order_date | promised_date | delivered_date
            2024-01-02 | 2024-02-28    | -
            2024-01-02 | 2024-02-29    | -
            2024-01-02 | 2024-02-10    | 2024-02-29
            -          | 2024-02-10    | 2024-03-01
            2024-03-05 | 2024-02-10    | -
            """,
        },
        """
        grain   | of | month   | window | n | numerator | denominator | value
        partner | -  | 2024-01 | 1      | 0 | 0         | -           | 0
        partner | -  | 2024-02 | 1      | 2 | 2         | -           | 2
        partner | -  | 2024-03 | 1      | 3 | 3         | -           | 3
        """,
    ),
]
