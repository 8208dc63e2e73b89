"""Whether a value of an event's payload is what its fact has to be."""

from __future__ import annotations

from datetime import date
from typing import Any

from kpi.ledger.act_names import ACTIONS, SIDES


def is_text(value: Any) -> bool:
    return isinstance(value, str)


def is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def is_action(value: Any) -> bool:
    return value in ACTIONS


def is_side(value: Any) -> bool:
    return value in SIDES


def is_day(value: Any) -> bool:
    try:
        date.fromisoformat(value)
    except (TypeError, ValueError):
        return False
    return True


def is_month(value: Any) -> bool:
    return is_day(value) and date.fromisoformat(value).day == 1


def is_day_or_none(value: Any) -> bool:
    return value is None or is_day(value)


def is_version(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0
