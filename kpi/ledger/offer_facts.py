"""What the payload of each event about four eyes and offered files says: these facts and no others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from kpi.access import Scope
from kpi.ledger.chain import FOUR_EYES_SET, OFFER_REFUSED, OFFER_TAKEN_BACK, OFFERED
from kpi.ledger.fits import is_month, is_text, is_texts, is_version
from kpi.ledger.meeting_facts import is_digest
from kpi.ledger.tables import ALL_PARTNERS


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


# A file may be of several partners: then ``partner_id`` is "*", and ``partners`` says whose it is.
_FILE: dict[str, Callable[[Any], bool]] = {
    "partner_id": is_text,
    "partners": lambda value: is_texts(value) and bool(value),
    "dataset": is_text,
    "file_name": is_text,
    "sha256": is_digest,
}

OFFER_FACTS: dict[str, dict[str, Callable[[Any], bool]]] = {
    OFFERED: {
        **_FILE,
        "month_from": is_month,
        "month_to": is_month,
        "size": _is_count,
        "row_count": is_version,
        "mapping": is_text,
        "reading": is_text,
        "warnings": is_text,
        "warning_count": _is_count,
        "notice_count": _is_count,
    },
    OFFER_REFUSED: {**_FILE, "offer_version": is_version},
    OFFER_TAKEN_BACK: {**_FILE, "offer_version": is_version},
}
FOUR_EYES_FACTS: dict[str, dict[str, Callable[[Any], bool]]] = {
    FOUR_EYES_SET: {"partner_id": is_text, "on": lambda value: isinstance(value, bool)},
}


def seen_by(scope: Scope, kind: str, facts: Mapping[str, Any]) -> bool:
    """Whether a reader of these partners may see an event of governance.

    A file they may see when all of its partners are theirs, as a submission; what is for all partners is nobody's.
    """
    if kind in OFFER_FACTS and facts:
        return all(partner == ALL_PARTNERS or scope.allows(partner) for partner in facts["partners"])
    return scope.allows(facts.get("partner_id", ""))
