"""Text from files and people, shown exactly as it is: Streamlit reads Markdown nearly everywhere."""

from __future__ import annotations

import re
from collections.abc import Iterable

# Markdown's own signs, and Streamlit's: $ opens a formula, ~ strikes out, : opens an icon or a colour.
_SIGNS = re.compile(r"([\\`*_{}\[\]<>#+!|$~:])")
_BLOCK_START = re.compile(r"^(\s*)([-=.]|\d+[.)])", re.MULTILINE)
CUT_SIGN = "…"


def literal(text: str) -> str:
    """``text`` for a place that reads Markdown, so that it comes out letter by letter."""
    escaped = _SIGNS.sub(r"\\\1", text)
    return _BLOCK_START.sub(lambda found: found[1] + found[2][:-1] + "\\" + found[2][-1], escaped)


def sentence(runs: Iterable[tuple[str, bool]]) -> str:
    """A sentence of kpi.present.prose in Markdown, letter by letter; what stands out is bold."""
    return "".join(f"**{literal(text)}**" if stands_out else literal(text) for text, stands_out in runs)


def shortened(text: str, limit: int = 60) -> str:
    """A long name with its middle left out, so that its beginning and its extension both stay readable."""
    if len(text) <= limit:
        return text
    tail = limit // 3
    return text[: limit - tail - 1] + CUT_SIGN + text[-tail:]


def size_text(size: int) -> str:
    """ "812 bytes", "1.2 kB", "4.7 MB"; thousands are decimal, as in file managers."""
    if size < 1000:
        return f"{size} bytes" if size != 1 else "1 byte"
    if size < 1_000_000:
        return f"{size / 1000:.1f} kB"
    return f"{size / 1_000_000:.1f} MB"
