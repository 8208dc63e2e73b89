"""The door: who is let in to the screens, and what the others see. ``dashboard.py`` asks first thing in every run."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import streamlit as st

from kpi.errors import NotSignedIn, SignInUnusable
from kpi.present.wording import joined
from pages.shared import loopback, navigation, refusals, sign_in, way_back
from pages.shared.identity import identity
from pages.shared.person import actor, begin_run, reader_now, still_in
from pages.shared.provider import provider
from pages.shared.text import literal

if TYPE_CHECKING:
    from streamlit.navigation.page import Page

    from kpi.access import Person

LOOK_AGAIN = 20  # seconds: how soon a tab that nobody touches notices a sign-out elsewhere


def let_in() -> None:
    """Comes back for a reader who may be here; for anybody else draws what they see instead, and ends the run."""
    try:
        configured = provider()
    except SignInUnusable as error:
        sign_in.refused(str(error))
    if configured is None:
        address = st.get_option("server.address")
        refusal = loopback.refused_address(address) or loopback.refused_request(st.context.headers)
        if refusal is not None:
            sign_in.refused(refusal)
        if not begin_run():
            sign_in.no_access_here(actor())
        return
    try:
        reader = identity()
    except NotSignedIn as error:
        sign_in.sign_in(configured, str(error))
    if not begin_run() and reader is not None:
        sign_in.no_access(reader, configured)


def open_screen(page: Page, person: Person) -> None:
    """Run the screen; to somebody who can do nothing on it, say so instead, and note it in the log."""
    file = navigation.file_of(page)
    if navigation.may_open(file, person):
        page.run()
        return
    refusals.refused(navigation.needed_for(file), page.title, person.identity)
    st.title(page.title)
    able = joined(navigation.roles_for(file, person))
    who = f"Roles that have it: {literal(able)}." if able else "Nobody on your side has it."
    st.info(
        f"This screen needs another role than yours. {who} An administrator of this dashboard grants them.",
        icon=":material/lock:",
    )


def go_on(page: Page) -> None:
    """Right after a sign-in: on to the screen that was asked for before it."""
    if page.url_path or st.query_params or provider() is None:
        return
    way = way_back.WAYS.taken(way_back.browser(), datetime.now(UTC))
    if way is None or (not way.screen and not way.query):
        return
    pages = {page.url_path: page for pages in navigation.pages().values() for page in pages}
    if way.screen in pages:
        st.switch_page(pages[way.screen], query_params=dict(way.query))


def in_sidebar() -> None:
    """Who is signed in and the way out; or, quietly, that there is no sign-in."""
    reader = identity()
    if reader is None:
        person = reader_now()
        known = "" if person is None or person.may_everything else f"you are {literal(person.name)}"
        st.caption(f"No sign-in: {known or 'this dashboard is for one person'}, on this computer.")
        return
    with st.container(border=True, gap="xsmall"):
        st.markdown(f"**{literal(reader.name)}**")
        ends = reader.expires_at
        st.caption(f"{literal(reader.written)}  \nSigned in until {ends:%H:%M} UTC on {ends.day} {ends:%B}.")
        sign_in.sign_out_button(reader)
    _look_again()


@st.fragment(run_every=LOOK_AGAIN)
def _look_again() -> None:
    still_in()
