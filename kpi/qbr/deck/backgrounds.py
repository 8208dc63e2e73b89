"""What a layout's background looks like, as one colour: text must be read on it."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

from kpi.qbr.deck.colours import resolved

EMBED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}embed"


def background_of(layout: Any, theme: Mapping[str, str], mapping: Mapping[str, str]) -> str:
    """The colour of the layout's background, else its master's; the mean colour of a gradient's ends or a picture."""
    for owner in (layout, layout.slide_master):
        background = owner._element.find("{*}cSld/{*}bg")
        if background is None:
            continue
        reference = background.find("{*}bgRef")
        if reference is not None:
            found = resolved(reference, theme, mapping)
        else:
            found = _filled(owner, background.find("{*}bgPr"), theme, mapping)
        if found is not None:
            return found
    return theme.get(mapping.get("bg1", "lt1"), "ffffff")


def _filled(owner: Any, properties: Any, theme: Mapping[str, str], mapping: Mapping[str, str]) -> str | None:
    if properties is None:
        return None
    solid = properties.find("{*}solidFill")
    if solid is not None:
        return resolved(solid, theme, mapping)
    stops = [resolved(stop, theme, mapping) for stop in properties.iterfind("{*}gradFill/{*}gsLst/{*}gs")]
    known = [stop for stop in stops if stop is not None]
    if known:
        return _mean(known)
    picture = properties.find("{*}blipFill/{*}blip")
    return None if picture is None else _picture(owner, picture.get(EMBED))


def _mean(colours: list[str]) -> str:
    return "".join(
        f"{round(sum(int(colour[at : at + 2], 16) for colour in colours) / len(colours)):02x}" for at in (0, 2, 4)
    )


def _picture(owner: Any, relation: str | None) -> str | None:
    """The mean colour of a picture; None for a kind that cannot be read (a vector picture)."""
    from PIL import Image, UnidentifiedImageError

    if relation is None:
        return None
    try:
        with Image.open(io.BytesIO(owner.part.related_part(relation).blob)) as image:
            red, green, blue = image.convert("RGB").resize((1, 1), Image.Resampling.BOX).getpixel((0, 0))
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError):
        return None
    return f"{red:02x}{green:02x}{blue:02x}"
