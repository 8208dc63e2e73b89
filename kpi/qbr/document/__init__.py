"""The PDF pack: the same content as the deck, for people without Office."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kpi.qbr.pack import Pack

__all__ = ["write_pdf"]


def write_pdf(pack: Pack) -> bytes:
    """The file. The same pack gives the same bytes, on any machine and at any time."""
    from kpi.qbr.document.pdf import write

    return write(pack)
