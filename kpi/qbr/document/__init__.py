"""The PDF pack: the same content as the deck, for people without Office."""

from kpi.qbr.document.pdf import write_pdf

__all__ = ["write_pdf"]
