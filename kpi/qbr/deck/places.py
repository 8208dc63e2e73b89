"""Where content may stand in a layout: within its placeholders, above its footer, clear of logos."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kpi.qbr.deck.drawing import EMU, Rect

GAP = 8.0  # points between a place and what it keeps clear of
FOOT_HEIGHT = 40.0  # two lines of small print, each of which may break once
LARGE_PICTURE = 0.3  # of the slide: a picture behind everything rather than a logo
EDGE = 0.04  # of the slide's width: the margin where a layout says nothing
TITLES = ("title", "ctrTitle")
CONTENTS = (None, "obj", "body", "tbl", "chart")
DRAWN = ("pic", "graphicFrame", "grpSp")


def rect_of(shape: Any) -> Rect | None:
    """A shape's place, inherited where a placeholder has none of its own; None where nothing says."""
    sides = (shape.left, shape.top, shape.width, shape.height)
    if any(side is None for side in sides):
        return None
    return Rect(*(side / EMU for side in sides))


def kind_of(shape: Any) -> str | None:
    kind: str | None = shape._element.ph.get("type")
    return kind


def owners_of(layout: Any) -> list[Any]:
    """The layout, and its master where the layout shows what is drawn there."""
    shows = layout._element.get("showMasterSp", "1") not in ("0", "false")
    return [layout, layout.slide_master] if shows else [layout]


def margins_of(layout: Any, kinds: Sequence[str | None]) -> tuple[float, float]:
    """Left and upper margin within the first placeholder of such a kind, its own or its master's; PowerPoint's else."""
    found = [7.2, 3.6]
    for owner in (layout.slide_master, layout):
        for shape in owner.placeholders:
            if kind_of(shape) in kinds:
                properties = shape._element.txBody.find("{*}bodyPr")
                for place, name in enumerate(("lIns", "tIns")):
                    found[place] = int(properties.get(name, found[place] * EMU)) / EMU
                break
    return found[0], found[1]


def obstacles_of(layout: Any, size: tuple[float, float]) -> list[Rect]:
    """Pictures and groups that the layout and its master show and that content must not cover: logos."""
    found = []
    for owner in owners_of(layout):
        for shape in owner.shapes:
            tag = shape._element.tag.rpartition("}")[2]
            place = rect_of(shape) if tag in DRAWN and not shape.is_placeholder else None
            if place and 0 < place.w * place.h < LARGE_PICTURE * size[0] * size[1]:
                found.append(place)
    return found


def clear_of(place: Rect, obstacles: Sequence[Rect]) -> Rect:
    """``place`` cut back on the side where it loses least, until it meets none of ``obstacles``."""
    for other in obstacles:
        grown = Rect(other.x - GAP, other.y - GAP, other.w + 2 * GAP, other.h + 2 * GAP)
        if not place.meets(grown):
            continue
        choices = (
            place._replace(w=grown.x - place.x),
            Rect(grown.right, place.y, place.right - grown.right, place.h),
            place._replace(h=grown.y - place.y),
            Rect(place.x, grown.bottom, place.w, place.bottom - grown.bottom),
        )
        place = max(choices, key=lambda choice: max(choice.w, 0) * max(choice.h, 0))
    return place


def title_place(layout: Any, size: tuple[float, float]) -> Rect:
    """The place of the layout's title, within the slide."""
    shape = next(found for found in layout.placeholders if kind_of(found) in TITLES)
    width, height = size
    edge = EDGE * width
    return _within(rect_of(shape) or Rect(edge, edge, width - 2 * edge, 0.14 * height), size)


def foot_places(layout: Any, size: tuple[float, float], obstacles: Sequence[Rect]) -> tuple[Rect, Rect]:
    """The places of the two lines at the foot and of the page's number: where the footer is, widened."""
    width, height = size
    edge = EDGE * width
    prints = {
        kind_of(shape): place
        for owner in (layout.slide_master, layout)
        for shape in owner.placeholders
        if kind_of(shape) in ("dt", "ftr", "sldNum") and (place := rect_of(shape)) and place.y > 0.6 * height
    }
    places = [_within(place, size) for place in prints.values()]
    bottom = min(max([place.bottom for place in places], default=height - 10), height - 6)
    top = min([place.y for place in places] + [bottom - FOOT_HEIGHT])
    left = min([place.x for place in places], default=edge)
    right = max([place.right for place in places], default=width - edge)
    if right - left < 0.5 * width:
        left, right = edge, width - edge
    number = prints.get("sldNum")
    if number is None:
        number = Rect(right - 48, bottom - 18, 48, 16)
    elif number.w > 60:  # many templates give it a third of the slide
        at_left = number.x + number.w / 2 < width / 2
        number = number._replace(x=number.x if at_left else number.right - 60, w=60)
    number = clear_of(_within(number, size), obstacles)
    foot = clear_of(Rect(left, top, right - left, bottom - top), obstacles)
    foot = clear_of(foot, [number])
    return foot, number


def body_place(
    layout: Any,
    layouts: Sequence[Any],
    title: Rect,
    foot: Rect,
    size: tuple[float, float],
    obstacles: Sequence[Rect],
) -> Rect:
    """Where a page's content stands: the layout's own place for content, else that of its sister with one, else the
    master's; always between title and foot."""
    width, height = size
    sisters = [found for found in layouts if found.slide_master.part.partname == layout.slide_master.part.partname]
    for owner in (layout, *(found for found in sisters if found._element.get("type") == "obj"), layout.slide_master):
        found = [place for shape in owner.placeholders if kind_of(shape) in CONTENTS and (place := rect_of(shape))]
        if len(found) == 1:
            place = _within(found[0], size)
            break
    else:
        place = Rect(title.x, title.bottom + GAP, title.w, foot.y - title.bottom - 2 * GAP)
    top = max(place.y, title.bottom + GAP) if title.y < height / 2 else place.y
    bottom = min(place.bottom, foot.y - GAP)
    if place.w < 0.55 * width or bottom - top < 0.4 * height:  # made for something else: what lies between is used
        left, right = min(title.x, EDGE * width), max(title.right, (1 - EDGE) * width)
        place = Rect(left, 0, right - left, 0)
        top, bottom = title.bottom + GAP, foot.y - GAP
    if foot.y - bottom > 3 * GAP:  # many templates end their text far above the footer
        bottom = foot.y - GAP
    return clear_of(Rect(place.x, top, place.w, bottom - top), obstacles)


def cover_places(
    layout: Any, title: Rect, foot: Rect, size: tuple[float, float], obstacles: Sequence[Rect]
) -> tuple[Rect, Rect]:
    """Title and subtitle of a title slide; the subtitle beneath the title where the layout has none."""
    shape = next((found for found in layout.placeholders if kind_of(found) == "subTitle"), None)
    if shape is None:
        texts = [found for found in layout.placeholders if kind_of(found) == "body"]
        shape = texts[0] if len(texts) == 1 else None
    second = rect_of(shape) if shape is not None else None
    if second is None:
        second = Rect(title.x, title.bottom + GAP, title.w, max(foot.y - title.bottom - 2 * GAP, 60))
    second = clear_of(_within(second, size), obstacles)
    if second.y >= title.y and second.h < 90:  # two lines of a name, the period, the sites
        second = second._replace(h=max(min(110.0, foot.y - GAP - second.y), second.h))
    return title, second


def _within(place: Rect, size: tuple[float, float]) -> Rect:
    x, y = max(place.x, 0.0), max(place.y, 0.0)
    return Rect(x, y, min(place.right, size[0]) - x, min(place.bottom, size[1]) - y)
