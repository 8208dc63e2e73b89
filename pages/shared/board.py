"""Puts a board (kpi/present/board.py) on a screen."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

HERE = Path(__file__).parent

_board = st.components.v2.component(
    "kpi_board",
    html='<div class="board">\n</div>',
    css=(HERE / "board.css").read_text(encoding="utf-8"),
    js=(HERE / "board.js").read_text(encoding="utf-8"),
)


def show(payload: str, key: str, *, legend: bool = True, tallest: str = "") -> None:
    """Draw the board in ``payload``. ``tallest`` (a CSS length) bounds its height; beyond it the table scrolls."""
    _board(key=key, data={"table": payload, "legend": legend, "tallest": tallest})
