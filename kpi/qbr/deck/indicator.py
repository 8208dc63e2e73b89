"""An indicator's slide: the figure in a sentence, chart, both verdicts, what is uncertain, definition and source."""

from __future__ import annotations

from datetime import datetime

from kpi.present.wording import look_of, month_name, short_month
from kpi.qbr.deck.canvas import Canvas
from kpi.qbr.deck.chart_book import chart_workbook
from kpi.qbr.deck.chart_xml import ChartLook, chart_xml
from kpi.qbr.deck.colours import shape_of
from kpi.qbr.deck.columns import chart_data
from kpi.qbr.deck.drawing import Paragraph, Rect, Run, clean, said
from kpi.qbr.deck.fitting import height_of
from kpi.qbr.deck.flow import GAP, Text, comment_strip, draw_text, objection_strip, text_height
from kpi.qbr.deck.metrics import shortened_to
from kpi.qbr.deck.slides import Slides
from kpi.qbr.pack import Figure, IndicatorPage

STATEMENT_SIZE, STATEMENT_LEAST = 16.0, 13.0
SIDE_SHARE, SIDE_SHARE_NARROW = 0.33, 0.37
SIDE_SIZES = (16.0, 15.0, 14.5, 14.0, 13.5, 13.0, 12.5, 12.0, 11.5, 11.0)
SMALL_PRINT = 10.0
ICON = 24.0
BETWEEN = 9.0
CHART_SIZE, CHART_SIZE_NARROW = 11.0, 10.0
LEAST_CHART = 150.0  # points of height
NO_CHART = "No month has a value yet, so there is no chart to show."
EPOCH = datetime(1980, 1, 1)


def indicator_slide(slides: Slides, page: IndicatorPage) -> None:
    slides.page(page, [[lambda canvas: _draw(canvas, page)]])


def _draw(canvas: Canvas, page: IndicatorPage) -> None:
    figure = page.figure
    assert figure is not None  # only the type allows for none
    body = canvas.body
    top = _statement(canvas, page, figure, body)
    bottom = _below(canvas, page, body._replace(y=top, h=body.bottom - top))
    place = Rect(body.x, top, body.w, bottom - top)
    share = SIDE_SHARE_NARROW if canvas.template.is_narrow else SIDE_SHARE
    side = share * place.w
    left = place._replace(w=place.w - side - 2 * GAP)
    if page.months:
        _chart(canvas, page, figure, left)
    else:
        sentence = [said(NO_CHART, STATEMENT_SIZE)]
        canvas.text("No chart", left, sentence, fill=canvas.palette.tint, inner=(16, 16, 16, 16), anchor="ctr")
    _side(canvas, page, figure, Rect(place.right - side, place.y, side, place.h))


def _statement(canvas: Canvas, page: IndicatorPage, figure: Figure, body: Rect) -> float:
    """The figure in one sentence, after its status' shape in its colour; returns where the next thing begins."""
    look = look_of(figure.status)
    runs = (Run(f"{shape_of(look)} ", True, canvas.palette.of(look)), Run(clean(page.statement)))
    text = Paragraph(runs, STATEMENT_SIZE)
    most = max(height_of([text.sized(STATEMENT_LEAST)], body.w, canvas.font), STATEMENT_SIZE * 1.2)
    most = min(height_of([text], body.w, canvas.font), max(most, 2 * STATEMENT_SIZE * 1.2), 0.2 * body.h)
    canvas.text("Figure", body._replace(h=most), [text], least=STATEMENT_LEAST)
    return body.y + most + GAP


def _below(canvas: Canvas, page: IndicatorPage, body: Rect) -> float:
    """Objection, comment, then definition and source, at the foot of the body; returns where they begin."""
    ink = canvas.palette.muted
    parts = [
        f"Definition: {page.definition}" if page.definition else "",
        f"Method: {page.source}" if page.source else "",
    ]
    print_text = Text(
        "Definition and source", (said(" ".join(part for part in parts if part), SMALL_PRINT, colour=ink),)
    )
    room = body.h - LEAST_CHART
    height, _ = text_height(print_text, body.w, min(0.45 * room, 4 * 12.5), canvas.font)
    y = body.bottom - height
    canvas.text(print_text.name, Rect(body.x, y, body.w, height), print_text.paragraphs, least=9)
    y -= GAP
    objections = () if page.figure is None else page.figure.objections
    for strip in (*comment_strip(page.comment), *objection_strip(objections)):
        height, _ = text_height(strip, body.w, y - body.y - LEAST_CHART, canvas.font)
        draw_text(canvas, strip, Rect(body.x, y - height, body.w, height))
        y -= height + GAP
    return y


def _chart(canvas: Canvas, page: IndicatorPage, figure: Figure, place: Rect) -> None:
    data = chart_data(page)
    size = CHART_SIZE_NARROW if canvas.template.is_narrow else CHART_SIZE
    look = ChartLook(canvas.palette, figure.number_format, figure.unit, size, place.w)
    created = canvas.pack.provenance.recorded_at or EPOCH
    workbook = chart_workbook(data, figure.number_format, created)
    first, last = month_name(page.months[0].month), month_name(page.months[-1].month)
    span = first if first == last else f"{first} to {last}"
    flagged = f" {len(page.flagged)} flagged." if page.flagged else ""
    alt = f"{page.chart_name} of {figure.name}, {span}.{flagged} {page.statement} {figure.variation.sentence}"
    canvas.chart(f"Chart of {figure.name}", place, chart_xml(data, look), workbook, alt)


def _side(canvas: Canvas, page: IndicatorPage, figure: Figure, place: Rect) -> None:
    """Both verdicts beside their icons, then target, reading, gaps and new limits; the last are shortened first."""
    phases = [f"New limits from {short_month(month)}: {reason}." for month, reason in page.phases]
    blocks = [
        (figure.variation.icon, figure.variation.sentence, "Variation: "),
        (figure.assurance.icon, figure.assurance.sentence, "Assurance: "),
        ("", page.target, ""),
        ("", page.reading, ""),
        ("", " ".join((page.gaps, *phases)).strip(), ""),
    ]
    blocks = [(icon, clean(text), whose) for icon, text, whose in blocks if text]
    indent = ICON + 8
    for size in SIDE_SIZES:
        heights = [_block_height(canvas, icon, text, size, place.w, indent) for icon, text, _ in blocks]
        if sum(heights) + BETWEEN * (len(heights) - 1) <= place.h:
            break
    y = place.y
    for (icon, text, whose), height in zip(blocks, heights, strict=True):
        left = place.bottom - y
        if left < size * canvas.font.line:
            canvas.full.append(text)
            continue
        inset = indent if icon else 0.0
        shown = shortened_to(text, size, place.w - inset, left, font=canvas.font)
        if shown != text:
            canvas.full.append(text)
        height = min(height, left)
        if icon:
            canvas.icon(icon, Rect(place.x, y + 1, ICON, ICON), whose)
        canvas.text(
            whose.strip(": ") or "Reading",
            Rect(place.x + inset, y, place.w - inset, height),
            [said(shown, size)],
            least=size,
        )
        y += height + BETWEEN


def _block_height(canvas: Canvas, icon: str, text: str, size: float, width: float, indent: float) -> float:
    height = height_of([said(text, size)], width - (indent if icon else 0.0), canvas.font)
    return max(height, ICON + 2) if icon else height
