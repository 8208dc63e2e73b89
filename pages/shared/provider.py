"""Which provider people sign in with, and how long for: read from Streamlit's secrets and the environment.

``provider()`` is None only where nothing about sign-in is configured. Anything half-configured is an error, never an
open door.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import streamlit as st
from streamlit.errors import StreamlitSecretNotFoundError

from kpi.errors import SignInUnusable
from pages.shared.loopback import is_loopback

REQUIRED = ("redirect_uri", "cookie_secret", "client_id", "client_secret", "server_metadata_url")
CALLBACK = "/oauth2callback"
SHORTEST_SECRET = 32  # characters; with this secret anybody could write a cookie that says they are somebody else
SESSION_HOURS = "KPI_SESSION_HOURS"
GROUPS_CLAIM = "KPI_GROUPS_CLAIM"
LONGEST_HOURS = 8.0  # a working day, unless KPI_SESSION_HOURS says otherwise
MOST_HOURS = 24.0
# Entra's addresses for accounts of every company there is: whoever owns a company could then claim any e-mail address.
ANY_COMPANY = re.compile(r"^https://login\.microsoftonline\.com/(common|organizations|consumers)/", re.IGNORECASE)
HELP = "See docs/signing-in.md; nobody can sign in until then."


@dataclass(frozen=True)
class Provider:
    """``ends_with_token``: a sign-in ends when the provider's token does, if that is before ``longest``."""

    metadata_url: str
    redirect_uri: str
    groups_claim: str
    longest: timedelta
    ends_with_token: bool

    @property
    def name(self) -> str:
        """The provider's host, for sentences."""
        return urlsplit(self.metadata_url).hostname or self.metadata_url


def provider() -> Provider | None:
    """The provider of this installation; None where none is configured. Raises SignInUnusable."""
    return read_provider(_auth_section(), os.environ, st.get_option("server.trustedUserHeaders"))


def read_provider(
    section: Mapping[str, Any] | None, environment: Mapping[str, str], trusted_headers: object = None
) -> Provider | None:
    """The provider that ``section``, [auth] of the secrets, describes. Raises SignInUnusable, which names no secret."""
    if section is None:
        return None
    missing = [key for key in REQUIRED if not (isinstance(section.get(key), str) and section[key].strip())]
    if missing:
        raise SignInUnusable(f"Sign-in is not set up completely: [auth] lacks {', '.join(missing)}. {HELP}")
    if len(section["cookie_secret"]) < SHORTEST_SECRET:
        raise SignInUnusable(f"cookie_secret in [auth] needs at least {SHORTEST_SECRET} random characters. {HELP}")
    if trusted_headers:
        raise SignInUnusable(
            "server.trustedUserHeaders is set: a header of a request could then say who its sender is. Remove it. "
            + HELP
        )
    redirect_uri, metadata_url = section["redirect_uri"], section["server_metadata_url"]
    if not redirect_uri.endswith(CALLBACK):
        raise SignInUnusable(f"redirect_uri in [auth] must be this dashboard's address and end with {CALLBACK}. {HELP}")
    for key, url in (("redirect_uri", redirect_uri), ("server_metadata_url", metadata_url)):
        _must_be_safe(key, url)
    if ANY_COMPANY.match(metadata_url):
        raise SignInUnusable(
            "server_metadata_url in [auth] must name one tenant: with common or organizations, people of any company "
            f"could sign in under any e-mail address. {HELP}"
        )
    hours = environment.get(SESSION_HOURS, "").strip()
    return Provider(
        metadata_url,
        redirect_uri,
        environment.get(GROUPS_CLAIM, "").strip() or "groups",
        timedelta(hours=_hours(hours) if hours else LONGEST_HOURS),
        ends_with_token=not hours,
    )


def _auth_section() -> Mapping[str, Any] | None:
    try:
        secrets = st.secrets.to_dict()
    except StreamlitSecretNotFoundError:
        if _secrets_expected():
            raise SignInUnusable(
                "The secrets that sign-in needs are missing where they were named, or cannot be read as TOML or "
                f"folders. {HELP}"
            ) from None
        return None
    found = secrets.get("auth")
    if found is None or isinstance(found, Mapping):
        return found
    raise SignInUnusable(f"[auth] of the secrets must be a section. {HELP}")


def _secrets_expected() -> bool:
    """Whether somebody meant to have secrets: a file is there, or one was named (and may be missing)."""
    from streamlit import config

    return config.is_manually_set("secrets.files") or any(
        Path(path).exists() for path in config.get_option("secrets.files")
    )


def _must_be_safe(key: str, url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname)):
        return
    raise SignInUnusable(f"{key} in [auth] must begin with https:// (http:// is for localhost only). {HELP}")


def _hours(text: str) -> float:
    try:
        hours = float(text)
    except ValueError:
        hours = 0.0
    if not 0 < hours <= MOST_HOURS:
        raise SignInUnusable(
            f"{SESSION_HOURS} says how many hours a sign-in lasts: more than 0, at most {MOST_HOURS:.0f}. {HELP}"
        )
    return hours
