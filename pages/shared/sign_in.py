"""What stands in place of every screen until somebody with access is signed in. It knows nothing of the ledger."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime
from typing import NoReturn

import streamlit as st

from pages.shared import navigation, way_back
from pages.shared.identity import Identity
from pages.shared.provider import Provider
from pages.shared.session import SIGNING_IN
from pages.shared.shelf import Shelf
from pages.shared.signed_out import SIGNED_OUT
from pages.shared.text import literal

NAME = "CDMO governance"
WHAT_IT_IS = (
    "Sponsors and their contract development and manufacturing partners look here at the same figures: "
    "quality, delivery, and what was agreed about them."
)
PATIENCE = 5  # seconds for the provider to answer
ASKED_AGAIN_AFTER = 10  # seconds: a crowd that presses the button asks the provider no more often than that

# Once shown, the frame of a sidebar stays on the screen, empty, and whatever it held until the run has ended.
NO_SIDEBAR = "<style>[data-testid=stSidebar], [data-testid=stExpandSidebarButton] {display: none}</style>"

_reachable: Shelf[bool] = Shelf(2)


def sign_in(provider: Provider, reason: str) -> NoReturn:
    """The sign-in screen. ``reason``: why a sign-in that was there does not count any more, or ""."""

    def draw(screen: str) -> None:
        st.markdown(WHAT_IT_IS)
        if reason:
            st.info(literal(f"{reason} Please sign in again."), icon=":material/logout:")
        elif way_back.came_back_without() and SIGNING_IN not in st.session_state:
            st.warning(
                "You came back without being signed in: it was broken off, or the provider refused it. Try again. If "
                "it stays so, ask whoever runs this dashboard.",
                icon=":material/warning:",
            )
        if st.button("Sign in", type="primary", icon=":material/login:"):
            if is_reachable(provider):
                st.session_state[SIGNING_IN] = True
                way_back.leaves(screen)
                st.login()
            else:
                st.error(
                    f"The sign-in provider ({literal(provider.name)}) does not answer, so nobody can sign in at the "
                    "moment. Try again in some minutes. Nothing is wrong with your account or with the data.",
                    icon=":material/cloud_off:",
                )
        st.caption(
            f"You sign in with your company's account at {literal(provider.name)}; this dashboard never sees your "
            "password. If it does not work: try once more, then ask whoever runs this dashboard."
        )

    _instead_of_every_screen("Sign in", draw)


def no_access(identity: Identity, provider: Provider) -> NoReturn:
    """For somebody whom the provider knows and this dashboard does not."""

    def draw(_screen: str) -> None:
        st.markdown(WHAT_IT_IS)
        st.info(
            f"You are signed in as **{literal(identity.written)}**. You have no access yet; ask the administrator of "
            "this dashboard for it, and give them exactly this name.",
            icon=":material/lock:",
        )
        sign_out_button(identity)
        st.caption(f"Signed in at {literal(provider.name)}.")

    _instead_of_every_screen("No access", draw)


def no_access_here(name: str) -> NoReturn:
    """For a user of this machine to whom the ledger's policy gives nothing, where nobody signs in."""

    def draw(_screen: str) -> None:
        st.markdown(WHAT_IT_IS)
        st.info(
            f"You are **{literal(name)}** on this computer. You have no access yet; ask the administrator of this "
            "dashboard for it, and give them exactly this name.",
            icon=":material/lock:",
        )

    _instead_of_every_screen("No access", draw)


def refused(message: str) -> NoReturn:
    """For a dashboard that must not be served like this."""
    _instead_of_every_screen("Refused", lambda _screen: st.error(literal(message), icon=":material/block:"))


def sign_out_button(identity: Identity) -> None:
    if st.button("Sign out", icon=":material/logout:", type="tertiary"):
        SIGNED_OUT.end(identity.sign_in, identity.expires_at, datetime.now(UTC))
        way_back.WAYS.taken(way_back.browser(), datetime.now(UTC))
        st.logout()
        st.stop()


def is_reachable(provider: Provider) -> bool:
    """Whether the provider says where to sign in; asked at most every ten seconds."""
    moment = int(datetime.now(UTC).timestamp()) // ASKED_AGAIN_AFTER
    return _reachable.get((provider.metadata_url, moment), lambda: answers(provider.metadata_url))


def answers(metadata_url: str) -> bool:
    """Whether a provider's metadata can be read at ``metadata_url``."""
    try:
        with urllib.request.urlopen(metadata_url, timeout=PATIENCE) as answer:
            found = json.load(answer)
    except (OSError, ValueError):
        return False
    return isinstance(found, dict) and "authorization_endpoint" in found


def _instead_of_every_screen(title: str, draw: Callable[[str], object]) -> NoReturn:
    """``draw`` under every address there is, so that a link leads nowhere else and says nothing; ends the run.

    Streamlit would otherwise answer a link with "Page not found" and drop its query.
    """

    def screen() -> None:
        st.title(NAME)
        draw(here.url_path)

    addresses = [page.url_path for pages in navigation.pages().values() for page in pages]
    here = st.navigation(
        [st.Page(screen, title=title, url_path=address, default=not address) for address in addresses],
        position="hidden",
    )
    st.html(NO_SIDEBAR)
    with st.columns([1, 2, 1])[1], st.container(border=True):
        here.run()
    st.stop()
