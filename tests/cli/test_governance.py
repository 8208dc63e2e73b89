"""``respond``, ``rebaseline``, ``rebaselines`` and ``withdraw-rebaseline``, on a copy of the sample."""

from __future__ import annotations

import json
import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest

from kpi.access import EVERYTHING
from kpi.catalog import load_catalog
from kpi.ledger.actions import Action, actions
from kpi.ledger.evaluation import evaluation_day
from kpi.ledger.reads import version_now
from kpi.ledger.rebaselines import rebaselines
from kpi.ledger.store import Store, open_store
from kpi.signals.load import load_review
from tests.cli.command import Command, command_on

CHART = ("--kpi", "right_first_time", "--partner", "TARN")


@pytest.fixture
def copy(sample_store: Store, tmp_path: Path) -> Store:
    return open_store(f"duckdb:///{shutil.copyfile(sample_store.path, tmp_path / 'copy.duckdb')}")


@pytest.fixture
def on_copy(copy: Store, capsys: pytest.CaptureFixture[str]) -> Command:
    return command_on(copy, capsys)


@pytest.fixture(scope="module")
def an_id(sample_store: Store) -> str:
    """The first open escalation of the sample on which nobody has acted."""
    _, review = load_review(sample_store, load_catalog(), scope=EVERYTHING, today=date(2099, 1, 1))
    return next(e.id for e in review.escalations if e.open and not e.actions)


def of(on_copy: Command, escalation_id: str) -> dict[str, object]:
    listed = json.loads(on_copy("escalations", "--format", "json").out)
    return next(one for one in listed if one["id"] == escalation_id)


def acts_on(store: Store, escalation_id: str) -> list[Action]:
    return [one for one in actions(store, scope=EVERYTHING) if one.escalation_id == escalation_id]


def test_an_act_is_recorded_and_the_escalation_shows_it(on_copy: Command, copy: Store, an_id: str) -> None:
    before = version_now(copy)
    ended = on_copy("--as", "ana", "respond", an_id.lower(), "assign", "--owner", "QA lead", "--text", "**Urgent** =1")
    assert (ended.code, ended.out) == (0, "")
    assert ended.err == f"ana assigned {an_id} to QA lead. The ledger is at version {before + 1}.\n"
    assert on_copy("--as", "ana", "respond", an_id, "acknowledge").code == 0
    assert [(one.action, one.owner, one.text) for one in acts_on(copy, an_id)] == [
        ("assign", "QA lead", "**Urgent** =1"),
        ("acknowledge", "", ""),
    ]
    shown = of(on_copy, an_id)
    assert shown["owner"] == "QA lead"
    assert str(shown["acknowledged"]).endswith("ana")
    assert on_copy("verify").code == 0


def test_the_partner_objects_and_takes_it_back(on_copy: Command, copy: Store, an_id: str) -> None:
    assert on_copy("respond", an_id, "object", "--text", "Not our lot").code == 0
    assert on_copy("respond", an_id, "comment", "--text", "We look into it", "--side", "partner").code == 0
    assert on_copy("respond", an_id, "comment", "--text", "Thank you").code == 0
    assert on_copy("respond", an_id, "withdraw-objection").code == 0
    assert [(one.action, one.side) for one in acts_on(copy, an_id)] == [
        ("object", "partner"),
        ("comment", "partner"),
        ("comment", "sponsor"),
        ("withdraw objection", "partner"),
    ]


def test_a_shelf_ends_on_a_day_after_the_one_escalations_are_judged_on(
    on_copy: Command, copy: Store, an_id: str
) -> None:
    version = version_now(copy)
    day = evaluation_day(copy, version, is_latest=True, today=date(2099, 1, 1))
    refused = on_copy("respond", an_id, "shelve", "--text", "Wait", "--until", str(day))
    assert (refused.code, version_now(copy)) == (2, version)
    assert f"Allowed: a day after {day}" in refused.err
    until = day + timedelta(days=30)
    assert on_copy("respond", an_id, "shelve", "--text", "Wait", "--until", str(until)).code == 0
    assert of(on_copy, an_id)["shelved_until"] == str(until)
    assert on_copy("respond", an_id, "unshelve").code == 0
    assert of(on_copy, an_id)["shelved_until"] == ""


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("comment",), "needs a text"),
        (("shelve", "--text", "Wait", "--until", "tomorrow"), "does not match the format"),
        (("object", "--text", "No", "--side", "sponsor"), "for the partner to do"),
        (("close",), "is not one of 'acknowledge'"),
    ],
)
def test_an_act_that_makes_no_sense_is_refused(
    on_copy: Command, copy: Store, an_id: str, words: tuple[str, ...], said: str
) -> None:
    before = version_now(copy)
    ended = on_copy("respond", an_id, *words)
    assert (ended.code, ended.out) == (2, "")
    assert said in ended.err
    assert version_now(copy) == before


def test_an_escalation_that_is_not_there_is_refused_with_those_that_are(on_copy: Command, an_id: str) -> None:
    near = an_id[:-1] + ("0" if an_id[-1] != "0" else "1")
    ended = on_copy("respond", near, "acknowledge")
    assert ended.code == 2
    assert f'There is no escalation "{near}"' in ended.err
    assert an_id in ended.err


def test_a_rebaseline_is_recorded_listed_and_taken_back(on_copy: Command, copy: Store) -> None:
    version = version_now(copy) + 1
    made = on_copy("--as", "ana", "rebaseline", *CHART, "--month", "2025-03", "--reason", "=New, line\nsecond")
    assert (made.code, made.out) == (0, "")
    assert f"python -m kpi withdraw-rebaseline {version} --reason TEXT" in made.err
    [row] = on_copy("rebaselines", "--format", "csv").rows
    assert [row[name] for name in ("version", "kpi_id", "grain", "partner_id", "month", "reason", "actor")] == [
        str(version), "right_first_time", "partner", "TARN", "2025-03", "'=New, line\nsecond", "ana",
    ]  # fmt: skip
    assert len(on_copy("rebaselines").out.splitlines()) == 2
    again = on_copy("rebaseline", *CHART, "--month", "2025-03", "--reason", "Again")
    assert again.code == 2
    assert "already, recorded on" in again.err

    assert on_copy("withdraw-rebaseline", str(version), "--reason", "Not so").code == 0
    assert on_copy("rebaselines", "--format", "json").out == "[]\n"
    assert len(on_copy("rebaselines", "--as-of", str(version), "--format", "csv").rows) == 1
    twice = on_copy("withdraw-rebaseline", str(version), "--reason", "Not so")
    assert (twice.code, version_now(copy)) == (1, version + 1)
    assert "taken back already" in twice.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((*CHART, "--month", "2030-01"), "cannot begin anew in 2030-01"),
        ((*CHART, "--month", "2020-01"), "cannot begin anew in 2020-01"),
        ((*CHART, "--month", "2025-13"), "is not a month"),
        (("--kpi", "right_first", "--partner", "TARN", "--month", "2025-03"), "Nearest: right_first_time"),
        (("--kpi", "right_first_time", "--partner", "TARM", "--month", "2025-03"), "Nearest: TARN"),
        ((*CHART, "--month", "2025-03", "--site", "TARN-9"), "Nearest: TARN-"),
        ((*CHART, "--month", "2025-03", "--product", "Nothing"), "There is no product of TARN"),
        ((*CHART, "--month", "2025-03", "--currency", "EUR"), "This indicator of TARN has: none"),
        ((*CHART, "--month", "2025-03", "--site", "TARN-1", "--product", "A"), "Leave out --site or --product"),
    ],
)
def test_a_chart_that_is_not_there_does_not_begin_anew(
    on_copy: Command, copy: Store, words: tuple[str, ...], said: str
) -> None:
    ended = on_copy("rebaseline", *words, "--reason", "New line")
    assert (ended.code, ended.out) == (2, "")
    assert said in ended.err
    assert rebaselines(copy, scope=EVERYTHING) == []


def test_the_only_currency_is_taken_and_a_site_has_a_chart_of_its_own(on_copy: Command, copy: Store) -> None:
    assert (
        on_copy(
            "rebaseline", "--kpi", "cost_per_released_batch", "--partner", "TARN", "--month", "2025-03", "--reason", "x"
        ).code
        == 0
    )
    assert on_copy("rebaseline", *CHART, "--site", "TARN-1", "--month", "2025-03", "--reason", "x").code == 0
    made = rebaselines(copy, scope=EVERYTHING)
    assert [(one.grain, one.site_id, bool(one.currency)) for one in made] == [
        ("partner", "", True),
        ("site", "TARN-1", False),
    ]
