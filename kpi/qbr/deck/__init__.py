"""A pack as PowerPoint: native charts that can be edited, in our own template or a company's."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kpi.qbr.deck.template import Template
    from kpi.qbr.pack import Pack

__all__ = ["read_template", "write_deck"]


def write_deck(pack: Pack, template: bytes | None = None) -> bytes:
    """The pack as a .pptx, in ``template`` (the bytes of a company's .pptx) or our own. The same pack and template give
    the same bytes. Raises TemplateRefused."""
    from kpi.qbr.deck.write import write

    return write(pack, template)


def read_template(content: bytes) -> Template:
    """A company's template, understood: which layouts serve, where content may stand. Raises TemplateRefused."""
    from kpi.qbr.deck.template import read

    return read(content)
