"""Who may do what, with whose data. Every read of figures or records, and every write, takes a ``Scope``."""

from kpi.access.person import EVERYBODY_HERE, Grant, Person
from kpi.access.rights import Right, right_to_submit
from kpi.access.role import PARTNER_SIDE, SIDES, SPONSOR_SIDE, Role, right_to_act
from kpi.access.roles import load_roles
from kpi.access.scope import EVERYTHING, NOTHING, Scope

__all__ = [
    "EVERYBODY_HERE",
    "EVERYTHING",
    "NOTHING",
    "PARTNER_SIDE",
    "SIDES",
    "SPONSOR_SIDE",
    "Grant",
    "Person",
    "Right",
    "Role",
    "Scope",
    "load_roles",
    "right_to_act",
    "right_to_submit",
]
