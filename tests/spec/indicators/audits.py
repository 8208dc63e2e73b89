"""Worked examples: indicators counted from audit findings."""

from tests.spec.tables import Case

CASES = [
    Case(
        "audit_response_on_time",
        "Answered by the response due date, of those due in the month; no due date, not judged",
        {
            "audit_findings": """
            audit_date | response_due_date | response_date
            2024-02-01 | 2024-03-01        | 2024-03-01
            2024-02-01 | 2024-03-01        | 2024-03-02
            2024-02-01 | 2024-03-31        | -
            2024-02-01 | -                 | 2024-03-02
            """,
        },
        """
        grain   | of | month   | window | n | numerator | denominator | value
        partner | -  | 2024-03 | 1      | 3 | 1         | 3           | 1/3
        site    | S1 | 2024-03 | 1      | 3 | 1         | 3           | 1/3
        """,
    ),
    Case(
        "finding_closure_on_time",
        "Closed by the due date, of those due in the month",
        {
            "audit_findings": """
            audit_date | due_date   | closed_date
            2024-02-01 | 2024-04-30 | 2024-04-30
            2024-02-01 | 2024-04-01 | 2024-04-02
            2024-02-01 | 2024-05-01 | 2024-04-02
            """,
        },
        """
        grain   | of | month   | window | n | numerator | denominator | value
        partner | -  | 2024-04 | 1      | 2 | 1         | 2           | 1/2
        partner | -  | 2024-05 | 3      | 3 | 2         | 3           | 2/3
        """,
    ),
    Case(
        "overdue_findings",
        "Due before the month's end and not closed by it",
        {
            "audit_findings": """
            audit_date | due_date   | closed_date
            2024-01-10 | 2024-02-28 | -
            2024-01-10 | 2024-02-29 | -
            2024-01-10 | 2024-02-01 | 2024-02-29
            2024-01-10 | 2024-02-01 | 2024-03-01
            """,
        },
        """
        grain   | of | month   | window | n | numerator | denominator | value
        partner | -  | 2024-01 | 1      | 0 | 0         | -           | 0
        partner | -  | 2024-02 | 1      | 2 | 2         | -           | 2
        partner | -  | 2024-03 | 1      | 2 | 2         | -           | 2
        """,
    ),
    Case(
        "open_critical_findings",
        "Critical and not closed at the month's end, due or not",
        {
            "audit_findings": """
            audit_date | severity | due_date   | closed_date
            2024-02-29 | critical | 2024-12-31 | -
            2024-01-10 | critical | 2024-12-31 | 2024-02-29
            2024-01-10 | major    | 2024-01-31 | -
            """,
        },
        """
        grain   | of | month   | window | n | numerator | denominator | value
        partner | -  | 2024-01 | 1      | 1 | 1         | -           | 1
        partner | -  | 2024-02 | 1      | 1 | 1         | -           | 1
        partner | -  | 2024-03 | 1      | 1 | 1         | -           | 1
        """,
    ),
    Case(
        "overdue_critical_findings",
        "Critical, due before the month's end and not closed by it",
        {
            "audit_findings": """
            audit_date | severity | due_date   | closed_date
            2024-01-10 | critical | 2024-02-28 | -
            2024-01-10 | critical | 2024-02-29 | -
            2024-01-10 | critical | 2024-01-31 | 2024-03-01
            2024-01-10 | major    | 2024-01-31 | -
            """,
        },
        """
        grain   | of | month   | window | n | numerator | denominator | value
        partner | -  | 2024-01 | 1      | 0 | 0         | -           | 0
        partner | -  | 2024-02 | 1      | 2 | 2         | -           | 2
        site    | S1 | 2024-02 | 1      | 2 | 2         | -           | 2
        partner | -  | 2024-03 | 1      | 2 | 2         | -           | 2
        """,
    ),
    Case(
        "open_critical_authority_findings",
        "Critical, raised by an authority, and not closed at the month's end, due or not",
        {
            "audit_findings": """
            audit_date | audit_type | severity | due_date   | closed_date
            2024-02-29 | regulatory | critical | 2024-12-31 | -
            2024-01-10 | regulatory | critical | 2024-01-31 | 2024-02-29
            2024-01-10 | regulatory | major    | 2024-01-31 | -
            2024-01-10 | for_cause  | critical | 2024-01-31 | -
            """,
        },
        """
        grain   | of | month   | window | n | numerator | denominator | value
        partner | -  | 2024-01 | 1      | 1 | 1         | -           | 1
        partner | -  | 2024-02 | 1      | 1 | 1         | -           | 1
        site    | S1 | 2024-03 | 1      | 1 | 1         | -           | 1
        """,
    ),
    Case(
        "findings_per_audit",
        "Findings over different audits of the month; an audit of two sites is one audit of the partner",
        {
            "audit_findings": """
            audit_id | audit_date | site_id
            A1       | 2024-03-04 | S1
            A1       | 2024-03-05 | S1
            A1       | 2024-03-05 | S2
            A2       | 2024-03-31 | S1
            A3       | 2024-04-01 | S1
            """,
        },
        """
        grain   | of | month   | window | n | numerator | denominator | value
        partner | -  | 2024-03 | 1      | 2 | 4         | 2           | 2
        site    | S1 | 2024-03 | 1      | 2 | 3         | 2           | 3/2
        site    | S2 | 2024-03 | 1      | 1 | 1         | 1           | 1
        partner | -  | 2024-04 | 3      | 3 | 5         | 3           | 5/3
        """,
    ),
    Case(
        "repeat_finding_rate",
        "Findings that name an earlier one, of all findings of the month's audits",
        {
            "audit_findings": """
            finding_id | audit_date | repeat_of
            F1         | 2024-01-10 | -
            F2         | 2024-05-10 | F1
            F3         | 2024-05-10 | -
            F4         | 2024-05-10 | -
            """,
        },
        """
        grain   | of | month   | window | n | numerator | denominator | value
        partner | -  | 2024-01 | 1      | 1 | 0         | 1           | 0
        partner | -  | 2024-05 | 1      | 3 | 1         | 3           | 1/3
        """,
    ),
]
