"""``explain`` and ``look-ahead`` as a person calls them."""

from __future__ import annotations

import csv
import io
import json
from datetime import date

import pytest

from tests.cli.command import Command

ASKED = ("explain", "--kpi", "right_first_time", "--partner", "0042", "--from", "2026-03", "--to", "2026-09")


def test_explain_adds_up_in_every_format(on_sample: Command) -> None:
    table, rows, whole = (on_sample(*ASKED, "--format", layout) for layout in ("table", "csv", "json"))
    assert (table.code, rows.code, whole.code) == (0, 0, 0)
    found = json.loads(whole.out)
    parts = rows.rows
    assert sum(float(row["change"]) for row in parts) == pytest.approx(found["change"], abs=1e-12)
    assert found["after"] - found["before"] == pytest.approx(found["change"], abs=1e-12)
    assert [row["site"] for row in parts] == [part["site"] for part in found["parts"]]
    assert found["sentence"] in table.err
    assert "Werk" in found["sentence"]
    assert "own" in table.out.splitlines()[0]


def test_a_median_and_money_are_explained_too(on_sample: Command) -> None:
    period = ("--from", "2026-03", "--to", "2026-09", "--window", "3", "--by", "product", "--format", "json")
    for kpi in ("deviation_cycle_time", "cost_per_released_batch"):
        ended = on_sample("explain", "--kpi", kpi, "--partner", "VESS", *period)
        found = json.loads(ended.out)
        assert sum(part["change"] for part in found["parts"]) == pytest.approx(found["change"], rel=1e-9, abs=1e-9)
    assert found["currency"] == "EUR"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--kpi", "right_first_tim"), "right_first_time"),
        (("--partner", "TARM"), "TARN"),
        (("--from", "2026-09"), "2026-09 is not before 2026-09"),
        (("--from", "2019-01"), "There is no value for January 2019"),
        (("--currency", "EUR"), "There are no figures in EUR"),
        (("--kpi", "overdue_findings", "--by", "product"), "It can be broken down by site"),
    ],
)
def test_what_can_not_be_explained_is_a_request_that_makes_no_sense(
    on_sample: Command, words: tuple[str, ...], said: str
) -> None:
    ended = on_sample(*ASKED, *words)
    assert (ended.code, ended.out) == (2, "")
    assert said in ended.err


def test_look_ahead_lists_what_is_due(on_sample: Command) -> None:
    listed = on_sample("look-ahead", "--partner", "TARN", "--until", "2026-12-31", "--format", "csv")
    assert listed.code == 0
    assert {row["partner_id"] for row in listed.rows} == {"TARN"}
    assert [row["due_on"] for row in listed.rows] == sorted(row["due_on"] for row in listed.rows)
    assert all(date.fromisoformat(row["due_on"]) <= date(2026, 12, 31) for row in listed.rows)
    assert "overdue on 16 November 2026" in listed.err
    table = on_sample("look-ahead", "--partner", "TARN")
    assert "days_left" in table.out.splitlines()[0]
    assert len(list(csv.reader(io.StringIO(table.out)))) <= len(listed.rows) + 1


def test_look_ahead_refuses_a_past_day_and_an_unknown_partner(on_sample: Command) -> None:
    past = on_sample("look-ahead", "--until", "2020-01-01")
    assert (past.code, past.out) == (2, "")
    assert "2020-01-01 is before" in past.err
    unknown = on_sample("look-ahead", "--partner", "TARM")
    assert (unknown.code, unknown.out) == (2, "")
    assert "TARN" in unknown.err


def test_an_empty_store_has_nothing_coming_up(command: Command) -> None:
    ended = command("look-ahead", "--format", "json")
    assert (ended.code, json.loads(ended.out)) == (0, [])
    assert "Nothing was overdue" in ended.err
