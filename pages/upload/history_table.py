"""The history of submissions as a table for the eye, and the filters on it. Plain functions on the ledger's frame."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from kpi.desk.standing import partners_of
from kpi.present.calendar_board import OFFERS_VIEW
from kpi.present.wording import joined, short_month

if TYPE_CHECKING:
    import pandas as pd

PARTNERS_SHOWN = 3
SUBMISSIONS, OFFERS = "Submissions", OFFERS_VIEW  # the screen's views
AUDIT_TRAIL, COMPARISON = "Audit trail", "Compare versions"
STATE_MARKS = {"current": "●", "withdrawn": "○"}  # a shape beside the name, so that nothing rests on colour


def filtered(history: pd.DataFrame, *, dataset: str | None, state: str | None, partner: str | None) -> pd.DataFrame:
    """The submissions of this dataset, state and partner; None is no restriction."""
    keep = history["submission_id"].notna()
    if dataset is not None:
        keep &= history["dataset"] == dataset
    if state is not None:
        keep &= history["state"] == state
    if partner is not None:
        keep &= history["partners"].map(lambda partners: partner in partners_of(partners))
    return history[keep]


def table(history: pd.DataFrame, zone: tzinfo | None) -> pd.DataFrame:
    """One row per submission in the words of the screen; times in UTC and, where it differs, in the reader's zone."""
    import pandas as pd

    shown = pd.DataFrame(
        {
            "State": [state_text(state) for state in history["state"]],
            "Submission": history["submission_id"],
            "When (UTC)": pd.to_datetime(history["at"]),
            "Dataset": [name.replace("_", " ") for name in history["dataset"]],
            "Months": [
                months_text(first, last) for first, last in zip(history["month_from"], history["month_to"], strict=True)
            ],
            "Partners": [partners_text(partners) for partners in history["partners"]],
            "File": history["file_name"],
            "New": history["new"],
            "Changed": history["changed"],
            "Unchanged": history["unchanged"],
            "Who": history["actor"],
        }
    )
    return with_local_time(shown, zone)


def events_table(trail: pd.DataFrame, zone: tzinfo | None) -> pd.DataFrame:
    """The audit trail (kpi.present.audit_table) for the eye: who did what, when and why, one row per ledger version."""
    import pandas as pd

    shown = pd.DataFrame(
        {
            "Version": trail["version"],
            "When (UTC)": trail["at"],
            "Who": trail["who"],
            "What": trail["what"],
            "Submission": trail["submission_id"],
            "Partners": [partners_text(partners) for partners in trail["partners"]],
            "Old": trail["old"],
            "New": trail["new"],
            "Why": trail["why"],
            "About": trail["about"],
            "File": trail["file_name"],
            "Hash": trail["hash"],
        }
    )
    return with_local_time(shown, zone)


def moments(zone: tzinfo | None) -> dict[str, Any]:
    """How the columns of times are shown."""
    import streamlit as st

    return {name: st.column_config.DatetimeColumn(format="YYYY-MM-DD HH:mm") for name in time_columns(zone)}


def with_local_time(shown: pd.DataFrame, zone: tzinfo | None) -> pd.DataFrame:
    """The table with the reader's own time beside the column in UTC, where the two differ."""
    if zone is None:
        return shown
    local = shown["When (UTC)"].dt.tz_localize(UTC).dt.tz_convert(zone).dt.tz_localize(None)
    shown.insert(list(shown.columns).index("When (UTC)") + 1, f"When ({zone_name(zone)})", local)
    return shown


def time_columns(zone: tzinfo | None) -> list[str]:
    return ["When (UTC)"] if zone is None else ["When (UTC)", f"When ({zone_name(zone)})"]


def state_text(state: str) -> str:
    return f"{STATE_MARKS[state]} {state}"


def months_text(month_from: Any, month_to: Any) -> str:
    """ "Oct 2026", or "Jan 2024 – Oct 2026"."""
    first, last = short_month(month_from), short_month(month_to)
    return first if first == last else f"{first} – {last}"


def partners_text(partners: str) -> str:
    """The first few partners, and how many more."""
    return joined(list(partners_of(partners)), limit=PARTNERS_SHOWN)


def reader_zone(name: str | None) -> tzinfo | None:
    """The reader's time zone; None when the browser names none, or one that is UTC anyway."""
    if not name or name in ("UTC", "Etc/UTC", "Etc/GMT", "GMT"):
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def zone_name(zone: tzinfo) -> str:
    """ "Berlin" for Europe/Berlin: short enough for a column's head."""
    return str(zone).rsplit("/", 1)[-1].replace("_", " ")


def moment_text(moment: datetime, zone: tzinfo | None) -> str:
    """ "22 November 2026, 07:24 UTC (08:24 in Berlin)"; ``moment`` is UTC without a zone, as the ledger keeps it."""
    text = f"{moment.day} {moment:%B %Y, %H:%M} UTC"
    if zone is None:
        return text
    local = moment.replace(tzinfo=UTC).astimezone(zone)
    day = "" if local.date() == moment.date() else f"{local.day} {local:%B}, "
    return f"{text} ({day}{local:%H:%M} in {zone_name(zone)})"
