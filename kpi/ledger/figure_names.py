"""What can be said about a figure, by whom, and how it reads once done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kpi.access.role import PARTNER_SIDE, SIDES, SPONSOR_SIDE
from kpi.ledger.chain import FIGURE_NOTE
from kpi.ledger.fits import is_month, is_side, is_text, is_version

OBJECT, WITHDRAW, UPHOLD, TURN_DOWN, COMMENT = "object", "withdraw objection", "uphold", "turn down", "comment"
FIGURE_ACTS = (OBJECT, WITHDRAW, COMMENT, UPHOLD, TURN_DOWN)
ENDS = (WITHDRAW, UPHOLD, TURN_DOWN)  # what ends an objection
SIDES_OF_ACT: dict[str, tuple[str, ...]] = {
    OBJECT: (PARTNER_SIDE,),
    WITHDRAW: (PARTNER_SIDE,),
    COMMENT: SIDES,
    UPHOLD: (SPONSOR_SIDE,),
    TURN_DOWN: (SPONSOR_SIDE,),
}
# After a person's name, in a sentence about a figure.
FIGURE_DONE = {
    OBJECT: "objected to the figure",
    WITHDRAW: "withdrew the objection to the figure",
    COMMENT: "commented on the figure",
    UPHOLD: "upheld the objection to the figure",
    TURN_DOWN: "turned down the objection to the figure",
}
# Beside the value, once it is so.
FIGURE_MARKS = {OBJECT: "objected", UPHOLD: "objection upheld", TURN_DOWN: "objection turned down", WITHDRAW: ""}

FIGURE_FACTS: dict[str, dict[str, Callable[[Any], bool]]] = {
    FIGURE_NOTE: {
        "action": FIGURE_ACTS.__contains__,
        "side": is_side,
        "partner_id": is_text,
        "kpi_id": is_text,
        "currency": is_text,
        "month": is_month,
        "seen_version": is_version,
        "objection_version": lambda value: value is None or is_version(value),
    }
}
