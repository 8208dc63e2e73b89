"""The life of an escalation, month by month: normal, pending, active, recovering; "no data" where it can't be known.

Vectorised over everything but time: truths of shape (..., months) go in, states of the same shape come out.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Int8 = npt.NDArray[np.int8]
Flags = npt.NDArray[np.bool_]

TRUE, FALSE, NOT_KNOWN = 1, 0, -1
STATES = ("normal", "pending", "active", "recovering", "no data")
NORMAL, PENDING, ACTIVE, RECOVERING, NO_DATA = range(len(STATES))


def run_states(
    enter: Int8,
    leave: Int8,
    blind: Flags,
    ended: Flags,
    *,
    enter_months: int,
    exit_months: int,
    quiet_months: int | None = None,
) -> tuple[Int8, Flags]:
    """States (places in STATES) after each month, and the months that counted towards becoming active.

    ``enter`` and ``leave`` (..., months) are TRUE, FALSE or NOT_KNOWN. A month that is not known neither counts nor
    breaks a streak. ``blind`` marks months that nobody knows for want of data: an open escalation then says "no data"
    and goes on from where it was when data come. A month in which the rule would open again is no month of recovery,
    whatever ``leave`` says. After ``quiet_months`` reported months in a row in which nothing happened that ``enter``
    could judge, there is nothing left to answer: it closes. Silence is not quiet: blind months don't count. From a
    month that ``ended`` marks, there is nothing to watch.
    """
    states = np.zeros(enter.shape, dtype=np.int8)
    counted = np.zeros(enter.shape, dtype=np.bool_)
    is_open = np.zeros(enter.shape[:-1], dtype=np.bool_)
    held = np.zeros(enter.shape[:-1], dtype=np.int16)  # months that held so far, while not open
    back = np.zeros(enter.shape[:-1], dtype=np.int16)  # months back so far, while open
    quiet = np.zeros(enter.shape[:-1], dtype=np.int16)  # reported months in which nothing could be judged, while open
    for month in range(enter.shape[-1]):
        now, good = enter[..., month], leave[..., month]
        holds = ~is_open & (now == TRUE)
        counted[..., month] = holds
        held = np.where(holds, held + 1, np.where(~is_open & (now == FALSE), 0, held))
        recovers = is_open & (good == TRUE) & (now != TRUE)
        falls_back = is_open & ((good == FALSE) | (now == TRUE))
        back = np.where(recovers, back + 1, np.where(falls_back, 0, back))
        gone = ended[..., month]
        quiet = np.where(is_open & (now == NOT_KNOWN), quiet + ~blind[..., month], 0)
        calm = is_open & (quiet >= quiet_months) if quiet_months is not None else np.zeros_like(is_open)
        closes = (is_open & (back >= exit_months)) | calm | gone
        is_open = (is_open | (holds & (held >= enter_months))) & ~closes
        held = np.where(is_open | closes, 0, held)
        back = np.where(closes, 0, back)
        state = np.where(is_open, np.where(back > 0, RECOVERING, ACTIVE), np.where(held > 0, PENDING, NORMAL))
        unknown = is_open & blind[..., month] & (good == NOT_KNOWN) & (now != TRUE)
        states[..., month] = np.where(unknown, NO_DATA, state)
    return states, counted
