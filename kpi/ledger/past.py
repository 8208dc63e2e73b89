"""What the ledger knows of a partner's earlier files, asked once per file, and the findings from it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from kpi.access import Scope
from kpi.catalog import load_catalog
from kpi.intake.past import LEFT_OUT, SUBMISSIONS, Past
from kpi.ledger.chain import last_event
from kpi.ledger.current import create_current, partners_condition, standing_versions
from kpi.ledger.lookup import visible_condition
from kpi.ledger.tables import ALL_PARTNERS, key_of, quoted
from kpi.ledger.warmup import load_frames

if TYPE_CHECKING:
    import duckdb
    import polars as pl

    from kpi.catalog.plausibility import Plausibility
    from kpi.intake.validate import Checked
    from kpi.ledger.store import Store

KEYS = "keys_of_the_file"


def with_history(store: Store, checked: Checked, *, month_from: date, month_to: date, scope: Scope) -> Checked:
    """The same check with the findings from history added (kpi/definitions/plausibility.toml); no file is refused.

    Months are first days, inclusive. A refused file comes back unchanged. Raises StoreUnavailable and StoreDamaged as
    ``Store.connect``; a read-only connection is enough.
    """
    from kpi.intake.contracts import dataset
    from kpi.intake.plausibility import places_of, plausibility_findings

    if checked.records is None:
        return checked
    found = plausibility_findings(
        dataset(checked.dataset),
        checked.records,
        past_of(store, checked, month_from=month_from, month_to=month_to, scope=scope),
        month_from=month_from,
        month_to=month_to,
        places=places_of(checked),
        policy=load_catalog().plausibility,
    )
    return replace(checked, findings=checked.findings + found) if len(found) else checked


def past_of(store: Store, checked: Checked, *, month_from: date, month_to: date, scope: Scope) -> Past:
    """What stands now of the file's partners, as far as the reader may see them. Raises as ``Store.connect``."""
    records = checked.records
    mine = [partner for partner in checked.partners if scope.allows(partner)]
    if records is None or not (mine or checked.dataset == "targets"):
        return Past.none()
    policy, calendar = load_catalog().plausibility, load_catalog().calendar
    load_frames()
    with store.connect() as connection:
        asked = _Question(connection, checked.dataset, last_event(connection).version, mine, scope)
        compared = asked.compared(policy)
        if not compared and not asked.is_monthly(policy):
            return Past.none()
        with asked.keys(records):
            asked.create_current(policy, compared)
            left_out = Past.none().left_out
            if checked.dataset in policy.check("records_vanished").datasets:
                left_out = asked.left_out(month_from, month_to)
            return Past(
                submissions=asked.submissions() if asked.is_monthly(policy) else Past.none().submissions,
                standing=asked.standing(compared) if compared else Past.none().standing,
                left_out=left_out,
                sent=asked.sent(month_from, month_to) if left_out.height else {},
                usual=asked.usual(policy),
                judged_to=asked.judged_to(calendar.datasets) if asked.dataset == "targets" else {},
            )


class _Question:
    """The statements about one file, on one connection. Each is limited to the file's partners."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, dataset: str, version: int, partners: list[str], scope: Scope
    ) -> None:
        self.connection, self.dataset, self.version, self.scope = connection, dataset, version, scope
        self.partners = Scope.of(partners)
        self.key = key_of(dataset)

    @contextmanager
    def keys(self, records: pl.DataFrame) -> Iterator[None]:
        self.connection.register(KEYS, records.select(self.key))
        try:
            yield
        finally:
            self.connection.unregister(KEYS)

    def is_monthly(self, policy: Plausibility) -> bool:
        return any(self.dataset in check.datasets for check in policy.checks.values())

    def compared(self, policy: Plausibility) -> list[str]:
        """The columns of the record in force that checks look at, the key not among them."""
        if self.dataset == "targets":
            return ["target", "limit"]
        backwards = policy.check("went_backwards")
        names = [
            name for rule in policy.check("key_reused").when if rule.dataset == self.dataset for name in rule.differ
        ]
        for part in (backwards.finished, backwards.original, backwards.decided):
            names += (part or {}).get(self.dataset, ())
        return list(dict.fromkeys(names))

    def create_current(self, policy: Plausibility, compared: list[str]) -> None:
        """The partners' records in force, the columns that are needed, as a temporary table."""
        amounts = [amount for amount in policy.check("yield_tenfold").of if amount.dataset == self.dataset]
        numbers = [name for one in amounts for name in (one.column, one.per, *one.alike) if name]
        self.current = create_current(
            self.connection, self.dataset, self.version, self.partners, [*self.key, *compared, *numbers]
        )

    def submissions(self) -> pl.DataFrame:
        visible, seen = visible_condition(self.scope)
        mine, partners = partners_condition(self.partners, "coverage.partner_id")
        record_mine, _ = partners_condition(self.partners, "partner_id")
        return (
            self.connection.execute(
                f"""
            WITH counted AS (
                SELECT version, partner_id, count(*) AS records
                FROM {self.dataset} WHERE {record_mine} GROUP BY version, partner_id
            )
            SELECT coverage.partner_id, CASE WHEN {visible} THEN submission_id END AS submission_id,
                coverage.month_from, coverage.month_to,
                CASE WHEN {visible} THEN actor END AS actor, recorded_at AS "at", counted.records
            FROM coverage
            JOIN submissions ON submissions.version = coverage.version
            JOIN counted ON counted.version = coverage.version AND counted.partner_id = coverage.partner_id
            WHERE coverage.dataset = ? AND {mine} AND {standing_versions(self.version, "coverage.version")}
            ORDER BY coverage.version DESC, coverage.partner_id
            """,
                [*partners, *seen, *seen, self.dataset, *partners],
            )
            .pl()
            .cast(SUBMISSIONS)
        )

    def standing(self, compared: list[str]) -> pl.DataFrame:
        wanted = quoted([*self.key, *compared])
        return self.connection.execute(
            f"SELECT {wanted} FROM {self.current} WHERE ({quoted(self.key)}) IN (SELECT {quoted(self.key)} FROM {KEYS})"
        ).pl()

    def left_out(self, month_from: date, month_to: date) -> pl.DataFrame:
        """By partner, then as first sent; each key once, with the newest submission that carried it."""
        visible, seen = visible_condition(self.scope)
        mine, partners = partners_condition(self.partners, "record.partner_id")
        record_id = f'record."{self.key[1]}"'
        return (
            self.connection.execute(
                f"""
            SELECT record.partner_id, {record_id} AS record_id,
                arg_max(CASE WHEN {visible} THEN submission_id END, record.version) AS submission_id
            FROM {self.dataset} AS record
            JOIN submissions ON submissions.version = record.version
            JOIN coverage ON coverage.version = record.version AND coverage.partner_id = record.partner_id
            WHERE coverage.month_from = ? AND coverage.month_to = ? AND {mine}
                AND {standing_versions(self.version, "record.version")}
                AND (record.partner_id, {record_id}) NOT IN (SELECT {quoted(self.key)} FROM {KEYS})
            GROUP BY ALL
            ORDER BY record.partner_id, min(record.version), min(record.row_number)
            """,
                [*seen, month_from, month_to, *partners],
            )
            .pl()
            .cast(LEFT_OUT)
        )

    def sent(self, month_from: date, month_to: date) -> dict[str, int]:
        mine, partners = partners_condition(self.partners, "record.partner_id")
        return dict(
            self.connection.execute(
                f"""
                SELECT record.partner_id, count(DISTINCT record."{self.key[1]}")
                FROM {self.dataset} AS record
                JOIN coverage ON coverage.version = record.version AND coverage.partner_id = record.partner_id
                WHERE coverage.month_from = ? AND coverage.month_to = ? AND {mine}
                    AND {standing_versions(self.version, "record.version")}
                GROUP BY record.partner_id
                """,
                [month_from, month_to, *partners],
            ).fetchall()
        )

    def usual(self, policy: Plausibility) -> dict[str, pl.DataFrame]:
        found = {}
        for amount in policy.check("yield_tenfold").of:
            if amount.dataset != self.dataset:
                continue
            value = f'"{amount.column}" / "{amount.per}"' if amount.per else f'"{amount.column}"'
            by = quoted(["partner_id", *amount.alike])
            found[amount.column] = self.connection.execute(
                f"""
                SELECT {by}, count(*) AS lots, quantile_cont(value, 0.5) AS median,
                    quantile_cont(value, 0.25) AS low, quantile_cont(value, 0.75) AS high
                FROM (SELECT {by}, {value} AS value FROM {self.current}) WHERE value > 0 GROUP BY {by}
                """
            ).pl()
        return found

    def judged_to(self, datasets: tuple[str, ...]) -> dict[str, date]:
        mine, partners = partners_condition(self.scope, "partner_id")
        rows = self.connection.execute(
            f"""
            SELECT partner_id, max(month_to) FROM coverage
            WHERE list_contains(?::TEXT[], dataset) AND {standing_versions(self.version, "version")} AND {mine}
            GROUP BY partner_id
            """,
            [list(datasets), *partners],
        ).fetchall()
        last = dict(rows)
        return {**last, ALL_PARTNERS: max(last.values())} if last else {}
