"""What happens when something breaks that nobody foresaw: an incident id for the person, a log line for the maintainer.

The line holds the time, the place, the kind of error and where in the code it happened. It never holds the error's own
text or any value, because a value could be a partner's record.
"""

from __future__ import annotations

import os
import secrets
import threading
import traceback
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
DEFAULT_LOG = PROJECT / "data" / "local" / "kpi.log"

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
    chain: list[str] = []
    current: BaseException | None = error
    while current is not None and len(chain) < 5:
        frames = [_frame(frame) for frame in reversed(traceback.extract_tb(current.__traceback__))]
        chain.append(f"{type(current).__module__}.{type(current).__qualname__} at " + " < ".join(frames))
        current = current.__cause__ or current.__context__
    return f"{at:%Y-%m-%dT%H:%M:%SZ} incident {incident} in {where}: " + " <- ".join(chain)


def _frame(frame: traceback.FrameSummary) -> str:
    path = Path(frame.filename)
    shown = path.relative_to(PROJECT) if path.is_relative_to(PROJECT) else Path(*path.parts[-2:])
    return f"{shown.as_posix()}:{frame.lineno} {frame.name}"
