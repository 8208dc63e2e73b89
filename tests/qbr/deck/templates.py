"""Companies' templates made by code: 4:3 with a logo, one whose layouts say nothing, a dark one."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from typing import Any

from PIL import Image, ImageDraw
from pptx import Presentation
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.oxml import parse_xml
from pptx.util import Inches

from kpi.qbr.deck.drawing import NAMESPACES, Rect, colour_xml, frame_xml

SAMPLE_TEXT = "Sample slide of the company"


def narrow_template() -> bytes:
    """4:3, Georgia and Verdana, green; a logo on the master that reaches into the title; two sample slides."""
    presentation = Presentation()
    _fonts(presentation, "Georgia", "Verdana")
    _colours(presentation, {"dk1": "2B2B2B", "dk2": "0B5345", "accent1": "1E8449", "lt2": "EAF2EE"})
    master = presentation.slide_master
    master.shapes._spTree.append(_picture(master, logo(), Inches(8.3), Inches(0.2), Inches(1.4)))
    for title in (SAMPLE_TEXT, "Another one"):
        slide = presentation.slides.add_slide(presentation.slide_layouts[1])
        slide.shapes.title.text = title
        slide.placeholders[1].text = "Lorem ipsum"
        slide.notes_slide.notes_text_frame.text = "Sample notes"
    first = presentation.slides._sldIdLst[0].rId
    show = f'<p:sld r:id="{first}"/>'
    presentation.part._element.find("{*}notesSz").addnext(
        parse_xml(
            f'<p:custShowLst {NAMESPACES}><p:custShow name="Short" id="0"><p:sldLst>{show}</p:sldLst></p:custShow>'
            "</p:custShowLst>"
        )
    )
    return _saved(presentation)


def strange_template() -> bytes:
    """16:9; layouts with names and kinds that say nothing, one without a title, a footer in the middle."""
    presentation = Presentation()
    _wide(presentation)
    for number, layout in enumerate(presentation.slide_layouts):
        layout.name = f"XZ-{number * 7} neu (2)"
        layout._element.attrib.pop("type", None)
    return _saved(presentation)


def dark_template() -> bytes:
    """16:9 on a dark background by the theme's mapping, Segoe UI, orange, the title in capitals' place at the left."""
    presentation = Presentation()
    _wide(presentation)
    _fonts(presentation, "Segoe UI", "Segoe UI")
    _colours(presentation, {"dk1": "11161C", "lt1": "F4F6F8", "accent1": "F39C12", "dk2": "1B2631"})
    mapping = presentation.slide_master._element.find("{*}clrMap")
    mapping.set("bg1", "dk1")
    mapping.set("tx1", "lt1")
    mapping.set("bg2", "dk2")
    mapping.set("tx2", "lt2")
    return _saved(presentation)


def logo() -> bytes:
    """A picture that is seen."""
    image = Image.new("RGB", (280, 120), "#1E8449")
    ImageDraw.Draw(image).text((60, 40), "ACME", fill="white", font_size=48)
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def changed(content: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """The file with one part of it changed."""
    return _rewritten(content, {name: change})


def with_part(content: bytes, name: str, part: bytes) -> bytes:
    """The file with one more part."""
    file = io.BytesIO(content)
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, part)
    return file.getvalue()


def of_kind(content: bytes, kind: str) -> bytes:
    """The file under another content type of its main part."""
    old = rb"application/vnd\.openxmlformats-officedocument\.presentationml\.presentation\.main\+xml"
    return changed(content, "[Content_Types].xml", lambda types: re.sub(old, kind.encode(), types))


def _rewritten(content: bytes, changes: dict[str, Callable[[bytes], bytes]]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, changes.get(name, bytes)(old.read(name)))
    return file.getvalue()


def _wide(presentation: Any) -> None:
    """16:9, with the 4:3 placeholders of master and layouts stretched."""
    presentation.slide_width, presentation.slide_height = Inches(13.333), Inches(7.5)
    for owner in (presentation.slide_master, *presentation.slide_layouts):
        for shape in owner.placeholders:
            frame = shape._element.spPr.find("{*}xfrm")
            if frame is not None:
                shape.left, shape.width = round(shape.left * 4 / 3), round(shape.width * 4 / 3)


def _theme(presentation: Any) -> Any:
    return presentation.slide_master.part.part_related_by(RELATIONSHIP_TYPE.THEME)


def _fonts(presentation: Any, heading: str, text: str) -> None:
    part = _theme(presentation)
    for kind, name in ((b"majorFont", heading), (b"minorFont", text)):
        part._blob = re.sub(
            rb"(<a:" + kind + rb'><a:latin typeface=")[^"]*',
            lambda found, name=name: found[1] + name.encode(),
            part.blob,
        )


def _colours(presentation: Any, colours: dict[str, str]) -> None:
    part = _theme(presentation)
    for slot, colour in colours.items():
        pattern = rf"<a:{slot}>.*?</a:{slot}>".encode()
        part._blob = re.sub(
            pattern, f'<a:{slot}><a:srgbClr val="{colour}"/></a:{slot}>'.encode(), part.blob, flags=re.S
        )


def _picture(owner: Any, content: bytes, left: int, top: int, width: int) -> Any:
    """A picture on a master, which python-pptx puts on slides alone."""
    from pptx.oxml.shapes.picture import CT_Picture

    part, relation = owner.part.get_or_add_image_part(io.BytesIO(content))
    height = round(width * part.image.size[1] / part.image.size[0])
    return CT_Picture.new_pic(77, "Logo", "Company logo", relation, left, top, width, height)


def _saved(presentation: Any) -> bytes:
    file = io.BytesIO()
    presentation.save(file)
    return file.getvalue()


def banded_template() -> bytes:
    """16:9, white content on a dark blue background: a panel under the body, a band with a white footer below."""
    presentation = Presentation()
    _wide(presentation)
    master = presentation.slide_master
    background = parse_xml(f"<p:bg {NAMESPACES}><p:bgPr>{colour_xml('0b2545')}<a:effectLst/></p:bgPr></p:bg>")
    master._element.cSld.replace(master._element.cSld.find("{*}bg"), background)
    for place, colour in ((Rect(20, 120, 920, 360), "ffffff"), (Rect(0, 484, 960, 56), "13315c")):
        master.shapes._spTree.insert(2, parse_xml(_panel(place, colour)))
    return _saved(presentation)


def divider_template() -> bytes:
    """16:9; its only layout with a title alone is a divider with the title in the middle of the slide."""
    presentation = Presentation()
    _wide(presentation)
    only = presentation.slide_layouts.get_by_name("Title Only")
    assert only is not None
    only._element.attrib.pop("type")
    title = next(shape for shape in only.placeholders if shape._element.ph.get("type") == "title")
    title.left, title.top, title.width, title.height = (round(side * 12700) for side in (48, 220, 864, 100))
    return _saved(presentation)


def _panel(place: Rect, colour: str) -> str:
    number = 90 + round(place.y)
    return (
        f'<p:sp {NAMESPACES}><p:nvSpPr><p:cNvPr id="{number}" name="Panel"/><p:cNvSpPr/><p:nvPr/></p:nvSpPr><p:spPr>'
        f'{frame_xml("a:xfrm", place)}<a:prstGeom prst="rect"><a:avLst/></a:prstGeom>{colour_xml(colour)}'
        "</p:spPr></p:sp>"
    )
