"""What somebody who is signed in may do here: the one place that decides it."""

from __future__ import annotations

import os
from dataclasses import dataclass

import streamlit as st

from kpi.access import EVERYTHING, Scope
from kpi.errors import KpiError
from pages.shared.identity import Identity, identity

ADMINISTRATOR = "KPI_ADMINISTRATOR"


@dataclass(frozen=True)
class Person:
    """``scope``: the partners that they may see."""

    scope: Scope


def person_of(identity: Identity | None) -> Person | None:
    """The person behind ``identity``; None for somebody without access.

    Without sign-in (None) it is the one person of this computer, who sees everything. With it only the administrator
    that the environment names has access.
    """
    if identity is None or is_administrator(identity, os.environ.get(ADMINISTRATOR, "")):
        return Person(EVERYTHING)
    return None


def is_administrator(identity: Identity, named: str) -> bool:
    """Whether ``named`` is the identity's confirmed e-mail address, in any case, or its subject, letter by letter."""
    named = named.strip()
    if not named:
        return False
    return named == identity.subject or (bool(identity.email) and named.casefold() == identity.email.casefold())


def still_in() -> None:
    """Start the run again, which then ends at the sign-in screen, unless the reader may still be here.

    The dashboard's entry asks at the beginning of a run. Callbacks run before it and fragments without it.
    """
    try:
        if person_of(identity()) is not None:
            return
    except KpiError:
        pass
    st.rerun()
