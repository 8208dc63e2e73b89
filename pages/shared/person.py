"""Who this reader is to the ledger's policy: the one place where a sign-in and what was granted come together."""

from __future__ import annotations

import getpass
import os
from functools import cache
from typing import TYPE_CHECKING

import streamlit as st

from kpi.access import Person, Right
from kpi.errors import NotSignedIn, SignInUnusable, StoreDamaged, StoreUnavailable
from pages.shared import marts as cached
from pages.shared.identity import identity

if TYPE_CHECKING:
    from kpi.ledger.store import Store


def person_of_reader(store: Store) -> Person:
    """Who reads, with what the store's policy lets them do now.

    Without sign-in it is the user of this machine, who may do everything until the ledger has a policy. Raises
    NotSignedIn, SignInUnusable, and what opening a store raises.
    """
    policy = cached.policy(store)
    reader = identity()
    if reader is None:
        return policy.person_here(actor())
    return policy.person(reader.written, reader.groups, others=(reader.subject_named,))


def actor() -> str:
    """Who acts, for the audit trail: whoever is signed in. Raises NotSignedIn.

    Without sign-in it is the operating-system user that serves the dashboard, or KPI_ACTOR.
    """
    reader = identity()
    return reader.written if reader is not None else os.environ.get("KPI_ACTOR") or _login()


def has_access() -> bool:
    """Whether this reader may see anything at all. Raises NotSignedIn and SignInUnusable.

    True while the store cannot be asked: then there is nothing to see, and the screen says what is wrong.
    """
    identity()
    try:
        return person_of_reader(cached.store()).may(Right.READ)
    except (StoreUnavailable, StoreDamaged):
        return True


def still_in() -> None:
    """Start the run again, which then ends at the sign-in screen, unless the reader may still be here.

    The dashboard's entry asks at the beginning of a run. Callbacks run before it and fragments without it.
    """
    try:
        if has_access():
            return
    except (NotSignedIn, SignInUnusable):
        pass
    st.rerun()


@cache
def _login() -> str:
    return getpass.getuser()
