"""What has changed since a meeting's figures were frozen: which of them differ now, and through which files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from kpi.access import Scope
from kpi.ledger.chain import REBASELINE, REBASELINE_WITHDRAWN, SUBMISSION, WITHDRAWAL
from kpi.ledger.reads import version_now
from kpi.present.rows import STATE_TEXTS, months_before
from kpi.present.wording import format_value, is_missing, look_of, period_name, plural, short_month
from kpi.rehearsal.comparison import MOST_STEPS, compare_versions

if TYPE_CHECKING:
    import pandas as pd

    from kpi.catalog import Catalog
    from kpi.ledger.meeting_model import Meeting
    from kpi.ledger.store import Store
    from kpi.rehearsal.comparison import Between, Progress, VersionComparison

MOVES_FIGURES = (SUBMISSION, WITHDRAWAL, REBASELINE, REBASELINE_WITHDRAWN)  # or what charts and escalations say of them
COMPARED = ("n", "value", "status")


@dataclass(frozen=True)
class ChangedFigure:
    """One figure, then and now. Numbers as in ``kpi_monthly``, None for none; ``was`` and ``now`` as people read them.

    ``month``: the last one that it counts. ``through``: what moved it, "S000412" or "withdrawal of S000012; S000413".
    ``restated``: there was a figure before; else it is the first one.
    """

    key: str  # as kpi.qbr.pack.Figure.key
    name: str
    month: date
    was: str
    now: str
    value_was: float | None
    value_now: float | None
    n_was: float | None
    n_now: float | None
    status_was: str
    status_now: str
    through: str
    restated: bool

    @property
    def sentence(self) -> str:
        """ "Right first time, Oct 2026: 88.5 % (n 52), target met, is now 84.6 % (n 52), target missed …: S000412"."""
        was, now = look_of(self.status_was).meaning, look_of(self.status_now).meaning
        return (
            f"{self.name}, {short_month(self.month)}: {self.was}{_n(self.n_was)}, {was}; now {self.now}"
            f"{_n(self.n_now)}, {now}; through {self.through}"
        )


@dataclass(frozen=True)
class Since:
    """``figures``: those of the meeting's own period, one per indicator and currency, which is what its screen shows.
    ``months``: single months up to the meeting's, one per indicator, currency and month. Both in the catalogue's order.

    ``opens``, ``closes``: a sentence per escalation. ``files``: submissions and withdrawals that concern the partner.
    ``exact``: ``through`` was found step by step. Both versions are judged on ``day``.
    """

    meeting_id: str
    earlier: int
    later: int
    day: date
    period: str
    figures: tuple[ChangedFigure, ...]
    months: tuple[ChangedFigure, ...]
    opens: tuple[str, ...]
    closes: tuple[str, ...]
    files: tuple[str, ...]
    exact: bool
    definitions_then: str
    definitions_now: str

    @property
    def definitions_changed(self) -> bool:
        return self.definitions_then != self.definitions_now

    @property
    def short(self) -> str:
        """ "3 figures have changed since", "No figure has changed since"."""
        if not self.figures:
            return "No figure has changed since"
        return f"{plural(len(self.figures), 'figure')} {'has' if len(self.figures) == 1 else 'have'} changed since"

    @property
    def sentence(self) -> str:
        """The same with the period, the months before, escalations and definitions: one or more sentences."""
        said = [f"{self.short} ({self.period}, ledger version {self.earlier} against {self.later})."]
        if self.months:
            verb = "differs" if len(self.months) == 1 else "differ"
            said.append(f"Of single months up to then, {plural(len(self.months), 'figure')} {verb}.")
        moved = [
            f"{plural(len(self.opens), 'escalation')} opened" if self.opens else "",
            f"{plural(len(self.closes), 'escalation')} closed" if self.closes else "",
        ]
        told = " and ".join(part for part in moved if part)
        if told:
            said.append(f"{told[:1].upper()}{told[1:]}.")
        if self.definitions_changed:
            said.append(
                f"The definitions have changed since: {self.definitions_then} then, {self.definitions_now} now. The "
                "frozen records are shown by the definitions of now."
            )
        return " ".join(said)


def changed_since(
    store: Store,
    catalog: Catalog,
    meeting: Meeting,
    *,
    scope: Scope,
    later: int | None = None,
    quick: bool = False,
    progress: Progress | None = None,
) -> Since:
    """The meeting's partner at its frozen version against ``later`` (None is now), up to the meeting's month.

    Files for later months are no change: they count only by what they did to the months up to then. Raises UsageError
    for a partner outside ``scope`` and a version before the frozen one. ``progress``: see kpi.rehearsal.comparison.
    ``quick``: what moved a figure is named as all that could have, without computing every step.
    """
    last = version_now(store) if later is None else later
    found = _compared(store, catalog, meeting, scope, last, 0 if quick else MOST_STEPS, progress)
    if found is None:
        return _since(meeting, catalog, last)
    rows: list[Any] = [row for row in found.figures.itertuples(index=False) if _day(row.month) <= meeting.month]
    months = [_changed(catalog, row, _day(row.month), str(row.through)) for row in rows]
    whole = months if meeting.window == 1 else _of_window(store, catalog, meeting, found, months)
    return _since(
        meeting,
        catalog,
        last,
        day=found.day,
        figures=_ordered([one for one in whole if one.month == meeting.month], catalog),
        months=_ordered(months, catalog),
        opens=found.opens,
        closes=found.closes,
        files=tuple(dict.fromkeys(event.told for event in found.between)),
        exact=found.exact,
    )


def _since(meeting: Meeting, catalog: Catalog, later: int, **told: Any) -> Since:
    nothing: dict[str, Any] = {
        "day": meeting.judged_on, "figures": (), "months": (), "opens": (), "closes": (), "files": (), "exact": True,
    }  # fmt: skip
    return Since(
        meeting_id=meeting.id,
        earlier=meeting.frozen_version,
        later=later,
        period=period_name(meeting.month, meeting.window),
        definitions_then=meeting.definitions,
        definitions_now=catalog.digest,
        **(nothing | told),
    )


def _compared(
    store: Store,
    catalog: Catalog,
    meeting: Meeting,
    scope: Scope,
    last: int,
    most_steps: int,
    progress: Progress | None,
) -> VersionComparison | None:
    """None where nothing happened that could move a figure: then nothing has to be computed."""
    with store.connect() as connection:
        row = connection.execute(
            "SELECT count(*) FROM events WHERE version > ? AND version <= ? AND list_contains(?::TEXT[], kind)",
            [meeting.frozen_version, last, list(MOVES_FIGURES)],
        ).fetchone()
    if scope.allows(meeting.partner_id) and last >= meeting.frozen_version and not (row and row[0]):
        return None
    return compare_versions(
        store,
        catalog,
        meeting.frozen_version,
        last,
        scope=scope,
        partner=meeting.partner_id,
        progress=progress,
        most_steps=most_steps,
    )


def _of_window(
    store: Store, catalog: Catalog, meeting: Meeting, found: VersionComparison, months: list[ChangedFigure]
) -> list[ChangedFigure]:
    """The meeting's figures of several months that differ, through whatever moved one of these months."""
    first = months_before(meeting.month, meeting.window - 1)
    before, after = (
        _window_figures(store, catalog, meeting, version, found.day) for version in (found.earlier, found.later)
    )
    both = before.merge(after, on=["kpi_id", "currency"], how="outer", suffixes=("_before", "_after"))
    both = both.fillna({"status_before": "no data", "status_after": "no data"})
    rows: list[Any] = list(both.itertuples(index=False))
    changed = []
    for row in rows:
        if all(_same(getattr(row, f"{name}_before"), getattr(row, f"{name}_after")) for name in COMPARED):
            continue
        one = _changed(catalog, row, meeting.month, "")
        through = [part for m in months if m.key == one.key and m.month >= first for part in m.through.split("; ")]
        changed.append(_changed(catalog, row, meeting.month, "; ".join(dict.fromkeys(through)) or _all(found.between)))
    return changed


def _window_figures(store: Store, catalog: Catalog, meeting: Meeting, version: int, day: date) -> pd.DataFrame:
    from kpi.marts import load_marts
    from kpi.marts.select import figures

    marts = load_marts(store, catalog, as_of=version, scope=Scope.of([meeting.partner_id]), day=day)
    found = figures(marts, grain="partner", window=meeting.window, month_from=meeting.month, month_to=meeting.month)
    plain = found[["kpi_id", "currency", *COMPARED]]
    return plain.astype({"kpi_id": object, "currency": object, "status": object})


def _changed(catalog: Catalog, row: Any, month: date, through: str) -> ChangedFigure:
    indicator = catalog.indicators[row.kpi_id]
    currency = str(row.currency)
    return ChangedFigure(
        key=f"{indicator.id}:{currency}" if currency else indicator.id,
        name=f"{indicator.name}, {currency}" if currency else indicator.name,
        month=month,
        was=STATE_TEXTS.get(row.status_before) or format_value(indicator, row.value_before, currency),
        now=STATE_TEXTS.get(row.status_after) or format_value(indicator, row.value_after, currency),
        value_was=_number(row.value_before),
        value_now=_number(row.value_after),
        n_was=_number(row.n_before),
        n_now=_number(row.n_after),
        status_was=str(row.status_before),
        status_now=str(row.status_after),
        through=through,
        restated=row.status_before != "no data",
    )


def _ordered(found: list[ChangedFigure], catalog: Catalog) -> tuple[ChangedFigure, ...]:
    place = {kpi: number for number, kpi in enumerate(catalog.indicators)}
    return tuple(sorted(found, key=lambda one: (place[one.key.split(":")[0]], one.key, one.month)))


def _all(between: tuple[Between, ...]) -> str:
    return "; ".join(dict.fromkeys(event.told for event in between))


def _same(was: Any, now: Any) -> bool:
    return (is_missing(was) and is_missing(now)) or bool(not is_missing(was) and not is_missing(now) and was == now)


def _number(value: Any) -> float | None:
    return None if is_missing(value) else float(value)


def _n(count: float | None) -> str:
    return "" if count is None else f" (n {int(count):,})"


def _day(stamp: Any) -> date:
    day: date = stamp.date() if hasattr(stamp, "date") else stamp
    return day
