"""The figures in memory, as each scope may see them; what they are taken from stays in pages.shared.whole.

Every key says exactly what it holds: the store, the ledger version, the definitions' digest, the reader's scope. A new
version is a new key, so nothing ever needs clearing. What comes out is shared by all sessions of a scope: read, never
change it. Shelves are bounded by bytes where things are large: a hundred readers may have fifty scopes.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Hashable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import streamlit as st

from kpi.access import EVERYTHING, Person, Right, Scope
from kpi.access.policy import Policy
from kpi.catalog import Catalog
from kpi.ledger.access import ADMINISTRATOR, policy_at
from kpi.ledger.access_facts import ACCESS_FACTS
from kpi.ledger.chain import ACTION, REBASELINE, REBASELINE_WITHDRAWN
from kpi.ledger.evaluation import day_asked
from kpi.ledger.moved import RECORDS, newest_of
from kpi.ledger.reads import LONGEST_VERSION, resolve_as_of, version_time
from kpi.ledger.store import Store, open_store, parse_url
from kpi.marts import Marts
from kpi.present.portfolio import Judged, Portfolio
from kpi.present.portfolio import portfolio as drawn_portfolio
from kpi.signals.review import Review, review_of
from kpi.signals.scorecard import Score, scored
from kpi.signals.series import Signals, read_signals
from pages.shared import whole
from pages.shared.shelf import MB, Shelf
from pages.shared.weight import weight

if TYPE_CHECKING:
    import pandas as pd

    from kpi.catalog import Indicator
    from kpi.ledger.figure_notes import FigureNote
    from kpi.ledger.rebaselines import Rebaseline
    from kpi.signals.peer_release import Released
    from pages.shared.session import Session

ACTS = (ACTION,)
PHASES = (REBASELINE, REBASELINE_WITHDRAWN)

_stores: Shelf[Store] = Shelf(4)
_versions: Shelf[int] = Shelf(4000)
_times: Shelf[datetime | None] = Shelf(1000)
_days: Shelf[date] = Shelf(4000)
_policies: Shelf[Policy] = Shelf(8)
_people: Shelf[Person] = Shelf(4000)
_marts: Shelf[Marts] = Shelf(1000, 512 * MB, weight)
_reviews: Shelf[Review] = Shelf(1000, 128 * MB, weight)
_signals: Shelf[Signals] = Shelf(2000, 128 * MB, weight)
_drawings: Shelf[Any] = Shelf(10_000, 256 * MB, weight)
_records: Shelf[Any] = Shelf(1000, 128 * MB, weight)


def store(create: bool = True) -> Store:
    """The store that KPI_STORE names, opened once per process and address, and again when its file has gone.

    ``create=False``: where there is none, none is made. Raises UsageError, StoreUnavailable or StoreDamaged as
    ``open_store``; a failure is not remembered.
    """
    address = os.environ.get("KPI_STORE", "")
    if not create and not parse_url(address).exists():
        return Store(parse_url(address))
    opened = _stores.get(address, lambda: open_store(address or None))
    return opened if opened.path.exists() else open_store(address or None)


def marts_as_of(store: Store, catalog: Catalog, as_of: str | None, scope: Scope) -> Marts:
    """The marts at ``as_of`` (a version, a date, or None for now). Raises UsageError for an as-of that never was."""
    asked = version_or_text(as_of)
    version = _versions.get((store, store.fingerprint(), asked), lambda: resolve_as_of(store, asked))
    return marts_on(store, catalog, version, _day(store, version, asked), scope)


def version_or_text(as_of: str | None) -> int | str | None:
    """A version as its number, so that 7 and 07 are one; everything else as it was written, for the ledger to read."""
    return int(as_of) if as_of and as_of.isdecimal() and len(as_of) < LONGEST_VERSION else as_of


def marts_on(store: Store, catalog: Catalog, version: int, when: date, scope: Scope) -> Marts:
    """The marts of a ledger version, judged on a day.

    Computed once per version that brought or took records, for all scopes: what people decide in between moves no
    figure, so a committee that records its decisions does not wait for them after each.
    """

    moved = moved_at(store, version, RECORDS)
    key = (store, moved, catalog.digest, scope.key, when)

    def made() -> Marts:
        return _marts.get(key, lambda: whole.marts_for(store, catalog, moved, when, scope))

    if key in _marts:
        found = made()
    else:  # around and not within what is made: a reader who leaves meanwhile must not cost the others the figures
        with st.spinner("Computing the figures of this ledger version"):
            found = made()
    if found.version == version:
        return found
    return replace(found, version=version, at=_times.get((store, version), lambda: version_time(store, version)))


def moved_at(store: Store, version: int, kinds: tuple[str, ...]) -> int:
    """The newest version up to this one whose event is of these kinds."""
    found: int = _versions.get((store, "moved", version, kinds), lambda: newest_of(store, version, kinds))
    return found


def latest_version(store: Store) -> int:
    """The ledger's newest version."""
    return _versions.get((store, store.fingerprint(), None), lambda: resolve_as_of(store, None))


def policy(store: Store) -> Policy:
    """The access policy as it stands now, whatever version somebody looks at."""
    return _policies.get(_policy_key(store), lambda: policy_at(store))


def person(store: Store, identity: str, groups: frozenset[str], others: tuple[str, ...]) -> Person:
    """Whom the policy, as it stands now, makes of somebody who signed in; see ``Policy.person``."""
    key = (*_policy_key(store), identity, groups, others)
    return _people.get(key, lambda: policy(store).person(identity, groups, others=others))


def _policy_key(store: Store) -> tuple[Hashable, ...]:
    """Changes with every grant and withdrawal."""
    return store, moved_at(store, latest_version(store), tuple(ACCESS_FACTS)), os.environ.get(ADMINISTRATOR)


def drawing(
    name: str, store: Store, marts: Marts, scope: Scope, choices: tuple[object, ...], make: Callable[[], Any]
) -> Any:
    """A figure or table payload, made once per (name, store, ledger version, definitions, scope, choices).

    ``make`` must depend on nothing else. The result is shared by all sessions and must never be changed.
    """
    return _drawings.get((name, store, marts.version, marts.definitions, scope.key, choices), make)


def kept(key: Hashable, make: Callable[[], Any]) -> Any:
    """Something made once per ``key``, which begins with a name and says everything that it depends on."""
    return _drawings.get(key, make)


def records_behind(
    store: Store, catalog: Catalog, marts: Marts, scope: Scope, choice: tuple[str, str, str, str, str, date, int]
) -> pd.DataFrame:
    """The records behind one figure; ``choice`` is (kpi_id, partner_id, site_id, product, currency, month, window).

    ``site_id`` and ``product`` are "" for a whole partner's figure.
    """
    from kpi.marts.records import records_behind

    kpi_id, partner_id, site_id, product, currency, month, window = choice

    def make() -> pd.DataFrame:
        return records_behind(
            store,
            catalog,
            version=marts.version,
            kpi_id=kpi_id,
            partner_id=partner_id,
            site_id=site_id,
            product=product,
            currency=currency,
            month=month,
            window=window,
            scope=scope,
        )

    return _records.get((store, marts.version, marts.definitions, scope.key, choice), make)


def rebaselines(store: Store, marts: Marts, scope: Scope) -> tuple[Rebaseline, ...]:
    """The new phases of charts that stand at the version of ``marts``."""
    return whole.phases_for(store, moved_at(store, marts.version, PHASES), scope)


def latest_records(store: Store, marts: Marts, scope: Scope, dataset: str, partner_id: str) -> pd.DataFrame:
    """The partner's newest records of a dataset, with file and row."""
    from kpi.marts.records import latest_records

    return _records.get(
        (store, marts.version, scope.key, dataset, partner_id),
        lambda: latest_records(store, dataset, version=marts.version, partner_id=partner_id, scope=scope),
    )


def day(here: Session) -> date:
    """The day on which this view is judged: today, the date that was asked for, or the day of a version."""
    if here.judged_on is not None:
        return here.judged_on
    asked = here.filters.as_of
    return _day(here.store, here.version, version_or_text(asked))


def _day(store: Store, version: int, asked: str | int | None) -> date:
    today = datetime.now(UTC).date()
    return _days.get((store, version, asked, today), lambda: day_asked(store, version, asked, today))


def review(here: Session) -> Review:
    """All escalations of this view, on its day, with what people did about them."""
    when = day(here)
    figures, acts, phases = (moved_at(here.store, here.version, kinds) for kinds in (RECORDS, ACTS, PHASES))

    def make() -> Review:
        panel = whole.panel_for(here.store, here.catalog, figures, phases, when, here.marts, here.scope)
        said = whole.actions_for(here.store, acts, here.scope)
        return review_of(panel, here.catalog, said, whole.phases_for(here.store, phases, here.scope), when)

    return _reviews.get((here.store, figures, acts, phases, here.marts.definitions, here.scope.key, when), make)


def scores(here: Session) -> tuple[Score, ...]:
    """Every partner's score of the month looked at."""

    def make() -> tuple[Score, ...]:
        moved = moved_at(here.store, here.version, RECORDS)
        drafts = whole.drafts_of_scope(here.store, here.catalog, moved, day(here), here.month, here.scope)
        return scored(drafts, here.catalog.scoring)

    found: tuple[Score, ...] = drawing(
        "scores",
        here.store,
        here.marts,
        here.scope,
        (here.month, day(here)),
        make,
    )
    return found


def signals(
    here: Session,
    *,
    grain: str = "partner",
    partner: str | None = None,
    kpis: tuple[str, ...] | None = None,
    month: date | None = None,
    prime: bool = False,
) -> Signals:
    """What the control charts say at ``month`` (default: the month looked at); see kpi.signals.series."""
    month = month or here.month

    def make() -> Signals:
        phases = rebaselines(here.store, here.marts, here.scope)
        return read_signals(
            here.marts,
            here.catalog,
            month=month,
            grain=grain,
            partner=partner,
            kpis=kpis,
            rebaselines=phases,
            prime=prime,
        )

    seen = (here.store, here.version, here.marts.definitions, here.scope.key, day(here))
    key = (*seen, month, grain, partner, kpis, prime)
    return _signals.get(key, make)


def portfolio(here: Session, order: str) -> Portfolio:
    """The portfolio of this view in ``order``, its table ready to be sent."""
    month, window, when = here.month, here.filters.window, day(here)

    def make() -> Portfolio:
        figures, phases = (moved_at(here.store, here.version, kinds) for kinds in (RECORDS, PHASES))
        headlines = whole.headlines_of_scope(here.store, here.catalog, figures, phases, when, month, window, here.scope)
        judged = Judged(review(here), headlines, scores(here))
        return drawn_portfolio(here.marts, here.catalog, judged, month, window, order)

    found: Portfolio = drawing("portfolio", here.store, here.marts, here.scope, (month, window, order, when), make)
    return found


def figure_notes(here: Session) -> tuple[FigureNote, ...]:
    """What was said about figures of this reader's partners, up to the version looked at, oldest first."""
    from kpi.ledger.figure_notes import figure_notes

    def make() -> tuple[FigureNote, ...]:
        return tuple(figure_notes(here.store, scope=here.scope, as_of=here.version))

    found: tuple[FigureNote, ...] = drawing("figure notes", here.store, here.marts, here.scope, (), make)
    return found


def peers(here: Session, indicator: Indicator) -> Released:
    """What this reader may see of partners without names. The figures of all of them stay in here.

    Raises InputRefused for a reader without the right.
    """
    from kpi.signals.peer_release import released

    month, window, when = here.month, here.filters.window, day(here)

    def everything(version: int, judged_on: date) -> Marts:
        return marts_on(here.store, here.catalog, version, judged_on, EVERYTHING)

    def make() -> Released:
        return released(
            here.store,
            here.catalog,
            indicator,
            month,
            window,
            person=here.person,
            today=when,
            everything=everything,
        )

    choices = (indicator.id, month, window, when, here.person.scope(Right.SEE_PEERS).key)
    found: Released = drawing("peers", here.store, here.marts, here.scope, choices, make)
    return found
