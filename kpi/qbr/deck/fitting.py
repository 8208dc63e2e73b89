"""Texts into places: smaller within limits, then shortened with "…". What was shortened is told in full elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kpi.qbr.deck.drawing import Paragraph
from kpi.qbr.deck.metrics import ARIAL, SLACK, Font, height, shortened_to

STEP = 0.5  # points by which texts get smaller


def height_of(paragraphs: Sequence[Paragraph], room: float, font: Font = ARIAL) -> float:
    """Points that the paragraphs take in a place ``room`` points wide."""
    return sum(
        height(paragraph.text, paragraph.size, room, bold=paragraph.bold, font=font)
        + (paragraph.before if place else 0.0)
        for place, paragraph in enumerate(paragraphs)
    )


def fitted(
    paragraphs: Sequence[Paragraph], room: float, most: float, *, least: float = 12.0, font: Font = ARIAL
) -> tuple[list[Paragraph], list[str]]:
    """The paragraphs as they fit into ``room`` × ``most`` points, none smaller than ``least`` unless it was; and the
    whole texts of those that had to be shortened or left out, the last first to go."""
    sized = list(paragraphs)
    while height_of(sized, room, font) > most + SLACK and any(paragraph.size > least for paragraph in sized):
        sized = [_smaller(paragraph, least) for paragraph in sized]
    left = most + SLACK
    kept: list[Paragraph] = []
    cut: list[str] = []
    for place, paragraph in enumerate(sized):
        before = paragraph.before if kept else 0.0
        needed = height(paragraph.text, paragraph.size, room, bold=paragraph.bold, font=font)
        if before + needed <= left:
            kept.append(paragraph)
            left -= before + needed
            continue
        cut += [other.text for other in sized[place:] if other.text]
        if left - before >= paragraph.size * font.line or not kept:
            text = shortened_to(paragraph.text, paragraph.size, room, left - before, bold=paragraph.bold, font=font)
            kept.append(paragraph.cut(text))
        break
    return kept, cut


def shortest(paragraph: Paragraph, room: float, rows: int, font: Font = ARIAL) -> tuple[Paragraph, list[str]]:
    """The paragraph in at most ``rows`` lines of ``room`` points, and its whole text where it was shortened."""
    # lines of other scripts are higher; as many lines of them are allowed
    most = max(rows * paragraph.size * font.line, height(paragraph.text[:1], paragraph.size, room, font=font) * rows)
    text = shortened_to(paragraph.text, paragraph.size, room, most + 0.01, bold=paragraph.bold, font=font)
    return (paragraph, []) if text == paragraph.text else (paragraph.cut(text), [paragraph.text])


def _smaller(paragraph: Paragraph, least: float) -> Paragraph:
    return replace(paragraph, size=max(paragraph.size - STEP, min(least, paragraph.size)))
