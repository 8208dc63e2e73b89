"""``indicators`` and ``definitions`` on the sample portfolio."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from kpi.access import EVERYTHING
from kpi.catalog import load_catalog
from kpi.ledger.store import Store
from kpi.marts import load_marts
from kpi.marts.select import figures
from tests.cli.command import Command

PROMISED_COLUMNS = [
    "kpi_id",
    "partner_id",
    "site_id",
    "product",
    "month",
    "n",
    "numerator",
    "denominator",
    "value",
    "lower",
    "upper",
    "target",
    "limit",
    "status",
]


@pytest.mark.parametrize(("grain", "window"), [("partner", 1), ("site", 3), ("product", 12)])
def test_the_command_line_prints_what_the_marts_hold(
    on_sample: Command, sample_store: Store, grain: str, window: int
) -> None:
    marts = load_marts(sample_store, load_catalog(), scope=EVERYTHING)
    expected = figures(marts, kpis=["on_time_delivery"], grain=grain, window=window)
    ended = on_sample(
        "indicators", "--kpi", "on_time_delivery", "--grain", grain, "--window", str(window), "--format", "csv"
    )
    assert ended.code == 0
    assert set(PROMISED_COLUMNS) <= set(ended.rows[0])
    assert len(ended.rows) == len(expected) > 0
    for row, (_, known) in zip(ended.rows, expected.iterrows(), strict=True):
        assert row["month"] == f"{known['month']:%Y-%m}"
        assert row["status"] == known["status"]
        assert (float(row["value"]) if row["value"] else None) == (None if pd.isna(known["value"]) else known["value"])


def test_filters_may_be_repeated_and_months_bound_the_rows(on_sample: Command) -> None:
    words = ["--kpi", "fill_rate", "--kpi", "perfect_order", "--from", "2026-03", "--to", "2026-04"]
    ended = on_sample("indicators", *words, "--format", "json")
    rows = json.loads(ended.out)
    assert {row["kpi_id"] for row in rows} == {"fill_rate", "perfect_order"}
    assert {row["month"] for row in rows} == {"2026-03", "2026-04"}
    partners = sorted({row["partner_id"] for row in rows})[:2]
    named = [word for partner in partners for word in ("--partner", partner)]
    some = json.loads(on_sample("indicators", *words, *named, "--format", "json").out)
    assert some == [row for row in rows if row["partner_id"] in partners]


def test_percentages_are_fractions(on_sample: Command) -> None:
    ended = on_sample("indicators", "--kpi", "on_time_delivery", "--format", "csv")
    values = [float(row["value"]) for row in ended.rows if row["value"]]
    assert values
    assert all(0 <= value <= 1 for value in values)


def test_parquet_to_a_file_equals_csv_on_standard_output(on_sample: Command, tmp_path: Path) -> None:
    words = ("indicators", "--kpi", "fill_rate")
    ended = on_sample(*words, "--to-file", tmp_path / "figures.parquet")
    assert (ended.code, ended.out) == (0, "")
    read = pd.read_parquet(tmp_path / "figures.parquet")
    assert read.to_csv(index=False, lineterminator="\n") == on_sample(*words, "--format", "csv").out


def test_a_misspelt_name_is_answered_with_the_nearest(on_sample: Command) -> None:
    ended = on_sample("indicators", "--kpi", "on_time_delivry")
    assert (ended.code, ended.out) == (2, "")
    assert 'There is no indicator "on_time_delivry". Nearest: on_time_delivery' in ended.err
    ended = on_sample("indicators", "--partner", "nobody")
    assert (ended.code, ended.out) == (2, "")
    assert 'There is no partner "nobody".' in ended.err


@pytest.mark.parametrize("as_of", ["999999", "next week"])
def test_a_version_that_never_was_is_a_usage_error(on_sample: Command, as_of: str) -> None:
    ended = on_sample("indicators", "--as-of", as_of)
    assert (ended.code, ended.out) == (2, "")


def test_before_the_first_event_there_are_no_figures(on_sample: Command) -> None:
    ended = on_sample("indicators", "--as-of", "0", "--format", "csv")
    assert (ended.code, ended.rows) == (0, [])
    assert ended.out.startswith("kpi_id,partner_id,")


def test_an_indicator_without_figures_is_no_error(command: Command) -> None:
    ended = command("indicators", "--kpi", "fill_rate", "--format", "json")
    assert (ended.code, json.loads(ended.out)) == (0, [])


def test_definitions_as_json_name_every_indicator(on_sample: Command) -> None:
    ended = on_sample("definitions", "--format", "json")
    assert [entry["id"] for entry in json.loads(ended.out)["indicators"]] == list(load_catalog().indicators)


def test_definitions_say_what_is_divided_by_what(on_sample: Command) -> None:
    out = on_sample("definitions").out
    for indicator in load_catalog().indicators.values():
        assert f"`{indicator.id}` · {indicator.sentence}" in out
        assert indicator.numerator_text in out
        assert indicator.source in out
