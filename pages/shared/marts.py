"""The cached figures: the only place that keeps anything between runs and between readers.

Every key says exactly what it holds: the store, the ledger version, the definitions' digest, the reader's scope. A new
version is a new key, so nothing ever needs clearing. What comes out is shared by all sessions: read, never change it.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st

from kpi.access import Scope
from kpi.catalog import Catalog
from kpi.ledger.store import Store, open_store
from kpi.marts import Marts, load_marts

if TYPE_CHECKING:
    import pandas as pd

KEPT_STORES = 4
KEPT_VERSION_LOOKUPS = 256
KEPT_MARTS = 8
KEPT_DRAWINGS = 2000
KEPT_RECORDS = 64


def store() -> Store:
    """The store that KPI_STORE names, opened once per process and address.

    Raises UsageError, StoreUnavailable or StoreDamaged as ``open_store``; a failure is not remembered.
    """
    opened = _opened(os.environ.get("KPI_STORE", ""))
    if not opened.path.exists():  # somebody moved it away: start again as a fresh process would
        _opened.clear()
        opened = _opened(os.environ.get("KPI_STORE", ""))
    return opened


def marts_as_of(store: Store, catalog: Catalog, as_of: str | None, scope: Scope) -> Marts:
    """The marts at ``as_of`` (a version, a date, or None for now). Raises UsageError for an as-of that never was."""
    version = _version(store.path, store.fingerprint(), as_of, _store=store)
    return _built(store.path, version, catalog.digest, scope.key, _store=store, _catalog=catalog, _scope=scope)


def drawing(
    name: str, store: Store, marts: Marts, scope: Scope, choices: tuple[object, ...], make: Callable[[], Any]
) -> Any:
    """A figure or table payload, made once per (name, store, ledger version, definitions, scope, choices).

    ``make`` must depend on nothing else. The result is shared by all sessions and must never be changed.
    """
    return _drawn(name, store.path, marts.version, marts.definitions, scope.key, choices, _make=make)


def records_behind(
    store: Store, catalog: Catalog, marts: Marts, scope: Scope, choice: tuple[str, str, str, date, int]
) -> pd.DataFrame:
    """The records behind one figure of a partner; ``choice`` is (kpi_id, partner_id, currency, month, window)."""
    return _behind(store.path, marts.version, marts.definitions, scope.key, choice, store, catalog, scope)


def latest_records(store: Store, marts: Marts, scope: Scope, dataset: str, partner_id: str) -> pd.DataFrame:
    """The partner's newest records of a dataset, with file and row."""
    return _latest(store.path, marts.version, scope.key, dataset, partner_id, store, scope)


@st.cache_resource(show_spinner=False, max_entries=KEPT_STORES)
def _opened(address: str) -> Store:
    return open_store(address or None)


@st.cache_data(show_spinner=False, max_entries=KEPT_VERSION_LOOKUPS)
def _version(path: Path, fingerprint: tuple[int, ...], as_of: str | None, _store: Store) -> int:
    from kpi.ledger.reads import resolve_as_of

    return resolve_as_of(_store, int(as_of) if as_of and as_of.isdigit() else as_of)


@st.cache_resource(show_spinner="Computing the figures of this ledger version", max_entries=KEPT_MARTS)
def _built(
    path: Path, version: int, digest: str, scope_key: str, _store: Store, _catalog: Catalog, _scope: Scope
) -> Marts:
    return load_marts(_store, _catalog, as_of=version, scope=_scope)


@st.cache_resource(show_spinner=False, max_entries=KEPT_DRAWINGS)
def _drawn(
    name: str,
    path: Path,
    version: int,
    definitions: str,
    scope_key: str,
    choices: tuple[object, ...],
    _make: Callable[[], Any],
) -> Any:
    return _make()


@st.cache_data(show_spinner="Reading the records", max_entries=KEPT_RECORDS)
def _behind(
    path: Path,
    version: int,
    definitions: str,
    scope_key: str,
    choice: tuple[str, str, str, date, int],
    _store: Store,
    _catalog: Catalog,
    _scope: Scope,
) -> pd.DataFrame:
    from kpi.marts.records import records_behind

    kpi_id, partner_id, currency, month, window = choice
    return records_behind(
        _store,
        _catalog,
        version=version,
        kpi_id=kpi_id,
        partner_id=partner_id,
        currency=currency,
        month=month,
        window=window,
        scope=_scope,
    )


@st.cache_data(show_spinner="Reading the records", max_entries=KEPT_RECORDS)
def _latest(
    path: Path, version: int, scope_key: str, dataset: str, partner_id: str, _store: Store, _scope: Scope
) -> pd.DataFrame:
    from kpi.marts.records import latest_records

    return latest_records(_store, dataset, version=version, partner_id=partner_id, scope=_scope)
