"""What the payload of each event of the access policy says: these facts and no others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kpi.access.policy import HOLDERS
from kpi.ledger.chain import ACCESS_GRANTED, ACCESS_WITHDRAWN
from kpi.ledger.fits import is_side, is_text, is_texts, is_version
from kpi.ledger.tables import ALL_PARTNERS


def _texts_or_none(value: Any) -> bool:
    return value is None or (is_texts(value) and bool(value))


_GRANT: dict[str, Callable[[Any], bool]] = {
    "partner_id": lambda value: value == ALL_PARTNERS,  # the policy is about all: nobody reads a part of it
    "holder": is_text,
    "holder_kind": HOLDERS.__contains__,
    "role": is_text,
    "side": is_side,
    "partners": _texts_or_none,
}

ACCESS_FACTS: dict[str, dict[str, Callable[[Any], bool]]] = {
    ACCESS_GRANTED: _GRANT,
    ACCESS_WITHDRAWN: {**_GRANT, "grant_version": is_version},
}
