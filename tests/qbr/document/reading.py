"""What stands in a PDF, as pypdf reads it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from pypdf import PdfReader
from pypdf.generic import IndirectObject

from kpi.qbr.document import write_pdf
from kpi.qbr.pack import Pack


@lru_cache(maxsize=8)
def pdf_of(pack: Pack) -> bytes:
    return write_pdf(pack)


def reader(pdf: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(pdf))


def squeezed(text: str) -> str:
    """Without white space: lines break where they must."""
    return "".join(text.split())


def texts_of(pdf: bytes) -> list[str]:
    """The text of every page, without white space."""
    return [squeezed(page.extract_text()) for page in reader(pdf).pages]


def sections(pdf: bytes) -> dict[str, str]:
    """{title of a chapter: the text of its pages}, by the outline."""
    document = reader(pdf)
    texts = texts_of(pdf)
    starts = [
        (str(entry.title), document.get_destination_page_number(entry))
        for entry in document.outline
        if not isinstance(entry, list)
    ]
    ends = [start for _, start in starts[1:]] + [len(texts)]
    return {title: "".join(texts[start:end]) for (title, start), end in zip(starts, ends, strict=True)}


def outline_of(pdf: bytes) -> list[str]:
    return [str(entry.title) for entry in reader(pdf).outline if not isinstance(entry, list)]


def fonts_of(pdf: bytes) -> dict[str, bool]:
    """{name without the subset's tag: whether it is embedded} of every font on every page and in every drawing."""
    found: dict[str, bool] = {}
    for page in reader(pdf).pages:
        for font in _fonts(page.get("/Resources"), set()):
            within = font["/DescendantFonts"][0].get_object() if "/DescendantFonts" in font else font
            descriptor = within["/FontDescriptor"].get_object()
            name = str(font["/BaseFont"]).lstrip("/").partition("+")[2].removesuffix("-Identity-H")
            found[name] = any(key in descriptor for key in ("/FontFile", "/FontFile2", "/FontFile3"))
    return found


def _fonts(resources: Any, seen: set[int]) -> Iterator[Any]:
    resources = resources.get_object() if resources is not None else {}
    for font in resources.get("/Font", {}).get_object().values() if "/Font" in resources else ():
        yield font.get_object()
    for drawing in resources.get("/XObject", {}).get_object().values() if "/XObject" in resources else ():
        if isinstance(drawing, IndirectObject) and drawing.idnum in seen:
            continue
        if isinstance(drawing, IndirectObject):
            seen.add(drawing.idnum)
        yield from _fonts(drawing.get_object().get("/Resources"), seen)


def structure_of(pdf: bytes) -> list[tuple[str, str]]:
    """(kind, alternative text) of every element of the structure that a screen reader follows."""
    found: list[tuple[str, str]] = []
    root = reader(pdf).trailer["/Root"]["/StructTreeRoot"]
    waiting = [root]
    while waiting:
        element = waiting.pop().get_object()
        if not hasattr(element, "get") or element.get("/Type") in ("/MCR", "/OBJR"):
            continue
        if "/S" in element:
            found.append((str(element["/S"]), str(element.get("/Alt", ""))))
        children = element.get("/K", [])
        children = children.get_object() if isinstance(children, IndirectObject) else children
        waiting += [
            child for child in (children if isinstance(children, list) else [children]) if not isinstance(child, int)
        ]
    return found
