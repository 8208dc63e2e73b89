"""The charts are native, draw from the cells of the data, and say in words what they show."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from lxml import etree

from kpi.qbr.pack import Pack
from kpi.qbr.workbook.axis import axis_of
from tests.qbr.packs import a_figure, a_pack, an_indicator_page, ugly_pack
from tests.qbr.series import percentages
from tests.qbr.workbook.books import read, written

C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
PROJECT = Path(__file__).resolve().parents[3]


def charts_of(content: bytes) -> list[etree._Element]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = [name for name in archive.namelist() if name.startswith("xl/charts/chart")]
        ordered = sorted(names, key=lambda name: int(re.sub(r"\D", "", name)))
        return [etree.fromstring(archive.read(name)) for name in ordered]


def series_of(chart: etree._Element) -> dict[str, list[float | None]]:
    """{name: values by place}, from the numbers that the chart keeps beside the reference."""
    found = {}
    for series in chart.iter(f"{C}ser"):
        name = series.findtext(f"{C}tx/{C}strRef/{C}strCache/{C}pt/{C}v")
        cache = series.find(f"{C}val/{C}numRef/{C}numCache")
        values: list[float | None] = [None] * int(cache.find(f"{C}ptCount").get("val"))
        for point in cache.iter(f"{C}pt"):
            values[int(point.get("idx"))] = float(point.findtext(f"{C}v"))
        found[name] = values
    return found


@pytest.mark.parametrize("pack", [a_pack(indicators=4), ugly_pack()], ids=["usual", "ugly"])
def test_every_series_holds_the_numbers_of_the_pack(pack: Pack) -> None:
    charts = charts_of(written(pack))
    pages = [page for page in pack.indicator_pages if page.months]
    assert len(charts) == len(pages)
    for chart, page in zip(charts, pages, strict=True):
        found = series_of(chart)
        months = page.months
        expected = {
            "Value": [month.value for month in months],
            "n": [month.n for month in months],
            "Centre line": [month.centre for month in months],
            "Lower control limit": [month.lower_limit for month in months],
            "Upper control limit": [month.upper_limit for month in months],
            "Target": [month.target for month in months],
            "Limit": [month.limit for month in months],
            "Flagged month": [month.value if month.rule else None for month in months],
        }
        expected = {name: values for name, values in expected.items() if any(value is not None for value in values)}
        assert set(found) == set(expected)
        for name, values in expected.items():
            assert [v is None for v in found[name]] == [v is None for v in values], name
            known = [value for value in values if value is not None]
            assert [value for value in found[name] if value is not None] == pytest.approx(known, rel=1e-14), name


def test_series_refer_to_the_cells_of_the_data() -> None:
    chart = charts_of(written(a_pack(indicators=2, months=5)))[1]
    references = [element.text for element in chart.iter(f"{C}f")]
    assert references
    assert all(text.startswith("'Control charts data'!$") for text in references)


def test_a_chart_says_in_words_what_it_shows() -> None:
    page = an_indicator_page()
    with zipfile.ZipFile(io.BytesIO(written(a_pack(pages=[page])))) as archive:
        drawing = archive.read("xl/drawings/drawing1.xml").decode()
    assert 'descr="Control chart of Right first time, 24 months, 1 flagged months.' in drawing
    assert page.figure is not None
    assert page.figure.variation.sentence in drawing


def test_an_indicator_without_flags_has_no_flagged_series() -> None:
    months = percentages(6)
    page = an_indicator_page(a_figure(months=months), months)
    assert "Flagged month" not in series_of(charts_of(written(a_pack(pages=[page])))[0])


@pytest.mark.parametrize(
    ("values", "share"),
    [
        ([0.7, 0.95, 1.0], True),
        ([0.0], True),
        ([1.0, 1.0], True),
        ([None, None], True),
        ([12.0], False),
        ([0.0, 0.0], False),
        ([3.0, 250_000.0, None], False),
        ([-2.0, 40.0], False),
        ([1e-6, 2e-6], False),
    ],
)
def test_an_axis_holds_its_values_in_round_steps(values: list[float | None], share: bool) -> None:
    low, high, step = axis_of(values, share=share)
    known = [value for value in values if value is not None] or [0.0]
    assert low <= min(known) <= max(known) <= high
    assert low < high
    assert 1 <= (high - low) / step <= 9
    if min(known) >= 0:
        assert low >= 0
    if share:
        assert high <= 1


PROGRAM = """
import hashlib
from tests.qbr.packs import a_pack, ugly_pack
from tests.qbr.workbook.books import written
print([hashlib.sha256(written(pack)).hexdigest() for pack in (a_pack(), ugly_pack())])
"""


def test_the_same_pack_gives_the_same_bytes_in_another_process() -> None:
    told = {
        subprocess.run(
            [sys.executable, "-c", PROGRAM],
            cwd=PROJECT,
            env={"PYTHONHASHSEED": seed, "TZ": zone, "PATH": "/usr/bin:/bin"},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed, zone in (("1", "UTC"), ("2", "Asia/Tokyo"))
    }
    assert len(told) == 1


def test_reading_the_charts_back_finds_them_all() -> None:
    pack = a_pack(indicators=3)
    assert len(read(written(pack))["Charts"]._charts) == 3
