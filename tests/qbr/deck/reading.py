"""A deck as a reader finds it: texts, shapes, charts with their workbooks."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from openpyxl import load_workbook
from pptx import Presentation

from kpi.qbr.deck.drawing import EMU, Paragraph, Run
from kpi.qbr.deck.fitting import height_of
from kpi.qbr.deck.metrics import Font

CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
TOLERANCE = 0.6  # points


def opened(content: bytes) -> Any:
    return Presentation(io.BytesIO(content))


def text_of_slide(slide: Any) -> str:
    """Every text on the slide, a line each."""
    return "\n".join(element.text or "" for element in slide._element.iter("{*}t"))


def texts_of(deck: Any) -> str:
    return "\n".join(text_of_slide(slide) for slide in deck.slides)


def notes_of(slide: Any) -> str:
    return str(slide.notes_slide.notes_text_frame.text)


def charts_of(deck: Any) -> list[Any]:
    return [shape.chart for slide in deck.slides for shape in slide.shapes if shape.has_chart]


def tables_of(slide: Any) -> list[list[list[str]]]:
    """The cells' texts of every table on the slide."""
    return [
        [[cell.text for cell in row.cells] for row in shape.table.rows] for shape in slide.shapes if shape.has_table
    ]


def sheet_of(chart: Any) -> list[list[Any]]:
    """Every row of the chart's embedded workbook, the head first."""
    book = load_workbook(io.BytesIO(chart.part.chart_workbook.xlsx_part.blob))
    return [list(row) for row in book.active.iter_rows(values_only=True)]


def drawn_series(chart: Any) -> dict[str, dict[int, float]]:
    """{name: {place: value}} of every series as the chart part itself holds it."""
    found = {}
    for series in chart.part._element.iter(f"{CHART}ser"):
        name = series.find(f"{CHART}tx//{CHART}v").text
        points = series.find(f"{CHART}val//{CHART}numCache")
        found[name] = {
            int(point.get("idx")): float(point.find(f"{CHART}v").text) for point in points.iter(f"{CHART}pt")
        }
    return found


def outside(deck: Any) -> list[str]:
    """Names of shapes that reach beyond their slide."""
    return [
        f"slide {number}: {shape.name}"
        for number, slide in enumerate(deck.slides, 1)
        for shape in slide.shapes
        if shape.left < 0
        or shape.top < 0
        or shape.left + shape.width > deck.slide_width + EMU
        or shape.top + shape.height > deck.slide_height + EMU
    ]


def overflowing(deck: Any, font: Font, heading: Font) -> list[str]:
    """Text boxes and table rows whose text is higher than their place, measured."""
    found = []
    for number, slide in enumerate(deck.slides, 1):
        for shape in slide.shapes:
            if shape.has_table:
                found += [f"slide {number}: {text}" for text in _overflowing_rows(shape.table, font)]
            elif shape.has_text_frame and shape.text_frame.text:
                is_title = shape.is_placeholder and "itle" in shape.name and shape.name != "Subtitle"
                needed = _height(shape.text_frame, _room(shape), heading if is_title else font)
                if needed > shape.height / EMU + TOLERANCE:
                    found.append(f"slide {number}: {shape.name} needs {needed:.1f} of {shape.height / EMU:.1f} points")
    return found


def _overflowing_rows(table: Any, font: Font) -> Iterator[str]:
    widths = [column.width / EMU for column in table.columns]
    for row in table.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            room = width - (cell.margin_left + cell.margin_right) / EMU
            needed = _height(cell.text_frame, room, font) + (cell.margin_top + cell.margin_bottom) / EMU
            if needed > row.height / EMU + TOLERANCE:
                yield f"{cell.text[:40]} needs {needed:.1f} of {row.height / EMU:.1f} points"


def _room(shape: Any) -> float:
    frame = shape.text_frame
    if shape.is_placeholder and shape.text_frame._bodyPr.get("lIns") is None:
        return float(shape.width / EMU)  # of a title: its layout says
    return float((shape.width - frame.margin_left - frame.margin_right) / EMU)


def _height(frame: Any, room: float, font: Font) -> float:
    paragraphs = []
    for paragraph in frame.paragraphs:
        sizes = [run.font.size.pt for run in paragraph.runs if run.font.size is not None]
        bold = any(run.font.bold for run in paragraph.runs)
        before = paragraph.space_before.pt if paragraph.space_before is not None else 0.0
        text = "".join(run.text for run in paragraph.runs) if "\v" not in paragraph.text else paragraph.text
        paragraphs.append(Paragraph((Run(text.replace("\v", "\n"), bold),), max(sizes, default=10.0), before))
    return height_of(paragraphs, room, font)
