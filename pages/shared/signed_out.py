"""Which sign-ins are over although a cookie still carries them.

Streamlit reads its cookie when a tab connects and never again, so a second tab would go on after a sign-out, and a copy
of the cookie for thirty days. What was ended is remembered here until it would have run out anyway. A restart forgets
the list, so sign-ins from before it do not count: everybody signs in again.
"""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

CLOCKS_DIFFER = timedelta(minutes=2)  # the provider's clock says when somebody signed in, ours when we started


class SignedOut:
    """Ended sign-ins, for many threads. ``started``: sign-ins from before this moment do not count."""

    def __init__(self, started: datetime) -> None:
        self._counts_from = started - CLOCKS_DIFFER
        self._ended: dict[str, datetime] = {}
        self._lock = threading.Lock()

    def end(self, sign_in: str, until: datetime, now: datetime) -> None:
        """``sign_in`` is over; remembered until ``until``, when it would have run out."""
        with self._lock:
            self._ended = {name: end for name, end in self._ended.items() if end > now}
            self._ended[sign_in] = until

    def is_over(self, sign_in: str) -> bool:
        with self._lock:
            return sign_in in self._ended

    def counts(self, signed_in_at: datetime) -> bool:
        """Whether somebody who signed in then need not do so again."""
        return signed_in_at >= self._counts_from


SIGNED_OUT = SignedOut(datetime.now(UTC))
