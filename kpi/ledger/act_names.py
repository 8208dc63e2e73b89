"""What can be done about an escalation, by whom, and how it reads once done."""

from __future__ import annotations

from kpi.access.role import PARTNER_SIDE as PARTNER
from kpi.access.role import SIDES
from kpi.access.role import SPONSOR_SIDE as SPONSOR

__all__ = ["ACTIONS", "DONE", "NEED_A_TEXT", "PARTNER", "SIDES", "SIDES_OF", "SPONSOR"]

ACTIONS = ("acknowledge", "comment", "assign", "shelve", "unshelve", "reply", "object", "withdraw objection")
# Whose act it is. An objection is the partner's, so nobody else takes it back.
SIDES_OF: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(ACTIONS, (SPONSOR,)),
    **dict.fromkeys(("reply", "object", "withdraw objection"), (PARTNER,)),
    "comment": SIDES,
}
NEED_A_TEXT = ("comment", "reply", "object", "shelve")
# In a sentence with the escalation as its object: "ben shelved E-1a2b3c4d".
DONE = {
    "acknowledge": "acknowledged",
    "comment": "commented on",
    "assign": "assigned",
    "shelve": "shelved",
    "unshelve": "unshelved",
    "reply": "replied to",
    "object": "objected to",
    "withdraw objection": "withdrew the objection to",
}
