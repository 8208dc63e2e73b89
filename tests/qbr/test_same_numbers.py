"""One version, one set of numbers: command line, marts, deck, workbook, PDF, picture and screen, side by side.

Everything is asked for at a version that is not the newest, of a partner with figures of every kind.
"""

from __future__ import annotations

import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from pptx import Presentation
from pypdf import PdfReader

from kpi.access import EVERYTHING
from kpi.catalog import load_catalog
from kpi.cli.run import main
from kpi.ledger.store import Store
from kpi.present import control
from kpi.present.chart_title import source_of
from kpi.present.charts import Heading
from kpi.present.images import printed
from kpi.present.subject import Subject, series_of
from kpi.present.wording import in_unit
from kpi.qbr.choices import Choices
from kpi.qbr.files import write_file
from kpi.qbr.gather import load_source, pack_of
from kpi.qbr.pack import Figure, IndicatorPage, Pack
from kpi.qbr.source import Source
from pages.shared.navigation import PARTNER_PAGE
from tests.pages.boards import boards
from tests.pages.test_review import opened

PARTNER, MONTH, VERSION = "COBR", date(2026, 9, 1), 395
KEY = tuple[str, str]


@pytest.fixture(scope="module")
def source(sample_store: Store) -> Source:
    found = load_source(sample_store, load_catalog(), as_of=VERSION, today=date(2026, 11, 25), scope=EVERYTHING)
    assert found.provenance.version == VERSION
    return found


@pytest.fixture(scope="module")
def choices() -> Choices:
    return Choices(PARTNER, MONTH)


@pytest.fixture(scope="module")
def pack(source: Source, choices: Choices) -> Pack:
    return pack_of(source, choices)


@pytest.fixture(scope="module")
def figures(pack: Pack) -> dict[KEY, Figure]:
    found = {(page.figure.kpi_id, page.figure.currency): page.figure for page in pack.indicator_pages if page.figure}
    assert len(found) > 25
    assert {figure.status for figure in found.values()} >= {"met", "missed", "past limit", "no activity"}
    return found


def test_command_line(sample_store: Store, figures: dict[KEY, Figure], capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--store", f"duckdb:///{sample_store.path}", "indicators", "--partner", PARTNER, "--format", "json"]
    capsys.readouterr()
    assert main([*words, "--from", "2026-09", "--to", "2026-09", "--as-of", str(VERSION)]) == 0
    rows = json.loads(capsys.readouterr().out)
    told = {(row["kpi_id"], row.get("currency") or ""): row for row in rows}
    for key, figure in figures.items():
        for name in ("value", "n", "numerator", "denominator", "lower", "upper", "target", "limit", "status"):
            assert told[key][name] == getattr(figure, name), (key, name)
    reported = {key for key, row in told.items() if row["status"] != "no data"}
    assert reported <= figures.keys()


def test_deck(source: Source, choices: Choices, pack: Pack) -> None:
    deck = Presentation(io.BytesIO(write_file(source, choices, "pptx")))
    cells = [[cell.text for cell in row.cells] for table in tables_of(deck) for row in table.rows]
    by_title = {slide.shapes.title.text: slide for slide in deck.slides if slide.shapes.title is not None}
    for page in pack.indicator_pages:
        figure = page.figure
        assert figure is not None
        # Where room is short the unit stands behind the name: "Deviation rate, per 100 lots" and "24.0".
        shown = {figure.value_text, figure.value_text.split(" per ")[0]}
        named = [row for row in cells if {figure.name, f"{figure.name}, {figure.unit}"} & set(row)]
        assert any(shown & set(row) for row in named), figure.name
        texts = " ".join(shape.text_frame.text for shape in by_title[page.title].shapes if shape.has_text_frame)
        assert page.statement in texts
        drawn = [shape.chart for shape in by_title[page.title].shapes if shape.has_chart]
        assert bool(drawn) == bool(page.months)
        for chart in drawn:
            series = {one.name: list(one.values) for plot in chart.plots for one in plot.series}
            named = next((v for name, v in series.items() if name.startswith(figure.name[:20])), None)
            assert named is not None, (figure.name, list(series))
            assert [same(value) for value in named] == [same(month.value) for month in page.months]
            if "n" in series:  # left out where n is the value itself
                assert [same(value or None) for value in series["n"]] == [
                    same(month.n or None) for month in page.months
                ]
            else:
                assert source.catalog.indicators[figure.kpi_id].kind == "snapshot"
            rows = list(openpyxl.load_workbook(io.BytesIO(chart.part.chart_workbook.xlsx_part.blob)).active.values)
            head = list(rows[0])
            assert head[0] == "Month"
            for column, name in (("Mean", "centre"), ("Target", "target"), ("n", "n"), ("Status", "status")):
                if column in head:
                    held = [same(row[head.index(column)]) for row in rows[1:]]
                    wanted = [same(getattr(month, name)) for month in page.months]
                    # A mean goes on through months without a point, as on the screen.
                    both = [pair for pair in zip(held, wanted, strict=True) if column != "Mean" or pair[1] is not None]
                    assert all(one == other for one, other in both), (figure.key, column)


def test_workbook(source: Source, choices: Choices, figures: dict[KEY, Figure]) -> None:
    book = openpyxl.load_workbook(io.BytesIO(write_file(source, choices, "xlsx")), data_only=False)
    rows = [list(row) for row in book["Scorecard"].values]
    head = next(row for row in rows if "Indicator" in row)
    told = {row[head.index("Indicator")]: dict(zip(head, row, strict=True)) for row in rows[rows.index(head) + 1 :]}
    for figure in figures.values():
        row = told[figure.name]
        assert same(row["Value"]) == same(figure.value), figure.key
        assert same(row["Target"]) == same(figure.target), figure.key
        assert same(row["n"]) == same(figure.n), figure.key


def test_pdf(source: Source, choices: Choices, pack: Pack) -> None:
    reader = PdfReader(io.BytesIO(write_file(source, choices, "pdf")))
    pages = [squeezed(page.extract_text()) for page in reader.pages]
    for page in pack.indicator_pages:
        assert any(squeezed(page.statement) in text and squeezed(page.title) in text for text in pages), page.title
    foot = squeezed(pack.provenance.line)
    assert all(foot in text for text in pages)


def test_picture(source: Source, pack: Pack) -> None:
    """The figure that PNG and SVG are drawn from, as the browser gets it."""
    for page in pack.indicator_pages:
        figure = page.figure
        if figure is None or not page.months:
            continue
        drawn = control_figure(source, page)
        dots = [
            trace for trace in drawn.data if trace.type == "scatter" and "markers" in trace.mode and trace.x is not None
        ]
        held = {
            (str(x)[:10], same(float(y)))
            for trace in dots
            for x, y in zip(trace.x, trace.y, strict=True)
            if x is not None and y is not None
        }
        indicator = source.catalog.indicators[figure.kpi_id]
        for month in page.months:
            if month.value is not None:
                assert (month.month.isoformat(), same(in_unit(indicator, month.value))) in held, (figure.key, month)
        texts = json.dumps(printed(drawn)["layout"], default=str)
        assert f"Ledger version {VERSION}" in texts


def test_screen(
    sample_store: Store, figures: dict[KEY, Figure], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("KPI_STORE", f"duckdb:///{sample_store.path}")
    monkeypatch.setenv("KPI_LOG", str(tmp_path / "kpi.log"))
    app = opened(PARTNER_PAGE, partner=PARTNER, month="2026-09", as_of=str(VERSION))
    rows = [row for board in boards(app) if board["label"].startswith("Indicators,") for row in board["rows"]]
    shown = {row["name"]: json.dumps(row, ensure_ascii=False) for row in rows if not row.get("heading")}
    for figure in figures.values():
        name = figure.name.removesuffix(f", {figure.currency}")
        assert figure.value_text.split(" ")[0] in shown[name], figure.name


def control_figure(source: Source, page: IndicatorPage) -> Any:
    assert page.figure is not None
    indicator = source.catalog.indicators[page.figure.kpi_id]
    subject = Subject(PARTNER, name="Cobrook")
    series = series_of(source.marts, indicator, subject, page.figure.currency)
    signals = control.signals_of(source.signals(PARTNER, MONTH), subject, page.figure.currency)
    heading = Heading(subject.name, source_of(indicator, source.marts), page.figure.currency)
    return control.draw_control(indicator, series, signals, heading, MONTH).figure


def tables_of(deck: Any) -> list[Any]:
    return [shape.table for slide in deck.slides for shape in slide.shapes if shape.has_table]


def same(value: Any) -> Any:
    """Numbers to 12 digits: Office keeps 15, so that the last bits of a binary fraction may be lost on the way."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(f"{float(value):.12g}")
    return value


def squeezed(text: str) -> str:
    return "".join(text.split()).replace("\u00ad", "")


def number_in(text: str) -> str:
    return text.split(" ")[0]
