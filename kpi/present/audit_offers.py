"""Four eyes and offered files in the audit trail: what was done, about what, and the old and the new state."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from kpi.ledger.chain import FOUR_EYES_SET, OFFER_REFUSED, OFFER_TAKEN_BACK, OFFERED
from kpi.ledger.offer_facts import FOUR_EYES_FACTS, OFFER_FACTS
from kpi.ledger.tables import ALL_PARTNERS
from kpi.present.wording import plural, short_month

Facts = Mapping[str, Any]
KINDS = frozenset({*OFFER_FACTS, *FOUR_EYES_FACTS})
WAITS = "waits for acceptance"
_DONE = {
    OFFERED: "offered a file for acceptance",
    OFFER_REFUSED: "refused the offer of version {}",
    OFFER_TAKEN_BACK: "took back the offer of version {}",
}


def offer_done(kind: str, facts: Facts) -> str:
    """After a person's name: "refused the offer of version 12"; the kind itself where the facts could not be read."""
    if not facts:
        return kind
    if kind == FOUR_EYES_SET:
        return f"switched four eyes {'on' if facts['on'] else 'off'}"
    return _DONE[kind].format(facts.get("offer_version"))


def offer_about(kind: str, facts: Facts) -> str:
    """ "deliveries of HELIX, Oct 2026: 12 records, 2 warnings", "deliveries of HELIX", "files of all partners"."""
    if kind == FOUR_EYES_SET:
        return f"files of {_whose([facts['partner_id']])}"
    about = f"{facts['dataset'].replace('_', ' ')} of {_whose(facts['partners'])}"
    if kind != OFFERED:
        return about
    first, last = (short_month(date.fromisoformat(facts[name])) for name in ("month_from", "month_to"))
    months = first if first == last else f"{first} to {last}"
    warnings = f", {plural(facts['warning_count'], 'warning')}" if facts["warning_count"] else ""
    return f"{about}, {months}: {plural(facts['row_count'], 'record')}{warnings}"


def offer_state(kind: str, facts: Facts) -> tuple[str, str]:
    """Old and new."""
    if kind == FOUR_EYES_SET:
        return "", f"files {'wait for acceptance' if facts['on'] else 'go into the ledger at once'}"
    return {OFFERED: ("", WAITS), OFFER_REFUSED: (WAITS, "refused")}.get(kind, (WAITS, "taken back"))


def acceptance(offer: Facts) -> str:
    """What a submission was before: "the offer of version 12 by hel@helix.example; checked by sampling"."""
    said = f"the offer of version {offer['version']} by {offer['offered_by']}"
    return f"{said}; {offer['note']}" if offer.get("note") else said


def _whose(partners: list[str]) -> str:
    return ", ".join("all partners" if partner == ALL_PARTNERS else partner for partner in partners)
