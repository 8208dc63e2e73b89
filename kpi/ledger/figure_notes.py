"""What people say about a figure: the partner objects or comments, the sponsor answers. Appended; no figure changes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from kpi.access import Scope
from kpi.errors import UsageError
from kpi.ledger.appending import transaction
from kpi.ledger.chain import FIGURE_NOTE, append_event, last_event
from kpi.ledger.figure_names import COMMENT, ENDS, FIGURE_ACTS, FIGURE_DONE, OBJECT, SIDES_OF_ACT
from kpi.ledger.governance import Noted, clean_text, noted, require_month, require_partner
from kpi.ledger.reads import AsOf, resolve_as_of

if TYPE_CHECKING:
    import duckdb

    from kpi.ledger.store import Store

QUOTED = 200  # characters of somebody else's text in a message
Figure = tuple[str, str, str, date]  # partner, indicator, currency ("" for none), first day of the month


@dataclass(frozen=True)
class FigureNote:
    """One word about a partner's figure of a month. ``at`` is UTC without a zone, ``version`` the ledger's.

    ``seen_version``: the ledger version whose figure the writer looked at. ``objection_version``: of the objection that
    an answer or a withdrawal is about; None for the others.
    """

    version: int
    at: datetime
    actor: str
    side: str
    action: str
    partner_id: str
    kpi_id: str
    currency: str
    month: date
    seen_version: int
    objection_version: int | None
    text: str

    @property
    def figure(self) -> Figure:
        return self.partner_id, self.kpi_id, self.currency, self.month


def record_figure_note(
    store: Store,
    *,
    partner_id: str,
    kpi_id: str,
    currency: str,
    month: date,
    action: str,
    side: str,
    text: str,
    seen_version: int,
    actor: str,
    now: datetime,
    scope: Scope,
) -> FigureNote:
    """Appends one. Whether the partner has that figure is for the caller to know.

    Raises UsageError (an act that makes no sense, no text where one is needed; somebody else wrote about the figure
    after ``seen_version``: the message says who and what), InputRefused (a partner outside ``scope``),
    StoreUnavailable. Then nothing was written.
    """
    require_partner(partner_id, scope)
    require_month(month)
    if action not in FIGURE_ACTS:
        raise UsageError(f'"{action}" cannot be done. Allowed: {", ".join(FIGURE_ACTS)}. Nothing was written.')
    if side not in SIDES_OF_ACT[action]:
        allowed = " or the ".join(SIDES_OF_ACT[action])
        raise UsageError(f'"{action}" is for the {allowed} to do, not for "{side}". Nothing was written.')
    kept = clean_text(text, f'"{action}"', needed=True)
    figure: Figure = (partner_id, kpi_id, currency, month)
    with store.connect(read_only=False) as ledger, transaction(ledger):
        last = last_event(ledger)
        if not 0 < seen_version <= last.version:
            raise UsageError(f"There is no ledger version {seen_version}. Nothing was written.")
        earlier = [note for note in _read(ledger, last.version, Scope.of([partner_id])) if note.figure == figure]
        _require_nothing_new([note for note in earlier if note.version > seen_version])
        standing = open_objections(earlier).get(figure)
        if action == OBJECT and standing is not None:
            raise UsageError(
                f"{standing.actor} objected to this figure already, on {_when(standing)}, and was not answered yet. "
                "Comment on it instead. Nothing was written."
            )
        if action in ENDS and standing is None:
            raise UsageError(f'No objection to this figure is open, so there is nothing to "{action}".')
        facts: dict[str, Any] = {
            "action": action,
            "side": side,
            "partner_id": partner_id,
            "kpi_id": kpi_id,
            "currency": currency,
            "month": month.isoformat(),
            "seen_version": seen_version,
            "objection_version": standing.version if standing is not None and action in ENDS else None,
        }
        event = append_event(ledger, FIGURE_NOTE, after=last, now=now, actor=actor, reason=kept, payload=facts)
    return _note(Noted(event.version, event.kind, event.at, event.actor, event.reason, facts))


def figure_notes(store: Store, *, scope: Scope, as_of: AsOf = None) -> list[FigureNote]:
    """Everything said about figures of partners within ``scope`` up to ``as_of``, oldest first.

    Raises UsageError for an ``as_of`` that never was, StoreDamaged for an event that cannot be read.
    """
    version = resolve_as_of(store, as_of)
    with store.connect() as connection:
        return _read(connection, version, scope)


def open_objections(notes: Iterable[FigureNote]) -> dict[Figure, FigureNote]:
    """{figure: the objection that is neither answered nor withdrawn}; ``notes`` oldest first."""
    found: dict[Figure, FigureNote] = {}
    for note in notes:
        if note.action == OBJECT:
            found[note.figure] = note
        elif note.action in ENDS:
            found.pop(note.figure, None)
    return found


def last_word(notes: Iterable[FigureNote]) -> dict[Figure, FigureNote]:
    """{figure: its newest objection, withdrawal or answer}: what stands beside the value, whatever was commented."""
    return {note.figure: note for note in notes if note.action != COMMENT}


def _read(connection: duckdb.DuckDBPyConnection, version: int, scope: Scope) -> list[FigureNote]:
    return [_note(entry) for entry in noted(connection, (FIGURE_NOTE,), version, scope)]


def _note(entry: Noted) -> FigureNote:
    facts = dict(entry.facts)
    month = date.fromisoformat(facts.pop("month"))
    return FigureNote(version=entry.version, at=entry.at, actor=entry.actor, text=entry.reason, month=month, **facts)


def _require_nothing_new(newer: list[FigureNote]) -> None:
    if newer:
        told = "; ".join(
            f"{note.actor} {FIGURE_DONE[note.action]} on {_when(note)}: “{_short(note)}”" for note in newer
        )
        raise UsageError(
            f"Since you opened this figure, {told}. Read that first, then send yours again. Nothing was written."
        )


def _when(note: FigureNote) -> str:
    return f"{note.at:%Y-%m-%d at %H:%M} UTC (version {note.version})"


def _short(note: FigureNote) -> str:
    return note.text if len(note.text) <= QUOTED else note.text[:QUOTED] + "…"
