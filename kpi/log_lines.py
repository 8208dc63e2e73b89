"""How a line of the log is written: text for people, or one JSON object with ``KPI_LOG_FORMAT=json``.

No line holds a record, a file's name or an error's own text: a value could be a partner's. An error is told as its kind
and the places in the code that it went through.
"""

from __future__ import annotations

import json
import logging
import os
import traceback
from datetime import UTC, datetime
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
FORMAT = "KPI_LOG_FORMAT"
MOST_CAUSES = 5


def as_json() -> bool:
    return os.environ.get(FORMAT, "").strip().lower() == "json"


def moment(at: datetime) -> str:
    """``2026-03-02T09:12:00Z``; ``at`` is UTC."""
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


def json_line(at: datetime, level: str, event: str, **facts: object) -> str:
    """One object on one line, keys in the order given."""
    return json.dumps({"at": moment(at), "level": level, "event": event, **facts}, ensure_ascii=False)


def told(error: BaseException) -> str:
    """Kind of error and where in the code, the innermost place first, causes after ``<-``; never its own text."""
    chain: list[str] = []
    current: BaseException | None = error
    while current is not None and len(chain) < MOST_CAUSES:
        frames = [_frame(frame) for frame in reversed(traceback.extract_tb(current.__traceback__))]
        chain.append(f"{type(current).__module__}.{type(current).__qualname__} at " + " < ".join(frames))
        current = current.__cause__ or current.__context__
    return " <- ".join(chain)


def _frame(frame: traceback.FrameSummary) -> str:
    path = Path(frame.filename)
    shown = path.relative_to(PROJECT) if path.is_relative_to(PROJECT) else Path(*path.parts[-2:])
    return f"{shown.as_posix()}:{frame.lineno} {frame.name}"


class QuietFormatter(logging.Formatter):
    """For what libraries log: no traceback with its values, one line each."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC)
        error = record.exc_info[1] if record.exc_info else None
        said = " ".join(record.getMessage().split())
        if as_json():
            facts: dict[str, object] = {"logger": record.name, "message": said}
            if error is not None:
                facts["error"] = told(error)
            return json_line(at, record.levelname.lower(), "log", **facts)
        line = f"{moment(at)} {record.levelname} {record.name}: {said}"
        return f"{line}: {told(error)}" if error is not None else line
