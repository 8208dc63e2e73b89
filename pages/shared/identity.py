"""Who reads: the identity that the provider vouched for, looked at anew in every run.

Streamlit's cookie lasts thirty days and is read once per tab; how long a sign-in counts is decided here. Whoever calls
``identity()`` gets somebody who is signed in now, or nobody.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import streamlit as st

from kpi.access.policy import SUBJECT
from kpi.errors import NotSignedIn
from pages.shared.provider import Provider, provider
from pages.shared.signed_out import SIGNED_OUT, SignedOut

SIGNED_OUT_ELSEWHERE = "You signed out, here or in another tab."
LONGEST_EMAIL = 254  # characters that an address of mail may have
LONGEST_NAME = 200  # characters of a name that are shown
RESTARTED = "The dashboard was started anew since you signed in."
NO_TIMES = "The provider does not say when this sign-in began and ends, so it cannot be relied on."


@dataclass(frozen=True)
class Identity:
    """A person as the provider knows them. ``subject`` never changes; ``email`` is "" where it is not confirmed."""

    subject: str
    email: str
    name: str
    groups: frozenset[str]
    expires_at: datetime  # UTC, aware
    sign_in: str = field(default="", repr=False)  # names this one sign-in; says nothing about the person

    @property
    def written(self) -> str:
        """As the audit trail names them."""
        return self.email or self.subject_named

    @property
    def subject_named(self) -> str:
        """The subject as grants name it: never to be taken for an address of mail that nobody confirmed."""
        return f"{SUBJECT}{self.subject}" if "@" in self.subject or self.subject.startswith(SUBJECT) else self.subject


def identity() -> Identity | None:
    """Who is signed in; None where no provider is configured, and everybody is the one person of this computer.

    Raises NotSignedIn, which says why where there is a reason, and SignInUnusable.
    """
    return None if provider() is None else identity_now(st.user.to_dict())


def identity_now(claims: Mapping[str, Any]) -> Identity | None:
    """Whom ``claims`` make a reader now; None where no provider is configured. Raises as ``identity``."""
    found = provider()
    return None if found is None else identity_of(claims, found, datetime.now(UTC), SIGNED_OUT)


def identity_of(claims: Mapping[str, Any], provider: Provider, now: datetime, signed_out: SignedOut) -> Identity:
    """The identity in ``claims``, those of the provider's token as the signed cookie kept them. Raises NotSignedIn."""
    subject = claims.get("sub")
    if claims.get("is_logged_in") is not True or not isinstance(subject, str) or not subject:
        raise NotSignedIn("")
    began, token_ends = _moment(claims.get("iat")), _moment(claims.get("exp"))
    if began is None or token_ends is None:
        raise NotSignedIn(NO_TIMES)
    expires_at = began + provider.longest
    if provider.ends_with_token:
        expires_at = min(expires_at, token_ends)
    if now >= expires_at:
        raise NotSignedIn(f"Your sign-in ended at {expires_at:%H:%M} UTC on {expires_at.day} {expires_at:%B %Y}.")
    sign_in = hashlib.sha256(
        "\0".join(str(claims.get(name, "")) for name in ("iss", "sub", "iat", "nonce")).encode()
    ).hexdigest()
    if signed_out.is_over(sign_in):
        raise NotSignedIn(SIGNED_OUT_ELSEWHERE)
    if not signed_out.counts(began):
        raise NotSignedIn(RESTARTED)
    email = _confirmed_email(claims)
    name = _shown(_text(claims, "name")) or _shown(_text(claims, "preferred_username")) or email or subject
    return Identity(subject, email, name, groups_in(claims, provider.groups_claim), expires_at, sign_in)


def groups_in(claims: Mapping[str, Any], claim: str) -> frozenset[str]:
    """The groups in ``claim``: a name as it stands, or a way into nested claims such as realm_access.roles."""
    found: Any = claims.get(claim)
    if found is None:
        found = claims
        for part in claim.split("."):
            found = found.get(part) if isinstance(found, Mapping) else None
    if isinstance(found, str):
        found = [found]
    if not isinstance(found, list | tuple):
        return frozenset()
    return frozenset(one for one in found if isinstance(one, str) and one)


def _confirmed_email(claims: Mapping[str, Any]) -> str:
    """The address of mail, "" for one that is not confirmed and for what is none and could be taken for a subject.

    Providers that never say whether it is confirmed are those that only give out confirmed ones; some write the word as
    a text.
    """
    email, confirmed = _text(claims, "email"), claims.get("email_verified")
    if confirmed not in (None, True) and str(confirmed).strip().lower() != "true":
        return ""
    is_address = "@" in email and not email.startswith(SUBJECT) and email.isprintable() and len(email) <= LONGEST_EMAIL
    return email if is_address else ""


def _shown(name: str) -> str:
    """A name on one line, without letters that cannot be seen or turn the text around."""
    return " ".join("".join(one if one.isprintable() else " " for one in name).split())[:LONGEST_NAME]


def _text(claims: Mapping[str, Any], name: str) -> str:
    found = claims.get(name)
    return found.strip() if isinstance(found, str) else ""


def _moment(seconds: object) -> datetime | None:
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        return None
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None
