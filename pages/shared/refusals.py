"""What is refused for want of a right: counted, and a line in the log that says where and which right, nothing else.

Who it was stands there as a short digest of the identity: one person's attempts can be told from another's, and whoever
suspects somebody can compute theirs; the log names nobody.
"""

from __future__ import annotations

import hashlib
import threading
import time
from datetime import UTC, datetime

from kpi import incidents
from kpi.access import Right
from kpi.log_lines import as_json, json_line, moment
from pages.shared import measures

SECONDS_BETWEEN_LINES = 5.0  # for one person at one place: whoever is refused must not fill the log
MOST_REMEMBERED = 1000

_lock = threading.Lock()
_told: dict[tuple[str, str], float] = {}


def refused(right: Right, where: str, identity: str) -> None:
    """Tell that ``identity`` wanted something at ``where`` (a screen, "a file") that takes ``right``. Never raises."""
    measures.ACCESS_REFUSED.labels(str(right)).inc()
    if not _is_to_be_told(identity, where):
        return
    text = line(right, where, identity, datetime.now(UTC))
    path = incidents.log_path()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with _lock, path.open("a", encoding="utf-8") as log:
            log.write(text + "\n")
    except OSError:
        return


def line(right: Right, where: str, identity: str, at: datetime) -> str:
    """``2026-03-02T09:12:00Z refused in Monthly upload: upload, for 3f2a91c07b1d``; ``at`` is UTC."""
    if as_json():
        return json_line(at, "warning", "refused", where=where, right=str(right), reader=digest(identity))
    return f"{moment(at)} refused in {where}: {right}, for {digest(identity)}"


def digest(identity: str) -> str:
    """How the log tells one reader from another: the first twelve digits of the identity's SHA-256."""
    return hashlib.sha256(identity.encode()).hexdigest()[:12]


def _is_to_be_told(identity: str, where: str) -> bool:
    now = time.monotonic()
    with _lock:
        last = _told.get((identity, where))
        if last is not None and now - last < SECONDS_BETWEEN_LINES:
            return False
        if len(_told) >= MOST_REMEMBERED:
            _told.clear()
        _told[identity, where] = now
        return True
