"""``chart`` on the sample portfolio: the same numbers as the marts' charts, phases, and what is refused."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from kpi.access import EVERYTHING
from kpi.catalog import load_catalog
from kpi.ledger.store import Store, open_store
from kpi.marts import load_marts
from kpi.signals.series import read_signals
from tests.cli.command import Command, command_on

CATALOG = load_catalog()
PARTNER = "VESS"
PROMISED = [
    *("month", "value", "n", "centre", "lower_limit", "upper_limit", "rule", "reading"),
    *("near_lower", "near_upper", "phase", "variation", "assurance", "target", "sigma_z", "points_in_phase", "trial"),
]


@pytest.mark.parametrize(
    ("kpi_id", "options", "chosen"),
    [
        ("right_first_time", [], {}),
        ("deviation_rate", ["--prime"], {"prime": True}),
        ("disposition_lead_time", ["--site", "VESS-KV"], {"grain": "site"}),
    ],
)
def test_it_prints_what_the_chart_holds(
    on_sample: Command, sample_store: Store, kpi_id: str, options: list[str], chosen: dict[str, object]
) -> None:
    marts = load_marts(sample_store, CATALOG, scope=EVERYTHING)
    signals = read_signals(marts, CATALOG, partner=PARTNER, kpis=[kpi_id], **chosen)  # type: ignore[arg-type]
    site = options[1] if "--site" in options else ""
    points = signals.points[signals.points["site_id"] == site]
    series = signals.series[signals.series["site_id"] == site].iloc[0]
    words = ("chart", "--kpi", kpi_id, "--partner", PARTNER, *options)
    ended = on_sample(*words)
    assert list(ended.rows[0]) == PROMISED
    assert len(ended.rows) == len(points) > 30
    for row, point in zip(ended.rows, points.itertuples(index=False), strict=True):
        assert row["month"] == f"{point.month:%Y-%m}"
        for name in ("value", "centre", "lower_limit", "upper_limit"):
            known = getattr(point, name)
            assert (float(row[name]) == known) if known == known else row[name] == ""
        assert (row["rule"], row["reading"]) == (point.rule, point.reading)
        assert (row["variation"], row["assurance"]) == (series["variation"], series["assurance"])
    said = json.loads(on_sample(*words, "--format", "json").out)
    assert [point["month"] for point in said["points"]] == [row["month"] for row in ended.rows]
    assert [point["upper_limit"] for point in said["points"]] == [
        float(row["upper_limit"]) if row["upper_limit"] else None for row in ended.rows
    ]
    assert (said["variation"], said["assurance"], said["trial"]) == (series["variation"], series["assurance"], False)


def test_a_month_reads_the_chart_as_it_stood_then(on_sample: Command) -> None:
    words = ("chart", "--kpi", "right_first_time", "--partner", PARTNER)
    then, now = on_sample(*words, "--month", "2024-08").rows, on_sample(*words).rows
    assert then[-1]["month"] == "2024-08"
    assert then[-1]["trial"] == "True"
    assert now[-1]["trial"] == "False"
    assert then[0]["centre"] != now[0]["centre"]
    assert on_sample(*words, "--month", "2001-01").rows == []


def test_before_the_first_event_there_is_no_partner(on_sample: Command) -> None:
    ended = on_sample("chart", "--kpi", "right_first_time", "--partner", PARTNER, "--as-of", "0")
    assert (ended.code, ended.out) == (2, "")


def test_a_recorded_rebaseline_begins_a_phase_and_an_older_version_has_none(
    sample_store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copied = tmp_path / "copy.duckdb"
    shutil.copy(sample_store.path, copied)
    command = command_on(open_store(f"duckdb:///{copied}"), capsys)
    words = ("chart", "--kpi", "right_first_time", "--partner", PARTNER)
    before = command(*words)
    version = before.err.rsplit("version ", 1)[1].rstrip(".\n")
    named = ("--kpi", "right_first_time", "--partner", PARTNER)
    assert command("rebaseline", *named, "--month", "2026-01", "--reason", "new line").code == 0
    after = command(*words).rows
    assert [row["phase"] for row in after] == ["1" if row["month"] < "2026-01" else "2" for row in after]
    assert {row["centre"] for row in after[-3:]} != {before.rows[-1]["centre"]}
    assert command(*words, "--as-of", version).out == before.out


def test_nothing_to_draw_is_said(on_sample: Command) -> None:
    words = ("chart", "--kpi", "right_first_time", "--partner", PARTNER, "--month", "2001-01", "--format", "svg")
    ended = on_sample(*words)
    assert (ended.code, ended.out) == (2, "")
    assert "nothing to draw" in ended.err


def test_to_a_file_goes_what_standard_output_gets(on_sample: Command, tmp_path: Path) -> None:
    words = ("chart", "--kpi", "right_first_time", "--partner", PARTNER)
    assert on_sample(*words, "--to-file", tmp_path / "chart.csv").out == ""
    assert (tmp_path / "chart.csv").read_text(encoding="utf-8") == on_sample(*words).out


REFUSED = [
    (["--kpi", "right_first_tim", "--partner", PARTNER], "Nearest: right_first_time"),
    (["--kpi", "right_first_time", "--partner", "VES"], 'There is no partner "VES"'),
    (["--kpi", "right_first_time", "--partner", PARTNER, "--site", "X"], 'There is no site "X"'),
    (["--kpi", "right_first_time", "--partner", PARTNER, "--grain", "site"], "--grain site needs --site"),
    (
        ["--kpi", "right_first_time", "--partner", PARTNER, "--grain", "product", "--site", "VESS-KV"],
        "--site names a site, --grain says product",
    ),
    (["--kpi", "right_first_time", "--partner", PARTNER, "--site", "a", "--product", "b"], "none of both"),
    (["--kpi", "right_first_time", "--partner", PARTNER, "--currency", "XAU"], 'There is no currency "XAU"'),
    (["--kpi", "right_first_time", "--partner", PARTNER, "--month", "2026"], "is not a month"),
    (["--kpi", "right_first_time"], "Missing option '--partner'"),
]


@pytest.mark.parametrize(("words", "said"), REFUSED)
def test_requests_that_make_no_sense(on_sample: Command, words: list[str], said: str) -> None:
    ended = on_sample("chart", *words)
    assert (ended.code, ended.out) == (2, "")
    assert said in ended.err
