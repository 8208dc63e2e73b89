"""What people did about the sample's escalations, so that its board looks like one that people work with."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from kpi.access import EVERYTHING
from kpi.ledger.actions import record_action
from kpi.signals.escalation import escalation_id

if TYPE_CHECKING:
    import duckdb

    from kpi.ledger.store import Store

ACTS = Path(__file__).parents[2] / "data" / "samples" / "acts.toml"


@dataclass(frozen=True)
class SampleAct:
    """One act. ``since`` is the month in which the escalation's condition first held; ``kpi`` is "" for a partner."""

    at: datetime
    rule: str
    partner: str
    since: date
    action: str
    actor: str
    kpi: str = ""
    side: str = "sponsor"
    text: str = ""
    owner: str = ""
    until: date | None = None


@cache
def sample_acts() -> tuple[SampleAct, ...]:
    """All acts, in the order of time."""
    listed = tomllib.loads(ACTS.read_text(encoding="utf-8"))["act"]
    acts = [
        SampleAct(**entry | {"since": date.fromisoformat(f"{entry['since']}-01"), "at": entry["at"].astimezone(UTC)})
        for entry in listed
    ]
    return tuple(sorted(acts, key=lambda act: act.at))


def record_act(store: Store, connection: duckdb.DuckDBPyConnection, act: SampleAct) -> None:
    """Through the same door as everybody's acts."""
    record_action(
        store,
        escalation_id=escalation_id(act.rule, act.partner, act.kpi, "", act.since),
        rule_id=act.rule,
        partner_id=act.partner,
        kpi_id=act.kpi,
        currency="",
        month=act.since,
        action=act.action,
        side=act.side,
        text=act.text,
        owner=act.owner,
        until=act.until,
        actor=act.actor,
        now=act.at,
        scope=EVERYTHING,
        connection=connection,
    )
