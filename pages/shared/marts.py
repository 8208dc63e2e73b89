"""The figures in memory: the only place that keeps anything between runs and between readers.

Every key says exactly what it holds: the store, the ledger version, the definitions' digest, the reader's scope. A new
version is a new key, so nothing ever needs clearing. What comes out is shared by all sessions: read, never change it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Hashable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import streamlit as st

from kpi.access import Scope
from kpi.access.policy import Policy
from kpi.catalog import Catalog
from kpi.ledger.access import ADMINISTRATOR, policy_at
from kpi.ledger.access_facts import ACCESS_FACTS
from kpi.ledger.actions import actions
from kpi.ledger.evaluation import day_asked
from kpi.ledger.moved import RECORDS, newest_of
from kpi.ledger.reads import resolve_as_of, version_time
from kpi.ledger.store import Store, open_store, parse_url
from kpi.marts import Marts, load_marts
from kpi.present.portfolio import Judged, Portfolio
from kpi.present.portfolio import portfolio as drawn_portfolio
from kpi.signals.review import Review
from kpi.signals.review import review as reviewed
from kpi.signals.scorecard import Score, scorecard
from kpi.signals.series import Signals, read_signals
from pages.shared import measures
from pages.shared.shelf import Shelf

if TYPE_CHECKING:
    import pandas as pd

    from kpi.ledger.rebaselines import Rebaseline
    from pages.shared.session import Session

_stores: Shelf[Store] = Shelf(4)
_versions: Shelf[int] = Shelf(256)
_marts: Shelf[Marts] = Shelf(8)
_drawings: Shelf[Any] = Shelf(2000)
_records: Shelf[Any] = Shelf(64)
_days: Shelf[date] = Shelf(256)
_policies: Shelf[Policy] = Shelf(8)
_reviews: Shelf[Review] = Shelf(16)
_signals: Shelf[Signals] = Shelf(128)


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
    asked = int(as_of) if as_of and as_of.isdigit() else as_of
    version = _versions.get((store, store.fingerprint(), asked), lambda: resolve_as_of(store, asked))
    return marts_on(store, catalog, version, _day(store, version, asked), scope)


def marts_on(store: Store, catalog: Catalog, version: int, when: date, scope: Scope) -> Marts:
    """The marts of a ledger version, judged on a day.

    Computed once per version that brought or took records: what people decide in between moves no figure, so a
    committee that records its decisions does not wait for them after each.
    """

    def make() -> Marts:
        with st.spinner("Computing the figures of this ledger version"), measures.building():
            return load_marts(store, catalog, as_of=version, scope=scope, day=when)

    moved = moved_at(store, version, RECORDS)
    made = _marts.get((store, moved, catalog.digest, scope.key, when), make)
    if made.version == version:
        return made
    key = ("marts", store, version, catalog.digest, scope.key, when)
    found: Marts = _drawings.get(key, lambda: replace(made, version=version, at=version_time(store, version)))
    return found


def moved_at(store: Store, version: int, kinds: tuple[str, ...]) -> int:
    """The newest version up to this one whose event is of these kinds."""
    found: int = _versions.get((store, "moved", version, kinds), lambda: newest_of(store, version, kinds))
    return found


def latest_version(store: Store) -> int:
    """The ledger's newest version."""
    return _versions.get((store, store.fingerprint(), None), lambda: resolve_as_of(store, None))


def policy(store: Store) -> Policy:
    """The access policy as it stands now, whatever version somebody looks at."""
    moved = moved_at(store, latest_version(store), tuple(ACCESS_FACTS))
    return _policies.get((store, moved, os.environ.get(ADMINISTRATOR)), lambda: policy_at(store))


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
    from kpi.ledger.rebaselines import rebaselines

    found: tuple[Rebaseline, ...] = drawing(
        "rebaselines", store, marts, scope, (), lambda: tuple(rebaselines(store, scope=scope, as_of=marts.version))
    )
    return found


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
    return _day(here.store, here.version, int(asked) if asked and asked.isdigit() else asked)


def _day(store: Store, version: int, asked: str | int | None) -> date:
    today = datetime.now(UTC).date()
    return _days.get((store, version, asked, today), lambda: day_asked(store, version, asked, today))


def review(here: Session) -> Review:
    """All escalations of this view, on its day, with what people did about them."""
    when = day(here)

    def make() -> Review:
        acts = actions(here.store, scope=here.scope, as_of=here.version)
        return reviewed(here.marts, here.catalog, acts, rebaselines(here.store, here.marts, here.scope), when)

    return _reviews.get((here.store, here.version, here.marts.definitions, here.scope.key, when), make)


def scores(here: Session) -> tuple[Score, ...]:
    """Every partner's score of the month looked at."""
    found: tuple[Score, ...] = drawing(
        "scores",
        here.store,
        here.marts,
        here.scope,
        (here.month, day(here)),
        lambda: scorecard(here.marts, here.catalog, here.month),
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
        headlines = tuple(indicator.id for indicator in here.catalog.headlines)
        judged = Judged(review(here), signals(here, kpis=headlines), scores(here))
        return drawn_portfolio(here.marts, here.catalog, judged, month, window, order)

    found: Portfolio = drawing("portfolio", here.store, here.marts, here.scope, (month, window, order, when), make)
    return found
