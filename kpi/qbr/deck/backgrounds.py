"""What a layout looks like behind a place, as one colour: text must be read on it."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

from kpi.qbr.deck.colours import resolved
from kpi.qbr.deck.drawing import Rect
from kpi.qbr.deck.places import owners_of, rect_of

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


def ground_of(layout: Any, place: Rect, theme: Mapping[str, str], mapping: Mapping[str, str], background: str) -> str:
    """The colour behind the middle of ``place``: of the topmost band, panel or picture there, else ``background``."""
    x, y = place.x + place.w / 2, place.y + place.h / 2
    found = background
    for owner in owners_of(layout)[::-1]:
        for shape in owner.shapes:
            here = None if shape.is_placeholder else rect_of(shape)
            if here is None or not (here.x <= x <= here.right and here.y <= y <= here.bottom):
                continue
            found = _of_shape(owner, shape._element, theme, mapping) or found
    return found


def _of_shape(owner: Any, element: Any, theme: Mapping[str, str], mapping: Mapping[str, str]) -> str | None:
    """A shape's fill; None for one without, or whose fill comes from the theme's styles and is not told here."""
    kind = element.tag.rpartition("}")[2]
    if kind == "pic":
        return _picture(owner, element.find("{*}blipFill/{*}blip").get(EMBED))
    return _filled(owner, element.find("{*}spPr"), theme, mapping) if kind == "sp" else None


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
            red, green, blue = image.convert("RGB").resize((1, 1), Image.Resampling.BOX).tobytes()
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError):
        return None
    return f"{red:02x}{green:02x}{blue:02x}"
