"""The events of the access policy in the audit trail: what was done, about what, and the old and the new state."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kpi.ledger.chain import ACCESS_GRANTED

Facts = Mapping[str, Any]


def access_done(kind: str, facts: Facts) -> str:
    """After a person's name: "granted access to ann@x.org"; the kind itself where the facts could not be read."""
    if not facts:
        return kind
    whom = f"the group {facts['holder']}" if facts["holder_kind"] == "group" else facts["holder"]
    return f"granted access to {whom}" if kind == ACCESS_GRANTED else f"withdrew access from {whom}"


def access_about(facts: Facts) -> str:
    """ "quality lead on the sponsor's side, for HELIX, NORD", "… for all partners"."""
    partners = "all partners" if facts["partners"] is None else ", ".join(facts["partners"])
    return f"{facts['role'].replace('_', ' ')} on the {facts['side']}'s side, for {partners}"


def access_state(kind: str, facts: Facts) -> tuple[str, str]:
    """Old and new: a grant brings what a withdrawal takes away."""
    about = access_about(facts)
    return ("", about) if kind == ACCESS_GRANTED else (about, "")
