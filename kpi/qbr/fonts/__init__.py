"""The fonts of decks' measures and of PDFs: they are embedded, and nothing depends on what a machine has installed."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from pathlib import Path

from kpi.qbr.fonts.coverage import letters_of

FOLDER = Path(__file__).resolve().parent
SANS, SYMBOLS, CJK = "Liberation Sans", "DejaVu Sans", "Noto Sans CJK SC"  # families, the first that has a letter wins
FAMILIES = (SANS, SYMBOLS, CJK)
REGULAR, BOLD, ITALIC = (FOLDER / f"LiberationSans-{style}.ttf" for style in ("Regular", "Bold", "Italic"))
FILES = (REGULAR, BOLD, ITALIC, FOLDER / "DejaVuSans.ttf", FOLDER / "NotoSansCJKsc-Subset.otf")
REPLACEMENT = "□"  # for letters that none of the fonts has
# In the fonts, yet without a picture of their own: joiners, direction marks, soft hyphens.
_STEERING = frozenset((0xAD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF))


def drawable(text: str) -> str:
    """``text`` with every letter that no font has replaced by a box; line ends and tabs stay as they are.

    A PDF for screen readers may hold no letter without a glyph. Marks that only steer the setting are dropped.
    """
    if text.isascii() and text.isprintable():
        return text
    known = _letters()
    return "".join(
        letter if letter in "\n\t" or ord(letter) in known else "" if _steers(letter) else REPLACEMENT
        for letter in text
    )


def _steers(letter: str) -> bool:
    return unicodedata.category(letter) in {"Cc", "Cf", "Cs", "Mn"}


@lru_cache(maxsize=1)
def _letters() -> frozenset[int]:
    """Every code point that one of the fonts has a glyph for."""
    # where Liberation Sans has the letter in one style only, the other fonts must have it too
    plain, bold, italic, *others = (letters_of(path) for path in FILES)
    return frozenset((plain & bold & italic).union(*others) - _STEERING)
