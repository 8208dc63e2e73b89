"""Files that wait for acceptance, while they are uploaded: what is said before and after somebody offers one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from kpi.ledger.chain import FOUR_EYES_SET
from kpi.ledger.four_eyes import FourEyes, four_eyes
from kpi.ledger.offers import Offer, offers
from kpi.present.offers import who_accepts
from kpi.present.wording import joined
from pages.shared import marts as cached
from pages.shared.navigation import SUBMISSIONS
from pages.shared.session import OFFER, SUBMISSIONS_SHOWN, Session
from pages.shared.text import literal
from pages.upload.history_table import OFFERS

if TYPE_CHECKING:
    from kpi.desk.checking import Outcome
    from pages.upload.receipt import Done

ICON = ":material/hourglass_top:"


def announced(session: Session, outcomes: Sequence[Outcome]) -> bool:
    """Says whose files will wait, and for whom. True where all of these files will."""
    held = _held(session)
    partners = {partner for one in outcomes for partner in one.checked.partners if held.holds_for(partner)}
    if not partners:
        return False
    whose = joined(sorted("all partners" if partner == "*" else partner for partner in partners), limit=3)
    st.info(
        f"Files of {literal(whose)} wait for acceptance by somebody else: {who_accepts()}. Nothing of them is in the "
        "figures until then. What is shown above is what would change once they are accepted.",
        title="Four eyes",
        icon=ICON,
    )
    return all(held.holds(one.checked.partners) for one in outcomes)


def _held(session: Session) -> FourEyes:
    """Whose files wait now; asked of the ledger once per word about it, so that a busy store stops no screen."""
    store, scope = session.store, session.scope
    word = cached.moved_at(store, cached.latest_version(store), (FOUR_EYES_SET,))
    found: FourEyes = cached.kept(("four eyes", store, word, scope.key), lambda: four_eyes(store, scope=scope))
    return found


def offers_seen(session: Session) -> tuple[Offer, ...]:
    """Every offered file that this reader may see, at the version looked at, oldest first."""
    store, scope, version = session.store, session.scope, session.version
    found: tuple[Offer, ...] = cached.kept(
        ("offers", store, version, scope.key), lambda: offers(store, scope=scope, as_of=version)
    )
    return found


def told(done: Done) -> None:
    """The box of a file that was offered a moment ago, or before."""
    counts = f"{done.summary}, for {done.span}. " if not done.already_there and done.summary else ""
    st.info(
        f"{literal(done.name)}: {counts}It waits for somebody else: {who_accepts()}. Nothing of it is in the figures "
        f"yet. You can take it back until it is decided about. Ledger version {done.version}.",
        title="Waits for acceptance",
        icon=ICON,
    )
    link(f"Offer {done.version}", done.version)


def link(label: str, version: int | None = None) -> None:
    """The way to the list of what waits, or to one offer in it."""
    query = {SUBMISSIONS_SHOWN: OFFERS} | ({OFFER: str(version)} if version else {})
    st.page_link(SUBMISSIONS, label=label, icon=ICON, query_params=query)
