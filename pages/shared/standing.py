"""A reader as one run knew them, to be asked again where there is no run.

Streamlit makes a deferred download in a thread of its own, and work in the background goes on when its page is gone.
Neither has a session, so both take this with them, and ask it whether its reader may still do what was begun.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import streamlit as st

from kpi.access import Person, Right, Scope
from kpi.errors import InputRefused, KpiError, NotSignedIn
from kpi.ledger.store import Store
from pages.shared import marts as cached
from pages.shared import refusals
from pages.shared.identity import identity_of
from pages.shared.person import actor
from pages.shared.provider import provider
from pages.shared.signed_out import SIGNED_OUT

GONE = "You may not take this file any more. Reload the page."


@dataclass(frozen=True)
class Standing:
    """``claims``: those of the sign-in, None where nobody signs in. Safe for threads."""

    store: Store
    name: str
    claims: Mapping[str, Any] | None = field(repr=False)

    def person(self) -> Person:
        """Who that is now. Raises NotSignedIn where the sign-in has ended, and what opening a store raises."""
        policy = cached.policy(self.store)
        if self.claims is None:
            return policy.person_here(self.name)
        found = provider()
        if found is None:
            raise NotSignedIn("")
        reader = identity_of(self.claims, found, datetime.now(UTC), SIGNED_OUT)
        return policy.person(reader.written, reader.groups, others=(reader.subject_named,))

    def may_take(self, of: Scope) -> bool:
        """Whether the reader may take files out that hold data of ``of``, now; False where that cannot be said."""
        try:
            return may_take(self.person(), of)
        except KpiError:
            return False

    def must_take(self, of: Scope, where: str) -> None:
        """Raises InputRefused unless the reader may; that is noted in the log, with ``where``."""
        if not self.may_take(of):
            refusals.refused(Right.EXPORT, where, self.name)
            raise InputRefused(GONE)


def standing(store: Store) -> Standing:
    """The reader of this run. Raises NotSignedIn and SignInUnusable."""
    return Standing(store, actor(), None if provider() is None else st.user.to_dict())


def may_take(person: Person, of: Scope) -> bool:
    """Whether ``person`` may take files out that hold data of all these partners.

    What holds no partner's data, as an empty template, is for everybody who may read.
    """
    return person.may(Right.READ) if of.is_empty else person.scope(Right.EXPORT).covers(of)
