"""The commands about escalations, on the sample portfolio."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from kpi.ledger.store import Store
from kpi.present.escalation_rows import ROW_COLUMNS
from tests.cli.command import Command, command_on


@pytest.fixture
def on_sample(sample_store: Store, capsys: pytest.CaptureFixture[str]) -> Command:
    return command_on(sample_store, capsys)


def test_open_escalations_are_listed_the_highest_tier_first(on_sample: Command) -> None:
    ended = on_sample("escalations", "--open", "--format", "csv")
    assert ended.code == 0, ended.err
    assert tuple(ended.rows[0]) == ROW_COLUMNS
    tiers = [int(row["tier"]) for row in ended.rows]
    assert tiers == sorted(tiers, reverse=True)
    assert {row["state"] for row in ended.rows} <= {"active", "recovering", "no data"}
    assert f"{len(tiers)} escalations: {len(tiers)} open" in ended.err


def test_the_partner_who_stopped_sending_is_with_the_committee_or_above(on_sample: Command) -> None:
    ended = on_sample("escalations", "--open", "--partner", "LMCC", "--format", "csv")
    silent = [row for row in ended.rows if row["rule"] == "no_data"]
    assert len(silent) == 1
    assert int(silent[0]["tier"]) >= 2
    assert silent[0]["evidence"].startswith("Not received: ")


def test_json_tells_the_history_too(on_sample: Command) -> None:
    listed = json.loads(on_sample("escalations", "--tier", "3", "--format", "json").out)
    assert {one["tier"] for one in listed} == {3}
    for one in listed:
        assert one["history"][0]["month"] == one["since"]
        assert one["closed_on"] == (one["history"][-1]["on"] if one["state"] == "closed" else "")


def test_an_earlier_version_is_judged_on_its_own_day(on_sample: Command) -> None:
    ended = on_sample("escalations", "--as-of", "2026-06-30", "--format", "csv")
    assert ended.code == 0, ended.err
    assert all(row["opened_on"] <= "2026-06-30" for row in ended.rows)
    later = on_sample("escalations", "--as-of", "2026-06-30", "--on", "2026-09-30", "--open", "--format", "csv")
    silent = {row["partner"] for row in later.rows if row["rule"] == "no_data"}
    assert len(silent) == 8  # nobody has sent anything since, as far as that version knows


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--tier", "4"], "There is no tier 4. Allowed: 1, 2, 3."),
        (["--partner", "LMC"], 'There is no partner "LMC". Nearest: LMCC.'),
        (["--on", "2020-01-01"], "cannot be judged on 2020-01-01. Choose a later day"),
        (["--as-of", "soon"], "neither a ledger version nor a date"),
    ],
)
def test_what_makes_no_sense_is_said(on_sample: Command, words: list[str], said: str) -> None:
    ended = on_sample("escalations", *words)
    assert ended.code == 2
    assert said in ended.err
    assert ended.out == ""


def test_an_empty_store_has_none(command: Command) -> None:
    assert header_alone(command("escalations", "--format", "csv").out) == list(ROW_COLUMNS)
    assert json.loads(command("escalations", "--format", "json").out) == []


def header_alone(out: str) -> list[str]:
    assert out.count("\n") == 1
    return out.strip().split(",")


def test_evidence_is_a_zip_and_the_same_bytes_again(on_sample: Command, tmp_path: Path) -> None:
    first = on_sample("escalations", "--open", "--format", "csv").rows[0]["id"]
    for name in ("one.zip", "two.zip"):
        ended = on_sample("evidence", first, "--to", tmp_path / name)
        assert ended.code == 0, ended.err
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "one.zip") as bundle:
        assert json.loads(bundle.read("manifest.json"))["escalation"] == first
    assert on_sample("evidence", first, "--to", tmp_path / "one.txt").code == 2
    assert "There is no escalation" in on_sample("evidence", "E-nothing", "--to", tmp_path / "x.zip").err
