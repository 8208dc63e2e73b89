"""Colours of a template: its theme's, what stands on what, and which of ours can be read on its background."""

from __future__ import annotations

import colorsys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from kpi.present.icons import Icon
from kpi.present.wording import Look

DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
TEXT_CONTRAST = 4.5
MARK_CONTRAST = 3.0
THEME_SLOTS = ("dk1", "lt1", "dk2", "lt2", "accent1", "accent2", "accent3", "accent4", "accent5", "accent6")
PRESETS = {"white": "ffffff", "black": "000000"}


@dataclass(frozen=True)
class Palette:
    """What a page's own texts and lines are drawn in: "1b2733". ``ink``: text; ``muted``: what matters less;
    ``rule``: thin lines; ``tint``: a surface that stands out a little; ``accent``: the company's colour."""

    background: str
    ink: str
    accent: str

    @cached_property
    def muted(self) -> str:
        return readable([mixed(self.ink, self.background, 0.3), self.ink], self.background)

    @cached_property
    def rule(self) -> str:
        return mixed(self.ink, self.background, 0.82)

    @cached_property
    def tint(self) -> str:
        return mixed(self.ink, self.background, 0.95)

    def of(self, look: Look | Icon) -> str:
        """The state's or icon's own colour as text, in the variant that can be read here."""
        return readable([colour.lstrip("#") for colour in (look.light, look.dark)] + [self.ink], self.background)

    def mark(self, colour: str) -> str:
        """A mark's or line's colour, or the ink where it would not be seen."""
        plain = colour.lstrip("#").lower()
        return plain if contrast(plain, self.background) >= MARK_CONTRAST else self.ink


def shape_of(look: Look) -> str:
    """The state's shape as a letter that Arial has, so that its line is as high as others."""
    return {"✕": "×"}.get(look.shape, look.shape)


def palette_of(theme: Mapping[str, str], mapping: Mapping[str, str], background: str) -> Palette:
    """``theme``: {slot: colour}; ``mapping``: {"tx1": slot}. Text in the theme's colour unless it cannot be read."""
    wished = [
        theme[mapping.get(name, name)] for name in ("tx1", "bg1", "tx2", "bg2") if mapping.get(name, name) in theme
    ]
    ink = readable([*wished, "000000", "ffffff"], background)
    accents = [theme[name] for name in THEME_SLOTS[4:] if name in theme]
    accent = next((colour for colour in accents[:1] if contrast(colour, background) >= MARK_CONTRAST), ink)
    return Palette(background, ink, accent)


def theme_colours(theme: Any) -> dict[str, str]:
    """{slot: colour} of a theme's root element."""
    found = {}
    scheme = theme.find(f".//{DRAWING}clrScheme")
    for slot in [] if scheme is None else scheme:
        name = slot.tag.rpartition("}")[2]
        for colour in slot:
            value = colour.get("lastClr") or colour.get("val") or ""
            if len(value) == 6:
                found[name] = value.lower()
    return {"dk1": "000000", "lt1": "ffffff", **found}


def resolved(fill: Any, theme: Mapping[str, str], mapping: Mapping[str, str]) -> str | None:
    """The colour of an element that holds an a:srgbClr, a:schemeClr or the like; None where it has none."""
    for colour in fill:
        name = colour.tag.rpartition("}")[2]
        value = colour.get("val", "")
        if name == "srgbClr":
            base: str | None = value.lower()
        elif name == "sysClr":
            base = colour.get("lastClr", "ffffff").lower()
        elif name == "schemeClr":
            base = theme.get(mapping.get(value, value))
        elif name == "prstClr":
            base = PRESETS.get(value)
        else:
            continue
        return None if base is None else _changed(base, colour)
    return None


def contrast(one: str, other: str) -> float:
    """The contrast ratio of WCAG, 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def mixed(colour: str, into: str, share: float) -> str:
    """``colour`` with ``share`` of ``into``."""
    return "".join(
        f"{round(a * (1 - share) + b * share):02x}" for a, b in zip(_channels(colour), _channels(into), strict=True)
    )


def readable(colours: Sequence[str], background: str, least: float = TEXT_CONTRAST) -> str:
    """The first colour that can be read on ``background``; the best of them where none can."""
    for colour in colours:
        if contrast(colour, background) >= least:
            return colour.lower()
    return max(colours, key=lambda colour: contrast(colour, background)).lower()


def _changed(base: str, colour: Any) -> str:
    """``base`` with the changes of lightness that an Office colour carries."""
    hue, light, full = colorsys.rgb_to_hls(*(channel / 255 for channel in _channels(base)))
    for change in colour:
        name, value = change.tag.rpartition("}")[2], int(change.get("val", "100000")) / 100_000
        if name in ("lumMod", "shade"):
            light *= value
        elif name == "lumOff":
            light += value
        elif name == "tint":
            light = 1 - (1 - light) * value
    return "".join(
        f"{round(channel * 255):02x}" for channel in colorsys.hls_to_rgb(hue, min(max(light, 0.0), 1.0), full)
    )


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[:2], 16), int(colour[2:4], 16), int(colour[4:6], 16)


def _luminance(colour: str) -> float:
    red, green, blue = (
        channel / 12.92 if channel <= 0.03928 else ((channel + 0.055) / 1.055) ** 2.4
        for channel in (value / 255 for value in _channels(colour))
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
