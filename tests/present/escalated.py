"""Escalations made up for tests of what is said about them."""

from __future__ import annotations

from datetime import date, datetime

from kpi.catalog import Catalog
from kpi.ledger.actions import Action
from kpi.signals.escalation import Escalation

MONTH = date(2026, 9, 1)


def escalation(catalog: Catalog, rule_id: str, partner: str = "A", **given: object) -> Escalation:
    """An open escalation of ``rule_id`` at its rule's tier, unless ``given`` says otherwise."""
    rule = catalog.escalation.rule(rule_id)
    assert rule is not None
    facts: dict = {
        "id": f"E-{rule_id}-{partner}-{given.get('kpi_id', '')}",
        "rule": rule,
        "partner_id": partner,
        "kpi_id": rule.kpis[0] if len(rule.kpis) == 1 else "",
        "currency": "",
        "state": "active",
        "tier": rule.tier,
        "since": MONTH,
        "active_from": MONTH,
        "opened_on": date(2026, 10, 8),
        "due_on": date(2026, 11, 20),
        "closed_on": None,
        "climbs": (),
        "history": (),
        "kpis": (),
        "covered_by": "",
        "acknowledged": None,
        "owner": rule.owner,
        "shelved_until": None,
        "objection": None,
        "actions": (),
    }
    return Escalation(**(facts | given))


def acknowledgement(of: Escalation) -> Action:
    return Action(
        version=9,
        at=datetime(2026, 10, 9, 8),
        actor="ann",
        side="sponsor",
        action="acknowledge",
        escalation_id=of.id,
        rule_id=of.rule.id,
        partner_id=of.partner_id,
        kpi_id=of.kpi_id,
        currency="",
        month=MONTH,
        text="",
        owner="",
        until=None,
    )
