"""A company's template, understood: which layouts serve, where content may stand, in which fonts and colours.

Layouts are told by the placeholders they have and by their kind; names only decide between equals.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kpi.errors import KpiError, TemplateRefused
from kpi.qbr.deck.backgrounds import background_of, ground_of
from kpi.qbr.deck.colours import (
    MARK_CONTRAST,
    Palette,
    contrast,
    palette_of,
    readable,
    resolved,
    theme_colours,
)
from kpi.qbr.deck.drawing import EMU, Rect
from kpi.qbr.deck.house import house_template
from kpi.qbr.deck.metrics import Font
from kpi.qbr.deck.places import (
    body_place,
    clear_of,
    cover_places,
    foot_places,
    kind_of,
    margins_of,
    obstacles_of,
    title_place,
)
from kpi.qbr.deck.samples import try_out, without_samples
from kpi.qbr.deck.template_guard import check_template, damaged

SMALLEST_WIDTH, SMALLEST_HEIGHT = 480.0, 360.0  # points of a slide: 6.7 × 5 inches
SMALLEST_BODY = (360.0, 220.0)
HIGHEST_TITLE = 0.45  # of the slide's height: a title that ends further down is a divider's
TITLES = ("title", "ctrTitle")
SMALL_PRINT = ("dt", "ftr", "sldNum", "hdr")
LARGEST_TITLE, LARGEST_COVER = 28.0, 44.0  # points; whole sentences stand there


@dataclass(frozen=True)
class Layout:
    """One layout as far as pages need it. ``index``: its place in the presentation. ``second``: the subtitle of a title
    slide; ``foot`` and ``number`` hold the two lines and the page's number, in the colour ``small_print``; ``title`` is
    within its placeholder's margins. ``in_capitals``: the layout shows titles so.
    ``title_colour``: "" where the layout's own can be read. ``title_frame``: where titles stand instead of the layout's
    place, which reaches under a logo; None where it does not."""

    index: int
    name: str
    title: Rect
    title_size: float
    body: Rect
    second: Rect | None
    foot: Rect
    number: Rect
    palette: Palette
    small_print: str
    in_capitals: bool
    title_colour: str
    title_frame: Rect | None


@dataclass(frozen=True)
class Template:
    """``content``: the presentation without slides. ``width``, ``height`` of a slide in points. ``heading``, ``text``:
    the theme's two fonts."""

    content: bytes
    width: float
    height: float
    cover: Layout
    page: Layout
    heading: Font
    text: Font
    layouts: tuple[str, ...]

    @property
    def is_narrow(self) -> bool:
        """4:3 or thereabouts."""
        return self.width / self.height < 1.5

    @property
    def described(self) -> str:
        """For the person who chose it: which layouts are used."""
        shape = "4:3" if self.is_narrow else "16:9"
        return (
            f"{shape}, title slide from the layout “{self.cover.name}”, pages from “{self.page.name}”, text in "
            f"{self.text.name}"
        )


def house() -> Template:
    """Our own template."""
    return _understood(house_template())


def read(content: bytes) -> Template:
    """See kpi.qbr.deck.read_template."""
    check_template(content)
    try:
        found = _understood(without_samples(content))
        try_out(found.content, {found.cover.index, found.page.index})
        return found
    except KpiError:
        raise
    except Exception:  # python-pptx and lxml raise anything over parts that are not what they say
        raise damaged() from None


def _understood(content: bytes) -> Template:
    from lxml import etree
    from pptx import Presentation
    from pptx.opc.constants import RELATIONSHIP_TYPE

    presentation = Presentation(io.BytesIO(content))
    width, height = (presentation.slide_width or 0) / EMU, (presentation.slide_height or 0) / EMU
    if width < SMALLEST_WIDTH or height < SMALLEST_HEIGHT or height > width:
        raise TemplateRefused(
            f"The template's slides measure {width / 72:.1f} × {height / 72:.1f} inches; needed are landscape slides "
            f"of at least {SMALLEST_WIDTH / 72:.1f} × {SMALLEST_HEIGHT / 72:.1f} inches. Change it under Design, Slide "
            "Size."
        )
    layouts = [layout for master in presentation.slide_masters for layout in master.slide_layouts]
    size = (width, height)
    cover, page = _cover_of(layouts, size), _page_of(layouts, size)
    master = page.slide_master
    theme = etree.fromstring(master.part.part_related_by(RELATIONSHIP_TYPE.THEME).blob)
    found = Template(
        content=content,
        width=width,
        height=height,
        cover=_layout(cover, layouts, size, is_cover=True),
        page=_layout(page, layouts, size, is_cover=False),
        heading=_font(theme, "majorFont"),
        text=_font(theme, "minorFont"),
        layouts=tuple(layout.name for layout in layouts),
    )
    body = found.page.body
    if body.w < SMALLEST_BODY[0] or body.h < SMALLEST_BODY[1]:
        raise TemplateRefused(
            f"The layout “{page.name}” leaves {body.w / 72:.1f} × {body.h / 72:.1f} inches for content "
            f"between its title, logo and footer; needed are {SMALLEST_BODY[0] / 72:.1f} × {SMALLEST_BODY[1] / 72:.1f} "
            "inches. Enlarge its text placeholder and save the template again."
        )
    return found


def _kinds(layout: Any) -> list[str]:
    return [shape._element.ph.get("type") or "obj" for shape in layout.placeholders]


def _cover_of(layouts: Sequence[Any], size: tuple[float, float]) -> Any:
    """The layout for the title slide: its kind, a centred title, or its name; else the one of the pages."""

    def rank(layout: Any) -> tuple[bool, bool, bool]:
        kinds = _kinds(layout)
        return (layout._element.get("type") == "title", "ctrTitle" in kinds, "subTitle" in kinds)

    with_title = [layout for layout in layouts if set(_kinds(layout)).intersection(TITLES)]
    best = max(with_title, key=rank, default=None)
    return best if best is not None and any(rank(best)) else _page_of(layouts, size)


def _page_of(layouts: Sequence[Any], size: tuple[float, float]) -> Any:
    """The layout for pages: a title alone, or a title with one place for content."""

    def rank(layout: Any) -> tuple[int, bool]:
        kinds = _kinds(layout)
        others = [kind for kind in kinds if kind not in (*TITLES, *SMALL_PRINT)]
        kind = layout._element.get("type") or ""
        name = layout.name.casefold()
        is_front = kind in ("title", "secHead") or "ctrTitle" in kinds or "vert" in kind
        is_named = any(word in name for word in ("title only", "nur titel", "titre seul"))
        alone, one = not others, others in (["obj"], ["body"])
        place = title_place(layout, size)
        is_front = is_front or place.bottom > HIGHEST_TITLE * size[1] or place.h > place.w or _is_upright(layout)
        score = 0 if is_front else 4 if kind == "titleOnly" else 3 if alone else 2 if one else 1
        return score, is_named

    with_title = [layout for layout in layouts if set(_kinds(layout)).intersection(TITLES)]
    if not with_title:
        raise TemplateRefused(
            "The template has no layout with a title. Needed is at least one layout with a title placeholder, such as "
            "“Title Only” or “Title and Content”: add it under View, Slide Master."
        )
    return max(with_title, key=rank)


def _is_upright(layout: Any) -> bool:
    """Whether the title runs from top to bottom."""
    shapes = [shape._element for shape in layout.placeholders if kind_of(shape) in TITLES]
    return any(shape.txBody.find("{*}bodyPr").get("vert", "horz") != "horz" for shape in shapes)


def _layout(layout: Any, layouts: Sequence[Any], size: tuple[float, float], *, is_cover: bool) -> Layout:
    obstacles = obstacles_of(layout, size)
    foot, number = foot_places(layout, size, obstacles)
    side, top = margins_of(layout, TITLES)
    own_place = title_place(layout, size)
    title = clear_of(own_place, obstacles)
    frame = None if title == own_place else title
    second = None
    if is_cover:
        title, second = cover_places(layout, title, foot, size, obstacles)
        body = title
        second = second.inset(left=side, right=side)
    else:
        body = body_place(layout, layouts, title, foot, size, obstacles).inset(left=side, right=side)
        right = min(foot.right, number.x - 8) if number.x > foot.x else foot.right
        left = max(foot.x, body.x)
        foot = foot._replace(x=left, w=right - left)
    theme, mapping, background = _colours(layout)
    palette = palette_of(theme, mapping, ground_of(layout, body, theme, mapping, background))
    ground = ground_of(layout, foot, theme, mapping, background)
    inherited = _print_colour(layout, theme, mapping)
    return Layout(
        index=[found.part.partname for found in layouts].index(layout.part.partname),
        name=layout.name,
        title=title.inset(side, top, side, top),
        title_size=min(_title_size(layout), LARGEST_COVER if is_cover else LARGEST_TITLE),
        body=body,
        second=second,
        foot=foot,
        number=number,
        palette=palette,
        small_print=readable([*inherited, palette.muted, palette.ink, "000000", "ffffff"], ground),
        in_capitals=_in_capitals(layout),
        title_frame=frame,
        title_colour=_title_colour(layout, ground_of(layout, title, theme, mapping, background), theme, mapping),
    )


def _colours(layout: Any) -> tuple[dict[str, str], dict[str, str], str]:
    """The theme's colours, which of them are text and background here, and the background."""
    from lxml import etree
    from pptx.opc.constants import RELATIONSHIP_TYPE

    master = layout.slide_master
    theme = theme_colours(etree.fromstring(master.part.part_related_by(RELATIONSHIP_TYPE.THEME).blob))
    mapping = dict(master._element.find("{*}clrMap").attrib)
    override = layout._element.find("{*}clrMapOvr/{*}overrideClrMapping")
    if override is not None:
        mapping.update(override.attrib)
    return theme, mapping, background_of(layout, theme, mapping)


def _print_colour(layout: Any, theme: dict[str, str], mapping: dict[str, str]) -> list[str]:
    """The colour that the layout or its master gives to footers, if any."""
    for owner in (layout, layout.slide_master):
        for shape in owner.placeholders:
            fill = shape._element.find(".//{*}lvl1pPr/{*}defRPr/{*}solidFill") if kind_of(shape) == "ftr" else None
            colour = None if fill is None else resolved(fill, theme, mapping)
            if colour is not None:
                return [colour]
    return []


def _title_styles(layout: Any) -> list[Any]:
    """The first level's looks of the title: the layout's, its master's placeholder's, its master's style's."""
    master = layout.slide_master
    places = [shape._element for owner in (layout, master) for shape in owner.placeholders if kind_of(shape) in TITLES]
    places += master._element.findall(".//{*}titleStyle")
    found = [place.find(".//{*}lvl1pPr/{*}defRPr") for place in places]
    return [style for style in found if style is not None]


def _title_size(layout: Any) -> float:
    """Points of the layout's title."""
    sizes = [int(style.get("sz")) / 100 for style in _title_styles(layout) if style.get("sz")]
    return sizes[0] if sizes else LARGEST_TITLE


def _title_colour(layout: Any, ground: str, theme: dict[str, str], mapping: dict[str, str]) -> str:
    fills = [fill for style in _title_styles(layout) if (fill := style.find("{*}solidFill")) is not None]
    own = resolved(fills[0], theme, mapping) if fills else None
    if own is None or contrast(own, ground) >= MARK_CONTRAST:  # titles are large
        return ""
    return palette_of(theme, mapping, ground).ink


def _in_capitals(layout: Any) -> bool:
    caps = [style.get("cap") for style in _title_styles(layout) if style.get("cap")]
    return bool(caps) and caps[0] == "all"


def _font(theme: Any, kind: str) -> Font:
    latin = theme.find(f".//{{*}}{kind}/{{*}}latin")
    return Font.named((latin.get("typeface") if latin is not None else "") or "Arial")
