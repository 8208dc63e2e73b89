"""Worked examples: which months have figures, and when a submission counts as punctual.

``submissions`` is a table in the order of arrival: the day received, the dataset, the months the file covers, and
what is in it, written as ``date column=day`` pairs of one record each, separated by ``;``. A dash means one record
that does not matter. Every file is of one partner. ``withdrawn`` names the row (1, 2 …) of a file withdrawn at the end.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tests.spec.tables import OWN_KEY, REQUIRED, Cell, lines_of, month


@dataclass(frozen=True)
class File:
    received_on: date
    dataset: str
    month_from: date
    month_to: date
    rows: list[dict[str, Cell]]


@dataclass(frozen=True)
class Scenario:
    """``expected``: a table kpi_id, month, window, n, numerator, denominator, status; n ``-`` where no figure is."""

    title: str
    submissions: str
    expected: str
    withdrawn: int | None = None

    def files(self, partner_id: str) -> list[File]:
        return [_file(number, line, partner_id) for number, line in enumerate(lines_of(self.submissions), start=1)]


EVENT_COLUMN = {
    "batch_records": "planned_start_date",
    "deviations": "opened_date",
    "audit_findings": "audit_date",
    "deliveries": "promised_date",
}


def _file(number: int, line: dict[str, str], partner_id: str) -> File:
    first, _, last = line["months"].partition("..")
    dataset = line["dataset"]
    written = [] if line["records"] == "-" else line["records"].split(";")
    events = [tuple(part.strip().split("=")) for part in written] or [(EVENT_COLUMN[dataset], f"{first}-01")]
    rows = []
    for position, (column, day) in enumerate(events, start=1):
        row: dict[str, Cell] = {"partner_id": partner_id, **REQUIRED[dataset]}
        row[OWN_KEY[dataset]] = f"{number}-{position}"
        row.setdefault(EVENT_COLUMN[dataset], date.fromisoformat(day))
        row[column] = date.fromisoformat(day)
        if column == "disposition_date":
            row["disposition"] = "released"
        rows.append(row)
    return File(date.fromisoformat(line["received_on"]), dataset, month(first), month(last or first), rows)


SCENARIOS = [
    Scenario(
        "The tenth is in time, the eleventh is late, what never came counts as expected",
        """
        received_on | dataset        | months  | records
        2024-02-01  | deliveries     | 2024-01 | -
        2024-02-10  | batch_records  | 2024-01 | -
        2024-02-11  | deviations     | 2024-01 | -
        2024-03-10  | batch_records  | 2024-02 | -
        2024-03-10  | deviations     | 2024-02 | -
        2024-03-10  | audit_findings | 2024-02 | -
        2024-03-10  | deliveries     | 2024-02 | -
        """,
        """
        kpi_id                | month   | window | n | numerator | denominator | status
        submission_timeliness | 2024-01 | 1      | 4 | 2         | 4           | missed
        submission_timeliness | 2024-02 | 1      | 4 | 4         | 4           | met
        submission_timeliness | 2024-02 | 3      | 8 | 6         | 8           | missed
        """,
    ),
    Scenario(
        "Months that came first with a history load are not judged; a later file for them changes nothing",
        """
        received_on | dataset        | months           | records
        2024-03-20  | batch_records  | 2024-01..2024-02 | -
        2024-03-20  | deviations     | 2024-01..2024-02 | -
        2024-03-20  | audit_findings | 2024-01..2024-02 | -
        2024-03-20  | deliveries     | 2024-01..2024-02 | -
        2024-03-21  | deliveries     | 2024-02          | -
        2024-04-05  | deliveries     | 2024-03          | -
        """,
        """
        kpi_id                | month   | window | n | numerator | denominator | status
        submission_timeliness | 2024-02 | 1      | 0 | 0         | 0           | no activity
        submission_timeliness | 2024-03 | 1      | 1 | 1         | 1           | met
        submission_timeliness | 2024-03 | 3      | 1 | 1         | 1           | met
        """,
    ),
    Scenario(
        "Nobody is late before the reporting day has passed; the day after, what did not come is missing",
        """
        received_on | dataset        | months  | records
        2024-02-05  | deliveries     | 2024-01 | -
        2024-02-05  | batch_records  | 2024-01 | -
        2024-02-05  | deviations     | 2024-01 | -
        2024-02-05  | audit_findings | 2024-01 | -
        2024-03-05  | deliveries     | 2024-02 | -
        2024-03-11  | deviations     | 2024-02 | -
        2024-04-10  | deliveries     | 2024-03 | -
        """,
        """
        kpi_id                | month   | window | n | numerator | denominator | status
        submission_timeliness | 2024-02 | 1      | 4 | 1         | 4           | past limit
        submission_timeliness | 2024-03 | 1      | 1 | 1         | 1           | met
        submission_timeliness | 2024-03 | 3      | 9 | 6         | 9           | missed
        """,
    ),
    Scenario(
        "The first file for a month decides, even when a second one for the same month is late",
        """
        received_on | dataset        | months  | records
        2024-02-09  | deliveries     | 2024-01 | -
        2024-02-09  | batch_records  | 2024-01 | -
        2024-02-09  | audit_findings | 2024-01 | -
        2024-02-09  | deviations     | 2024-01 | -
        2024-02-25  | deliveries     | 2024-01 | promised_date=2024-01-20
        """,
        """
        kpi_id                | month   | window | n | numerator | denominator | status
        submission_timeliness | 2024-01 | 1      | 4 | 4         | 4           | met
        on_time_delivery      | 2024-01 | 1      | 2 | 0         | 2           | too few
        """,
    ),
    Scenario(
        "With the first file withdrawn the second one is the first, and it was late",
        """
        received_on | dataset    | months  | records
        2024-02-09  | deliveries | 2024-01 | -
        2024-02-25  | deliveries | 2024-01 | promised_date=2024-01-20
        """,
        """
        kpi_id                | month   | window | n | numerator | denominator | status
        submission_timeliness | 2024-01 | 1      | 4 | 0         | 4           | past limit
        on_time_delivery      | 2024-01 | 1      | 1 | 0         | 1           | too few
        """,
        withdrawn=1,
    ),
    Scenario(
        "A reported month without records is no activity; a month that nobody reported is no data, never zero",
        """
        received_on | dataset    | months  | records
        2024-02-09  | deliveries | 2024-01 | promised_date=2024-01-10
        2024-03-09  | deliveries | 2024-02 | promised_date=2024-01-11
        2024-05-09  | deliveries | 2024-04 | promised_date=2024-04-11
        2024-06-09  | deviations | 2024-05 | -
        """,
        """
        kpi_id              | month   | window | n | numerator | denominator | status
        on_time_delivery    | 2024-01 | 1      | 2 | 0         | 2           | too few
        on_time_delivery    | 2024-02 | 1      | 0 | 0         | 0           | no activity
        on_time_delivery    | 2024-02 | 3      | 2 | 0         | 2           | too few
        on_time_delivery    | 2024-03 | 1      | - | -         | -           | no data
        on_time_delivery    | 2024-03 | 3      | - | -         | -           | no data
        on_time_delivery    | 2024-04 | 3      | 1 | 0         | 1           | too few
        on_time_delivery    | 2024-04 | 12     | 3 | 0         | 3           | too few
        on_time_delivery    | 2024-05 | 1      | - | -         | -           | no data
        past_due_deliveries | 2024-02 | 1      | 2 | 2         | -           | missed
        past_due_deliveries | 2024-03 | 1      | - | -         | -           | no data
        past_due_deliveries | 2024-04 | 12     | 3 | 3         | -           | missed
        past_due_deliveries | 2024-05 | 1      | - | -         | -           | no data
        """,
    ),
    Scenario(
        "Records of a month that no file covered count, up to the partner's last covered month and no further",
        """
        received_on | dataset    | months  | records
        2024-03-09  | deliveries | 2024-02 | promised_date=2023-12-31;promised_date=2024-02-01;promised_date=2024-03-01
        2024-05-09  | deviations | 2024-04 | -
        """,
        """
        kpi_id           | month   | window | n | numerator | denominator | status
        on_time_delivery | 2023-12 | 1      | 1 | 0         | 1           | too few
        on_time_delivery | 2024-01 | 1      | - | -         | -           | no data
        on_time_delivery | 2024-02 | 1      | 1 | 0         | 1           | too few
        on_time_delivery | 2024-02 | 3      | 2 | 0         | 2           | too few
        on_time_delivery | 2024-03 | 1      | - | -         | -           | no data
        on_time_delivery | 2024-04 | 12     | - | -         | -           | no data
        submission_timeliness | 2024-01 | 1 | - | -         | -           | no data
        submission_timeliness | 2024-02 | 1 | 4 | 1         | 4           | past limit
        """,
    ),
    Scenario(
        "An indicator of two datasets needs both",
        """
        received_on | dataset       | months  | records
        2024-02-09  | batch_records | 2024-01 | completed_date=2024-01-20
        2024-03-09  | batch_records | 2024-02 | completed_date=2024-02-20
        2024-02-09  | deviations    | 2024-01 | opened_date=2024-01-05
        2024-04-09  | deviations    | 2024-03 | opened_date=2024-03-05
        """,
        """
        kpi_id         | month   | window | n | numerator | denominator | status
        deviation_rate | 2024-01 | 1      | 1 | 1         | 1           | too few
        deviation_rate | 2024-02 | 1      | - | -         | -           | no data
        deviation_rate | 2024-03 | 3      | - | -         | -           | no data
        """,
    ),
]
