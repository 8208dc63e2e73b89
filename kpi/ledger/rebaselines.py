"""New phases of control charts: a recorded human act with a reason, never automatic; one can be taken back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from kpi.access import Scope
from kpi.errors import InputRefused, UsageError
from kpi.ledger.appending import transaction
from kpi.ledger.chain import REBASELINE, REBASELINE_WITHDRAWN, append_event, last_event
from kpi.ledger.current import standing_versions
from kpi.ledger.governance import Noted, clean_text, noted, require_month, require_partner
from kpi.ledger.reads import AsOf, resolve_as_of

if TYPE_CHECKING:
    import duckdb

    from kpi.ledger.store import Store

# Which of site_id and product a series of this grain has.
GRAINS: dict[str, tuple[bool, bool]] = {"partner": (False, False), "site": (True, False), "product": (False, True)}
WITHOUT_MONTHLY_FIGURES = ("partners", "targets")  # their months are no months of a chart


@dataclass(frozen=True)
class Rebaseline:
    """From ``month`` (first day) on, this series' control limits are made anew. "" where a key does not apply.

    ``at`` is UTC without a zone; ``version`` is the ledger's, and what names the rebaseline when it is taken back.
    """

    kpi_id: str
    grain: str
    partner_id: str
    site_id: str
    product: str
    currency: str
    month: date
    reason: str
    actor: str
    at: datetime
    version: int

    @property
    def phase(self) -> tuple[str, str, str, str, str, str, date]:
        """The series and the month: recorded once."""
        return self.kpi_id, self.grain, self.partner_id, self.site_id, self.product, self.currency, self.month


def record_rebaseline(
    store: Store,
    *,
    kpi_id: str,
    grain: str,
    partner_id: str,
    site_id: str,
    product: str,
    currency: str,
    month: date,
    reason: str,
    actor: str,
    now: datetime,
    scope: Scope,
) -> Rebaseline:
    """Appends one. Whether the series has figures is for the caller to know.

    Raises UsageError (no reason, a month outside those that the partner reported or the first of them, a key that does
    not go with the grain, the same month rebaselined already), InputRefused (a partner outside ``scope``).
    """
    require_partner(partner_id, scope)
    require_month(month)
    _require_series(kpi_id, grain, site_id, product)
    kept = clean_text(reason, "A rebaseline", needed=True)
    facts = {
        "kpi_id": kpi_id,
        "grain": grain,
        "partner_id": partner_id,
        "site_id": site_id,
        "product": product,
        "currency": currency,
        "month": month.isoformat(),
    }
    with store.connect(read_only=False) as ledger, transaction(ledger):
        last = last_event(ledger)
        _require_reported(ledger, last.version, partner_id, month)
        phase = (kpi_id, grain, partner_id, site_id, product, currency, month)
        _require_first(ledger, last.version, phase, scope)
        event = append_event(ledger, REBASELINE, after=last, now=now, actor=actor, reason=kept, payload=facts)
    return _rebaseline(Noted(event.version, event.kind, event.at, event.actor, event.reason, facts))


def withdraw_rebaseline(store: Store, version: int, *, reason: str, actor: str, now: datetime, scope: Scope) -> int:
    """Takes the rebaseline recorded as ``version`` back; returns the new version. Earlier versions still show it.

    Raises UsageError (no reason, no such rebaseline within ``scope``), InputRefused (taken back already).
    """
    kept = clean_text(reason, "Taking a rebaseline back", needed=True)
    with store.connect(read_only=False) as ledger, transaction(ledger):
        last = last_event(ledger)
        recorded, withdrawn = _read(ledger, last.version, scope)
        found = recorded.get(version)
        if found is None:
            raise UsageError(f"Version {version} of the ledger is no rebaseline. Nothing was written.")
        if by := withdrawn.get(version):
            raise InputRefused(
                f"The rebaseline of version {version} was taken back already, on {by.at:%Y-%m-%d} by {by.actor}: "
                f"{by.reason}. Nothing was written."
            )
        facts = {"partner_id": found.partner_id, "rebaseline_version": version}
        event = append_event(ledger, REBASELINE_WITHDRAWN, after=last, now=now, actor=actor, reason=kept, payload=facts)
    return event.version


def rebaselines(store: Store, *, scope: Scope, as_of: AsOf = None) -> list[Rebaseline]:
    """Those that stand at ``as_of``, of partners within ``scope``, in the order in which they were recorded.

    Raises UsageError for an ``as_of`` that never was, StoreDamaged for an event that cannot be read.
    """
    version = resolve_as_of(store, as_of)
    with store.connect() as connection:
        return _standing(connection, version, scope)


def _standing(connection: duckdb.DuckDBPyConnection, version: int, scope: Scope) -> list[Rebaseline]:
    recorded, withdrawn = _read(connection, version, scope)
    return [found for number, found in recorded.items() if number not in withdrawn]


def _read(
    connection: duckdb.DuckDBPyConnection, version: int, scope: Scope
) -> tuple[dict[int, Rebaseline], dict[int, Noted]]:
    """All rebaselines up to ``version`` by their version, and what took them back by the version of what it took."""
    recorded: dict[int, Rebaseline] = {}
    withdrawn: dict[int, Noted] = {}
    for entry in noted(connection, (REBASELINE, REBASELINE_WITHDRAWN), version, scope):
        if entry.kind == REBASELINE:
            recorded[entry.version] = _rebaseline(entry)
        else:
            withdrawn[entry.facts["rebaseline_version"]] = entry
    return recorded, withdrawn


def _rebaseline(entry: Noted) -> Rebaseline:
    facts: dict[str, Any] = dict(entry.facts)
    month = date.fromisoformat(facts.pop("month"))
    return Rebaseline(month=month, reason=entry.reason, actor=entry.actor, at=entry.at, version=entry.version, **facts)


def _require_series(kpi_id: str, grain: str, site_id: str, product: str) -> None:
    if not kpi_id.strip():
        raise UsageError("Say which indicator is rebaselined. Nothing was written.")
    if grain not in GRAINS:
        raise UsageError(f'There are no charts of "{grain}". Allowed: {", ".join(GRAINS)}. Nothing was written.')
    if (bool(site_id), bool(product)) != GRAINS[grain]:
        raise UsageError(
            "A chart of a partner has neither site nor product, one of a site its site, one of a product its product. "
            "Nothing was written."
        )


def _require_reported(connection: duckdb.DuckDBPyConnection, version: int, partner_id: str, month: date) -> None:
    """A phase begins within the months reported, after the first: before that there is nothing to leave behind."""
    left_out = ", ".join(f"'{name}'" for name in WITHOUT_MONTHLY_FIGURES)
    row = connection.execute(
        f"SELECT min(month_from), max(month_to) FROM coverage WHERE partner_id = ? AND dataset NOT IN ({left_out}) "
        f"AND {standing_versions(version, 'version')}",
        [partner_id],
    ).fetchone()
    first, last = row if row else (None, None)
    if first is None:
        raise UsageError(f'"{partner_id}" has reported no month yet. Nothing was written.')
    if not first < month <= last:
        raise UsageError(
            f"A chart of {partner_id} cannot begin anew in {_named(month)}. Allowed: a month after {_named(first)}, "
            f"its first, and not later than {_named(last)}, its last. Nothing was written."
        )


def _require_first(
    connection: duckdb.DuckDBPyConnection, version: int, phase: tuple[object, ...], scope: Scope
) -> None:
    for other in _standing(connection, version, scope):
        if other.phase == phase:
            raise UsageError(
                f"This chart begins anew in {_named(other.month)} already, recorded on {other.at:%Y-%m-%d} by "
                f"{other.actor}: {other.reason} (version {other.version}). Take that back first to change its reason. "
                "Nothing was written."
            )


def _named(month: date) -> str:
    return month.isoformat()[:7]  # strftime would write the year 1 as 1
