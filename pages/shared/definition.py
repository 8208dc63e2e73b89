"""A definition beside the numbers it makes: its formula always, the rest on demand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from kpi.present.wording import better_text, day_name, format_target, format_value

if TYPE_CHECKING:
    from kpi.catalog import Indicator


def shown(indicator: Indicator) -> None:
    """Formula of ``indicator``, and its reasons, source, owner and caveat behind a click."""
    st.markdown(indicator.sentence)
    st.caption(f"{formula(indicator)} Month by: {indicator.month_text}. {better_text(indicator)}.")
    details = st.expander("Definition, source and caveats", icon=":material/menu_book:")
    with details:
        st.markdown("\n".join(f"- **{label}**: {text}" for label, text in facts(indicator)))


def formula(indicator: Indicator) -> str:
    """ "Denominator: …. Numerator: of these, …." in the definition's own words."""
    if not indicator.denominator_text:
        return f"{indicator.kind.capitalize()}: {indicator.numerator_text}."
    scale = "" if indicator.scale == 1 else f", times {indicator.scale:g}"
    return f"Denominator: {indicator.denominator_text}. Numerator: {indicator.numerator_text}{scale}."


def facts(indicator: Indicator) -> list[tuple[str, str]]:
    """(label, text) of everything else a reader may ask."""
    limit = "none" if indicator.limit is None else format_value(indicator, indicator.limit)
    pairs = [
        ("Why it matters", indicator.why),
        ("Caveat", indicator.caveat),
        ("Default target and limit", f"{format_target(indicator, indicator.target)}; limit {limit}"),
        ("Judged from", f"{indicator.minimum_n} records on" if indicator.minimum_n else ""),
        ("Source", indicator.source),
        ("Owner", f"{indicator.owner}, to be reviewed by {day_name(indicator.review_by)}"),
        ("Definition", f"`{indicator.id}`, version {indicator.version}"),
    ]
    return [(label, text) for label, text in pairs if text]
