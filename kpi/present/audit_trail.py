"""The events of the audit trail in words: what was done, and about what."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from kpi.ledger.access_facts import ACCESS_FACTS
from kpi.ledger.act_names import DONE
from kpi.ledger.chain import (
    ACTION,
    FIGURE_NOTE,
    MAPPING_DROPPED,
    MAPPING_SAVED,
    REBASELINE,
    REBASELINE_WITHDRAWN,
    SUBMISSION,
    SYNTHETIC,
    WITHDRAWAL,
)
from kpi.ledger.figure_names import FIGURE_DONE
from kpi.ledger.meeting_facts import MEETING_FACTS
from kpi.present.audit_access import access_about, access_done
from kpi.present.audit_meetings import meeting_about, meeting_done
from kpi.present.audit_offers import KINDS as OFFER_KINDS
from kpi.present.audit_offers import acceptance, offer_about, offer_done
from kpi.present.wording import day_name, month_name, plural

_DONE = {
    SUBMISSION: "submitted",
    WITHDRAWAL: "withdrew",
    SYNTHETIC: "loaded the synthetic sample",
    REBASELINE: "began a control chart anew",
    REBASELINE_WITHDRAWN: "took back a rebaseline",
    MAPPING_SAVED: "saved a mapping",
    MAPPING_DROPPED: "dropped a mapping",
}


def what_was_done(kind: str, facts: Mapping[str, Any]) -> str:
    """After a person's name: "submitted", "shelved E-1a2b3c4d until 3 January 2027"; ``facts`` as the ledger has it."""
    if kind in MEETING_FACTS:
        return meeting_done(kind, facts)
    if kind in ACCESS_FACTS:
        return access_done(kind, facts)
    if kind in OFFER_KINDS:
        return offer_done(kind, facts)
    if kind == SUBMISSION and facts:
        return "accepted and submitted"
    if kind == FIGURE_NOTE and facts:
        done = FIGURE_DONE[facts["action"]]
        return f"{done}, for the partner" if facts["side"] == "partner" else done
    if kind != ACTION or not facts:
        return _DONE.get(kind, kind)
    done = f"{DONE.get(facts['action'], facts['action'])} {facts['escalation_id']}"
    if facts["owner"]:
        done = f"{done} to {facts['owner']}"
    if facts["until"]:
        done = f"{done} until {day_name(date.fromisoformat(facts['until']))}"
    return f"{done}, for the partner" if facts["side"] == "partner" else done


def what_it_is_about(kind: str, facts: Mapping[str, Any]) -> str:
    """The series or subject of an event of governance: "right first time of HELIX, since March 2026"; "" for others."""
    if not facts:
        return ""
    if kind in MEETING_FACTS:
        return meeting_about(kind, facts)
    if kind in ACCESS_FACTS:
        return access_about(facts)
    if kind in OFFER_KINDS:
        return offer_about(kind, facts)
    if kind == SUBMISSION:
        return acceptance(facts["offer"])
    if kind == REBASELINE_WITHDRAWN:
        return f"{facts['partner_id']}, the rebaseline of version {facts['rebaseline_version']}"
    if kind in (MAPPING_SAVED, MAPPING_DROPPED):
        return _mapping(facts)
    places = [facts[name] for name in ("site_id", "product", "currency") if facts.get(name)]
    figure = f"{facts['kpi_id'].replace('_', ' ')} of {facts['partner_id']}" if facts["kpi_id"] else facts["partner_id"]
    subject = ", ".join([figure, *places])
    if kind == FIGURE_NOTE:
        return f"{subject}, {month_name(date.fromisoformat(facts['month']))}"
    since = "from" if kind == REBASELINE else "since"
    rule = f", by rule {facts['rule_id'].replace('_', ' ')}" if facts.get("rule_id") else ""
    return f"{subject}, {since} {month_name(date.fromisoformat(facts['month']))}{rule}"


def _mapping(facts: Mapping[str, Any]) -> str:
    """ "batch records of HELIX, a file of 16 columns", "batch records of HELIX, the mapping of version 12"."""
    whose = "several partners" if facts["partner_id"] == "*" else facts["partner_id"]
    which = (
        f"a file of {plural(len(facts['headers']), 'column')}"
        if "headers" in facts
        else f"the mapping of version {facts['mapping_version']}"
    )
    return f"{facts['dataset'].replace('_', ' ')} of {whose}, {which}"
