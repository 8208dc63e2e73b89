"""Our own drawings for the two verdicts on a series: variation (is something going on?) and assurance (will the target
be met?).

Each is told from every other by its form alone, in black and white and at 16 pixels: an open circle is good news, a
filled square needs attention, a zigzag between two lines is common cause; a shield with a tick, with a question mark or
filled with a cross says how the target stands to the control limits. Colour only repeats it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

SIZE = 16  # pixels; every drawing's viewBox is 0 0 16 16

_BLUE = ("#1f5a8a", "#84b8e0", "#3d7fb3")
_ORANGE = ("#9a5200", "#f0a04b", "#c77700")
_GREY = ("#7b8794", "#7b8794", "#7b8794")  # quiet: most months are nothing special

_CIRCLE = '<circle cx="8" cy="8" r="6.7" {line}/>'
_UP = '<path d="M8 11.6V4.8M5 7.7l3-3.1 3 3.1" {line}/>'
_DOWN = '<path d="M8 4.4v6.8M5 8.3l3 3.1 3-3.1" {line}/>'
_SQUARE = "M3 1h10a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2H3a2 2 0 0 1-2-2V3a2 2 0 0 1 2-2z"
_UP_CUT = "M8 2.8L3.6 7.6h2.9V13h3V7.6h2.9z"
_DOWN_CUT = "M8 13.2l4.4-4.8H9.5V3h-3v5.4H3.6z"
_SHIELD = "M8 .9l6 2.1v4.6c0 3.5-2.4 6.1-6 7.6-3.6-1.5-6-4.1-6-7.6V3z"
_QUESTION = '<path d="M6.2 6.2a1.8 1.8 0 1 1 2.6 1.6c-.6.3-.8.6-.8 1.2M8 11.4v.01" {line}/>'
_CROSS_CUT = "M5.9 4.6L8 6.7l2.1-2.1 1.3 1.3L9.3 8l2.1 2.1-1.3 1.3L8 9.3l-2.1 2.1-1.3-1.3L6.7 8 4.6 5.9z"
_THIN = 'fill="none" stroke="currentColor" stroke-width="1.25" stroke-linecap="round" stroke-linejoin="round"'
_LINE = 'fill="none" stroke="currentColor" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round"'
_FILL = 'fill="currentColor" fill-rule="evenodd"'


@dataclass(frozen=True)
class Icon:
    """``body`` is what stands inside the drawing. ``light``, ``dark``: its colour on the two themes' pages; ``mark``:
    the one colour that reaches 3:1 on both."""

    name: str
    body: str
    light: str
    dark: str
    mark: str
    meaning: str

    def svg(self, colour: str = "currentColor", size: int = SIZE) -> str:
        """The whole drawing, in the colour of the text around it unless another is given."""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{size}" height="{size}" viewBox="0 0 16 16" '
            f'style="color:{colour}">{self.body}</svg>'
        )


def _lines(*shapes: str) -> str:
    return "".join(shape.format(line=_LINE) for shape in shapes)


def _thin(*shapes: str) -> str:
    return "".join(shape.format(line=_THIN) for shape in shapes)


def _filled(path: str) -> str:
    return f'<path d="{path}" {_FILL}/>'


_COMMON = (
    '<path d="M1.2 2.9h13.6M1.2 13.1h13.6" fill="none" stroke="currentColor" stroke-width="1" opacity=".6"/>'
    + _thin('<path d="M1.6 8.9l2.8-2.6 2.9 3.6 3-3.9 4.1 2.6" {line}/>')
)

VARIATION_ICONS = (
    Icon("concern high", _filled(_SQUARE + _UP_CUT), *_ORANGE, "special cause for the worse, high"),
    Icon("concern low", _filled(_SQUARE + _DOWN_CUT), *_ORANGE, "special cause for the worse, low"),
    Icon("improvement high", _lines(_CIRCLE, _UP), *_BLUE, "special cause for the better, high"),
    Icon("improvement low", _lines(_CIRCLE, _DOWN), *_BLUE, "special cause for the better, low"),
    Icon("high", _lines(_UP, '<path d="M3.4 14.4h9.2" {line}/>'), *_GREY, "special cause, high"),
    Icon("low", _lines(_DOWN, '<path d="M3.4 1.6h9.2" {line}/>'), *_GREY, "special cause, low"),
    Icon("common cause", _COMMON, *_GREY, "common cause: usual ups and downs"),
)
ASSURANCE_ICONS = (
    Icon(
        "consistently fails",
        _filled(_SHIELD + _CROSS_CUT),
        *_ORANGE,
        "target will be missed",
    ),
    Icon(
        "hit or miss",
        _thin(f'<path d="{_SHIELD}" {{line}}/>', _QUESTION),
        *_GREY,
        "target hit or missed by chance",
    ),
    Icon(
        "consistently passes",
        _lines(f'<path d="{_SHIELD}" {{line}}/>', '<path d="M5 7.7l2.2 2.3L11 5.8" {line}/>'),
        *_BLUE,
        "target will be reached",
    ),
)
ICONS = {icon.name: icon for icon in (*VARIATION_ICONS, *ASSURANCE_ICONS)}


def variation_icon(variation: str, side: int) -> str:
    """The icon's name for a series' verdict; ``side`` is +1 above, -1 below. "" when the month has no point."""
    if variation in ("improvement", "concern"):
        return f"{variation} {'high' if side > 0 else 'low'}"
    return variation


def assurance_icon(assurance: str) -> str:
    """The icon's name; "" when it is not known whether the target will be met."""
    return assurance if assurance in ICONS else ""


def in_order(names: Iterable[str]) -> list[Icon]:
    """The named icons, each once, those that need attention first; for a legend."""
    wanted = set(names)
    return [icon for icon in ICONS.values() if icon.name in wanted]
