"""Events in words, as they are read after a person's name."""

from __future__ import annotations

from typing import Any

import pytest

from kpi.ledger.act_names import ACTIONS, SIDES_OF
from kpi.ledger.chain import ACTION, MAPPING_DROPPED, MAPPING_SAVED, REBASELINE, REBASELINE_WITHDRAWN
from kpi.present.audit_trail import what_it_is_about, what_was_done

ON: dict[str, Any] = {
    "action": "acknowledge",
    "side": "sponsor",
    "escalation_id": "E-1a2b3c4d",
    "rule_id": "past_limit",
    "partner_id": "HELIX",
    "kpi_id": "on_time_delivery",
    "currency": "",
    "month": "2026-03-01",
    "owner": "",
    "until": None,
}
CHART: dict[str, Any] = {
    "kpi_id": "cost_per_lot",
    "grain": "partner",
    "partner_id": "HELIX",
    "site_id": "",
    "product": "",
    "currency": "EUR",
    "month": "2026-03-01",
}
SAVED = {"partner_id": "HELIX", "dataset": "batch_records", "headers": ["Charge", "Werk"], "mapping": ""}
DROPPED = {"partner_id": "HELIX", "dataset": "batch_records", "mapping_version": 12}


@pytest.mark.parametrize(
    ("kind", "facts", "done"),
    [
        ("submission", {}, "submitted"),
        ("withdrawal", {}, "withdrew"),
        ("synthetic", {}, "loaded the synthetic sample"),
        (ACTION, ON, "acknowledged E-1a2b3c4d"),
        (ACTION, ON | {"action": "assign", "owner": "QA lead"}, "assigned E-1a2b3c4d to QA lead"),
        (ACTION, ON | {"action": "shelve", "until": "2027-01-03"}, "shelved E-1a2b3c4d until 3 January 2027"),
        (ACTION, ON | {"action": "object", "side": "partner"}, "objected to E-1a2b3c4d, for the partner"),
        (ACTION, {}, "escalation action"),  # its payload cannot be read
        (REBASELINE, CHART, "began a control chart anew"),
        (REBASELINE_WITHDRAWN, {"partner_id": "HELIX", "rebaseline_version": 12}, "took back a rebaseline"),
        (MAPPING_SAVED, SAVED, "saved a mapping"),
        (MAPPING_DROPPED, DROPPED, "dropped a mapping"),
        ("of a later release", {}, "of a later release"),
    ],
)
def test_what_was_done(kind: str, facts: dict[str, Any], done: str) -> None:
    assert what_was_done(kind, facts) == done


@pytest.mark.parametrize(
    ("kind", "facts", "about"),
    [
        ("submission", {}, ""),
        (MAPPING_SAVED, SAVED, "batch records of HELIX, a file of 2 columns"),
        (MAPPING_SAVED, SAVED | {"partner_id": "*"}, "batch records of several partners, a file of 2 columns"),
        (MAPPING_DROPPED, DROPPED, "batch records of HELIX, the mapping of version 12"),
        (ACTION, ON, "on time delivery of HELIX, since March 2026, by rule past limit"),
        (ACTION, ON | {"kpi_id": ""}, "HELIX, since March 2026, by rule past limit"),
        (REBASELINE, CHART, "cost per lot of HELIX, EUR, from March 2026"),
        (REBASELINE, CHART | {"site_id": "HELIX-1"}, "cost per lot of HELIX, HELIX-1, EUR, from March 2026"),
        (
            REBASELINE_WITHDRAWN,
            {"partner_id": "HELIX", "rebaseline_version": 12},
            "HELIX, the rebaseline of version 12",
        ),
    ],
)
def test_what_it_is_about(kind: str, facts: dict[str, Any], about: str) -> None:
    assert what_it_is_about(kind, facts) == about


@pytest.mark.parametrize("action", ACTIONS)
def test_every_act_has_words(action: str) -> None:
    words = what_was_done(ACTION, ON | {"action": action, "side": SIDES_OF[action][0]})
    assert words.startswith(
        ("acknowledged", "commented", "assigned", "shelved", "unshelved", "replied", "objected", "withdrew")
    )
    assert "E-1a2b3c4d" in words
