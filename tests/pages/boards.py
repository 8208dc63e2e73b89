"""The boards of a screen that AppTest has run, as they are sent to the browser."""

from __future__ import annotations

import json
from typing import Any

from streamlit.testing.v1 import AppTest


def board_texts(app: AppTest) -> list[str]:
    """Every board's table as JSON, in the order of the screen; the focus keeper draws nothing and has none."""
    return [json.loads(found.proto.json)["table"] for found in app.get("bidi_component") if found.proto.json]


def boards(app: AppTest) -> list[dict[str, Any]]:
    """The same as they were written."""
    return [json.loads(text) for text in board_texts(app)]
