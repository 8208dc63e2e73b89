"""The pack's pages into a presentation, in their order; the file comes out the same every time."""

from __future__ import annotations

import io
from typing import Any

from kpi.qbr.deck.appendix import appendix_slides
from kpi.qbr.deck.drawing import clean
from kpi.qbr.deck.front import changed_slide, title_slide
from kpi.qbr.deck.house import APP_PROPERTIES
from kpi.qbr.deck.indicator import EPOCH, indicator_slide
from kpi.qbr.deck.listings import decisions_slides, escalations_slides, look_ahead_slides
from kpi.qbr.deck.packing import repacked
from kpi.qbr.deck.scorecard import scorecard_slides
from kpi.qbr.deck.slides import Slides
from kpi.qbr.deck.template import house, read
from kpi.qbr.pack import (
    AppendixPage,
    ChangedPage,
    DecisionsPage,
    EscalationsPage,
    IndicatorPage,
    LookAheadPage,
    Pack,
    ScorecardPage,
    TitlePage,
)

WRITERS: dict[type, Any] = {
    TitlePage: title_slide,
    ScorecardPage: scorecard_slides,
    ChangedPage: changed_slide,
    IndicatorPage: indicator_slide,
    EscalationsPage: escalations_slides,
    DecisionsPage: decisions_slides,
    LookAheadPage: look_ahead_slides,
    AppendixPage: appendix_slides,
}


def write(pack: Pack, template: bytes | None = None) -> bytes:
    """See kpi.qbr.deck.write_deck."""
    from pptx import Presentation

    understood = house() if template is None else read(template)
    presentation = Presentation(io.BytesIO(understood.content))
    slides = Slides(presentation, understood, pack)
    for page in pack.pages:
        WRITERS[type(page)](slides, page)
    _properties(presentation, pack)
    file = io.BytesIO()
    presentation.save(file)
    return repacked(file.getvalue())


def _properties(presentation: Any, pack: Pack) -> None:
    """Names the document; its moment is the ledger version's, never the export's."""
    when = pack.provenance.recorded_at or EPOCH
    when = when.replace(microsecond=0)
    properties = presentation.core_properties
    properties.title = clean(f"{pack.pages[0].title}: {pack.partner}, {pack.period}")[:255]
    properties.subject = pack.provenance.version_line
    properties.author = properties.last_modified_by = ""
    properties.comments = properties.keywords = properties.category = ""
    properties.created = properties.modified = when
    properties.revision = 1
    for part in presentation.part.package.iter_parts():
        if part.partname == "/docProps/app.xml":
            part._blob = APP_PROPERTIES
