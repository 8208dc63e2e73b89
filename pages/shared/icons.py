"""The icons of kpi/present/icons.py in a page's own text.

Streamlit shows no inline drawing in Markdown, so an icon goes in as a small picture in the one colour that stands out
on both themes; what it means is its text for people who cannot see it.
"""

from __future__ import annotations

import base64
from functools import cache

from kpi.present.icons import ICONS, SIZE


@cache
def address(name: str) -> str:
    """The icon as an address of its own, for any place that takes a picture. Raises KeyError for an unknown name."""
    svg = ICONS[name].svg(ICONS[name].mark, SIZE)
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()


def markdown(name: str) -> str:
    """The icon for st.markdown and other places that read Markdown; "" for no icon."""
    return f"![{ICONS[name].meaning}]({address(name)})" if name else ""


def html(name: str) -> str:
    """The icon for st.html; "" for no icon."""
    if not name:
        return ""
    return (
        f'<img src="{address(name)}" alt="{ICONS[name].meaning}" title="{ICONS[name].meaning}" width="16" height="16">'
    )
