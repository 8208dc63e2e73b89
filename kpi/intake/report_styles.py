"""How the annotated workbook looks: colours and marks of severities, one set of formats."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format

COLOURS = {"error": "#FBC4BE", "warning": "#FFE3A3", "notice": "#DCE6F7"}
MARKS = {"error": "✕ error", "warning": "▲ warning", "notice": "○ notice"}


def styles_of(workbook: Workbook) -> dict[str, Format]:
    """By severity the format of a marked cell; then head, title, plain and link."""
    wrap = {"text_wrap": True, "valign": "top"}
    marked = {name: workbook.add_format({**wrap, "bg_color": colour}) for name, colour in COLOURS.items()}
    return {
        **marked,
        "head": workbook.add_format({"bold": True, "bg_color": "#E6E9EE", "border": 1}),
        "title": workbook.add_format({"bold": True, "font_size": 14}),
        "plain": workbook.add_format(wrap),
        "link": workbook.add_format({**wrap, "font_color": "#0B4F9E", "underline": 1}),
    }
