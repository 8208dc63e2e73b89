"""Pages of sentences and tables: planned first over as many slides as they need, then drawn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kpi.qbr.deck.drawing import Paragraph, Rect, said
from kpi.qbr.deck.fitting import fitted, height_of
from kpi.qbr.deck.metrics import Font
from kpi.qbr.deck.tables import Laid, Table, draw_table, laid_out

if TYPE_CHECKING:
    from kpi.qbr.deck.canvas import Canvas

GAP = 10.0
PADDING = 8.0  # within a tinted strip
HEADING_SIZE, TEXT_SIZE = 14.0, 14.0
COMMENT_SIZE, SMALLEST = 12.0, 11.0
MOST_TEXT = 0.45  # of the place's height that one text may take


@dataclass(frozen=True)
class Text:
    """Sentences. ``is_strip``: on a tinted ground."""

    name: str
    paragraphs: tuple[Paragraph, ...]
    is_strip: bool = False


Item = Text | Table
Draw = Callable[["Canvas"], None]


def comment_strip(comment: str) -> list[Text]:
    """What the alliance manager wrote, as it stands on every kind of page; nothing for no comment."""
    if not comment:
        return []
    return [Text("Comment", (said(f"Comment: {comment}", COMMENT_SIZE),), is_strip=True)]


def objection_strip(objections: Sequence[str]) -> list[Text]:
    """What the partner says against the figure, and the answer; nothing where nobody objected."""
    if not objections:
        return []
    paragraphs = tuple(said(sentence, COMMENT_SIZE) for sentence in objections)
    return [Text("Objection", paragraphs, is_strip=True)]


def text_height(text: Text, width: float, most: float, font: Font) -> tuple[float, list[Paragraph]]:
    """Points that the text takes, at most ``most``, and its paragraphs as they fit."""
    inner = PADDING if text.is_strip else 0.0
    kept, _ = fitted(text.paragraphs, width - 2 * inner, most - 2 * inner, least=SMALLEST, font=font)
    return height_of(kept, width - 2 * inner, font) + 2 * inner, kept


def draw_text(canvas: Canvas, text: Text, place: Rect) -> None:
    inner = PADDING if text.is_strip else 0.0
    canvas.text(
        text.name,
        place,
        text.paragraphs,
        least=SMALLEST,
        fill=canvas.palette.tint if text.is_strip else "",
        inner=(inner, inner, inner, inner),
    )


def planned(items: Sequence[Item], place: Rect, font: Font, kept_free: float = 0.0) -> list[list[Draw]]:
    """What is drawn on each slide, in order. ``kept_free``: points at the foot of ``place`` on every slide."""
    bottom = place.bottom - kept_free
    slides: list[list[Draw]] = [[]]
    y = place.y
    for item in items:
        if isinstance(item, Text):
            height, _ = text_height(item, place.w, MOST_TEXT * place.h, font)
            if slides[-1] and y + height > bottom:
                slides.append([])
                y = place.y
            slides[-1].append(_drawn_text(item, Rect(place.x, y, place.w, height)))
            y += height + GAP
            continue
        for laid, starts_new in _over_slides(item, place, y, bottom, font, is_fresh=not slides[-1]):
            if starts_new:
                slides.append([])
                y = place.y
            heading = said(item.name, HEADING_SIZE, bold=True)
            title_height = height_of([heading], place.w, font) + 4 if item.shows_name else 0.0
            if item.shows_name:
                strip = Text(item.name, (heading,))
                slides[-1].append(_drawn_text(strip, Rect(place.x, y, place.w, title_height)))
            slides[-1].append(_drawn_table(item, laid, place.x, y + title_height))
            y += title_height + laid.height + GAP
    return slides


def _over_slides(
    table: Table, place: Rect, y: float, bottom: float, font: Font, *, is_fresh: bool
) -> list[tuple[Laid, bool]]:
    """The table's parts, each with whether it begins a slide."""
    heading = height_of([said(table.name, HEADING_SIZE, bold=True)], place.w, font) + 4 if table.shows_name else 0.0
    fresh = bottom - place.y - heading
    here = bottom - y - heading
    first = laid_out(table, place.w, [here, fresh], font)
    if not is_fresh and first[0].height > here:  # not even the first row fits beneath what stands there
        return [(laid, True) for laid in laid_out(table, place.w, [fresh], font)]
    return [(laid, bool(at)) for at, laid in enumerate(first)]


def _drawn_text(text: Text, place: Rect) -> Draw:
    return lambda canvas: draw_text(canvas, text, place)


def _drawn_table(table: Table, laid: Laid, x: float, y: float) -> Draw:
    def draw(canvas: Canvas) -> None:
        draw_table(canvas, table, laid, x, y)

    return draw
