"""Who this reader is to the ledger's policy: the one place where a sign-in and what was granted come together."""

from __future__ import annotations

import getpass
import os
from functools import cache
from typing import TYPE_CHECKING

import streamlit as st

from kpi.access import NOTHING, Person, Right
from kpi.errors import NotSignedIn, SignInUnusable, StoreDamaged, StoreUnavailable, UsageError
from pages.shared import marts as cached
from pages.shared.identity import Identity, identity

if TYPE_CHECKING:
    from kpi.ledger.store import Store

SCOPE_OF_RUN = "scope_of_run"  # kept in the session state: whose data the reader could see when this run began


def person_of_reader(store: Store) -> Person:
    """Who reads, with what the store's policy lets them do now.

    Without sign-in it is the user of this machine, who may do everything until the ledger has a policy. Raises
    NotSignedIn, SignInUnusable, and what opening a store raises.
    """
    reader = identity()
    return cached.policy(store).person_here(actor()) if reader is None else person_of(reader, store)


def person_of(reader: Identity, store: Store) -> Person:
    """Whom the store's policy makes of somebody who is signed in. Raises what opening a store raises."""
    return cached.person(store, reader.written, reader.groups, (reader.subject_named,))


def reader_now() -> Person | None:
    """Who reads, now. None while that cannot be said: nobody is signed in, or the store does not answer."""
    try:
        return person_of_reader(cached.store())
    except (NotSignedIn, SignInUnusable, StoreUnavailable, StoreDamaged, UsageError):
        return None


def actor() -> str:
    """Who acts, for the audit trail: whoever is signed in. Raises NotSignedIn.

    Without sign-in it is the operating-system user that serves the dashboard, or KPI_ACTOR.
    """
    reader = identity()
    return reader.written if reader is not None else os.environ.get("KPI_ACTOR") or _login()


def begin_run() -> bool:
    """Whether this reader may see anything at all, noted for the parts of the run. Raises NotSignedIn, SignInUnusable.

    True while the store cannot be asked: then there is nothing to see, and the screen says what is wrong.
    """
    seen = _partners_seen()
    st.session_state[SCOPE_OF_RUN] = seen
    return seen != NOTHING.key


def still_in() -> None:
    """Start the run again unless the reader may still see what they could when it began.

    The dashboard's entry asks at the beginning of a run. Callbacks run before it and fragments without it, with what an
    earlier run gave them: whoever has lost a partner since then gets a run without it, whoever has lost all the door.
    """
    try:
        seen = _partners_seen()
        if seen != NOTHING.key and seen == st.session_state.get(SCOPE_OF_RUN, seen):
            return
    except (NotSignedIn, SignInUnusable):
        pass
    st.rerun()


def _partners_seen() -> str:
    identity()
    try:
        return person_of_reader(cached.store()).scope(Right.READ).key
    except (StoreUnavailable, StoreDamaged, UsageError):
        return "nobody can say"


@cache
def _login() -> str:
    return getpass.getuser()
