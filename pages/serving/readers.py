"""Who asks the server for something outside a screen, by the cookie of their sign-in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from streamlit.runtime import Runtime, exists
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME
from streamlit.web.server.starlette.starlette_websocket import _get_signed_cookie_with_chunks

from kpi.access import Person, Right
from kpi.errors import InputRefused
from pages.shared import marts as cached
from pages.shared.identity import Identity, identity_now
from pages.shared.person import person_of


@dataclass(frozen=True)
class Reader:
    """A signed-in reader at one moment. ``claims`` are those of their cookie, by which to ask again later."""

    claims: Mapping[str, Any]
    identity: Identity
    person: Person

    @property
    def subject(self) -> str:
        return self.identity.subject


def reader_of(claims: Mapping[str, Any]) -> Reader | None:
    """Who ``claims`` are; None where nobody signs in here.

    Raises NotSignedIn, SignInUnusable, InputRefused for somebody to whom nothing is granted, and what opening a store
    raises.
    """
    identity = identity_now(claims)
    if identity is None:
        return None
    person = person_of(identity, cached.store())
    if not person.may(Right.READ):
        raise InputRefused(f"{person.identity} has no access to this dashboard. Ask an administrator for it.")
    return Reader(claims, identity, person)


def claims_in(cookies: Mapping[str, str]) -> dict[str, Any]:
    """What the signed cookie of a sign-in says, as Streamlit gives it to a tab; nothing where it is not ours."""
    try:
        signed = _get_signed_cookie_with_chunks(dict(cookies), USER_COOKIE_NAME)
        found = json.loads(signed) if signed else {}
    except Exception:  # no secret, no text, no JSON: whatever it is, it is no sign-in
        return {}
    return found if isinstance(found, dict) else {}


def subject_of(session_id: str) -> str | None:
    """Whose session this is; None where there is no such session, or nobody is signed in there."""
    found = Runtime.instance()._session_mgr.get_active_session_info(session_id) if exists() else None
    subject = found.session._user_info.get("sub") if found is not None else None
    return subject if isinstance(subject, str) else None
