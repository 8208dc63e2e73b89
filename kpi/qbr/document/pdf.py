"""A pack → a PDF: the template sets the data, with our fonts alone."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from kpi.qbr.document.payload import moment_of, payload
from kpi.qbr.fonts import FOLDER as FONTS
from kpi.qbr.pack import Pack

ROOT = Path(__file__).resolve().parents[2]  # templates may import one another from anywhere in the library
TEMPLATE = Path(__file__).resolve().with_name("pack.typ")


def write_pdf(pack: Pack) -> bytes:
    """The file. The same pack gives the same bytes, on any machine and at any time."""
    return set_document(TEMPLATE, payload(pack), moment_of(pack))


def set_document(template: Path, data: dict[str, Any], moment: datetime) -> bytes:
    """The PDF that the template makes of ``data``; ``moment`` (UTC, without a zone) is the document's date.

    Data reach the template as JSON, so nothing in them is ever read as code.
    """
    import typst

    return typst.compile(
        template,
        root=ROOT,
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        pdf_standards=["ua-1"],  # tagged, with a title, a language and texts for every drawing, or no file at all
        timestamp=moment.replace(tzinfo=UTC),
    )


@lru_cache(maxsize=1)
def _fonts() -> Any:
    """Read once; they are the same for every document."""
    import typst

    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])
