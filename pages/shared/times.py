"""A moment in UTC and on the reader's own clock."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

from kpi.present.wording import day_name


def both_times(at: datetime) -> str:
    """ "3 December 2026, 09:12 UTC (10:12 in Europe/Berlin)"; ``at``: UTC without a zone."""
    told = f"{day_name(at.date())}, {at:%H:%M} UTC"
    zone = st.context.timezone
    if not zone or zone == "UTC":
        return told
    try:
        local = at.replace(tzinfo=UTC).astimezone(ZoneInfo(zone))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return told  # a browser may name a zone that this machine does not know
    day = "" if local.date() == at.date() else f"{day_name(local.date())}, "
    return f"{told} ({day}{local:%H:%M} in {zone})"
