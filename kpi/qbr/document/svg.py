"""The few shapes that our drawings need, as SVG text; the same drawing is always the same text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from kpi.qbr.fonts import CJK, SANS, SYMBOLS, drawable

TEXT, MUTED, RULE = "#1c2733", "#5c6875", "#d5dbe1"
_WIDE = 0x2E80  # from here on letters are as wide as they are high


def number(value: float) -> str:
    text = f"{value:.1f}"
    return "0" if text == "-0.0" else text.removesuffix(".0")


def points(corners: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{number(x)},{number(y)}" for x, y in corners)


def line(x1: float, y1: float, x2: float, y2: float, colour: str, width: float = 1, dash: str = "") -> str:
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    ends = f'x1="{number(x1)}" y1="{number(y1)}" x2="{number(x2)}" y2="{number(y2)}"'
    return f'<line {ends} stroke="{colour}" stroke-width="{width:g}"{dashes}/>'


def polyline(corners: Sequence[tuple[float, float]], colour: str, width: float, dash: str = "") -> str:
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<polyline points="{points(corners)}" fill="none" stroke="{colour}" stroke-width="{width:g}" '
        f'stroke-linejoin="round"{dashes}/>'
    )


def rect(x: float, y: float, width: float, height: float, colour: str, opacity: float = 1) -> str:
    shown = "" if opacity == 1 else f' fill-opacity="{opacity:g}"'
    return (
        f'<rect x="{number(x)}" y="{number(y)}" width="{number(width)}" height="{number(height)}" '
        f'fill="{colour}"{shown}/>'
    )


def text(
    x: float, y: float, words: str, *, size: float = 12, colour: str = TEXT, anchor: str = "start", bold: bool = False
) -> str:
    """A line of text that ends, is centred or begins at ``x``; ``y`` is its foot. Any text is taken as it is."""
    weight = ' font-weight="bold"' if bold else ""
    return (
        f'<text x="{number(x)}" y="{number(y)}" font-size="{size:g}" fill="{colour}" text-anchor="{anchor}"{weight}>'
        f"{escape(drawable(words))}</text>"
    )


def width_of(words: str, size: float = 12) -> float:
    """About how wide the text is in pixels, rather too much than too little."""
    return sum(1.0 if ord(letter) >= _WIDE else 0.56 for letter in words) * size


def document(width: float, height: float, body: Iterable[str], title: str) -> str:
    """The whole drawing. ``title`` says what it shows to those who cannot see it."""
    families = escape(f"'{SANS}', Arial, '{SYMBOLS}', '{CJK}', sans-serif")
    inner = "\n".join(body)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{number(width)}" height="{number(height)}" '
        f'viewBox="0 0 {number(width)} {number(height)}" font-family="{families}" role="img">\n'
        f"<title>{escape(drawable(title))}</title>\n{inner}\n</svg>\n"
    )
