"""A committee's meeting on the sample portfolio, and a partner's correction of what it looks at."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime
from typing import Any

from kpi.access import EVERYTHING
from kpi.catalog import load_catalog
from kpi.ledger.meeting_model import AgendaItem, Meeting, Participant
from kpi.ledger.meetings import open_meeting
from kpi.ledger.reads import history, original
from kpi.ledger.store import Store
from kpi.meeting.agenda import propose
from kpi.qbr.source import load_source

PARTNER = "COBR"
MONTH = date(2026, 10, 1)
DAY = date(2026, 12, 3)
TITLE = "Joint steering committee"
BOTH_SIDES = (Participant("Anna Berg", "Alliance manager", "sponsor"), Participant("Tom Lee", "Quality", "partner"))
REJECTED = 3  # lots that the correction rejects


def held(store: Store, agenda: tuple[AgendaItem, ...] | None = None, **changes: Any) -> Meeting:
    """A meeting on the store's newest version, with the agenda that the figures propose unless one is given."""
    catalog, now = load_catalog(), datetime.now(UTC)
    if agenda is None:
        source = load_source(store, catalog, today=now.date(), scope=EVERYTHING)
        agenda = propose(source, PARTNER, MONTH, date(2027, 2, 28))
    facts: dict[str, Any] = {
        "partner_id": PARTNER,
        "day": DAY,
        "title": TITLE,
        "month": MONTH,
        "window": 1,
        "participants": BOTH_SIDES,
        "definitions": catalog.digest,
        "actor": "anna.berg",
        "now": now,
        "scope": EVERYTHING,
    }
    return open_meeting(store, agenda=agenda, **(facts | changes))


def corrected_lots(store: Store, partner: str = PARTNER) -> tuple[str, bytes]:
    """The partner's lots of the month as sent before, save that some were rejected: (file name, content)."""
    found = history(store, scope=EVERYTHING)
    mine = found[(found["dataset"] == "batch_records") & (found["partners"] == partner)]
    mine = mine[mine["month_to"].dt.strftime("%Y-%m") == f"{MONTH:%Y-%m}"]
    name, content = original(store, str(mine["submission_id"].iloc[0]), EVERYTHING)
    rows = list(csv.DictReader(io.StringIO(content.decode())))
    released = [row for row in rows if row["disposition"] == "released" and row["disposition_date"][:7] == "2026-10"]
    for row in released[:REJECTED]:
        row["disposition"] = "rejected"
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return name.replace(".csv", "_corrected.csv"), text.getvalue().encode()
