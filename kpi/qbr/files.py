"""A pack as one file: a deck, a workbook or a PDF, and what the file is called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpi.errors import UsageError
from kpi.present.file_names import download_name

if TYPE_CHECKING:
    from datetime import date

    from kpi.qbr.choices import Choices
    from kpi.qbr.pack import Pack
    from kpi.qbr.source import Source

DECK, BOOK, DOCUMENT = KINDS = ("pptx", "xlsx", "pdf")


def write_file(source: Source, choices: Choices, kind: str, template: bytes | None = None) -> bytes:
    """The pack that ``choices`` make of ``source``, as ``kind``; ``template``: a company's .pptx, for a deck only.

    The same source, choices and template give the same bytes. Raises UsageError (an unknown kind, partner, month or
    page), TemplateRefused, StoreUnavailable.
    """
    from kpi.qbr.gather import pack_of

    require_kind(kind)
    return write_pack(source, pack_of(source, choices), kind, template)


def write_pack(source: Source, pack: Pack, kind: str, template: bytes | None = None) -> bytes:
    """A pack that is gathered already, from ``source``, as ``kind``. Raises as ``write_file``."""
    require_kind(kind)
    if kind == DECK:
        from kpi.qbr.deck import write_deck

        return write_deck(pack, template)
    if kind == BOOK:
        from kpi.qbr.workbook import records_of, write_workbook

        return write_workbook(pack, records_of(source, pack))
    from kpi.qbr.document import write_pdf

    return write_pdf(pack)


def file_name(partner_id: str, month: date, version: int, kind: str) -> str:
    """ "qbr_ACME_2026-10_v412.pptx", legal on every system whatever the partner's id holds."""
    return download_name(f"qbr_{partner_id}_{month:%Y-%m}_v{version}.{kind}")


def comments_left_out(pack: Pack, choices: Choices) -> tuple[str, ...]:
    """The pages that ``choices`` comment on and that are not in the pack, sorted: nobody would see those comments."""
    there = {page.key for page in pack.pages}
    return tuple(sorted(key for key, text in choices.comments.items() if text.strip() and key not in there))


def require_kind(kind: str) -> None:
    if kind not in KINDS:
        raise UsageError(f'There is no pack as "{kind}". Allowed: {", ".join(KINDS)}.')
