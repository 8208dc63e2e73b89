"""The cached figures: the only place that keeps anything between runs and between readers.

Every key says exactly what it holds: the store, the ledger version, the definitions' digest, the reader's scope. A new
version is a new key, so nothing ever needs clearing. What comes out is shared by all sessions: read it, never change it.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import streamlit as st

from kpi.access import Scope
from kpi.catalog import Catalog

if TYPE_CHECKING:
    from collections.abc import Callable

    from kpi.ledger.store import Store
    from kpi.marts import Marts

KEPT_STORES = 4
KEPT_VERSION_LOOKUPS = 256
KEPT_MARTS = 8
KEPT_DRAWINGS = 2000


def store() -> Store:
    """The store that KPI_STORE names, opened once per process and address."""
    return _opened(os.environ.get("KPI_STORE", ""))


def marts_as_of(store: Store, catalog: Catalog, as_of: str | None, scope: Scope) -> Marts:
    """The marts at ``as_of`` (a version, a date, or None for now). Raises UsageError for an as-of that never was."""
    version = _version(_address(store), store.fingerprint(), as_of, _store=store)
    return _built(
        _address(store), version, catalog.digest, scope.key, _store=store, _catalog=catalog, _scope=scope
    )


def drawing(name: str, marts: Marts, scope: Scope, *choices: object, make: Callable[[], Any]) -> Any:
    """A figure or table payload, made once per (name, ledger version, definitions, scope, choices).

    ``make`` must depend on nothing else. The result is shared and must never be changed.
    """
    return _drawn(
        os.environ.get("KPI_STORE", ""),
        name,
        marts.version,
        marts.definitions,
        scope.key,
        choices,
        _make=make,
    )


def _address(store: Store) -> str:
    return os.environ.get("KPI_STORE", "")


@st.cache_resource(show_spinner=False, max_entries=KEPT_STORES)
def _opened(address: str) -> Store:
    from kpi.ledger.store import open_store

    return open_store(address or None)


@st.cache_data(show_spinner=False, max_entries=KEPT_VERSION_LOOKUPS)
def _version(address: str, fingerprint: tuple[object, ...], as_of: str | None, _store: Store) -> int:
    from kpi.ledger.reads import resolve_as_of

    return resolve_as_of(_store, int(as_of) if as_of and as_of.isdigit() else as_of)


@st.cache_resource(show_spinner="Computing the figures of this ledger version", max_entries=KEPT_MARTS)
def _built(
    address: str, version: int, digest: str, scope_key: str, _store: Store, _catalog: Catalog, _scope: Scope
) -> Marts:
    from kpi.marts import load_marts

    return load_marts(_store, _catalog, as_of=version, scope=_scope)


@st.cache_resource(show_spinner=False, max_entries=KEPT_DRAWINGS)
def _drawn(
    address: str,
    name: str,
    version: int,
    definitions: str,
    scope_key: str,
    choices: tuple[object, ...],
    _make: Callable[[], Any],
) -> Any:
    return _make()
