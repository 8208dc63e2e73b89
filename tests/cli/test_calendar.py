"""The reporting calendar on the command line."""

from __future__ import annotations

import json

import pytest

from tests.cli.command import Command


def test_the_last_twelve_months_of_everybody(on_sample: Command) -> None:
    ended = on_sample("calendar", "--format", "csv")
    assert ended.code == 0
    months = sorted({row["month"] for row in ended.rows})
    assert (months[0], months[-1], len(months)) == ("2025-11", "2026-10", 12)
    states = [row["state"] for row in ended.rows]
    assert {state: states.count(state) for state in set(states)} == {"on time": 340, "late": 41, "missing": 3}
    assert "340 on time, 41 late, 3 missing, 1 restated" in ended.err


def test_one_partner_and_a_span(on_sample: Command) -> None:
    words = ("calendar", "--partner", "LMCC", "--from", "2026-09", "--to", "2026-10", "--format", "json")
    found = json.loads(on_sample(*words).out)
    assert {row["partner_id"] for row in found} == {"LMCC"}
    deliveries = [row for row in found if row["dataset"] == "deliveries"]
    assert [(row["month"], row["state"], row["days_left"]) for row in deliveries] == [
        ("2026-09", "missing", -37),
        ("2026-10", "missing", -6),
    ]
    batches = next(row for row in found if row["dataset"] == "batch_records")
    assert (batches["state"], batches["days_late"], batches["uploaded_by"]) == ("late", 2, "sample generator")
    assert batches["submissions"] == "S000362"


def test_what_is_due_is_of_every_month_and_the_newest_first(on_sample: Command) -> None:
    ended = on_sample("calendar", "--due")
    lines = [line.split()[:4] for line in ended.out.splitlines()]
    assert lines == [
        ["partner_id", "dataset", "month", "state"],
        ["LMCC", "deliveries", "2026-10", "missing"],
        ["LMCC", "deliveries", "2026-09", "missing"],
        ["LMCC", "deviations", "2026-03", "missing"],
    ]


def test_as_it_was(on_sample: Command) -> None:
    then = on_sample("calendar", "--as-of", "200", "--format", "csv")
    assert then.code == 0
    assert max(row["month"] for row in then.rows) < "2026-10"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--from", "2026-05", "--to", "2026-04"), "2026-05 is after 2026-04"),
        (("--partner", "NOBODY"), "NOBODY"),
        (("--from", "May"), "is not a month"),
        (("--as-of", "99999"), "There is no ledger version"),
    ],
)
def test_what_makes_no_sense(on_sample: Command, words: tuple[str, ...], said: str) -> None:
    ended = on_sample("calendar", *words)
    assert ended.code == 2
    assert said in ended.err


def test_an_empty_ledger(command: Command) -> None:
    ended = command("calendar")
    assert (ended.code, ended.out.split()[0]) == (0, "partner_id")
    assert "nothing is due" in ended.err
