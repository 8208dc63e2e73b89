"""How wide and high text is, from the metrics of Liberation Sans, which are Arial's.

PowerPoint and LibreOffice fit text into its shape only when somebody edits it, so what is written must fit already.
Texts that another font will show are measured with a factor for that font; letters of Chinese, Japanese and Korean
count as one em, and their lines as higher.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from kpi.qbr.fonts import FOLDER, REGULAR

BOLD = FOLDER / "LiberationSans-Bold.ttf"
EM = 1000
LINE = 1.2  # em from line to line: Arial's 1.15 and a little for what a renderer rounds up
WIDE_LINE = 1.5  # em where the line has letters of another script, whose fonts are higher
# How wide fonts are beside Arial. A machine that lacks another font shows DejaVu Sans or the like in its place, so that
# every other font is measured as wide as that.
WIDER = {
    "arial": 1.0,
    "liberation sans": 1.0,
    "helvetica": 1.0,
    "times new roman": 1.0,
    "liberation serif": 1.0,
    "courier new": 1.4,
    "liberation mono": 1.4,
    "georgia": 1.25,
    "cambria": 1.25,
    "garamond": 1.25,
}
OTHER_FONT = 1.2
ELLIPSIS = "…"
SNUG = 0.98  # of a place's width counts: renderers round every letter to their own grid
SLACK = 0.25  # points: sums of heights differ in their last digits
# After these a long word may break; a renderer breaks anywhere in a word that is wider than its line.
_CLOSING = "-/–"


@dataclass(frozen=True)
class Font:
    """A typeface as far as measuring goes. ``factor``: its width beside Arial's; ``line``: em from line to line."""

    name: str = "Arial"
    factor: float = 1.0
    line: float = LINE

    @classmethod
    def named(cls, name: str) -> Font:
        factor = WIDER.get(name.strip().casefold(), OTHER_FONT)
        return cls(name, factor, LINE if factor == 1.0 else 1.3)


ARIAL = Font()


def width(text: str, size: float, *, bold: bool = False, font: Font = ARIAL) -> float:
    """Points that ``text`` takes in one line at ``size`` points."""
    return sum(_advance(letter, bold) for letter in text) * size / EM * font.factor


def lines(text: str, size: float, room: float, *, bold: bool = False, font: Font = ARIAL) -> list[str]:
    """``text`` as it breaks into lines of ``room`` points; line ends in it stay. Never empty."""
    return list(_lines(text, size, room, bold, font))


@lru_cache(maxsize=4096)
def _lines(text: str, size: float, room: float, bold: bool, font: Font) -> tuple[str, ...]:
    room *= SNUG
    found: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for word in _words(paragraph):
            if width((line + word).rstrip(), size, bold=bold, font=font) <= room:
                line += word
                continue
            if line.strip():
                found.append(line.rstrip())
            line = word.lstrip() if found else word
            while width(line.rstrip(), size, bold=bold, font=font) > room and len(line) > 1:
                kept = _longest(line, size, room, bold, font)
                found.append(line[:kept])
                line = line[kept:]
        found.append(line.rstrip())
    return tuple(found)


def height(text: str, size: float, room: float, *, bold: bool = False, font: Font = ARIAL) -> float:
    """Points that ``text`` takes from its first to its last line when it breaks at ``room`` points."""
    return sum(line_height(line, size, font) for line in lines(text, size, room, bold=bold, font=font))


def line_height(line: str, size: float, font: Font = ARIAL) -> float:
    return size * max(font.line, WIDE_LINE if any(_is_foreign(letter) for letter in line) else 0.0)


def shortened_to(text: str, size: float, room: float, most: float, *, bold: bool = False, font: Font = ARIAL) -> str:
    """``text``, or as much of its beginning as fits into ``room`` × ``most`` points, with "…"; at least one line."""
    most += SLACK
    if height(text, size, room, bold=bold, font=font) <= most:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if height(text[:middle].rstrip() + ELLIPSIS, size, room, bold=bold, font=font) <= most:
            low = middle
        else:
            high = middle - 1
    if not low:
        return lines(text, size, max(room - width(ELLIPSIS, size, font=font), 1), bold=bold, font=font)[0] + ELLIPSIS
    kept = text[:low].rstrip()
    space = kept.rfind(" ")
    if space > 0.7 * len(kept) and not text[low : low + 1].isspace():
        kept = kept[:space].rstrip()
    return kept.rstrip(" ,;:–") + ELLIPSIS


def widest(texts: Iterable[str], size: float, *, bold: bool = False, font: Font = ARIAL) -> float:
    """Points of room that the widest of ``texts`` needs to stand in one line; 0 for none."""
    return max((width(text, size, bold=bold, font=font) for text in texts), default=0.0) / SNUG


def _longest(line: str, size: float, room: float, bold: bool, font: Font) -> int:
    """How many letters of ``line`` fit, at least one."""
    taken, used = 0, 0.0
    for letter in line:
        used += _advance(letter, bold) * size / EM * font.factor
        if used > room:
            break
        taken += 1
    return max(taken, 1)


def _words(paragraph: str) -> list[str]:
    """Pieces between which a line may break, each with the spaces before it; a wide letter is a piece of its own."""
    pieces: list[str] = []
    piece = ""
    for letter in paragraph:
        if (letter == " " and piece.strip()) or (_is_wide(letter) and piece.strip()):
            pieces.append(piece)
            piece = ""
        piece += letter
        if letter in _CLOSING and piece.strip(_CLOSING + " "):
            pieces.append(piece)
            piece = ""
    return [*pieces, piece] if piece else pieces


@cache
def _advance(letter: str, bold: bool) -> float:
    if unicodedata.combining(letter):
        return 0.0
    if _is_wide(letter):
        return float(EM)
    return float(max(_face(bold).getlength(letter), 0.0)) if ord(letter) > 31 else 0.0


def _is_wide(letter: str) -> bool:
    return ord(letter) > 0x2000 and unicodedata.east_asian_width(letter) in "WF"


@cache
def _is_foreign(letter: str) -> bool:
    """Letters that a fallback font shows: beyond Latin, Greek and Cyrillic and the signs that Arial has."""
    return ord(letter) > 0x52F and not 0x1E00 <= ord(letter) < 0x2600


@cache
def _face(bold: bool) -> Any:
    from PIL import ImageFont

    return ImageFont.truetype(str(BOLD if bold else REGULAR), EM, layout_engine=ImageFont.Layout.BASIC)
