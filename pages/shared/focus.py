"""Lets the keyboard go on where it was after an answer has taken away the field that it was given in."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

_keeper = st.components.v2.component(
    "kpi_focus", html="<span></span>", js=(Path(__file__).parent / "focus.js").read_text(encoding="utf-8")
)


def keep_place() -> None:
    """Once in every run, on whatever screen; it draws nothing."""
    _keeper(key="focus_keeper", height=1)
