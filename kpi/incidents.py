"""What happens when something breaks that nobody foresaw: an incident id for the person, a log line for the maintainer.

The line holds the time, the place, the kind of error and where in the code it happened. It never holds the error's own
text or any value, because a value could be a partner's record.
"""

from __future__ import annotations

import os
import secrets
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from kpi import log_lines

DEFAULT_LOG = log_lines.PROJECT / "data" / "local" / "kpi.log"

_counting = threading.Lock()
_recorded = 0


@dataclass(frozen=True)
class Incident:
    """``log`` is the file that has the line, or None when no log file could be written."""

    id: str
    log: Path | None


def log_path() -> Path:
    """Where incidents are logged: ``KPI_LOG``, else ``data/local/kpi.log``."""
    named = os.environ.get("KPI_LOG")
    return Path(named) if named else DEFAULT_LOG


def recorded() -> int:
    """How many incidents this process has recorded."""
    return _recorded


def record(error: BaseException, where: str) -> Incident:
    """Log ``error`` under a new id. ``where`` names the command or page. Never raises."""
    global _recorded
    with _counting:
        _recorded += 1
    incident = secrets.token_hex(4)
    path = log_path()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as log:
            log.write(log_line(error, where, incident, datetime.now(UTC)) + "\n")
    except OSError:
        return Incident(incident, None)
    return Incident(incident, path)


def log_line(error: BaseException, where: str, incident: str, at: datetime) -> str:
    """One line; the innermost frame comes first, causes follow after ``<-``."""
    if log_lines.as_json():
        return log_lines.json_line(at, "error", "incident", incident=incident, where=where, error=log_lines.told(error))
    return f"{log_lines.moment(at)} incident {incident} in {where}: {log_lines.told(error)}"
