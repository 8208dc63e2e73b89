"""Our own template, made by code: 16:9, white, Arial, a quiet blue; a title slide and pages with a title.

It starts from the empty presentation that python-pptx brings, whose 4:3 layouts are taken out.
"""

from __future__ import annotations

import io
from functools import lru_cache
from typing import Any

from kpi.qbr.deck.drawing import NAMESPACES, Rect, colour_xml, frame_xml

WIDTH, HEIGHT = 960.0, 540.0
MARGIN = 44.0
TITLE = Rect(MARGIN, 26, WIDTH - 2 * MARGIN, 62)
BODY = Rect(MARGIN, 110, WIDTH - 2 * MARGIN, 368)
FOOT = Rect(MARGIN, 490, 800, 40)
NUMBER = Rect(WIDTH - MARGIN - 60, 490, 60, 16)
COVER_TITLE = Rect(96, 132, 768, 130)
COVER_LINES = Rect(96, 282, 768, 150)
COVER_FOOT = Rect(96, 478, 700, 44)
COVER_NUMBER = Rect(WIDTH - 96 - 60, 478, 60, 16)
COLOURS = {
    "dk1": "1c2733",
    "lt1": "ffffff",
    "dk2": "173a57",
    "lt2": "f3f5f7",
    "accent1": "1f5a8a",
    "accent2": "b35c00",
    "accent3": "4c7a34",
    "accent4": "8a4f9e",
    "accent5": "5c6875",
    "accent6": "00798c",
    "hlink": "1f5a8a",
    "folHlink": "8a4f9e",
}
FONT = "Arial"
TITLE_SIZE, COVER_SIZE, COVER_LINE_SIZE, BODY_SIZE, FOOT_SIZE = 24, 40, 20, 16, 9
APP_PROPERTIES = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Properties '
    b'xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
    b"<Application>Microsoft Office PowerPoint</Application></Properties>"
)


@lru_cache(maxsize=1)
def house_template() -> bytes:
    """The template as a .pptx without slides."""
    from pptx import Presentation
    from pptx.opc.constants import RELATIONSHIP_TYPE
    from pptx.util import Pt

    presentation = Presentation()
    presentation.slide_width, presentation.slide_height = Pt(WIDTH), Pt(HEIGHT)
    master = presentation.slide_master
    for layout in list(presentation.slide_layouts):
        if layout.name not in ("Title Slide", "Title and Content", "Title Only"):
            presentation.slide_layouts.remove(layout)
    _theme(master.part.part_related_by(RELATIONSHIP_TYPE.THEME))
    _master(master)
    cover, content, only = presentation.slide_layouts
    _cover(cover)
    _page(content, "Title and content", with_body=True)
    _page(only, "Title only", with_body=False)
    package = presentation.part.package
    for relation in [found for found in presentation.part.rels.values() if found.reltype.endswith("/printerSettings")]:
        presentation.part.rels.pop(relation.rId)
    for relation in [found for found in package._rels.values() if found.reltype.endswith("/thumbnail")]:
        package._rels.pop(relation.rId)
    file = io.BytesIO()
    presentation.save(file)
    return file.getvalue()


def _theme(part: Any) -> None:
    from lxml import etree

    root = etree.fromstring(part.blob)
    space = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
    root.set("name", "QBR")
    scheme = root.find(f".//{space}clrScheme")
    scheme.set("name", "QBR")
    for slot in list(scheme):
        for old in list(slot):
            slot.remove(old)
        etree.SubElement(slot, f"{space}srgbClr", val=COLOURS[slot.tag.rpartition("}")[2]].upper())
    fonts = root.find(f".//{space}fontScheme")
    fonts.set("name", "QBR")
    for latin in fonts.iter(f"{space}latin"):
        latin.set("typeface", FONT)
    part._blob = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _master(master: Any) -> None:
    """Placeholders where the pages have them, text styles without bullets, one short rule beneath the title."""
    places = {"title": TITLE, "body": BODY, "ftr": FOOT, "sldNum": NUMBER}
    for shape in list(master.placeholders):
        kind = shape._element.ph.get("type")
        if kind == "dt":
            shape._element.getparent().remove(shape._element)
            continue
        _move(shape, places[kind])
        _style(shape, {"ftr": ("l", FOOT_SIZE, "t"), "sldNum": ("r", FOOT_SIZE, "t")}.get(kind), colour="accent5")
    _first(master, _bar(Rect(MARGIN, 94, 48, 3), "accent1"))
    for level, size in (("title", TITLE_SIZE), ("body", BODY_SIZE)):
        style = master._element.find(f".//{{*}}{level}Style")
        for place, properties in enumerate(style):
            if not properties.tag.endswith("pPr"):
                continue
            properties.set("algn", "l")
            for name in ("marL", "indent"):
                properties.attrib.pop(name, None)
            if level == "body":
                _no_bullet(properties, place)
            defaults = properties.find("{*}defRPr")
            defaults.set("sz", str(size * 100))
            if level == "title":
                defaults.set("b", "1")
    title = next(shape for shape in master.placeholders if shape._element.ph.get("type") == "title")
    _anchor(title, "b")


def _no_bullet(properties: Any, place: int) -> None:
    from lxml import etree

    properties.set("marL", str(place * 228600))
    properties.set("indent", "0")
    for old in [child for child in properties if child.tag.rpartition("}")[2].startswith("bu")]:
        properties.remove(old)
    none = etree.Element("{http://schemas.openxmlformats.org/drawingml/2006/main}buNone")
    properties.find("{*}defRPr").addprevious(none)


def _cover(layout: Any) -> None:
    """Deep blue, with the title in white."""
    from pptx.oxml import parse_xml

    layout.name = "Title slide"
    background = parse_xml(f"<p:bg {NAMESPACES}><p:bgPr>{colour_xml('tx2')}<a:effectLst/></p:bgPr></p:bg>")
    layout._element.cSld.insert(0, background)
    layout._element.set("showMasterSp", "0")
    places = {"ctrTitle": COVER_TITLE, "subTitle": COVER_LINES, "ftr": COVER_FOOT, "sldNum": COVER_NUMBER}
    looks = {
        "ctrTitle": ("l", COVER_SIZE, "b"),
        "subTitle": ("l", COVER_LINE_SIZE, "t"),
        "ftr": ("l", FOOT_SIZE, "t"),
        "sldNum": ("r", FOOT_SIZE, "t"),
    }
    _only(layout, places)
    for shape in layout.placeholders:
        kind = shape._element.ph.get("type")
        _move(shape, places[kind])
        _style(shape, looks[kind], colour="bg1")
    _first(layout, _bar(Rect(96, 112, 48, 4), "bg1"))


def _page(layout: Any, name: str, *, with_body: bool) -> None:
    layout.name = name
    _only(layout, {"title", "ftr", "sldNum"} | ({None, "obj", "body"} if with_body else set()))
    for shape in layout.placeholders:
        for frame in shape._element.spPr.findall("{*}xfrm"):
            shape._element.spPr.remove(frame)


def _only(layout: Any, kinds: Any) -> None:
    for shape in list(layout.placeholders):
        if shape._element.ph.get("type") not in kinds:
            shape._element.getparent().remove(shape._element)


def _move(shape: Any, place: Rect) -> None:
    shape.left, shape.top, shape.width, shape.height = (round(side * 12700) for side in place)


def _style(shape: Any, looks: tuple[str, int, str] | None, colour: str = "tx1") -> None:
    """Alignment, size and anchor of a placeholder's first level; margins of none, so that text stands on the margin."""
    from pptx.oxml import parse_xml

    body = shape._element.txBody
    properties = body.find("{*}bodyPr")
    for side in ("lIns", "rIns", "tIns", "bIns"):
        properties.set(side, "0")
    for fit in list(properties):
        properties.remove(fit)
    if looks is None:
        return
    align, size, anchor = looks
    properties.set("anchor", anchor)
    bold = ' b="1"' if size == COVER_SIZE else ""
    style = parse_xml(
        f'<a:lstStyle {NAMESPACES}><a:lvl1pPr marL="0" indent="0" algn="{align}"><a:buNone/>'
        f'<a:defRPr sz="{size * 100}"{bold}>{colour_xml(colour)}</a:defRPr></a:lvl1pPr></a:lstStyle>'
    )
    old = body.find("{*}lstStyle")
    body.replace(old, style)


def _anchor(shape: Any, anchor: str) -> None:
    shape._element.txBody.find("{*}bodyPr").set("anchor", anchor)


def _bar(place: Rect, colour: str) -> str:
    return (
        f'<p:sp {NAMESPACES}><p:nvSpPr><p:cNvPr id="90" name="Rule"/><p:cNvSpPr/><p:nvPr userDrawn="1"/></p:nvSpPr>'
        "<p:spPr>"
        f'{frame_xml("a:xfrm", place)}<a:prstGeom prst="rect"><a:avLst/></a:prstGeom>{colour_xml(colour)}'
        "<a:ln><a:noFill/></a:ln></p:spPr></p:sp>"
    )


def _first(owner: Any, shape: str) -> None:
    """Behind everything else of a master or layout."""
    from pptx.oxml import parse_xml

    owner.shapes._spTree.insert(2, parse_xml(shape))
