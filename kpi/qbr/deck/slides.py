"""A page's slides: opened with title and number, drawn, finished with foot and notes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from kpi.qbr.deck.canvas import Canvas
from kpi.qbr.deck.flow import Draw
from kpi.qbr.deck.template import Template
from kpi.qbr.pack import Pack, Page


class Slides:
    """The presentation that pages are written to."""

    def __init__(self, presentation: Any, template: Template, pack: Pack) -> None:
        self.presentation, self.template, self.pack = presentation, template, pack

    def cover(self, page: Page, draw: Draw) -> None:
        canvas = Canvas(self.presentation, self.template, self.template.cover, self.pack, page)
        canvas.title(page.title)
        draw(canvas)
        canvas.finish()

    def page(self, page: Page, plans: Sequence[Sequence[Draw]], always: Callable[[Canvas], None] | None = None) -> None:
        """One slide for each plan, "(2 of 3)" behind the title where there are several. ``always``: drawn on each."""
        for place, plan in enumerate(plans, 1):
            canvas = Canvas(self.presentation, self.template, self.template.page, self.pack, page)
            canvas.title(page.title + (f" ({place}\u00a0of\u00a0{len(plans)})" if len(plans) > 1 else ""))
            for draw in plan:
                draw(canvas)
            if always is not None:
                always(canvas)
            canvas.finish()
